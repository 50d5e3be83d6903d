"""What a plan costs: waves, restarts, minutes. No document gives minutes but those of Change Notification [INF].

They are for whoever has to name a window: least where all goes well, most where phones and nodes take their time.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from ringtrust.change.act import (
    AwaitNotification,
    Delete,
    IssueLscs,
    Regenerate,
    ResetCtl,
    ResetItl,
    ResetPhones,
    Restart,
    SetMode,
    SetRollback,
    TakeBackup,
    UpdateCtl,
    is_a_persons,
)
from ringtrust.change.gate import Gate, Synchronised
from ringtrust.change.plan import Step
from ringtrust.cluster.names import CALLMANAGER_SERVICE, TOMCAT_SERVICE
from ringtrust.plan.canary import waves_of


class Minutes(msgspec.Struct, frozen=True):
    """How long something takes, in minutes."""

    least: float
    most: float


_NOTHING: Final = Minutes(0, 0)
_RENEWAL: Final = Minutes(0.2, 3)
_RESTART: Final = Minutes(0.5, 5)
_CALLMANAGER: Final = Minutes(0.5, 10)
_WAVE: Final = Minutes(2, 30)
_PERSON: Final = Minutes(1, 20)
_BACKUP: Final = Minutes(2, 60)
_DATABASE: Final = Minutes(0.1, 5)
_NOTIFICATION: Final = Minutes(30, 40)
"""Change Notification looks every 1800 seconds (210541)."""


class Costs(msgspec.Struct, frozen=True):
    """All of it; `without_https` at most."""

    waves: int
    restarts: int
    least: int
    most: int
    without_https: int


def costs(steps: Sequence[Step], *, alone: bool = False) -> Costs:
    """What these steps cost. On a node that is `alone` nothing has to be brought anywhere."""
    spans = [minutes_of(step, alone=alone) for step in steps]
    return Costs(
        waves=waves_of(steps),
        restarts=sum(isinstance(step.act, Restart) for step in steps),
        least=round(sum(span.least for span in spans)),
        most=round(sum(span.most for span in spans)),
        without_https=round(sum(span.most for span in _dead(steps, spans))),
    )


def minutes_of(step: Step, *, alone: bool = False) -> Minutes:
    """How long a step takes with its gates: its act, and what is waited for behind it."""
    act, wait = _act(step), _NOTHING if alone else _waits(step.after)
    return Minutes(act.least + wait.least, act.most + wait.most)


def _act(step: Step) -> Minutes:
    match step.act:
        case Regenerate():
            return _RENEWAL
        case Restart(service=service):
            return _CALLMANAGER if service == CALLMANAGER_SERVICE else _RESTART
        case ResetPhones() | IssueLscs():
            return _WAVE
        case UpdateCtl() | ResetCtl() | ResetItl() | SetMode() | Delete():
            return _RENEWAL
        case AwaitNotification(seconds=seconds):
            return Minutes(seconds / 60, seconds / 60 + 5)
        case _:
            return _BACKUP if isinstance(step.act, TakeBackup) else _PERSON


def _waits(gates: Iterable[Gate]) -> Minutes:
    """Certificates that are waited for together arrive together."""
    found = [gate.condition for gate in gates if isinstance(gate.condition, Synchronised)]
    if not found:
        return _NOTHING
    return _NOTIFICATION if any(condition.everywhere for condition in found) else _DATABASE


def _dead(steps: Sequence[Step], spans: Sequence[Minutes]) -> Iterable[Minutes]:
    """Restarts of Tomcat; with the rollback parameter, everything between the two times it is set, and a wave (S83)."""
    parameter = [place for place, step in enumerate(steps) if isinstance(step.act, SetRollback)]
    if parameter:
        return spans[parameter[0] :]
    return [span for step, span in zip(steps, spans, strict=True) if _is_tomcat(step)]


def _is_tomcat(step: Step) -> bool:
    return not is_a_persons(step.act) and isinstance(step.act, Restart) and step.act.service == TOMCAT_SERVICE
