"""An act is carried out once, by one command; and whatever is not clearly said to have happened is unclear."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from ringtrust.apply.hands import ClusterHands
from ringtrust.change.act import Act, HandOver, Regenerate, ResetPhones, Restart
from ringtrust.change.outcome import Done, Outcome, Refused, Unclear
from ringtrust.cluster.node import Role
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.node import NodeCli
from ringtrust.connect.platform.questions import NOTHING, Script
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.journal.records import Intended
from ringtrust.lab.certificates.text import dump
from ringtrust.lab.platform import texts
from ringtrust.observe.eyes import Eyes, Site
from tests.apply.world import VirtualTimer
from tests.journal.material import NOW
from tests.support.identities import identity
from tests.support.live import live

OLD, NEW = certificate_of(identity("pub").certificate), certificate_of(identity("tvs-pub").certificate)
SERVICE = "Cisco Tomcat"
SILENT = UnreadableError("The CLI of pub has been silent for 60 seconds.", advice="Log in by hand.")
DENIED = RefusedError("This node knows no such command.", advice="Its release may be too old.")
RESTARTED = f"Service Manager is running\n{SERVICE}[STOPPING]\n{SERVICE}[STARTING]\n{SERVICE}[{{}}]\n"


def _shown(name: str) -> str:
    return dump(identity(name).certificate)


class MemoryCluster:
    """One node, at whose CLI certificates and answers are as a test wants them; and AXL. `typed` is what was asked."""

    def __init__(self, *answers: str | RingtrustError, shown: Sequence[str | RingtrustError] = ("pub",)) -> None:
        self.answers = list(answers)
        self.shown = list(shown)
        self.typed: list[str] = []
        self.acts: list[str] = []
        self.allowed: list[tuple[str, str]] = []
        self.now = NOW + timedelta(minutes=5)

    @property
    def axl(self) -> "MemoryCluster":
        return self

    def cli(self, address: str) -> NodeCli:
        assert address == "10.0.0.1"
        return NodeCli(self)

    def allow(self, address: str, sha256: str) -> None:
        self.allowed.append((address, sha256))

    async def read(self, command: str) -> str:
        self.typed.append(command)
        found = self.shown.pop(0) if len(self.shown) > 1 else self.shown[0]
        if isinstance(found, RingtrustError):
            raise found
        return _shown(found)

    async def act(self, command: str, seconds: float, script: Script = NOTHING) -> str:
        assert seconds > 60
        assert command.startswith("set cert regen") is bool(script.replies)
        self.acts.append(command)
        return self._answer()

    async def reset_all_phones(self) -> None:
        self.acts.append("reset")
        self._answer()

    async def reset_phones(self, names: tuple[str, ...]) -> None:
        self.acts.append(f"reset {' '.join(names)}")
        self._answer()

    def _answer(self) -> str:
        [answer] = self.answers  # a second act would be one too many
        self.answers = []
        if isinstance(answer, RingtrustError):
            raise answer
        return answer

    @property
    def hands(self) -> ClusterHands:
        wire: Any = self
        self.timer = VirtualTimer(self.now)
        return ClusterHands(Eyes(wire, [Site("pub", "10.0.0.1", Role.PUBLISHER)]), self.timer)


def _regenerate(unit: str = "tomcat") -> Regenerate:
    return Regenerate(unit, "pub", OLD.serial, OLD.sha256)


def _success(unit: str = "tomcat") -> str:
    return texts.REGENERATED.format(unit=unit)


def _said(outcome: Outcome) -> str:
    return " ".join(outcome.evidence)


RESTART = Restart(SERVICE, "pub", "tomcat")


@live
async def test_what_is_there_before_is_the_serial_number_on_the_disk() -> None:
    made = MemoryCluster()
    assert await made.hands.before(_regenerate()) == OLD.serial
    assert made.typed == ["show cert own tomcat"]
    assert await MemoryCluster(shown=[SILENT]).hands.before(HandOver("see to it")) == ""


@pytest.mark.parametrize("error", [SILENT, DENIED])
@live
async def test_what_is_there_before_is_not_guessed(error: RingtrustError) -> None:
    with pytest.raises(type(error)):
        await MemoryCluster(shown=[error]).hands.before(_regenerate())


@live
async def test_a_regeneration_is_one_command_and_tells_the_new_serial_number() -> None:
    made = MemoryCluster(_success(), shown=["tvs-pub"])
    outcome = await made.hands.carry_out(_regenerate())
    assert isinstance(outcome, Done)
    assert f"Serial {OLD.serial} is now {NEW.serial}" in _said(outcome)
    assert made.acts == ["set cert regen tomcat"]


@pytest.mark.parametrize(("unit", "allowed"), [("tomcat", [("10.0.0.1", NEW.sha256)]), ("TVS", [])])
@live
async def test_https_may_show_what_it_has_renewed_itself_and_nothing_else(
    unit: str, allowed: list[tuple[str, str]]
) -> None:
    made = MemoryCluster(_success(unit), shown=["tvs-pub"])
    assert isinstance(await made.hands.carry_out(_regenerate(unit)), Done)
    assert made.allowed == allowed


@pytest.mark.shows("S130")
@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Something that no document shows",
        _success("ipsec"),
        "Executed command unsuccessfully\n",
        "No valid command entered\nExecuted command unsuccessfully",
        SILENT,
    ],
)
@live
async def test_a_regeneration_of_which_the_node_does_not_say_that_it_succeeded_is_unclear(
    answer: str | RingtrustError,
) -> None:
    made = MemoryCluster(answer)
    outcome = await made.hands.carry_out(_regenerate())
    assert isinstance(outcome, Unclear)
    assert all(outcome.evidence)
    assert (made.acts, made.allowed) == (["set cert regen tomcat"], [])


@pytest.mark.parametrize("error", [SILENT, DENIED])
@live
async def test_a_regeneration_whose_certificate_cannot_be_looked_at_is_unclear_and_never_refused(
    error: RingtrustError,
) -> None:
    outcome = await MemoryCluster(_success(), shown=[error]).hands.carry_out(_regenerate())
    assert isinstance(outcome, Unclear)
    assert error.what in _said(outcome)


@pytest.mark.parametrize(("state", "kind"), [("STARTED", Done), ("STOPPED", Refused), ("NOTRUNNING", Refused)])
@live
async def test_a_restart_has_happened_when_the_service_runs(state: str, kind: type[Outcome]) -> None:
    made = MemoryCluster(RESTARTED.format(state))
    outcome = await made.hands.carry_out(RESTART)
    assert isinstance(outcome, kind)
    assert SERVICE in _said(outcome)
    assert made.acts == [f"utils service restart {SERVICE}"]


@pytest.mark.parametrize(("answer", "kind"), [("", Unclear), ("babble", Unclear), (SILENT, Unclear), (DENIED, Refused)])
@live
async def test_a_restart_of_which_nothing_is_said_is_unclear(answer: str | RingtrustError, kind: type[Outcome]) -> None:
    outcome = await MemoryCluster(answer).hands.carry_out(RESTART)
    assert isinstance(outcome, kind)
    assert outcome.evidence[0]


@pytest.mark.parametrize(("answer", "kind"), [("", Done), (SILENT, Unclear), (DENIED, Refused)])
@live
async def test_phones_are_reset_by_one_request(answer: str | RingtrustError, kind: type[Outcome]) -> None:
    made = MemoryCluster(answer)
    assert isinstance(await made.hands.carry_out(ResetPhones()), kind)
    assert made.acts == ["reset"]


@pytest.mark.parametrize(("answer", "kind"), [("", Done), (SILENT, Unclear), (DENIED, Refused)])
@pytest.mark.parametrize("phones", [("SEP1", "SEP2"), ()])
@live
async def test_of_a_canary_these_phones_are_reset_and_never_all(
    answer: str | RingtrustError, kind: type[Outcome], phones: tuple[str, ...]
) -> None:
    made = MemoryCluster(answer)
    assert isinstance(await made.hands.carry_out(ResetPhones("A", phones)), kind)
    assert made.acts == [f"reset {' '.join(phones)}"]


@live
async def test_what_a_person_does_is_not_done_for_him() -> None:
    made = MemoryCluster()
    assert isinstance(await made.hands.carry_out(HandOver("see to it")), Done)
    assert (made.acts, made.typed) == ([], [])


@pytest.mark.parametrize("act", [Regenerate("tomcat", "moon", "0A", ""), Restart(SERVICE, "moon", "tomcat")])
@live
async def test_a_node_that_is_none_is_refused_and_nothing_is_sent(act: Act) -> None:
    made = MemoryCluster()
    outcome = await made.hands.carry_out(act)
    assert isinstance(outcome, Refused)
    assert "moon" in _said(outcome)
    assert (made.acts, made.typed) == ([], [])


@live
async def test_success_that_is_not_to_be_seen_yet_is_unclear() -> None:
    """The next apply looks, and takes the serial number that is there then for what was made."""
    made = MemoryCluster(_success(), shown=["pub"])
    outcome = await made.hands.carry_out(_regenerate())
    assert isinstance(outcome, Unclear)
    assert f"shows the old one still, with serial {OLD.serial}" in _said(outcome)


# --- settling ---


def _intended(act: Act, before: str = OLD.serial) -> Intended:
    return Intended(1, 1, 1, act, before, NOW)


@live
async def test_the_same_serial_number_says_that_it_has_not_happened() -> None:
    made = MemoryCluster(shown=["pub"])
    outcome = await made.hands.settle(_intended(_regenerate()))
    assert isinstance(outcome, Refused)
    assert OLD.serial in _said(outcome)
    assert (made.acts, made.allowed) == ([], [])


@live
async def test_a_node_that_may_still_be_making_the_key_is_waited_for_and_not_told_to_make_another() -> None:
    made = MemoryCluster(shown=["pub", "pub", "tvs-pub"])
    made.now = NOW + timedelta(minutes=1, seconds=10)
    outcome = await made.hands.settle(_intended(_regenerate()))
    assert isinstance(outcome, Done)
    assert outcome.made == NEW.serial
    assert made.acts == []
    assert len(made.typed) == 3


@live
async def test_after_the_time_that_a_key_takes_the_same_serial_number_tells() -> None:
    made = MemoryCluster(shown=["pub"])
    made.now = NOW + timedelta(minutes=1, seconds=10)
    assert isinstance(await made.hands.settle(_intended(_regenerate())), Refused)
    assert 300 - 70 - 30 <= made.timer.seconds <= 300 - 70 + 30


@live
async def test_another_serial_number_says_that_it_has_and_https_may_show_it() -> None:
    made = MemoryCluster(shown=["tvs-pub"])
    outcome = await made.hands.settle(_intended(_regenerate()))
    assert isinstance(outcome, Done)
    assert OLD.serial in _said(outcome)
    assert NEW.serial in _said(outcome)
    assert (made.acts, made.allowed) == ([], [("10.0.0.1", NEW.sha256)])


@pytest.mark.parametrize(("error", "minutes"), [(SILENT, 30), (DENIED, 0)])
@live
async def test_what_cannot_be_looked_at_cannot_be_settled(error: RingtrustError, minutes: int) -> None:
    """A node that is silent is waited for, and not for ever; one that says no says so again."""
    made = MemoryCluster(shown=[error])
    outcome = await made.hands.settle(_intended(_regenerate()))
    assert isinstance(outcome, Unclear)
    assert error.what in _said(outcome)
    assert round(made.timer.seconds / 60) == minutes


@live
async def test_a_node_that_is_down_at_the_moment_is_waited_for() -> None:
    made = MemoryCluster(shown=[SILENT, SILENT, "tvs-pub"])
    assert isinstance(await made.hands.settle(_intended(_regenerate())), Done)
