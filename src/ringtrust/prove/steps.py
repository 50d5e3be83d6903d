"""The night that a plan comes to: its acts, and those of its gates that wait for phones and for nodes.

Other gates only keep steps from being taken; the proof does without them, so that it holds however they judge.
"""

from collections.abc import Iterable, Iterator

from ringtrust.change import night
from ringtrust.change.act import (
    Act,
    HandOver,
    Regenerate,
    ResetPhones,
    Restart,
    SetRollback,
    StartService,
    StopService,
)
from ringtrust.change.gate import Gate, ListsEmptied, ListsMatch, PhonesCurrent, RollbackIs, Synchronised
from ringtrust.change.ground import item
from ringtrust.change.plan import Plan, Step
from ringtrust.prove.frame import ROLLBACK

_BACKUPS = ("backup", "runbook")


def night_of(plan: Plan) -> tuple[night.Stage, ...]:
    """Its deeds, step by step."""
    return night_of_steps(plan.steps)


def night_of_steps(steps: Iterable[Step]) -> tuple[night.Stage, ...]:
    """The same of steps that are no plan yet."""
    return tuple(stage for step in steps for stage in _stages(step))


def _stages(step: Step) -> Iterator[night.Stage]:
    where = f"step {step.number}"
    for deed in _waits(step.before):
        yield night.Stage(where, f"before it: {_waited(deed)}", deed)
    for deed in _deeds(step.act, step.phase):
        yield night.Stage(where, step.title, deed)
    for deed in _waits(step.after):
        yield night.Stage(where, f"after it: {_waited(deed)}", deed)


def _deeds(act: Act, phase: str) -> Iterator[night.Deed]:
    match act:
        case Regenerate(unit=unit, node=node):
            yield night.Renew(unit, node)
        case Restart(service=service, node=node):
            yield night.Stop(service, node)
            yield night.Start(service, node)
        case ResetPhones():
            yield night.Wave()
        case StopService() | StartService():
            yield (night.Stop if isinstance(act, StopService) else night.Start)(act.service, act.node)
        case HandOver():
            yield from (night.BackUp(),) if phase in _BACKUPS else ()
        case SetRollback(value=value):
            yield night.SetRollback(value)


def _waits(gates: Iterable[Gate]) -> Iterator[night.Deed]:
    """What they wait for, once for each kind in their order."""
    found: dict[night.Deed, None] = {}
    for gate in gates:
        match gate.condition:
            case Synchronised(unit=unit, node=node):
                found[night.Arrive(item(unit, node))] = None
            case RollbackIs():
                found[night.Arrive(ROLLBACK)] = None
            case ListsMatch() | ListsEmptied():
                found[night.MatchLists(isinstance(gate.condition, ListsEmptied))] = None
            case PhonesCurrent():
                found[night.Wave(complete=True)] = None
            case _:
                pass
    yield from found


def _waited(deed: night.Deed) -> str:
    match deed:
        case night.Arrive(place=place):
            return f"{place} has got to every node"
        case night.MatchLists(emptied=emptied):
            return f"every list {'is empty' if emptied else 'holds the certificates of now'}"
        case _:
            return "every phone holds the list of now"
