"""What people decide from another terminal, at any point of a run: pause, resume, abort, approve, override."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from msgspec.structs import replace

from ringtrust.apply.due import owed
from ringtrust.apply.news import Finished, Held, News, Overridden, StoppedAtGate, StoppedByPerson
from ringtrust.change.decision import What
from ringtrust.change.outcome import Failed, NotYet, Passed, Verdict
from ringtrust.errors import RefusedError
from ringtrust.journal.records import ABORTED, Looked
from ringtrust.journal.who import person
from tests.apply.world import ACTS, PLAN, STEPS, Killed, MortalJournal, World
from tests.journal.material import a_plan
from tests.support.live import live

PATIENT = a_plan(
    *(
        replace(
            step,
            before=tuple(replace(gate, patience=7200) for gate in step.before),
            after=tuple(replace(gate, patience=7200) for gate in step.after),
        )
        for step in STEPS
    )
)
WAITING = NotYet(("it is shut",))
SHUT = Failed(("it will stay shut",))


def _points() -> int:
    """How many points there are at which somebody may decide something on the way through the plan."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        asyncio.run(world.apply(PLAN))
        return world.points


POINTS = range(2, _points() + 1)  # before that the run is not in the journal, so that nobody can name it


def _wait_then(world: World, times: int, decide: Callable[[], None]) -> None:
    """What somebody does once the tool has waited so often."""
    waited = iter(range(1, 10_000))
    world.timer.meanwhile = lambda: decide() if next(waited) == times else None


def _acts_between(world: World, begin: What, end: What | None) -> list[object]:
    """The acts that were meant after somebody had decided one thing, and before somebody decided another."""
    log = world.log[world.log.index(("decided", begin)) + 1 :]
    log = log[: log.index(("decided", end))] if end is not None and ("decided", end) in log else log
    return [what for kind, what in log if kind == "intent"]


def _looked(world: World) -> tuple[Looked, ...]:
    with closing(MortalJournal(world)) as journal:
        return journal.looked(journal.run(1))


@pytest.mark.parametrize("point", POINTS)
@live
async def test_nothing_is_begun_while_it_is_paused_whenever_somebody_pauses_it(tmp_path: Path, point: int) -> None:
    world = World(tmp_path)
    world.at_point[point] = lambda: world.decide("pause", why="lunch")
    _wait_then(world, 3, lambda: world.decide("resume"))
    ending, told = await world.apply(PLAN)
    assert isinstance(ending, Finished)
    assert world.done() == ACTS
    # One that was about to be meant when the decision fell is brought to its end.
    assert len(_acts_between(world, "pause", "resume")) <= 1
    held = [each for each in told if isinstance(each, Held)]
    assert [each.why for each in held] in ([], [f"bert@server has paused it at {_at(world)} UTC: lunch"])
    assert bool(held) == (("decided", "resume") in world.log)


def _at(world: World) -> str:
    with closing(MortalJournal(world)) as journal:
        return f"{journal.decisions(journal.run(1))[0].at:%Y-%m-%d %H:%M}"


@live
async def test_a_pause_while_a_gate_is_waited_for_holds_what_comes_behind_it(tmp_path: Path) -> None:
    """The gate before an act may be waited for long: then the gates are looked at anew before it."""
    world = World(tmp_path)
    world.shown[30] = [*[WAITING] * 4, Passed()]
    times = iter(range(100))

    def meanwhile() -> None:
        match next(times):
            case 1:
                world.decide("pause")
            case 9:
                world.decide("resume")

    world.timer.meanwhile = meanwhile
    ending, told = await world.apply(PATIENT)
    assert isinstance(ending, Finished)
    assert _acts_between(world, "pause", "resume") == []
    assert [each.step.number for each in told if isinstance(each, Held)] == [3]
    assert ("gate", 30) in world.log[world.log.index(("decided", "resume")) :]


@pytest.mark.parametrize("point", POINTS)
@live
async def test_an_abort_ends_it_before_the_next_act_and_says_what_is_due(tmp_path: Path, point: int) -> None:
    world = World(tmp_path)
    world.at_point[point] = lambda: world.decide("abort", why="the phones are needed")
    ending, _ = await world.apply(PLAN)
    if isinstance(ending, Finished):
        assert world.done() == ACTS
        return
    assert isinstance(ending, StoppedByPerson)
    assert "bert@server has ended it at" in ending.evidence[0]
    assert "the phones are needed" in ending.evidence[0]
    assert len(_acts_between(world, "abort", None)) <= 1
    await _is_gone_on_with(world, ending)


async def _is_gone_on_with(world: World, ending: StoppedByPerson) -> None:
    """What is due is not forgotten: it can be gone on with. Where nothing is, the plan is over."""
    with closing(MortalJournal(world)) as journal:
        run = journal.run(1)
        assert ending.owed == (() if run.over else owed(run, journal))
        assert run.over == (not ending.owed)
        assert run.ending == (ABORTED if run.over else "")
    if not ending.owed:
        with pytest.raises(RefusedError, match="ended by a person") as caught:
            await world.apply(PLAN)
        assert "scan and plan anew" in caught.value.advice
        return
    again, _ = await world.apply(PLAN)
    assert isinstance(again, StoppedByPerson)  # nobody has said that it may go on
    world.decide("resume")
    again, _ = await world.apply(PLAN)
    assert isinstance(again, Finished)
    assert world.done() == ACTS


@pytest.mark.parametrize("place", ["before", "after"])
@live
async def test_an_abort_ends_a_gate_that_is_waited_for_and_is_told_as_what_it_is(tmp_path: Path, place: str) -> None:
    world = World(tmp_path)
    world.shown[30 if place == "before" else 31] = [WAITING]
    _wait_then(world, 2, lambda: world.decide("abort"))
    ending, _ = await world.apply(PATIENT)
    assert isinstance(ending, StoppedByPerson)
    assert ending.step.number == 3
    assert world.timer.seconds < 3600
    assert [each.title for each in ending.owed] == [each.title for each in STEPS[2 if place == "before" else 3 : 4]]


# --- approval ---


@live
async def test_nothing_is_done_before_another_person_has_agreed(tmp_path: Path) -> None:
    world = World(tmp_path)
    times = iter(range(100))

    def meanwhile() -> None:
        match next(times):
            case 1:
                world.decide("approve", f"{person()}@elsewhere")
            case 3:
                assert world.done() == []
                assert [kind for kind, _ in world.log] == ["decided"]
                world.decide("approve", "bert@server")

    world.timer.meanwhile = meanwhile
    ending, told = await world.apply(PLAN, approvals=1)
    assert isinstance(ending, Finished)
    assert [each.why for each in told if isinstance(each, Held)] == ["it waits for another person to approve it"]
    with closing(MortalJournal(world)) as journal:
        assert [each.by for each in journal.decisions(journal.run(1))] == [f"{person()}@elsewhere", "bert@server"]


@live
async def test_two_persons_are_two_and_not_one_at_two_machines(tmp_path: Path) -> None:
    world = World(tmp_path)
    words = iter(["bert@server", "bert@laptop", "cora@laptop"])
    world.timer.meanwhile = lambda: world.decide("approve", next(words))
    ending, told = await world.apply(PLAN, approvals=2)
    assert isinstance(ending, Finished)
    assert next(words, "") == ""
    waits = [each.why for each in told if isinstance(each, Held)]
    assert waits == ["it waits for 2 other persons to approve it", "it waits for another person to approve it"]


@live
async def test_whoever_has_agreed_can_pause_it_before_it_begins(tmp_path: Path) -> None:
    world = World(tmp_path)

    def agree_and_pause() -> None:
        world.decide("approve")
        world.decide("pause")

    world.at_point[POINTS[0]] = agree_and_pause
    world.timer.meanwhile = lambda: world.decide("resume")
    ending, told = await world.apply(PLAN, approvals=1)
    assert isinstance(ending, Finished)
    assert "paused" in next(each.why for each in told if isinstance(each, Held))


@pytest.mark.parametrize("kill", range(1, 9))
@live
async def test_killed_while_it_is_held_it_is_held_again(tmp_path: Path, kill: int) -> None:
    world = World(tmp_path)
    world.kill_at = kill

    def no_longer() -> None:
        raise Killed

    _wait_then(world, 4, no_longer)
    with pytest.raises(Killed):
        await world.apply(PLAN, approvals=1)
    world.kill_at = -1
    assert world.done() == []
    _wait_then(world, 2, lambda: world.decide("approve"))
    ending, told = await world.apply(PLAN, approvals=1)
    assert isinstance(ending, Finished)
    assert any(isinstance(each, Held) for each in told)
    assert world.done() == ACTS


# --- override ---


@pytest.mark.parametrize("shown", [WAITING, SHUT], ids=["waited for", "failed"])
@live
async def test_a_gate_that_a_person_lets_pass_stands_in_the_journal_with_the_name(
    tmp_path: Path, shown: Verdict
) -> None:
    world = World(tmp_path)
    world.shown[31] = [shown]
    world.at_point[POINTS[0]] = lambda: world.decide("override", step=3, gate="G-DRS", why="the backup is on tape")
    ending, told = await world.apply(PATIENT)
    assert isinstance(ending, Finished)
    assert [(each.by, each.verdict) for each in _looked(world) if each.by] == [("bert@server", shown)]
    [news] = [each for each in told if isinstance(each, Overridden)]
    assert (news.step.number, news.decision.why) == (3, "the backup is on tape")


@live
async def test_a_gate_that_is_waited_for_passes_at_the_next_look_once_a_person_says_so(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.shown[31] = [WAITING]
    _wait_then(world, 2, lambda: world.decide("override", step=3, gate="G-DRS", why="seen by hand"))
    ending, _ = await world.apply(PATIENT)
    assert isinstance(ending, Finished)
    assert world.timer.seconds < 3600


@pytest.mark.parametrize(("step", "code"), [(4, "G-DRS"), (2, "G-DRS"), (3, "G-CERT"), (3, "G-DR"), (0, "")])
@live
async def test_it_counts_for_that_gate_of_that_step_and_for_no_other(tmp_path: Path, step: int, code: str) -> None:
    world = World(tmp_path)
    world.shown[31] = [SHUT]
    world.at_point[POINTS[0]] = lambda: world.decide("override", step=step, gate=code, why="it is well")
    ending, _ = await world.apply(PLAN)
    assert isinstance(ending, StoppedAtGate)
    assert ending.step.number == 3
    assert [each.by for each in _looked(world) if each.by] == []


@live
async def test_a_gate_that_passes_by_itself_is_nobodys_word(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.at_point[POINTS[0]] = lambda: world.decide("override", step=3, gate="G-DRS", why="to be sure")
    ending, told = await world.apply(PLAN)
    assert isinstance(ending, Finished)
    assert {each.by for each in _looked(world)} == {""}
    assert not any(isinstance(each, Overridden) for each in told)


@live
async def test_after_it_has_stopped_there_it_goes_on_from_there(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.shown[31] = [SHUT]
    ending, _ = await world.apply(PLAN)
    assert isinstance(ending, StoppedAtGate)
    world.decide("override", step=3, gate="G-DRS", why="it is well")
    again: list[News]
    ending, again = await world.apply(PLAN)
    assert isinstance(ending, Finished)
    assert any(isinstance(each, Overridden) for each in again)
    assert world.done() == ACTS
