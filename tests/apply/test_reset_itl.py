"""`utils itl reset localkey` as a step: on the wire, once, and looked at when nobody knows what became of it (R1)."""

from pathlib import Path

import pytest

from ringtrust.apply.hands import ClusterHands
from ringtrust.change.act import ResetItl
from ringtrust.change.gate import ListsMatch, ListsResigned
from ringtrust.change.outcome import Done, Passed, Refused
from ringtrust.journal.records import Intended
from tests.support.clusters import START
from tests.support.live import live
from tests.support.night import brisk, night

RESET = ResetItl("pub")


@pytest.mark.parametrize(("release", "signer"), [("branch-11.5", "ITLRecovery"), ("campus-12.5", "CallManager")])
@live
async def test_it_signs_every_list_by_the_other_key_until_tftp_starts_again(
    tmp_path: Path, release: str, signer: str
) -> None:
    async with night(tmp_path, brisk(release)) as evening:
        plan = await evening.plan("ipsec")
        _, eyes = await evening.scan()
        judge, hands = await evening.judge(plan), ClusterHands(eyes, evening.timer)
        assert not isinstance(await judge.judge(ListsResigned(signer)), Passed)
        before = await hands.before(RESET)
        intended = Intended(1, 1, 1, RESET, before, START)
        assert isinstance(await hands.settle(intended), Refused)
        assert isinstance(await hands.carry_out(RESET), Done)
        assert isinstance(await judge.judge(ListsResigned(signer)), Passed)
        assert not isinstance(await judge.judge(ListsMatch()), Passed)
        assert isinstance(await hands.settle(intended), Done)


@live
async def test_a_release_without_it_says_so(tmp_path: Path) -> None:
    async with night(tmp_path, brisk("campus-9.1")) as evening:
        _, eyes = await evening.scan()
        outcome = await ClusterHands(eyes, evening.timer).carry_out(RESET)
        assert not isinstance(outcome, Done)
