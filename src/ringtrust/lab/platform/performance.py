"""`show perf query counter|class`, `show perf list classes`: counters of this node (interfaces.md §6)."""

import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command

_REPLICATION: Final = "Number of Replicates Created and State of Replication"
_GOOD, _BROKEN = 2, 4
_REPLICATES: Final = 754

Counters = Mapping[str, int]


def _callmanager(call: Call) -> Counters:
    here = sum(registration.node == call.node.name for registration in call.cluster.registrations)
    return {
        "CallsActive": 0,
        "CallsCompleted": 0,
        "RegisteredHardwarePhones": here,
        "RegisteredOtherStationDevices": 0,
    }


def _replication(call: Call) -> Counters:
    state = _BROKEN if call.cluster.database.broken(call.node.name) else _GOOD
    return {"Number of Replicates Created": _REPLICATES, "Replicate_State": state}


def _memory(_: Call) -> Counters:
    return {"% Mem Used": 53, "% Page Usage": 0, "% VM Used": 47, "Total KBytes": 7990056, "Used KBytes": 3963172}


# The class, the instance that its rows show, and its counters. Classes that CUCM has beside these are not here.
_CLASSES: Final[Mapping[str, tuple[str, Callable[[Call], Counters]]]] = {
    "Cisco CallManager": ("", _callmanager),
    "Memory": ("", _memory),
    _REPLICATION: ("ReplicateCount", _replication),
}


async def query_class(call: Call) -> None:
    """`show perf query class NAME`."""
    name = _words(call)[0]
    instance, counters = _found(name)
    rows = _rows(instance, counters(call))
    await call.page(("==>query class :", "", f" - Perf class ({name}) has instances and values:", *rows, ""))


async def query_counter(call: Call) -> None:
    """`show perf query counter CLASS COUNTER`."""
    name, wanted = _words(call)[:2]
    instance, counters = _found(name)
    values = counters(call)
    if wanted not in values:
        raise CommandFailedError(texts.NO_SUCH_COUNTER.format(name=wanted))
    rows = _rows(instance, {wanted: values[wanted]})
    await call.page((f" - Perf class {name}({wanted}) has values:", *rows, ""))


def _words(call: Call) -> list[str]:
    """Names with blanks stand in quotation marks. Raises CommandFailedError."""
    try:
        words = shlex.split(call.rest)
    except ValueError as error:
        raise CommandFailedError(texts.UNREADABLE_WORDS) from error
    return [*words, "", ""]


def _found(name: str) -> tuple[str, Callable[[Call], Counters]]:
    if name not in _CLASSES:
        raise CommandFailedError(texts.NO_SUCH_CLASS.format(name=name))
    return _CLASSES[name]


def _rows(instance: str, counters: Counters) -> Iterator[str]:
    """As wide as a capture of `show perf query class Memory` shows them."""
    return (f"{instance:<20}-> {name:<30} = {value}" for name, value in counters.items())


async def list_classes(call: Call) -> None:
    """`show perf list classes`: how CUCM lays it out is [U]."""
    await call.page(("==>query class list :", *(f" - {name}" for name in sorted(_CLASSES))))


COMMANDS: Final[tuple[Command, ...]] = (
    command("show perf query class", query_class, 1, syntax="class-name"),
    command("show perf query counter", query_counter, 2, syntax="class-name counter-name"),
    command("show perf list classes", list_classes),
)
