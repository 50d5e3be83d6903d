"""The night that a plan comes to: its acts, and those of its gates that wait for phones and for nodes.

Other gates only keep steps from being taken; the proof does without them, so that it holds however they judge.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ringtrust.change import night
from ringtrust.change.act import (
    AboutLists,
    AboutStores,
    Act,
    AwaitNotification,
    ClientCtl,
    Delete,
    HandOver,
    IssueLscs,
    Regenerate,
    ResetCtl,
    ResetItl,
    ResetPhones,
    Restart,
    SetMode,
    SetRollback,
    StartService,
    StopService,
    TakeBackup,
    UpdateCtl,
)
from ringtrust.change.gate import (
    CtlMatches,
    Gate,
    ListsEmptied,
    ListsMatch,
    ListsResigned,
    LscsRenewed,
    PhonesCurrent,
    RollbackIs,
    Synchronised,
)
from ringtrust.change.ground import item
from ringtrust.change.plan import Plan, Step
from ringtrust.prove.frame import CTL, ROLLBACK

RESTORE: Final = "restore"
"""The phase of a step by which a person restores a backup (R4)."""
_HANDED_OVER: Final[Mapping[str, tuple[night.Deed, ...]]] = {
    "backup": (night.BackUp(),),
    "runbook": (night.BackUp(),),
    RESTORE: (night.Restore(),),
}


def night_of(plan: Plan) -> tuple[night.Stage, ...]:
    """Its deeds, step by step."""
    return night_of_steps(plan.steps)


def night_of_steps(steps: Iterable[Step]) -> tuple[night.Stage, ...]:
    """The same of steps that are no plan yet."""
    found = tuple(steps)
    last = next((step.number for step in reversed(found) if isinstance(step.act, IssueLscs)), 0)
    return tuple(stage for step in found for stage in _stages(step, every_lsc=step.number == last))


def _stages(step: Step, *, every_lsc: bool) -> Iterator[night.Stage]:
    """Only the last batch of LSCs waits for every one."""
    where = f"step {step.number}"
    for deed in _waits(step.before):
        yield night.Stage(where, f"before it: {_waited(deed)}", deed)
    for deed in _deeds(step.act, step.phase):
        yield night.Stage(where, step.title, deed)
    for deed in _waits(step.after):
        if every_lsc or not isinstance(deed, night.IssueLscs):
            yield night.Stage(where, f"after it: {_waited(deed)}", deed)


def _deeds(act: Act, phase: str) -> Iterator[night.Deed]:
    match act:
        case Regenerate(unit=unit, node=node):
            yield night.Renew(unit, node)
        case Restart(service=service, node=node):
            yield night.Stop(service, node)
            yield night.Start(service, node)
        case ResetPhones(group=group):
            yield night.Wave(canary=bool(group))
        case Delete() | AwaitNotification():
            yield from _cleaned(act)
        case StopService() | StartService():
            yield (night.Stop if isinstance(act, StopService) else night.Start)(act.service, act.node)
        case TakeBackup() | HandOver():
            yield from (night.BackUp(),) if isinstance(act, TakeBackup) else _HANDED_OVER.get(phase, ())
        case SetRollback(value=value):
            yield night.SetRollback(value)
        case _:
            yield _secured(act)


def _cleaned(act: AboutStores) -> Iterator[night.Deed]:
    """A wait only takes time: nothing has to have arrived by then."""
    if isinstance(act, Delete):
        yield night.Delete(act.store, act.file, act.node)


def _secured(act: AboutLists | IssueLscs) -> night.Deed:
    match act:
        case UpdateCtl() | ClientCtl():
            return night.UpdateCtl()
        case ResetCtl():
            return night.ResetCtl()
        case ResetItl():
            return night.ResetItl()
        case SetMode(mixed=mixed):
            return night.SetMode(mixed)
        case IssueLscs():
            return night.IssueLscs()


def _waits(gates: Iterable[Gate]) -> Iterator[night.Deed]:
    """What they wait for, once for each kind in their order."""
    found: dict[night.Deed, None] = {}
    for gate in gates:
        match gate.condition:
            case Synchronised(unit=unit, node=node):
                found[night.Arrive(item(unit, node))] = None
            case RollbackIs():
                found[night.Arrive(ROLLBACK)] = None
            case ListsMatch() | ListsEmptied() | ListsResigned() as lists:
                emptied, anew = isinstance(lists, ListsEmptied), isinstance(lists, ListsResigned)
                found[night.MatchLists(emptied, anew)] = None
            case CtlMatches():
                found[night.Arrive(CTL)] = None
            case LscsRenewed():
                found[night.IssueLscs(complete=True)] = None
            case PhonesCurrent(only=only):
                found[night.Wave(complete=True, canary=bool(only))] = None
            case _:
                pass
    yield from found


def _waited(deed: night.Deed) -> str:
    match deed:
        case night.Arrive(place=place):
            return f"{f'the {place} of now' if place == CTL else place} has got to every node"
        case night.IssueLscs():
            return "every phone has its new LSC"
        case night.MatchLists(emptied=emptied, anew=anew):
            holds = "holds the certificates of now" + (", signed by the recovery key" if anew else "")
            return f"every list {'is empty' if emptied else holds}"
        case night.Wave(canary=True):
            return "every phone of the canary holds the list of now"
        case _:
            return "every phone holds the list of now"
