"""A step begins only where it, and all that it leaves open, ends while a window is open."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.apply.window import (
    Go,
    Nights,
    NoNight,
    NotBefore,
    Over,
    Timetable,
    TooLong,
    durations_of,
    may_begin,
)
from ringtrust.change.act import (
    Regenerate,
    ResetPhones,
    Restart,
    SetRollback,
    StartService,
    StopService,
    is_a_persons,
)
from ringtrust.change.plan import Plan, Step, Strategy
from ringtrust.change.rehearsal import FORMAT, Rehearsal, StepRun, read_rehearsal, write_rehearsal
from ringtrust.change.window import Span, parse_window
from ringtrust.errors import RefusedError
from ringtrust.plan.build import Wish
from ringtrust.plan.costs import costs, minutes_of
from ringtrust.plan.due import due
from tests.plan.material import CALLMANAGER, PUB, RELEASES, SUB1, TAKEN, TFTP, V9, campus, planned, step_of

SATURDAY = parse_window("Sat 22:00-06:00 UTC")
EVENING = datetime(2026, 6, 6, 22, tzinfo=UTC)
MORNING = EVENING + timedelta(hours=8)
ALL = planned(campus(V9), "all")
STRATEGIES: tuple[Strategy, ...] = ("type", "tftp", "fewest", "rollback")
PLANS = [planned(campus(V9), "all", wish=Wish(None, strategy)) for strategy in STRATEGIES] + [
    planned(campus(version), "all") for version in RELEASES
]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def all_of(plan: Plan, seconds: float) -> dict[int, float]:
    """Every step takes so long."""
    return {step.number: seconds for step in plan.steps}


def rehearsal(plan: Plan, *runs: tuple[int, float]) -> Rehearsal:
    steps = tuple(StepRun(number, "", "", 0, seconds, 1, "", ()) for number, seconds in runs)
    return Rehearsal(
        format=FORMAT,
        cluster=plan.cluster,
        version=plan.version,
        goal=plan.goal,
        plan=plan.digest,
        made=TAKEN,
        began=TAKEN,
        played_by="",
        differences=(),
        on_the_wire=False,
        faults=(),
        finished=True,
        seconds=0,
        least=0,
        most=0,
        applies=1,
        stops=(),
        steps=steps,
        waves=(),
        samples=(),
        muster=(),
    )


def test_without_a_window_any_time_is_good() -> None:
    assert isinstance(may_begin(ALL.steps[0], ALL, durations_of(ALL), (), EVENING), Go)


def test_before_its_window_a_step_waits_and_behind_the_last_one_it_does_not_begin() -> None:
    table = Timetable(ALL, all_of(ALL, 60), [SATURDAY])
    assert table.may_begin(ALL.steps[0], EVENING - minutes(1)) == NotBefore(EVENING)
    assert table.may_begin(ALL.steps[0], EVENING) == Go(60, 1)
    assert table.may_begin(ALL.steps[0], MORNING) == NotBefore(EVENING + timedelta(days=7))
    once = parse_window("2026-06-06T22:00 .. 2026-06-07T06:00 UTC")
    assert Timetable(ALL, all_of(ALL, 60), [once]).may_begin(ALL.steps[0], MORNING) == Over()


def test_a_renewal_begins_only_where_its_restarts_and_its_wave_end_in_time() -> None:
    """CallManager of the publisher: renewed, three restarts, a wave. Each takes ten minutes."""
    step = step_of(ALL, Regenerate, unit="CallManager", node=PUB)
    wave = next(each for each in ALL.steps if each.number > step.number and isinstance(each.act, ResetPhones))
    assert wave.number == step.number + 4
    table = Timetable(ALL, all_of(ALL, 600), [SATURDAY])
    assert table.may_begin(step, MORNING - minutes(50)) == Go(3000, wave.number)
    assert table.may_begin(step, MORNING - minutes(49)) == TooLong(
        MORNING, 3000, wave.number, (EVENING + timedelta(days=7),), owed=False
    )
    assert table.may_begin(wave, MORNING - minutes(10)) == Go(600, wave.number)
    late = table.may_begin(wave, MORNING - minutes(9))
    assert isinstance(late, TooLong)
    assert late.owed, "it is due from what was done: whoever decides should know"


def test_renewals_that_change_together_are_one() -> None:
    first, last = (step_of(ALL, Regenerate, unit="tomcat", node=node).number for node in (PUB, "sub2"))
    table = Timetable(ALL, all_of(ALL, 60), [SATURDAY])
    assert table.may_begin(ALL.steps[first - 1], EVENING) == Go(60 * (last - first + 1 + 3), last + 3)


def test_a_service_is_not_stopped_where_it_could_not_be_started_again() -> None:
    plan = planned(campus(V9), "all", wish=Wish(None, "tftp"))
    table = Timetable(plan, all_of(plan, 60), [SATURDAY])
    stop, start = (step_of(plan, kind, service=TFTP, node=PUB) for kind in (StopService, StartService))
    assert table.may_begin(stop, EVENING) == Go(60 * (start.number - stop.number + 1), start.number)
    before = plan.steps[stop.number - 2]
    assert isinstance(before.act, ResetPhones)
    assert table.may_begin(before, EVENING) == Go(60, before.number), "what is stopped next may wait"


def test_while_the_rollback_parameter_is_set_nothing_ends() -> None:
    plan = planned(campus(V9), "all", wish=Wish(None, "rollback"))
    table = Timetable(plan, all_of(plan, 60), [SATURDAY])
    begins = next(step for step in plan.steps if step.act == SetRollback(value=True))
    wave = [step for step in plan.steps if isinstance(step.act, ResetPhones)][-1]
    for step in plan.steps[begins.number - 1 : wave.number]:
        found = table.may_begin(step, EVENING)
        assert isinstance(found, Go)
        assert found.last == wave.number


@pytest.mark.parametrize("plan", PLANS, ids=[*STRATEGIES, *RELEASES])
def test_whenever_a_window_ends_nothing_is_owed_that_was_begun_in_it(plan: Plan) -> None:
    """A plan that is carried out step by step, in windows of every length, stops only where nothing is due."""
    durations = {step.number: 60.0 * (step.number % 7 + 1) for step in plan.steps}
    for length in range(30, 480, 7):
        until = EVENING + minutes(length)
        table = Timetable(plan, durations, [parse_window(f"2026-06-06T22:00 .. {until:%Y-%m-%dT%H:%M} UTC")])
        now, done = EVENING, 0
        for step in plan.steps:
            if not isinstance(table.may_begin(step, now), Go):
                break
            now, done = now + timedelta(seconds=durations[step.number]), step.number
        assert now <= until
        stopped = [step.act for step in plan.steps[:done] if isinstance(step.act, StopService)]
        started = [step.act for step in plan.steps[:done] if isinstance(step.act, StartService)]
        assert len(stopped) == len(started)
        renewals = [step for step in plan.steps[:done] if isinstance(step.act, Regenerate)]
        for behind in (each for step in renewals for each in due(plan, step.number)):
            assert behind.number <= done or isinstance(behind.act, StopService)
        assert sum(isinstance(step.act, SetRollback) for step in plan.steps[:done]) in {0, 2}


def test_durations_are_those_of_the_rehearsal_else_the_most_that_is_predicted() -> None:
    predicted = durations_of(ALL)
    assert round(sum(predicted.values()) / 60) == costs(ALL.steps).most
    restart = step_of(ALL, Restart, service=CALLMANAGER, node=SUB1)
    assert predicted[restart.number] == minutes_of(restart).most * 60 == 600
    found = durations_of(ALL, rehearsal(ALL, (restart.number, 42.5), (1, 0.5)))
    assert found == {**predicted, restart.number: 42.5}
    assert is_a_persons(ALL.steps[0].act), "and nobody sits at a twin: a person takes what is predicted"


def test_the_rehearsal_of_another_plan_says_nothing_of_this_one() -> None:
    with pytest.raises(RefusedError, match="the rehearsal of another plan") as caught:
        durations_of(ALL, rehearsal(PLANS[1], (1, 1.0)))
    assert "ringtrust rehearse" in caught.value.advice


def test_a_rehearsal_is_read_as_it_was_written_and_nothing_else_is_one() -> None:
    made = rehearsal(ALL, (1, 1.5))
    assert read_rehearsal(write_rehearsal(made)) == made
    for data in (b"", b"{}", b'{"format": "ringtrust.plan/6"}', b'{"format": "ringtrust.rehearsal/1"}', b"\xff"):
        with pytest.raises(RefusedError):
            read_rehearsal(data)


@given(st.binary(max_size=99) | st.integers(0, 400).map(lambda place: write_rehearsal(rehearsal(ALL))[:place]))
def test_whatever_the_bytes_there_is_a_rehearsal_or_a_refusal(data: bytes) -> None:
    with pytest.raises(RefusedError):
        read_rehearsal(data)


# How many windows it takes.


def test_a_plan_that_fits_takes_one_window_and_a_longer_one_goes_on_in_the_next() -> None:
    now = EVENING - timedelta(days=1)
    short = Timetable(ALL, all_of(ALL, 60), [SATURDAY]).nights(now)
    assert short == Nights(1, EVENING, EVENING + minutes(len(ALL.steps)))
    long = Timetable(ALL, all_of(ALL, 1200), [SATURDAY]).nights(now)  # fourteen hours
    assert isinstance(long, Nights)
    assert (long.count, long.opens) == (2, EVENING)
    assert EVENING + timedelta(days=7) < long.ends <= MORNING + timedelta(days=7)
    assert Timetable(ALL, all_of(ALL, 60), ()).nights(now) == Nights(1, now, now + minutes(len(ALL.steps)))


def test_a_window_that_is_too_far_gone_is_not_counted() -> None:
    table = Timetable(ALL, all_of(ALL, 600), [SATURDAY])  # seven hours
    assert table.nights(EVENING + minutes(30)) == Nights(1, EVENING + minutes(30), EVENING + minutes(450))
    late = table.nights(EVENING + minutes(90))
    assert late == Nights(1, EVENING + minutes(10080), EVENING + minutes(10080 + 420))


def test_what_fits_into_no_window_to_come_is_named() -> None:
    found = Timetable(ALL, all_of(ALL, 6 * 3600), [SATURDAY]).nights(EVENING)
    assert isinstance(found, NoNight)
    assert isinstance(found.step.act, Regenerate)
    assert found.last > found.step.number
    once = parse_window("2026-06-06T22:00 .. 2026-06-07T06:00 UTC")
    assert isinstance(Timetable(ALL, all_of(ALL, 1200), [once]).nights(EVENING), NoNight)
    assert Timetable(ALL, all_of(ALL, 60), [once]).nights(MORNING) == Over()


@given(st.integers(-3000, 3000), st.floats(1, 4000), st.integers(0, len(ALL.steps) - 1))
def test_what_may_begin_ends_in_time_and_what_may_not_would_not(minute: int, seconds: float, place: int) -> None:
    now, step = EVENING + minutes(minute), ALL.steps[place]
    found = Timetable(ALL, all_of(ALL, seconds), [SATURDAY]).may_begin(step, now)
    span = Span(EVENING, MORNING) if now < MORNING else Span(EVENING + minutes(10080), MORNING + minutes(10080))
    match found:
        case Go(needs=needs):
            assert span.start <= now
            assert now + timedelta(seconds=needs) <= span.end
        case NotBefore(instant=instant):
            assert now < instant == span.start
        case TooLong(until=until, needs=needs, fits=fits):
            assert until == span.end < now + timedelta(seconds=needs)
            assert bool(fits) == (needs <= 8 * 3600)
        case Over():
            pytest.fail("there is a window every week")


def test_a_step_that_is_not_of_the_plan_s_own_kind_counts_for_itself_alone() -> None:
    alone: Step = ALL.steps[0]
    plan = replace(ALL, steps=(alone,))
    assert Timetable(plan, {1: 5.0}, [SATURDAY]).may_begin(alone, EVENING) == Go(5.0, 1)
