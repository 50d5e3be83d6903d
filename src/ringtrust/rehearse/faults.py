"""What may go wrong in a rehearsal on request, one word a fault: read, and written as it is read.

node=sub1@step:7+30m              a node dies when step 7 begins, and comes back after half an hour
restart=tftp@sub1:step:9+10m      the restart of step 9 does not come up, until a person starts it 10 minutes later
replication@step:5+2h             replication stalls when step 5 begins
off=10%@step:3-step:9             one phone in ten is off from the beginning of step 3 to that of step 9
ssh@step:6                        the line is cut in the middle of the command of step 6
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NoReturn

import msgspec

from ringtrust.change.act import Regenerate, Restart, StartService, StopService
from ringtrust.change.plan import Plan, Step
from ringtrust.errors import RefusedError
from ringtrust.prove.runbook import SHORT

_MINUTE: Final = 60
_HOUR: Final = 3600
_NODE_SECONDS: Final = 30 * _MINUTE
_PERSON_SECONDS: Final = 10 * _MINUTE
_REPLICATION_SECONDS: Final = 2 * _HOUR
_SECONDS_AT_MOST: Final = 48 * _HOUR
_UNITS: Final = (("h", _HOUR), ("m", _MINUTE), ("s", 1))
_OVER_SSH: Final = (Regenerate, Restart, StopService)
_NODE: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"
_AFTER: Final = r"step:([0-9]{1,4})(?:\+([0-9]{1,6})([smh]))?"
_GRAMMAR: Final = (
    "Write node=NAME@step:7+30m, restart=SERVICE@NODE:step:9+10m, replication@step:5+2h, off=10%@step:3-step:9 or "
    "ssh@step:6. Times have s, m or h, and may be left out."
)


class _Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    step: int


class NodeDies(_Fault, frozen=True):
    """A node dies, and comes back after so many seconds."""

    node: str
    seconds: int


class RestartFails(_Fault, frozen=True):
    """A restart does not come up; after so many seconds a person starts the service."""

    service: str
    node: str
    seconds: int


class ReplicationStalls(_Fault, frozen=True):
    """Nothing reaches the databases of subscribers for so many seconds."""

    seconds: int


class PhonesOff(_Fault, frozen=True):
    """So many phones in a hundred are off, until another step begins."""

    percent: int
    until: int


class SshDrops(_Fault, frozen=True):
    """The line is cut in the middle of a command: it has happened, and nobody has heard so."""


Fault = NodeDies | RestartFails | ReplicationStalls | PhonesOff | SshDrops


def read_fault(text: str) -> Fault:
    """A fault. Raises RefusedError for what is none."""
    for form, read in _FORMS.items():
        if found := form.fullmatch(text):
            return read(text, *found.groups())
    return _refuse(text, "is no fault that can be rehearsed", _GRAMMAR)


def fault_text(fault: Fault) -> str:
    """As it is read."""
    match fault:
        case NodeDies(step=step, node=node, seconds=seconds):
            return f"node={node}@step:{step}+{_time_text(seconds)}"
        case RestartFails(step=step, service=service, node=node, seconds=seconds):
            return f"restart={_word(service)}@{node}:step:{step}+{_time_text(seconds)}"
        case ReplicationStalls(step=step, seconds=seconds):
            return f"replication@step:{step}+{_time_text(seconds)}"
        case PhonesOff(step=step, percent=percent, until=until):
            return f"off={percent}%@step:{step}-step:{until}"
        case SshDrops(step=step):
            return f"ssh@step:{step}"


def _refuse(text: str, what: str, advice: str) -> NoReturn:
    raise RefusedError(f"{text[:200]!r} {what}.", advice=advice)


def _node(text: str, node: str, step: str, number: str | None, unit: str | None) -> Fault:
    return NodeDies(int(step), node, _seconds(text, number, unit, _NODE_SECONDS))


def _restart(text: str, word: str, node: str, step: str, number: str | None, unit: str | None) -> Fault:
    service = SHORT.get(word.lower()) or next((name for name in SHORT.values() if name.lower() == word.lower()), "")
    if not service:
        _refuse(text, f"names no service: {word!r} is none", f"Write one of {', '.join(SHORT)}.")
    return RestartFails(int(step), service, node, _seconds(text, number, unit, _PERSON_SECONDS))


def _replication(text: str, step: str, number: str | None, unit: str | None) -> Fault:
    return ReplicationStalls(int(step), _seconds(text, number, unit, _REPLICATION_SECONDS))


def _off(text: str, percent: str, step: str, until: str) -> Fault:
    if not 1 <= int(percent) <= 100:  # noqa: PLR2004 - percent
        _refuse(text, "names no share of phones", "Take 1% to 100%.")
    if int(until) <= int(step):
        _refuse(text, "ends before it begins", "The second step comes after the first.")
    return PhonesOff(int(step), int(percent), int(until))


def _ssh(_text: str, step: str) -> Fault:
    return SshDrops(int(step))


_FORMS: Final[Mapping[re.Pattern[str], Callable[..., Fault]]] = {
    re.compile(f"node=({_NODE})@{_AFTER}"): _node,
    re.compile(f"restart=([A-Za-z ]{{1,60}})@({_NODE}):{_AFTER}"): _restart,
    re.compile(f"replication@{_AFTER}"): _replication,
    re.compile(r"off=([0-9]{1,3})%@step:([0-9]{1,4})-step:([0-9]{1,4})"): _off,
    re.compile(r"ssh@step:([0-9]{1,4})"): _ssh,
}


def _seconds(text: str, number: str | None, unit: str | None, otherwise: int) -> int:
    if number is None:
        return otherwise
    seconds = int(number) * dict(_UNITS)[str(unit)]
    if not 1 <= seconds <= _SECONDS_AT_MOST:
        _refuse(text, "names no time that a night has", "Take one second to 48 hours.")
    return seconds


def _time_text(seconds: int) -> str:
    unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0)
    return f"{seconds // size}{unit}"


def _word(service: str) -> str:
    return next((word for word, name in SHORT.items() if name == service), service)


def refuse_unfit(fault: Fault, plan: Plan) -> None:
    """Raises RefusedError where a plan has nothing that this fault could meet."""
    text, steps = fault_text(fault), {step.number: step for step in plan.steps}
    if fault.step not in steps:
        _refuse(text, f"names a step that the plan does not have: it has {len(steps)}", "Count with `ringtrust plan`.")
    _refuse_other_node(fault, plan, text)
    step = steps[fault.step]
    match fault:
        case PhonesOff(until=until) if until not in steps:
            _refuse(text, f"ends at a step that the plan does not have: it has {len(steps)}", "Take an earlier one.")
        case RestartFails() if not _restarts(step, fault):
            fit = [each for each in plan.steps if _restarts(each, fault)]
            _refuse(text, f"does not fit step {step.number}, which is to {step.title}", _instead(fit))
        case SshDrops() if not isinstance(step.act, _OVER_SSH):
            fit = [each for each in plan.steps if isinstance(each.act, _OVER_SSH)]
            _refuse(text, f"does not fit step {step.number}, {step.title}: no line can be cut in it", _instead(fit))
        case _:
            return


def _refuse_other_node(fault: Fault, plan: Plan, text: str) -> None:
    if isinstance(fault, NodeDies | RestartFails) and fault.node not in plan.nodes:
        _refuse(text, f"names no node of the cluster: {fault.node!r} is none", f"It has: {', '.join(plan.nodes)}.")


def _restarts(step: Step, fault: RestartFails) -> bool:
    match step.act:
        case Restart(service=service, node=node) | StartService(service=service, node=node):
            return (service, node) == (fault.service, fault.node)
        case _:
            return False


def _instead(steps: Sequence[Step]) -> str:
    numbers = ", ".join(str(step.number) for step in steps[:8])
    return f"Take one of the steps {numbers}." if numbers else "The plan has no step for it."
