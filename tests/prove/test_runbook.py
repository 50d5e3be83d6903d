"""A runbook is read as it is written, or refused with the number of the line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.change import night as deeds
from ringtrust.errors import RefusedError
from ringtrust.prove.runbook import LineError, read_runbook
from tests.plan.material import PUB, SUB1, SUB2, V9, V12, campus
from tests.prove.nights import grounds, night

TFTP, TVS, CM = "Cisco Tftp", "Cisco Trust Verification Service", "Cisco CallManager"
GROUND = grounds(campus(V12))
OLD = grounds(campus(V9))


def read(*lines: str) -> list[deeds.Deed]:
    return [stage.deed for stage in read_runbook(night(*lines), GROUND, frozenset({"Cisco DRF Local"}))]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("regen TVS @ sub1", [deeds.Renew("TVS", SUB1)]),
        ("REGEN tvs @ SUB1   # in the night", [deeds.Renew("TVS", SUB1)]),
        ("regen CallManager @ all", [deeds.Renew("CallManager", node) for node in (PUB, SUB1, SUB2)]),
        ("regen ITLRecovery @ all", [deeds.Renew("ITLRecovery", PUB)]),
        ("restart tftp @ pub", [deeds.Stop(TFTP, PUB), deeds.Start(TFTP, PUB)]),
        ("restart Cisco Tftp @ sub1", [deeds.Stop(TFTP, SUB1), deeds.Start(TFTP, SUB1)]),
        ("stop Cisco Trust Verification Service@sub2", [deeds.Stop(TVS, SUB2)]),
        ("start callmanager @ pub", [deeds.Start(CM, PUB)]),
        ("restart tftp @ sub2", []),
        ("wave", [deeds.Wave()]),
        ("wave complete", [deeds.Wave(complete=True)]),
        ("wave group A", [deeds.Wave(group="A")]),
        ("wait sync", [deeds.Synchronise()]),
        ("set rollback true", [deeds.SetRollback(value=True)]),
        ("set rollback FALSE", [deeds.SetRollback(value=False)]),
        ("ctl update", [deeds.UpdateCtl()]),
        ("itl reset localkey", [deeds.ResetItl()]),
        ("delete Phone-SAST-trust/pub.pem @ sub1", [deeds.Delete("Phone-SAST-trust", "pub.pem", SUB1)]),
        ("backup", [deeds.BackUp()]),
        ("restore", [deeds.Restore()]),
        ("rename sub2", [deeds.Rename(SUB2)]),
        ("", []),
        ("   # nothing but a comment", []),
    ],
)
def test_an_act_is_what_it_says(line: str, expected: list[deeds.Deed]) -> None:
    assert read(line) == expected


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("renew TVS @ sub1", "is no act"),
        ("regen TVS", "does not say where"),
        ("regen TVS @ sub9", "no node 'sub9'"),
        ("regen TSV @ sub1", "no unit 'TSV'"),
        ("regen CallManager-trust @ pub", "no unit"),
        ("regen ITLRecovery @ sub1", "no ITLRecovery of its own"),
        ("restart tfpt @ pub", "no service 'tfpt'"),
        ("wave everybody", "no such kind"),
        ("wave group C", "no phone is in a CM group 'C'"),
        ("wait", "word too many or too few"),
        ("set rollback maybe", "rollback parameter"),
        ("itl reset remotekey", "word too many or too few"),
        ("delete pub.pem @ all", "no file of a trust store"),
        ("backup now", "word too many or too few"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_number(line: str, why: str) -> None:
    with pytest.raises(LineError) as caught:
        read("backup", "", line, "wave")
    assert caught.value.what.startswith("Line 3 cannot be read")
    assert why.lower() in caught.value.what.lower()
    assert caught.value.advice


def test_a_release_without_a_recovery_key_has_no_reset_of_it() -> None:
    with pytest.raises(LineError, match=r"before 10\.0"):
        read_runbook("itl reset localkey", OLD, frozenset())


def test_every_deed_knows_its_line() -> None:
    stages = read_runbook(night("# tonight", "regen TVS @ all", "wave"), GROUND, frozenset())
    assert [(stage.where, stage.text) for stage in stages] == [("line 2", "regen TVS @ all")] * 3 + [("line 3", "wave")]


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        stages = read_runbook(text, GROUND, frozenset())
    except RefusedError as error:
        assert error.advice
    else:
        assert all(stage.where.startswith("line ") for stage in stages)


WORDS = [
    "regen",
    "restart",
    "wave",
    "complete",
    "group",
    "A",
    "@",
    "all",
    "pub",
    "TVS",
    "tftp",
    "wait",
    "sync",
    "#",
    "\n",
]


@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_any_words_of_the_language_are_read_or_refused(words: list[str]) -> None:
    try:
        read_runbook(" ".join(words), GROUND, frozenset())
    except LineError as error:
        assert error.what.startswith("Line ")
