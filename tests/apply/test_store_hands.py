"""A certificate is deleted once, if it is the one that is meant and a copy is kept; whoever was killed looks first."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ringtrust.apply.hands import ClusterHands
from ringtrust.apply.news import Finished, StoppedAtAct
from ringtrust.apply.store_hands import NOT_THERE
from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import Act, AwaitNotification, Delete
from ringtrust.change.outcome import Done, Outcome, Refused, Unclear
from ringtrust.change.plan import Plan
from ringtrust.cluster.node import Role
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.node import NodeCli
from ringtrust.connect.platform.questions import NOTHING, Script
from ringtrust.errors import UnreadableError
from ringtrust.journal.records import Intended
from ringtrust.lab.certificates.text import dump, pem
from ringtrust.lab.platform import texts
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.plan.clean.build import clean_plan
from tests.apply.world import Killed, VirtualTimer
from tests.journal.material import NOW
from tests.support.identities import identity
from tests.support.live import live
from tests.support.night import Night, night
from tests.support.store_seeds import LATELY, LONG_AGO, made, named

STORE, FILE = "tomcat-trust", "old.pem"
OLD, OTHER = identity("pub").certificate, identity("tvs-pub").certificate
MEANT = certificate_of(OLD)
DELETE = Delete(STORE, FILE, "pub", MEANT.serial, MEANT.sha256)
WAIT = AwaitNotification(35 * 60)
SILENT = UnreadableError("The CLI of pub has been silent for 60 seconds.", advice="Log in by hand.")


class OneStore:
    """A node with one trust store, at its CLI. It `keeps` what it is told to delete; `bare`, it shows no PEM."""

    def __init__(self, *held: bytes, keeps: bool = False, bare: bool = False, silent: bool = False) -> None:
        self.files = dict(zip((FILE, "more.pem"), held, strict=False))
        self.keeps, self.bare, self.silent = keeps, bare, silent
        self.acts: list[str] = []
        self.timer = VirtualTimer(NOW + timedelta(minutes=5))

    def cli(self, address: str) -> NodeCli:
        assert address == "10.0.0.1"
        return NodeCli(self)

    async def read(self, command: str) -> str:
        if self.silent:
            raise SILENT
        if command == "show cert list trust":
            paths = ("ipsec-trust/pub.pem", *(f"{STORE}/{file}" for file in self.files))
            return "".join(f"{path}: Trust Certificate\n" for path in paths)
        shown = dump(self.files[command.rpartition("/")[2]])
        return shown.partition("-----BEGIN")[0] if self.bare else shown

    async def act(self, command: str, seconds: float, script: Script = NOTHING) -> str:
        assert seconds >= 60
        assert script.replies
        self.acts.append(command)
        if not self.keeps:
            del self.files[command.rpartition(" ")[2]]
        return texts.DELETED.format(name=FILE)

    @property
    def hands(self) -> ClusterHands:
        wire: Any = self
        return ClusterHands(Eyes(wire, [Site("pub", "10.0.0.1", Role.PUBLISHER)]), self.timer)


def _intended(act: Act = DELETE) -> Intended:
    return Intended(1, 1, 1, act, pem(OLD), NOW)


def _said(outcome: Outcome) -> str:
    return " ".join(outcome.evidence)


# --- one deletion ---


@live
async def test_the_certificate_itself_is_kept_before_it_goes() -> None:
    store = OneStore(OLD, OTHER)
    assert await store.hands.before(DELETE) == pem(OLD)
    outcome = await store.hands.carry_out(DELETE)
    assert isinstance(outcome, Done)
    assert "old.pem is gone from tomcat-trust of pub; the journal keeps it." in _said(outcome)
    assert (store.acts, store.files) == (["set cert delete tomcat old.pem"], {"more.pem": OTHER})


@live
async def test_a_file_that_has_become_another_certificate_stays() -> None:
    store = OneStore(OTHER)
    outcome = await store.hands.carry_out(DELETE)
    assert isinstance(outcome, Refused)
    assert "old.pem is another certificate by now: it stays." in _said(outcome)
    assert (store.acts, store.files) == ([], {FILE: OTHER})


@live
async def test_of_a_node_that_shows_no_pem_nothing_is_deleted() -> None:
    store = OneStore(OLD, bare=True)
    with pytest.raises(UnreadableError, match=r"pub shows no PEM of tomcat-trust/old\.pem") as caught:
        await store.hands.before(DELETE)
    assert "Without a copy a deletion cannot be undone" in caught.value.advice
    assert isinstance(await store.hands.carry_out(DELETE), Unclear)
    assert store.acts == []


@live
async def test_where_it_is_gone_already_there_is_nothing_to_do() -> None:
    store = OneStore()
    assert await store.hands.before(DELETE) == NOT_THERE
    outcome = await store.hands.carry_out(DELETE)
    assert isinstance(outcome, Done)
    assert "there was nothing to delete" in _said(outcome)
    assert store.acts == []


@live
async def test_the_listing_tells_and_not_what_the_node_says() -> None:
    store = OneStore(OLD, keeps=True)
    outcome = await store.hands.carry_out(DELETE)
    assert isinstance(outcome, Unclear)
    assert "Successfully deleted" in _said(outcome)
    assert "old.pem is listed in tomcat-trust of pub still." in _said(outcome)
    assert len(store.acts) == 1


# --- of one of which nobody has written down what became of it ---


@pytest.mark.parametrize(
    ("held", "kind", "told"),
    [
        ((OLD,), Refused, "It has not happened: old.pem is in tomcat-trust of pub still."),
        ((), Done, "It has happened: old.pem is not in tomcat-trust of pub any more."),
        ((OTHER,), Done, "It has happened"),
    ],
)
@live
async def test_a_look_tells_what_became_of_it(held: tuple[bytes, ...], kind: type, told: str) -> None:
    store = OneStore(*held)
    outcome = await store.hands.settle(_intended())
    assert isinstance(outcome, kind)
    assert told in _said(outcome)
    assert store.acts == []


@pytest.mark.parametrize("trouble", [{"silent": True}, {"bare": True}])
@live
async def test_what_cannot_be_seen_is_waited_for_and_is_unclear_in_the_end(trouble: dict[str, bool]) -> None:
    store = OneStore(OLD, **trouble)
    assert isinstance(await store.hands.settle(_intended()), Unclear)
    assert store.acts == []
    assert round(store.timer.seconds / 60) == 30


@pytest.mark.parametrize(("minutes", "kind"), [(34, Refused), (36, Done)])
@live
async def test_half_an_hour_is_waited_whole_whoever_waits(minutes: int, kind: type) -> None:
    store = OneStore()
    store.timer = VirtualTimer(NOW + timedelta(minutes=minutes))
    assert isinstance(await store.hands.settle(_intended(WAIT)), kind)


@live
async def test_it_is_waited_as_long_as_the_plan_says() -> None:
    store = OneStore()
    assert await store.hands.before(WAIT) == ""
    assert isinstance(await store.hands.carry_out(WAIT), Done)
    assert store.timer.seconds >= WAIT.seconds


# --- a night in which the process ends between intent and outcome ---


class Dying(ClusterHands):
    """Hands of a process that is killed at its second deletion: before it has done it, or after."""

    acted = False

    def __init__(self, at: Night, eyes: Eyes, deletions: list[Delete]) -> None:
        super().__init__(eyes, at.timer)
        self._deletions = deletions

    async def carry_out(self, act: Act) -> Outcome:
        if isinstance(act, Delete):
            self._deletions.append(act)
            if len(self._deletions) == 2:
                if self.acted:
                    await super().carry_out(act)
                raise Killed
        return await super().carry_out(act)


class DyingAfter(Dying):
    """After it."""

    acted = True


async def _planned(at: Night) -> Plan:
    """Two of former days lie on every node, and are to go."""
    names = ("cm-old.campus.example", "cm-older.campus.example")
    for name, begin in zip(names, (LATELY, LONG_AGO), strict=True):
        der = made(named(name, "Campus"), begin).der
        for node in at.wire.cluster.nodes:
            node.trust(STORE, der)
    snapshot, _ = await at.scan()
    snapshot = replace(snapshot, declared=replace(snapshot.declared, former=names))
    return clean_plan(snapshot, load_catalog(), [f"{STORE}/{name}.pem" for name in names], at.timer.now())


def _lies(at: Night, act: Delete) -> bool:
    return act.file in at.wire.cluster.node(act.node).trusts[act.store]


@pytest.mark.parametrize(("kind", "again"), [(Dying, True), (DyingAfter, False)])
@live
async def test_a_process_that_was_killed_in_between_looks_and_goes_on(
    tmp_path: Path, kind: Callable[..., Dying], again: bool
) -> None:
    async with night(tmp_path) as at:
        plan = await _planned(at)
        deletions: list[Delete] = []
        _, eyes = await at.scan()
        with pytest.raises(Killed):
            await at.apply(plan, kind(at, eyes, deletions))
        last = deletions[-1]
        assert _lies(at, last) is again
        applied = await at.apply(plan, kind(at, eyes, deletions))
        assert isinstance(applied.ending, Finished), applied.ending
        assert (deletions.count(last) == 2) is again
        due = [step.act for step in plan.steps if isinstance(step.act, Delete)]
        assert list(dict.fromkeys(deletions)) == due
        assert not any(_lies(at, act) for act in due)


@live
async def test_one_that_has_become_another_since_the_plan_was_made_stops_it(tmp_path: Path) -> None:
    async with night(tmp_path) as at:
        plan = await _planned(at)
        first = next(step.act for step in plan.steps if isinstance(step.act, Delete))
        deletions: list[Delete] = []
        _, eyes = await at.scan()

        class Swapped(Dying):
            """Somebody imports another one of that name just before."""

            async def carry_out(self, act: Act) -> Outcome:
                if act == first:
                    at.wire.cluster.node(act.node).trusts[STORE][act.file] = OTHER
                return await super().carry_out(act)

        applied = await at.apply(plan, Swapped(at, eyes, deletions))
        assert isinstance(applied.ending, StoppedAtAct), applied.ending
        assert "is another certificate by now: it stays." in _said(applied.ending.outcome)
        assert at.wire.cluster.node(first.node).trusts[STORE][first.file] == OTHER
        assert deletions == [first]
