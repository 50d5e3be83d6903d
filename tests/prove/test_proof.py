"""A proof can be checked by anybody, without the search; one that was changed, or that claims too much, cannot pass."""

import msgspec
import pytest
from msgspec.structs import replace

from ringtrust.change.proof import Holds, Proof, Reach, Refuted, read_proof, sealed_proof, write_proof
from ringtrust.errors import RefusedError
from ringtrust.prove.check import flaws
from ringtrust.prove.prove import examined
from ringtrust.report.proofs import proof_lines
from tests.plan.material import V9, V12, campus
from tests.prove.nights import night, proved

STEP = ("wait sync", "restart tvs @ all", "restart tftp @ all", "wave complete")
GOOD = night("regen CallManager @ all", *STEP, "regen TVS @ all", *STEP)
BAD = GOOD.replace("wave complete", "wave")


@pytest.mark.parametrize("text", [GOOD, BAD, "", "backup\n"])
@pytest.mark.parametrize("version", [V9, V12])
@pytest.mark.parametrize("basis", ["documented", "mechanism"])
def test_what_was_proved_is_right_after_it_was_written_and_read(text: str, version: str, basis: str) -> None:
    proof = proved(text, campus(version), "documented" if basis == "documented" else "mechanism")
    again = read_proof(write_proof(proof))
    assert again == proof
    assert flaws(again) == ()
    assert write_proof(again) == write_proof(proof)


def test_an_edited_proof_is_seen() -> None:
    proof = proved(GOOD, campus(V9))
    assert "edited" in flaws(replace(proof, states=1))[0]


def holding(proof: Proof) -> Holds:
    assert isinstance(proof.verdict, Holds)
    return proof.verdict


def test_a_proof_that_leaves_a_holding_out_is_wrong() -> None:
    proof = proved(GOOD, campus(V9))
    verdict = holding(proof)
    for place, reach in enumerate(verdict.reach):
        if len(reach.holdings) > 1:
            less = replace(reach, holdings=reach.holdings[1:])
            changed = (*verdict.reach[:place], less, *verdict.reach[place + 1 :])
            assert flaws(sealed_proof(replace(proof, verdict=replace(verdict, reach=changed))))


def test_a_proof_that_begins_with_nothing_is_wrong() -> None:
    proof = proved(GOOD, campus(V9))
    nothing = replace(holding(proof), reach=(Reach("group A", 0, ()), Reach("group B", 0, ())))
    assert any("in the beginning" in flaw for flaw in flaws(sealed_proof(replace(proof, verdict=nothing))))


def test_a_night_that_strands_cannot_be_given_a_proof_that_it_holds() -> None:
    good, bad = proved(GOOD, campus(V9)), proved(BAD, campus(V9))
    assert flaws(sealed_proof(replace(bad, verdict=good.verdict)))
    assert flaws(sealed_proof(replace(good, verdict=bad.verdict)))


def test_a_story_that_cannot_be_told_is_wrong() -> None:
    proof = proved(BAD, campus(V9))
    assert isinstance(proof.verdict, Refuted)
    story = proof.verdict.stories[0]
    for other in (
        replace(story, before=0),
        replace(story, before=10_000),
        replace(story, phones="group Z"),
        replace(story, first=replace(story.first, sasts=frozenset({"CallManager@pub#7"}))),
    ):
        assert flaws(sealed_proof(replace(proof, verdict=Refuted((other,), ()))))
    assert flaws(sealed_proof(replace(proof, verdict=Refuted((), ()))))


def test_a_proof_says_what_it_claims_and_what_it_assumes() -> None:
    proof = proved(GOOD, campus(V9), "documented")
    said = "\n".join(proof_lines(proof, explain=True))
    assert said.startswith("HOLDS: night.txt on campus (version 9.1.2.12901-3), basis documented.")
    assert f"{proof.states:,} states" in said
    assert "I1 Between any two deeds" in said
    assert "I2 CallManager, TVS and ITLRecovery" in said
    assert "Any one node may be down for any time" in said


def test_eighty_thousand_phones_cost_no_more_than_eight() -> None:
    few = proved(GOOD, campus(V9))
    classes = tuple(replace(each, phones=40_000) for each in few.ground.classes)
    many = examined(replace(few.ground, classes=classes), few.night)
    assert sum(found.states for found in many) == few.states


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"{", b'{"format": "ringtrust.plan/2"}', b"\xff"])
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        read_proof(data)
    assert caught.value.advice


def test_a_proof_of_another_form_is_refused() -> None:
    other = msgspec.json.encode({"format": "ringtrust.proof/99"})
    with pytest.raises(RefusedError, match="another ringtrust"):
        read_proof(other)
