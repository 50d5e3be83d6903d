"""Mixed mode: the proof and the lab name the same phones, those that are lost and those that cannot register."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrust.change.proof import Refuted
from ringtrust.lab.stranded import Fate
from tests.prove.differential.compare import compared
from tests.prove.differential.nights import Down, Happening, Mend, Off, On, Pass, Told
from tests.prove.differential.test_histories import weather
from tests.prove.differential.worlds import KINDS, RELEASES, Shape, ground
from tests.prove.nights import night, proved_on

PHONES = len(KINDS)
EXAMPLES = 1_500 if "RINGTRUST_SOAK" in os.environ else 60
"""Eight phones each, of every kind: 480 histories, and 12,000 in `make soak`."""

SHAPES = [
    Shape(release, nodes, tftp, groups, mixed=True)
    for release in RELEASES
    for nodes, tftp, groups in (
        (2, 1, (("sub1", "pub"), ("sub1",))),
        (3, 1, (("sub1", "sub2"), ("sub2",))),
        (3, 2, (("sub1", "sub2"), ("sub2", "pub"))),
    )
]
SERVICES = ("tftp", "tvs", "callmanager", "capf")


def _units(release: str) -> list[str]:
    return ["CallManager", "TVS", "CAPF", *([] if release == "9.1" else ["ITLRecovery"])]


def lines(shape: Shape) -> st.SearchStrategy[str]:
    """A line of a runbook that this cluster can carry out."""
    nodes = ("pub", "sub1", "sub2")[: shape.nodes]
    where = st.sampled_from([*nodes, "all"])
    resets = [] if shape.release == "9.1" else ["ctl reset localkey", "itl reset localkey"]
    return st.one_of(
        st.builds("regen {} @ {}".format, st.sampled_from(("CallManager", "TVS")), where),
        st.builds("regen {} @ pub".format, st.sampled_from(_units(shape.release))),
        st.builds("restart {} @ {}".format, st.sampled_from(SERVICES[:3]), where),
        st.sampled_from(["ctl update", "ctl update", "lsc renew", "lsc renew complete", "restart capf @ pub", *resets]),
        st.sampled_from(["wait sync", "wave complete", "wave", "backup"]),
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[Shape, tuple[Happening, ...]]:
    """A night line by line, or the renewal of everything with steps left out; and what happens meanwhile."""
    shape = draw(st.sampled_from(SHAPES))
    if draw(st.booleans()):
        happening = st.one_of(lines(shape), lines(shape), weather(shape))
        return shape, tuple(draw(st.lists(happening, min_size=1, max_size=12)))
    program: list[Happening] = []
    for unit in draw(st.permutations(_units(shape.release))):
        where = "pub" if unit in {"CAPF", "ITLRecovery"} else "all"
        steps = [f"regen {unit} @ {where}", "wait sync", "ctl update", "wait sync", "restart callmanager @ all"]
        steps += ["restart tvs @ all", "restart tftp @ all", "wave complete"]
        program += [step for step in steps if step.startswith("regen") or draw(st.integers(0, 3))]
    for what in draw(st.lists(weather(shape), max_size=4)):
        program.insert(draw(st.integers(0, len(program))), what)
    return shape, tuple(program)


@settings(max_examples=EXAMPLES, deadline=None)
@given(histories())
def test_the_proof_and_the_lab_name_the_same_phones_in_mixed_mode(history: tuple[Shape, tuple[Happening, ...]]) -> None:
    compared(history[0], PHONES, history[1])


THREE = (("sub1", "sub2"), ("sub2", "sub1"))
RESTARTS = ("restart callmanager @ all", "restart tvs @ all", "restart tftp @ all")
H13 = ("regen CallManager @ all", "wait sync", *RESTARTS, "wave")
H17 = ("regen CAPF @ pub", "wait sync", "ctl update", "restart capf @ pub", *RESTARTS, "wave complete")
H04 = ("regen CallManager @ pub", "wait sync", "regen ITLRecovery @ pub", "ctl reset localkey", "wait sync", "wave")


def lost_and_out(told: Told) -> tuple[set[int], set[int]]:
    """Which phones, by their numbers, somebody has to walk to in the end, and which cannot register."""
    last = {seen.phone: seen for seen in told.seen}
    gone = {number for number, seen in last.items() if seen.fate is not Fate.REACHABLE}
    return gone, {number for number, seen in last.items() if seen.bar} - gone


SECURE = {number for number, kind in enumerate(KINDS * 2) if kind.secure}
WITHOUT_TVS = {number for number, kind in enumerate(KINDS * 2) if not kind.tvs}


@pytest.mark.parametrize("release", ["9.1", "11.5", "12.5", "15.0"])
def test_h13_skipping_the_ctl_update_puts_the_secure_phones_out_that_the_proof_names(release: str) -> None:
    """All of them, on every release; and nobody else."""
    shape = Shape(release, 3, 1, THREE, mixed=True)
    verdict = proved_on(night(*H13), ground(shape)).verdict
    assert isinstance(verdict, Refuted)
    gone, out = lost_and_out(compared(shape, PHONES, H13))
    assert out | gone == SECURE
    assert sum(story.count for story in verdict.stories) == len(SECURE)


@pytest.mark.parametrize("release", ["11.5", "12.5", "15.0"])
def test_h04_itlrecovery_after_callmanager_strands_the_devices_without_tvs_that_the_proof_names(release: str) -> None:
    shape = Shape(release, 3, 1, THREE, mixed=True)
    verdict = proved_on(night(*H04), ground(shape)).verdict
    assert isinstance(verdict, Refuted)
    assert {story.phones.partition(",")[2] for story in verdict.stories if not story.unregistered} == {
        " without TVS, secure by CAPF"
    }
    gone, _ = lost_and_out(compared(shape, PHONES, H04))
    assert gone == WITHOUT_TVS


@pytest.mark.parametrize("release", ["11.5", "12.5", "15.0"])
def test_h17_cleaning_capf_trust_early_puts_out_who_has_an_lsc_of_it(release: str) -> None:
    """One phone is off while the others get their new LSCs: it alone is out, and without new LSCs all are."""
    shape = Shape(release, 3, 1, THREE, mixed=True)
    (clean,) = {copy.file for copy in ground(shape).copies if copy.certificate == "CAPF@pub#0"}
    deletion = f"delete CallManager-trust/{clean} @ all"
    by_lsc = {number for number, kind in enumerate(KINDS * 2) if kind.lsc}
    early = (*H17, deletion, "wait sync", *RESTARTS)
    verdict = proved_on(night(*early), ground(shape)).verdict
    assert isinstance(verdict, Refuted)
    assert all(story.unregistered for story in verdict.stories)
    assert lost_and_out(compared(shape, PHONES, early)) == (set(), by_lsc)
    one_off = (*H17, Off(0), "lsc renew", deletion, "wait sync", *RESTARTS)
    assert lost_and_out(compared(shape, PHONES, one_off)) == (set(), set())


@pytest.mark.parametrize("release", ["11.5", "12.5", "15.0"])
def test_a_ctl_with_an_itlrecovery_of_before_is_none_of_now_before_other_nodes_hear_of_it_too(release: str) -> None:
    shape = Shape(release, 2, 1, (("sub1", "pub"), ("sub1",)), mixed=True)
    compared(shape, PHONES, ("regen CallManager @ pub", "ctl update", "regen ITLRecovery @ pub"))


def test_a_phone_registers_by_the_itl_of_the_second_tftp_node_while_the_first_is_down() -> None:
    """The proof does not count on it: phones take the list of the first one again when that is back."""
    shape = Shape("9.1", 3, 2, (("sub1", "sub2"), ("sub2", "pub")), mixed=True)
    night = ("regen CallManager @ all", Pass(10.0), "backup", Down(0), On(0), "wave", "regen TVS @ all", Down(0))
    compared(shape, PHONES, (*night, Mend(2), "regen TVS @ pub", "regen CallManager @ sub1", "regen TVS @ pub"))
