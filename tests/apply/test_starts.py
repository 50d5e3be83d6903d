"""A restart of which nobody wrote down what became is settled by start times: of one node, by its own clock."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.apply.hands import ClusterHands
from ringtrust.change.act import Restart, StartService, StopService
from ringtrust.change.outcome import Done, Outcome, Refused, Unclear
from ringtrust.cluster.doors import Door
from ringtrust.cluster.node import Role, Service
from ringtrust.connect.ports import UNTOLD, Uptime
from ringtrust.connect.web import LoginRefusedError
from ringtrust.errors import UnreadableError
from ringtrust.journal.records import Intended
from ringtrust.observe.eyes import Eyes, Site
from tests.apply.world import VirtualTimer
from tests.journal.material import NOW
from tests.support.live import live

SERVICE = "Cisco Tftp"
OLD, NEW = "Tue Nov 24 11:00:00 2026", "Tue Nov 24 14:01:00 2026"
AN_HOUR = 3600
DOWN = UnreadableError("pub:8443 cannot be reached: connection refused.", advice="Check the network.")
REFUSED = LoginRefusedError("pub:8443 does not take the user or the password.")
RESTART, START, STOP = Restart(SERVICE, "pub", ""), StartService(SERVICE, "pub"), StopService(SERVICE, "pub")

Seen = Uptime | UnreadableError


def up(since: str = OLD, seconds: int = AN_HOUR, state: str = "STARTED") -> Uptime:
    """The service as Control Center shows it; of one that does not run it tells no time."""
    return Uptime(Service(SERVICE, state), *((since, seconds) if state == "STARTED" else ("", UNTOLD)))


class MemoryNode:
    """Control Center of a node, which shows one after the other and then the last for ever, and its CLI."""

    def __init__(self, *shown: Seen, listed: str = "STARTED", doors: frozenset[Door] = frozenset(Door)) -> None:
        self.shown = list(shown)
        self.listed = listed
        self.doors = doors
        self.asked: list[str] = []
        self.timer = VirtualTimer(NOW)
        wire: Any = self
        self.hands = ClusterHands(Eyes(wire, [Site("pub", "10.0.0.1", Role.PUBLISHER)]), self.timer)

    @property
    def control_center(self) -> "MemoryNode":
        return self

    def cli(self, address: str) -> "MemoryNode":
        assert address == "10.0.0.1"
        return self

    async def uptimes(self, address: str) -> tuple[Uptime, ...]:
        assert address == "10.0.0.1"
        self.asked.append("control center")
        found = self.shown.pop(0) if len(self.shown) > 1 else self.shown[0]
        if isinstance(found, UnreadableError):
            raise found
        return Uptime(Service("Cisco CallManager", "STARTED"), NEW, 1), found

    async def services(self) -> tuple[Service, ...]:
        self.asked.append("cli")
        return (Service(SERVICE, self.listed),)

    async def settle(self, act: Restart | StartService | StopService, before: str, minutes: float = 10) -> Outcome:
        """As a process that was started so many minutes after the act was intended."""
        return await self.hands.settle(Intended(1, 1, 1, act, before, NOW - timedelta(minutes=minutes)))


async def _before(shown: Seen) -> str:
    return await MemoryNode(shown).hands.before(RESTART)


def _said(outcome: Outcome) -> str:
    return " ".join(outcome.evidence)


@live
async def test_before_an_act_the_state_and_the_start_time_are_written_down_by_one_question() -> None:
    made = MemoryNode(up())
    before = await made.hands.before(RESTART)
    assert "STARTED" in before
    assert OLD in before
    assert made.asked == ["control center"]


@live
async def test_where_control_center_is_down_a_plan_goes_on_and_the_journal_says_that_nobody_knows() -> None:
    made = MemoryNode(DOWN)
    before = await made.hands.before(RESTART)
    assert DOWN.what.rstrip(".") in before
    assert len(before) < 400


@live
async def test_a_later_start_time_says_that_it_has_happened_and_the_same_that_it_has_not() -> None:
    before = await _before(up())
    assert isinstance(await MemoryNode(up(NEW, 500)).settle(RESTART, before), Done)
    not_yet = MemoryNode(up(seconds=AN_HOUR + 600))
    outcome = await not_yet.settle(RESTART, before)
    assert isinstance(outcome, Refused)
    assert OLD in _said(outcome)
    assert not_yet.asked == ["control center"]


@live
async def test_a_clock_that_was_set_meanwhile_makes_no_restart_of_what_has_been_up_all_the_time() -> None:
    """Where a node reckons the start from how long it has been up, the start moves with its clock."""
    before = await _before(up())
    assert isinstance(await MemoryNode(up(NEW, AN_HOUR + 600)).settle(RESTART, before), Refused)


@live
async def test_a_node_that_has_just_been_told_is_given_the_time_to_begin() -> None:
    before = await _before(up())
    made = MemoryNode(up(), up(), up(state="STOPPED"), up(state="STARTING"), up(NEW, 4))
    assert isinstance(await made.settle(RESTART, before, minutes=0), Done)
    idle = MemoryNode(up())
    assert isinstance(await idle.settle(RESTART, before, minutes=0), Refused)
    assert 60 <= idle.timer.seconds <= 100


@pytest.mark.parametrize("state", ["STARTING", "STOPPING"])
@live
async def test_a_node_that_is_still_at_it_is_waited_for_and_not_for_ever(state: str) -> None:
    before = await _before(up())
    ends = MemoryNode(*[up(state=state)] * 20, up(NEW, 4))
    assert isinstance(await ends.settle(RESTART, before), Done)
    never = MemoryNode(up(state=state))
    outcome = await never.settle(RESTART, before)
    assert isinstance(outcome, Unclear)
    assert state in _said(outcome)
    assert 1800 <= never.timer.seconds <= 1860


@pytest.mark.parametrize("state", ["STARTING", "STOPPING"])
@live
async def test_a_service_that_was_on_its_way_already_comes_up_without_the_act(state: str) -> None:
    """Some releases restart the service of what was renewed: that it runs then says nothing of the restart (AL15)."""
    outcome = await MemoryNode(up(NEW, 500)).settle(RESTART, await _before(up(state=state)))
    assert isinstance(outcome, Refused)
    assert "nobody can tell" in _said(outcome)


@live
async def test_a_service_that_was_stopped_and_not_started_again_is_started_by_doing_it_once_more() -> None:
    before = await _before(up())
    outcome = await MemoryNode(up(state="STOPPED")).settle(RESTART, before)
    assert isinstance(outcome, Refused)
    assert "STOPPED" in _said(outcome)


@pytest.mark.parametrize(
    ("act", "state", "kind"),
    [(START, "STARTED", Done), (START, "STOPPED", Refused), (STOP, "STOPPED", Done), (STOP, "STARTED", Refused)],
)
@live
async def test_a_start_and_a_stop_are_settled_by_the_state(
    act: StartService | StopService, state: str, kind: type[Outcome]
) -> None:
    assert isinstance(await MemoryNode(up(state=state)).settle(act, await _before(up())), kind)
    only_cli = MemoryNode(DOWN, listed=state, doors=frozenset({Door.CLI}))
    assert isinstance(await only_cli.settle(act, await only_cli.hands.before(act)), kind)
    assert set(only_cli.asked) == {"cli"}


@live
async def test_control_center_that_comes_back_is_waited_for_and_tells() -> None:
    before = await _before(up())
    assert isinstance(await MemoryNode(DOWN, DOWN, up(NEW, 9)).settle(RESTART, before), Done)


@live
async def test_tomcat_that_does_not_come_up_is_seen_by_the_cli_and_restarted() -> None:
    before = await _before(up())
    assert isinstance(await MemoryNode(DOWN, listed="STOPPED").settle(RESTART, before), Refused)


@live
async def test_control_center_that_stays_away_leaves_it_unclear() -> None:
    outcome = await MemoryNode(DOWN).settle(RESTART, await _before(up()))
    assert isinstance(outcome, Unclear)
    assert "Control Center" in _said(outcome)


@pytest.mark.parametrize(("seconds", "kind"), [(300, Done), (AN_HOUR, Refused), (590, Refused)])
@live
async def test_where_nobody_knew_the_start_before_it_tells_how_long_the_service_has_been_up(
    seconds: int, kind: type[Outcome]
) -> None:
    """Intended ten minutes ago: what has been up for five was started since, what for an hour was not."""
    outcome = await MemoryNode(up(NEW, seconds)).settle(RESTART, await _before(DOWN))
    assert isinstance(outcome, kind)
    assert ("nobody can tell" in _said(outcome)) is (seconds == 590)


@live
async def test_where_control_center_may_not_be_asked_nobody_can_tell_and_the_journal_says_so() -> None:
    made = MemoryNode(DOWN, doors=frozenset({Door.CLI}))
    outcome = await made.settle(RESTART, await made.hands.before(RESTART))
    assert isinstance(outcome, Refused)
    assert "nobody can tell" in _said(outcome)
    assert "once more" in _said(outcome)


@live
async def test_a_login_that_was_refused_is_not_sent_again_at_every_step() -> None:
    made = MemoryNode(REFUSED)
    before = [await made.hands.before(RESTART) for _ in range(5)]
    assert REFUSED.what.rstrip(".") in before[0]
    assert isinstance(await made.settle(RESTART, before[0]), Refused)
    assert made.asked.count("control center") == 1


@live
async def test_what_an_older_ringtrust_wrote_down_settles_by_how_long_the_service_has_been_up() -> None:
    assert isinstance(await MemoryNode(up(NEW, 300)).settle(RESTART, ""), Done)


@given(st.text(max_size=60), st.text(max_size=60), st.integers(-1, 10**9), st.text(max_size=80))
def test_no_text_of_a_node_or_a_journal_is_an_error(since: str, later: str, seconds: int, journal: str) -> None:
    before = asyncio.run(_before(up(since)))
    for written in (before, journal):
        outcome = asyncio.run(MemoryNode(up(later, seconds)).settle(RESTART, written))
        assert isinstance(outcome, Done | Refused | Unclear)
        assert outcome.evidence
