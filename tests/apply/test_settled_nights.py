"""On the wire: an act between which and its outcome the tool was killed is settled by what the cluster shows."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from ringtrust.apply.hands import ClusterHands
from ringtrust.apply.news import Finished
from ringtrust.change.act import Act, ResetPhones, Restart, StartService, StopService, is_a_persons
from ringtrust.change.outcome import Done, Outcome, Refused
from ringtrust.cluster.names import TFTP_SERVICE, TOMCAT_SERVICE, TVS_SERVICE
from ringtrust.journal.records import Intended
from ringtrust.lab.state import reboot
from tests.apply.world import Killed
from tests.support.clusters import PHONES
from tests.support.live import live
from tests.support.night import Night, night


async def _intended(made: Night, hands: ClusterHands, act: Act) -> Intended:
    before = await hands.before(act)
    assert 0 < len(before) < 400
    return Intended(1, 1, 1, act, before, made.timer.now())


async def _hands(made: Night) -> ClusterHands:
    return ClusterHands((await made.scan())[1], made.timer)


@pytest.mark.parametrize(
    "act",
    [
        Restart(TFTP_SERVICE, "sub1", "CallManager"),
        Restart(TOMCAT_SERVICE, "sub1", "tomcat"),
        StopService(TVS_SERVICE, "sub2"),
        ResetPhones(),
    ],
    ids=["a restart", "a restart of Tomcat", "a stop", "a reset of phones"],
)
@live
async def test_an_act_that_did_not_happen_is_done_and_one_that_did_is_recorded_as_done(
    tmp_path: Path, act: Act
) -> None:
    async with night(tmp_path) as made:
        hands = await _hands(made)
        lost = await _intended(made, hands, act)
        assert isinstance(await hands.settle(lost), Refused)

        lost = await _intended(made, hands, act)
        assert isinstance(await hands.carry_out(act), Done)
        after_kill = await _hands(made)
        assert isinstance(await after_kill.settle(lost), Done)
        await made.wire.advance(7200)
        assert isinstance(await after_kill.settle(lost), Done)


@live
async def test_a_service_that_runs_already_need_not_be_started_once_more(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        hands = await _hands(made)
        await made.stop(TVS_SERVICE, "sub1")
        lost = await _intended(made, hands, StartService(TVS_SERVICE, "sub1"))
        assert isinstance(await hands.settle(lost), Refused)
        await made.start(TVS_SERVICE, "sub1")
        assert isinstance(await hands.settle(lost), Done)


@live
async def test_a_node_that_is_down_when_it_is_looked_at_is_waited_for(tmp_path: Path) -> None:
    """It restarts as a whole: then every service of it has started anew."""
    async with night(tmp_path, seconds=5) as made:
        hands = await _hands(made)
        act = Restart(TFTP_SERVICE, "sub1", "CallManager")
        lost = await _intended(made, hands, act)
        reboot.reboot(made.wire.cluster, made.wire.cluster.node("sub1"))
        began = made.timer.monotonic()
        outcome = await hands.settle(lost)
        assert isinstance(outcome, Done), outcome
        assert made.timer.monotonic() - began >= reboot.SECONDS


@live
async def test_a_reset_is_settled_though_the_clocks_of_nodes_and_ours_differ(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        clocks = made.wire.cluster.trouble.clock_off
        clocks |= {"sub1": timedelta(minutes=5), "sub2": -timedelta(hours=4)}
        hands = await _hands(made)
        for act in (ResetPhones(), Restart(TVS_SERVICE, "sub2", "TVS")):
            lost = await _intended(made, hands, act)
            assert isinstance(await hands.settle(lost), Refused)
            assert isinstance(await hands.carry_out(act), Done)
            assert isinstance(await hands.settle(lost), Done)


class _Dying(ClusterHands):
    """Hands whose process is killed at every act: when it has happened, or `early`, before it was sent.

    `sent` is what was sent to the cluster and `intended` what was about to be, by all processes.
    """

    early = False
    sent: list[Act]
    intended: list[Act]

    async def carry_out(self, act: Act) -> Outcome:
        self.intended.append(act)
        if self.early and len(self.intended) % 2:
            raise Killed
        self.sent.append(act)
        outcome = await super().carry_out(act)
        if self.early:
            return outcome
        raise Killed


@pytest.mark.skipif(
    "RINGTRUST_SOAK" not in os.environ, reason="the kill test says it in fewer minutes; make soak has both"
)
@pytest.mark.parametrize("early", [False, True], ids=["when it has happened", "before it was sent"])
@live
async def test_a_tool_that_is_killed_at_every_act_does_each_once_and_skips_none(tmp_path: Path, early: bool) -> None:
    async with night(tmp_path) as made:
        plan = await made.plan("CallManager@sub1", "tomcat@sub1")
        acts = [step.act for step in plan.steps if not is_a_persons(step.act)]
        sent: list[Act] = []
        intended: list[Act] = []
        ending, kills = None, 0
        while ending is None:
            hands = _Dying((await made.scan())[1], made.timer, plan.phones)
            hands.early, hands.sent, hands.intended = early, sent, intended
            try:
                ending = (await made.apply(plan, hands)).ending
            except Killed:
                kills += 1
        assert isinstance(ending, Finished)
        assert kills == len(acts)
        assert sent == acts
        assert len(intended) == len(acts) * (2 if early else 1)
        assert made.current() == PHONES
