"""What holds after every history, whatever went wrong in it. Each check gives what it has found, in sentences."""

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from typing import Final

from sqlalchemy import select

from ringtrust.apply.due import is_stuck
from ringtrust.apply.news import Finished, StoppedAtGate, StoppedByPerson
from ringtrust.change.act import (
    Act,
    IssueLscs,
    Regenerate,
    ResetCtl,
    ResetPhones,
    Restart,
    SetMode,
    StartService,
    StopService,
    UpdateCtl,
    is_a_persons,
)
from ringtrust.change.outcome import Done, Passed, Refused
from ringtrust.change.plan import Plan, Step
from ringtrust.errors import RefusedError
from ringtrust.journal import kinds
from ringtrust.journal.check import check_journal
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import FINISHED, Carried, Intended, Looked, Run
from ringtrust.journal.tables import ENTRY
from tests.apply.faults.history import KILLED, History, Stop, Told
from tests.apply.faults.town import Deed
from tests.apply.faults.weather import BY_OTHERS

_START_SERVICES: Final = ("node-down", "service-crashes", "start-fails", "phones-off", "rollback")
_VERBS: Final[dict[type, str]] = {Restart: "restart", StopService: "stop", StartService: "start"}


def violations(history: History, told: Told) -> list[str]:
    """Everything that does not hold; nothing is expected."""
    if told.plan is None:
        return []
    with closing(Journal(told.folder / "journal.db")) as journal:
        run = _first(journal)
        found = [*_stranded(told, told.plan), *_statuses(told, run, journal)]
        if run is None:
            return [
                *found,
                *(f"The lab saw {each.what}, and no run of it is in the journal." for each in told.town.deeds),
            ]
        kept = _Kept(journal, run, told)
        return [*found, *kept.twice(), *kept.complete(), *_goes_on(told, run, journal)]


def _first(journal: Journal) -> Run | None:
    with suppress(RefusedError):
        return journal.run(1)
    return None


def excused(told: Told) -> bool:
    """Whether phones may be lost by what others did, or by a gate that somebody has overridden."""
    return any(told.happened[each] for each in (*BY_OTHERS, "override"))


def _stranded(told: Told, plan: Plan) -> Iterator[str]:
    """Nobody is stranded who was not announced, wherever the plan is left."""
    announced = {each.name for each in plan.stragglers}
    for place, stop in enumerate(told.stops, 1):
        lost = stop.lost - announced
        if lost and not excused(told):
            yield f"After apply {place} these phones are lost, and nobody had said so: {sorted(lost)}."


def _statuses(told: Told, run: Run | None, journal: Journal) -> Iterator[str]:
    """0 only when all is done, 2 and 3 only when nothing was done, 4 only when it can go on."""
    before = 0
    for place, stop in enumerate(told.stops, 1):
        last = place == len(told.stops)
        match stop.status:
            case 0 if not isinstance(stop.ending, Finished):
                yield f"Apply {place} ended with 0, and is not done: {stop.words}"
            case 2 if stop.deeds != before and not isinstance(stop.ending, StoppedByPerson):
                yield f"Apply {place} was refused with 2, and has acted: {stop.words}"
            case 3 if stop.deeds:
                yield f"Apply {place} ended with 3, and {stop.deeds} acts were done before: {stop.words}"
            case 4 if last and run is not None and run.over:
                yield f"Apply {place} ended with 4, and can never go on: {stop.words}"
            case 0 | 2 | 3 | 4 | 137:
                pass
            case _:
                yield f"Apply {place} ended with {stop.status}: {stop.words}"
        before = stop.deeds
    if (
        told.finished
        and not excused(told)
        and (behind := told.town.behind() & set(told.plan.phones if told.plan else ()))
    ):
        yield f"It ended with 0, and these phones do not hold what is served now: {sorted(behind)}."


def _goes_on(told: Told, run: Run, journal: Journal) -> Iterator[str]:
    """Once everything is mended, it comes to its end, unless a person or somebody else's renewal is in the way."""
    last = told.stops[-1]
    if run.over or told.finished or _is_in_the_way(told, run, journal):
        return
    if not _has_begun(journal, run) and last.status in {2, 3}:
        return
    yield f"Everything is mended, and it does not come to its end: {last.words}"


def _is_in_the_way(told: Told, run: Run, journal: Journal) -> bool:
    return bool(told.happened["renewed"]) and (is_stuck(run, journal) or _is_about_others(told.stops[-1]))


def _is_about_others(stop: Stop) -> bool:
    """Whether it waits for what somebody else has renewed to be loaded: no plan restarts for that."""
    return isinstance(stop.ending, StoppedAtGate)


def _has_begun(journal: Journal, run: Run) -> bool:
    return bool(journal.carried(run) or journal.open_intents(run))


class _Kept:
    """One run: what the journal has of it, and what the lab saw."""

    def __init__(self, journal: Journal, run: Run, told: Told) -> None:
        self._journal = journal
        self._run = run
        self._town = told.town
        self._told = told
        self._carried = journal.carried(run)
        self._open = journal.open_intents(run)
        self._steps = {step.number: step for step in run.plan.steps}

    def twice(self) -> Iterator[str]:
        """No act twice: one deed for each intent, and no second intent where the first has come to something."""
        for number, intent in enumerate(self._town.intents):
            deeds = [each for each in self._town.deeds if each.intent == number]
            if len(deeds) > (2 if isinstance(intent.act, IssueLscs) else 1):
                yield f"Step {intent.step} was meant once, and done {len(deeds)} times: {deeds}."
            yield from (
                f"Step {intent.step} is {intent.act}, and {each.what} was done."
                for each in deeds
                if not _fits(intent.act, each)
            )
        for step in self._steps.values():
            yield from self._again(step)

    def _again(self, step: Step) -> Iterator[str]:
        tries = [each for each in self._carried if each.intended.step == step.number]
        deeds = [
            each
            for each in self._town.deeds
            if each.intent >= 0 and self._town.intents[each.intent].step == step.number
        ]
        if isinstance(step.act, Regenerate) and len(deeds) > 1:
            yield f"Step {step.number} has renewed {len(deeds)} times."
        for each in tries[:-1]:
            if not isinstance(each.outcome, Refused) and not isinstance(step.act, ResetPhones | IssueLscs):
                yield f"Step {step.number} was {each.outcome}, and meant once more."
        yield from self._denied(step, tries)
        if tries and isinstance(tries[-1].outcome, Done) and not deeds and not self._by_another_way(step):
            yield f"Step {step.number} is done by the journal, and the lab saw nothing: {tries[-1].outcome}"

    def _by_another_way(self, step: Step) -> bool:
        """Whether the same has come about without the tool: a service starts when its node boots, and so do phones."""
        kinds = ("renewed",) if isinstance(step.act, Regenerate) else _START_SERVICES
        return any(self._told.happened[each] for each in kinds)

    def _denied(self, step: Step, tries: Sequence[Carried]) -> Iterator[str]:
        """The journal says of nothing that it has not happened, when it has."""
        places = [place for place, each in enumerate(self._town.intents) if each.step == step.number]
        for each, place in zip(tries, places, strict=False):
            done = any(deed.intent == place for deed in self._town.deeds)
            said = each.outcome.evidence if isinstance(each.outcome, Refused) else ()
            denied = any(text.startswith(("It has not happened:", "It has not happened.")) for text in said)
            if done and denied:
                yield f"Step {step.number} has happened, and the journal says: {each.outcome.evidence}"

    def complete(self) -> Iterator[str]:
        """The journal is complete."""
        yield from (f"The chain does not hold: {each}" for each in check_journal(self._journal.store).breaks)
        yield from (f"The lab saw {each.what} without an intent." for each in self._town.deeds if each.intent < 0)
        written = len(self._carried) + len(self._open)
        if written < len(self._town.intents):
            yield f"{len(self._town.intents)} intents were written, and {written} are in the journal."
        if len(self._open) > 1 or (self._open and self._told.finished):
            yield f"These acts have no outcome: {[each.step for each in self._open]}."
        yield from self._gates()
        yield from self._ending()

    def _gates(self) -> Iterator[str]:
        """Each gate before an act that is done, and behind one that another follows, has passed, or was overridden."""
        looked = self._journal.looked(self._run)
        done = [each for each in self._carried if isinstance(each.outcome, Done)]
        for step in self._steps.values():
            mine = [each for each in done if each.intended.step == step.number]
            if mine:
                yield from self._judged(step, "before", mine[0].intended, looked)
            later = any(each.intended.step > step.number for each in done)
            if self._told.finished or later:
                yield from self._judged(step, "after", None, looked)

    @staticmethod
    def _judged(step: Step, moment: str, intended: Intended | None, looked: Sequence[Looked]) -> Iterator[str]:
        for gate in step.before if moment == "before" else step.after:
            there = [each for each in looked if (each.step, each.moment) == (step.number, moment)]
            mine = [each for each in there if type(each.condition) is type(gate.condition)]
            if not any(isinstance(each.verdict, Passed) or each.by for each in mine):
                yield f"Step {step.number}: {gate.code} {moment} it is not in the journal as passed."
            elif intended is not None and not any(each.at <= intended.at for each in mine):
                yield f"Step {step.number}: {gate.code} was judged only after the act."

    def _ending(self) -> Iterator[str]:
        last = self._told.stops[-1]
        if (self._run.ending == FINISHED) != self._told.finished and last.status != KILLED:
            yield f"The journal says {self._run.ending!r}, and apply {last.words}"
        acts = {step.number for step in self._steps.values() if not is_a_persons(step.act)}
        done = {each.intended.step for each in self._carried if isinstance(each.outcome, Done)}
        if self._run.ending == FINISHED and (left := acts - done):
            yield f"It is finished, and these steps are not done: {sorted(left)}."
        if last.status == 4 and not isinstance(last.ending, str | StoppedByPerson):
            yield from self._stopped(last)

    def _stopped(self, last: Stop) -> Iterator[str]:
        """The last word of the journal is where it has stopped."""
        with self._journal.store.writing() as connection:
            query = select(ENTRY).where(ENTRY.c.run == self._run.id, ENTRY.c.kind == kinds.name_of(kinds.Stopped))
            rows = connection.execute(query.order_by(ENTRY.c.id)).all()
        said = kinds.read(rows[-1].kind, rows[-1].body) if rows else None
        step = getattr(last.ending, "step", None)
        if not isinstance(said, kinds.Stopped) or step is None or said.step != step.number:
            yield f"Apply {last.words}, and the journal has {said}."


def _fits(act: Act, deed: Deed) -> bool:
    """Whether what the lab saw is this act."""
    return deed.what in _as_seen(act)


def _as_seen(act: Act) -> tuple[str, ...]:
    match act:
        case Regenerate(unit=unit, node=node):
            seen: tuple[str, ...] = (f"{node}: set cert regen {unit}",)
        case Restart() | StopService() | StartService():
            seen = (f"{act.node}: utils service {_VERBS[type(act)]} {act.service}",)
        case ResetPhones(group=group):
            seen = ("reset phones",) if group else ("reset all phones",)
        case IssueLscs():
            seen = ("set lsc operation", "apply phones")
        case UpdateCtl(node=node):
            seen = (f"{node}: utils ctl update CTLFile",)
        case ResetCtl(node=node):
            seen = (f"{node}: utils ctl reset localkey",)
        case SetMode(node=node, mixed=mixed):
            seen = (f"{node}: utils ctl set-cluster {'mixed' if mixed else 'non-secure'}-mode",)
        case _:
            seen = ()
    return seen
