"""A plan is carried out once, in its order, through its gates; and whenever the tool dies, it goes on as if it had not.

On a cluster in memory, with the real journal on a real disk.
"""

import asyncio
from collections import Counter
from contextlib import closing
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrust.apply.news import (
    Acted,
    Began,
    Finished,
    GaveUp,
    Judged,
    Looks,
    News,
    Resumed,
    Settled,
    StoppedAtAct,
    StoppedAtGate,
    Waiting,
)
from ringtrust.change.act import Act, HandOver, Regenerate
from ringtrust.change.outcome import Done, Failed, NotYet, Outcome, Passed, Refused, Unclear, Unknown, Verdict
from ringtrust.change.plan import Plan, Step
from ringtrust.errors import HalfWayError, RefusedError, RingtrustError, UnreadableError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import FINISHED, SUPERSEDED
from tests.apply.world import ACTS, PLAN, STEPS, UNCLEAR, Killed, Mistaken, MortalJournal, World, gate, gates_of
from tests.journal.material import NOW, a_plan
from tests.support.live import live

REGENERATE, RESTART, RESET, TVS = ACTS


def _points() -> int:
    """How many points there are at which the tool can die on its way through the plan."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        asyncio.run(world.apply(PLAN))
        return world.points


POINTS = _points()


def _last_done(world: World) -> int:
    """The number of the last step whose act has happened, by the journal."""
    with closing(Journal(world.journal)) as journal:
        runs = journal.runs(PLAN.cluster)
        carried = journal.carried(runs[0]) if runs else ()
        return max((each.intended.step for each in carried if isinstance(each.outcome, Done)), default=0)


async def _killed(world: World, at: int, by: type[BaseException] = Killed) -> None:
    """Applies the plan, and dies at a point, if there are so many."""
    world.points, world.kill_at, world.kill_by = 0, at, by
    with pytest.raises(by):
        await world.apply(PLAN)
    world.kill_at = -1


def _all_was_done_once_and_in_order(world: World) -> None:
    assert set(world.serials.values()) == {2}
    once = Counter(act for act in world.done() if isinstance(act, Regenerate))
    assert set(once.values()) == {1}
    assert [act for act, _ in groupby(world.done())] == ACTS
    assert set(world.judged()) == set(gates_of(*STEPS))


async def _finishes(world: World) -> list[News]:
    ending, told = await world.apply(PLAN)
    assert isinstance(ending, Finished)
    return told


# --- the order ---


@live
async def test_gates_before_then_the_intent_the_act_the_outcome_and_the_gates_behind_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    await _finishes(world)
    begin = world.log.index(("still", ("CallManager", "pub")))
    assert world.log[begin : begin + 8] == [
        ("still", ("CallManager", "pub")),
        ("gate", 20),
        ("before", REGENERATE),
        ("intent", REGENERATE),
        ("act", REGENERATE),
        ("outcome", REGENERATE),
        ("gate", 21),
        ("gate", 30),
    ]
    assert world.judged() == gates_of(*STEPS)
    _all_was_done_once_and_in_order(world)


@live
async def test_what_a_person_does_never_reaches_the_hands(tmp_path: Path) -> None:
    world = World(tmp_path)
    told = await _finishes(world)
    assert [what for kind, what in world.log if kind != "gate" and isinstance(what, HandOver)] == []
    assert [news.step.act for news in told if isinstance(news, Acted)] == ACTS
    assert [news.step for news in told if isinstance(news, Began)] == list(STEPS)


@live
async def test_the_journal_holds_every_act_with_what_was_there_before_and_every_gate(tmp_path: Path) -> None:
    world = World(tmp_path)
    await _finishes(world)
    with closing(Journal(world.journal)) as journal:
        [run] = journal.runs("campus")
        assert (run.plan, run.ending) == (PLAN, FINISHED)
        carried = journal.carried(run)
        assert [(each.intended.step, each.intended.act) for each in carried] == [
            (step.number, step.act) for step in STEPS if not isinstance(step.act, HandOver)
        ]
        assert [each.intended.before for each in carried] == ["1", "", "", "1"]
        looked = journal.looked(run)
        assert [(each.step, each.moment) for each in looked] == [
            (step.number, moment)
            for step in STEPS
            for moment, gates in (("before", step.before), ("after", step.after))
            for _ in gates
        ]
        assert all(isinstance(each.verdict, Passed) for each in looked)


@live
async def test_a_gate_that_is_waited_for_is_told_of(tmp_path: Path) -> None:
    world = World(tmp_path)
    slow = a_plan(Step(1, "TVS", RESTART, "", before=(gate(1, patience=60),)))
    world.shown[1] = [NotYet(("soon",)), Unknown(("silent",)), Passed(("now",))]
    ending, told = await world.apply(slow)
    assert isinstance(ending, Finished)
    assert [type(news) for news in told] == [Began, Waiting, Waiting, Judged, Acted]


# --- killed ---


@pytest.mark.parametrize(
    ("at", "by"),
    [
        *((at, Killed) for at in range(1, POINTS + 1)),
        *((at, by) for at in range(1, POINTS + 1, 8) for by in (KeyboardInterrupt, asyncio.CancelledError)),
    ],
)
def test_wherever_it_dies_it_goes_on_and_nothing_is_done_twice_or_left_out(
    tmp_path: Path, at: int, by: type[BaseException]
) -> None:
    async def night() -> None:
        world = World(tmp_path)
        await _killed(world, at, by)
        done, behind = _last_done(world), len(world.log)
        if _is_over(world):
            with pytest.raises(RefusedError):
                await world.apply(PLAN)
            _all_was_done_once_and_in_order(world)
            return
        told = await _finishes(world)
        _all_was_done_once_and_in_order(world)
        again = [what for kind, what in world.log[behind:] if kind == "gate"]
        settled = [news for news in told if isinstance(news, Settled)]
        if done and not settled:
            last = STEPS[done - 1]
            assert again[: len(last.after)] == gates_of(last)[-len(last.after) :]
        assert again == [number for number in gates_of(*STEPS) if number in again]

    asyncio.run(night())


def _is_over(world: World) -> bool:
    with closing(Journal(world.journal)) as journal:
        return any(run.over for run in journal.runs(PLAN.cluster))


@settings(max_examples=15, deadline=None)
@given(kills=st.lists(st.integers(1, POINTS // 2), max_size=8))
def test_however_often_it_dies(kills: list[int]) -> None:
    async def night(folder: Path) -> None:
        world = World(folder)
        for at in kills:
            world.points, world.kill_at = 0, at
            try:
                await world.apply(PLAN)
            except (Killed, RefusedError):
                continue
        world.kill_at = -1
        if not _is_over(world):
            await _finishes(world)
        _all_was_done_once_and_in_order(world)

    with TemporaryDirectory() as folder:
        asyncio.run(night(Path(folder)))


@live
async def test_an_act_that_has_happened_without_a_word_is_found_and_not_done_again(tmp_path: Path) -> None:
    world = World(tmp_path)

    def and_dies(act: Act) -> Outcome | None:
        world.happen(act)
        raise Killed

    world.instead[REGENERATE] = and_dies
    with pytest.raises(Killed):
        await world.apply(PLAN)
    told = await _finishes(world)
    assert [type(news) for news in told[:3]] == [Resumed, Looks, Settled]
    assert isinstance(told[2], Settled)
    assert isinstance(told[2].outcome, Done)
    _all_was_done_once_and_in_order(world)


@pytest.mark.parametrize("known", [(1, 2, 3, 4, 5, 6), (2, 3), (5,)])
@live
async def test_what_an_engine_remembers_counts_only_as_far_as_the_journal_says_the_same(
    tmp_path: Path, known: tuple[int, ...]
) -> None:
    world = World(tmp_path)
    ending, _ = await world.apply(PLAN, engine=Mistaken(*known))
    assert isinstance(ending, Finished)
    assert world.done() == ACTS


@live
async def test_a_journal_that_forgets_outcomes_ends_the_run_and_nothing_is_done_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    monkeypatch.setattr(MortalJournal, "conclude", lambda *_: None)
    with pytest.raises(HalfWayError, match="the journal does not say so of every act"):
        await world.apply(PLAN)
    assert world.done() == ACTS
    monkeypatch.undo()
    world.settled = Done(("seen on the cluster",))
    await _finishes(world)
    assert world.done() == ACTS


@live
async def test_the_gates_behind_the_last_act_are_looked_at_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.shown[40] = [Failed(("not now",)), Passed()]
    assert isinstance((await world.apply(PLAN))[0], StoppedAtGate)
    world.shown[31] = [Failed(("it has stopped meanwhile",)), Passed()]
    ending, _ = await world.apply(PLAN)
    assert isinstance(ending, StoppedAtGate)
    assert (ending.step.number, ending.gate) == (3, STEPS[2].after[0])
    behind = len(world.judged())
    told = await _finishes(world)
    assert world.judged()[behind : behind + 3] == [31, 32, 40]
    assert told[0] == Resumed(3, len(STEPS))
    _all_was_done_once_and_in_order(world)


# --- stopped ---


@pytest.mark.parametrize(
    ("number", "verdict"),
    [
        *((number, Unknown(("silent",))) for number in gates_of(*STEPS)),
        *((number, verdict) for number in (20, 31) for verdict in (Failed(("no",)), NotYet(("soon",)))),
    ],
)
@live
async def test_no_gate_is_walked_through_that_does_not_pass(tmp_path: Path, number: int, verdict: Verdict) -> None:
    world = World(tmp_path)
    world.shown[number] = [verdict, Passed()]
    ending, _ = await world.apply(PLAN)
    assert isinstance(ending, StoppedAtGate)
    assert ending.verdict == (Failed(verdict.evidence) if isinstance(verdict, NotYet) else verdict)
    assert world.judged()[-1] == number
    step = STEPS[number // 10 - 1]
    behind = step.number - (number % 10 == 0)
    assert ending.step == step
    assert world.done() == [each.act for each in STEPS[:behind] if not isinstance(each.act, HandOver)]
    assert ending.acted == bool(world.done())
    await _finishes(world)
    _all_was_done_once_and_in_order(world)


@pytest.mark.parametrize("act", ACTS)
@live
async def test_what_the_cluster_refuses_stops_it_and_is_tried_again(tmp_path: Path, act: Act) -> None:
    world = World(tmp_path)
    world.instead[act] = lambda _: Refused(("not today",))
    ending, told = await world.apply(PLAN)
    assert isinstance(ending, StoppedAtAct)
    assert (ending.step.act, ending.outcome) == (act, Refused(("not today",)))
    assert isinstance(told[-1], Acted)
    assert world.done() == ACTS[: ACTS.index(act)]
    del world.instead[act]
    assert not any(isinstance(news, Settled) for news in await _finishes(world))
    _all_was_done_once_and_in_order(world)


@pytest.mark.parametrize(("happened", "settled"), [(False, Refused), (True, Done)])
@live
async def test_what_nobody_can_tell_stops_it_and_the_next_apply_looks_first(
    tmp_path: Path, happened: bool, settled: type[Outcome]
) -> None:
    world = World(tmp_path)

    def babble(act: Act) -> Outcome:
        if happened:
            world.happen(act)
        return UNCLEAR

    world.instead[REGENERATE] = babble
    ending, _ = await world.apply(PLAN)
    assert isinstance(ending, StoppedAtAct)
    assert (ending.outcome, ending.acted) == (UNCLEAR, True)
    behind = len(world.log)
    del world.instead[REGENERATE]
    told = await _finishes(world)
    assert world.log[behind] == ("settle", REGENERATE)
    assert [type(news.outcome) for news in told if isinstance(news, Settled)] == [settled]
    _all_was_done_once_and_in_order(world)


def _dies(_: Act) -> Outcome | None:
    raise Killed


@live
async def test_what_cannot_be_settled_stops_it_again_and_nothing_is_done(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.instead[REGENERATE] = _dies
    with pytest.raises(Killed):
        await world.apply(PLAN)
    world.settled = UNCLEAR
    behind = len(world.log)
    for _ in range(3):
        ending, told = await world.apply(PLAN)
        assert isinstance(ending, StoppedAtAct)
        assert (ending.outcome, ending.step, ending.acted) == (UNCLEAR, STEPS[1], True)
        assert isinstance(told[-1], Settled)
    assert world.log[behind:] == [("settle", REGENERATE)] * 3
    world.settled = None
    del world.instead[REGENERATE]
    await _finishes(world)
    _all_was_done_once_and_in_order(world)


@pytest.mark.parametrize("error", [UnreadableError("pub is silent.", advice="Log in."), RefusedError("No such node.")])
@live
async def test_an_act_is_not_begun_while_nobody_can_tell_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: RingtrustError
) -> None:
    world = World(tmp_path)

    async def before(_: Act) -> str:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(world, "before", before)
        ending, _ = await world.apply(PLAN)
    assert isinstance(ending, StoppedAtAct)
    assert isinstance(ending.outcome, Refused)
    assert error.what in ending.outcome.evidence[0]
    assert not ending.acted
    assert not any(kind == "intent" for kind, _ in world.log)
    await _finishes(world)
    _all_was_done_once_and_in_order(world)


@pytest.mark.parametrize(
    ("act", "outcome", "acted"),
    [
        (REGENERATE, Refused(("no",)), False),
        (REGENERATE, UNCLEAR, True),
        (RESTART, Refused(("it does not come up",)), True),
        (RESET, UNCLEAR, True),
    ],
)
@live
async def test_whether_anything_may_have_changed_is_told_and_in_doubt_it_may(
    tmp_path: Path, act: Act, outcome: Outcome, acted: bool
) -> None:
    world = World(tmp_path)
    world.instead[act] = lambda _: outcome
    plan = a_plan(Step(1, "TVS", act, "", before=(gate(10),)))
    ending, _ = await world.apply(plan)
    assert isinstance(ending, StoppedAtAct)
    assert ending.acted == acted
    world.shown[10] = [Failed()]
    ending, _ = await world.apply(plan)
    assert isinstance(ending, StoppedAtGate)
    assert ending.acted == (acted and act != REGENERATE)  # the look at the serial number has shown that it had not


@live
async def test_an_outcome_that_cannot_be_written_down_is_looked_for_by_the_next_apply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)

    def full(*_: object) -> None:
        raise RingtrustError("The disk is full.", advice="Make room.")

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "conclude", full)
        ending, _ = await world.apply(PLAN)
    assert isinstance(ending, StoppedAtAct)
    assert isinstance(ending.outcome, Unclear)
    assert "The disk is full." in " ".join(ending.outcome.evidence)
    assert ending.acted
    told = await _finishes(world)
    assert [type(news.outcome) for news in told if isinstance(news, Settled)] == [Done]
    _all_was_done_once_and_in_order(world)


@live
async def test_an_act_that_cannot_be_written_down_is_not_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)

    def full(*_: object) -> None:
        raise RingtrustError("The disk is full.", advice="Make room.")

    monkeypatch.setattr(Journal, "intend", full)
    with pytest.raises(RingtrustError, match="disk is full"):
        await world.apply(PLAN)
    assert world.done() == []


# --- other runs ---


@live
async def test_a_plan_that_was_carried_out_is_not_carried_out_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    await _finishes(world)
    log, points = list(world.log), world.points
    for _ in range(2):
        with pytest.raises(RefusedError, match="carried out to its end on 2026-11-24") as caught:
            await world.apply(PLAN)
        assert caught.value.exit_status == 2
        assert "plan anew" in caught.value.advice
    assert (world.log, world.points) == (log, points)


async def _half_done(world: World, at: int = 30) -> Plan:
    world.shown[at] = [Failed(("no",))]
    assert isinstance((await world.apply(PLAN))[0], StoppedAtGate)
    return PLAN


def _other(made_in: timedelta) -> Plan:
    return a_plan(Step(1, "TVS", TVS, "It expires.", (gate(70),)), made=NOW + made_in)


@live
async def test_an_older_plan_is_refused_while_another_is_half_done(tmp_path: Path) -> None:
    world = World(tmp_path)
    await _half_done(world)
    behind = len(world.log)
    for other in (_other(timedelta(days=-3)), _other(timedelta())):
        with pytest.raises(RefusedError, match="another one has changed it since: run 1") as caught:
            await world.apply(other)
        assert "ringtrust resume 1" in caught.value.advice
    assert world.log[behind:] == []
    world.shown.clear()
    await _finishes(world)
    with pytest.raises(RefusedError, match="another one has changed it since: run 1") as caught:
        await world.apply(_other(timedelta()))
    assert caught.value.advice == "Scan and plan anew."
    assert isinstance((await world.apply(_other(timedelta(hours=1))))[0], Finished)


@live
async def test_a_run_gives_way_only_when_the_other_has_begun_to_act(tmp_path: Path) -> None:
    """What has changed nothing gives way to any plan; what is owed is owed until the other plan has really begun."""
    world = World(tmp_path)
    await _half_done(world)
    newer, newest = _other(timedelta(hours=1)), _other(timedelta(hours=2))
    world.shown[70] = [Failed(("no",))]
    assert isinstance((await world.apply(newer, instead_of=1))[0], StoppedAtGate)
    with pytest.raises(RefusedError, match=r"run 1 .*still needs: restart"):
        await world.apply(newest)
    world.shown.clear()
    await _finishes(world)
    assert isinstance((await world.apply(newest))[0], Finished)
    with closing(Journal(world.journal)) as journal:
        assert [run.ending for run in journal.runs("campus")] == [FINISHED, SUPERSEDED, FINISHED]


@pytest.mark.parametrize("at", [11, 41, 50], ids=["before the first act", "behind a wave", "before the next renewal"])
@live
async def test_a_newer_plan_takes_the_place_of_one_that_is_half_done(tmp_path: Path, at: int) -> None:
    world = World(tmp_path)
    older = await _half_done(world, at)
    newer = _other(timedelta(hours=1))
    assert isinstance((await world.apply(newer))[0], Finished)
    with closing(Journal(world.journal)) as journal:
        assert [(run.plan, run.ending) for run in journal.runs("campus")] == [(newer, FINISHED), (older, SUPERSEDED)]
    behind = len(world.log)
    with pytest.raises(RefusedError, match="gave way to a newer one"):
        await world.apply(older)
    assert world.log[behind:] == []


@live
async def test_a_plan_that_was_made_before_an_act_of_which_nobody_knows_has_not_seen_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.instead[RESTART] = _dies
    with pytest.raises(Killed):
        await world.apply(PLAN)
    with closing(Journal(world.journal)) as journal:
        [run] = journal.runs("campus")
        [carried], [intended] = journal.carried(run), journal.open_intents(run)
    between = carried.at + (intended.at - carried.at) / 2
    with pytest.raises(RefusedError, match="another one has changed it since"):
        await world.apply(_other(between - NOW))
    after = _other(intended.at - NOW + timedelta(seconds=1))
    with pytest.raises(RefusedError, match="still needs: restart Cisco CallManager on pub; reset all phones"):
        await world.apply(after)
    assert isinstance((await world.apply(after, instead_of=run.id))[0], Finished)


@live
async def test_what_was_renewed_and_is_not_loaded_yet_is_not_left_behind_by_a_newer_plan(tmp_path: Path) -> None:
    world = World(tmp_path)
    await _half_done(world)
    newer = _other(timedelta(hours=1))
    behind = len(world.log)
    for instead_of in (None, 2):
        with pytest.raises(RefusedError) as caught:
            await world.apply(newer, instead_of=instead_of)
        assert caught.value.what.endswith("still needs: restart Cisco CallManager on pub; reset all phones.")
        assert "--instead-of 1" in caught.value.advice
    assert world.log[behind:] == []
    world.shown.clear()
    told = await _finishes(world)
    assert isinstance(told[0], Resumed)
    _all_was_done_once_and_in_order(world)


@live
async def test_what_is_given_up_has_to_be_there(tmp_path: Path) -> None:
    world = World(tmp_path)
    for said, known in (("no run 7", "Leave --instead-of out."), ("no run 7", "There is: 1.")):
        with pytest.raises(RefusedError, match=said) as caught:
            await world.apply(_other(timedelta(hours=1)), instead_of=7)
        assert caught.value.advice == known
        await _half_done(world, at=50)


@live
async def test_a_run_is_given_up_half_way_by_its_number_only(tmp_path: Path) -> None:
    world = World(tmp_path)
    older = await _half_done(world)
    newer = _other(timedelta(hours=1))
    ending, told = await world.apply(newer, instead_of=1)
    assert isinstance(ending, Finished)
    assert told[0] == GaveUp(1, STEPS[2:4])
    assert world.done() == [REGENERATE, TVS]
    with pytest.raises(RefusedError, match="gave way to a newer one"):
        await world.apply(older)


@live
async def test_plans_of_other_clusters_do_not_matter(tmp_path: Path) -> None:
    world = World(tmp_path)
    await _half_done(world)
    old = a_plan(Step(1, "TVS", TVS, ""), cluster="branch", made=NOW - timedelta(days=9))
    assert isinstance((await world.apply(old))[0], Finished)


@live
async def test_a_disk_that_is_full_after_an_act_leaves_a_change_half_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    intend = Journal.intend
    intended: list[Any] = []

    def full_at_the_second(*arguments: Any) -> Any:
        intended.append(arguments)
        if len(intended) > 1:
            raise RingtrustError("The disk is full.", advice="Make room.")
        return intend(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "intend", full_at_the_second)
        with pytest.raises(HalfWayError, match="disk is full") as caught:
            await world.apply(PLAN)
    assert caught.value.exit_status == 4
    assert "call apply again" in caught.value.advice
    await _finishes(world)
