"""`show perf query counter`: what a counter stands at (interfaces.md §6)."""

from typing import Final

import msgspec

from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable

_COMMAND: Final = "show perf query counter"
_ARROW: Final = "->"
_DIGITS_AT_MOST: Final = 19


class Counter(msgspec.Struct, frozen=True):
    """A counter of a class; `instance` is empty where the class has none of its own."""

    instance: str
    name: str
    value: int


def read_counters(text: str) -> tuple[Counter, ...]:
    """The counters, in their order. Raises UnreadableError and RefusedError, never none for what is not understood."""
    lines = answer_lines(text, _COMMAND)
    found = tuple(_counter(line) for line in lines if _ARROW in line and "=" in line)
    if not found:
        raise unreadable(_COMMAND, "it shows no value", first_told(lines))
    return found


def _counter(line: str) -> Counter:
    """`instance -> name = 7`, the instance may be missing: `-> name = 7`."""
    left, _, value = line.rpartition("=")
    instance, _, name = left.partition(_ARROW)
    digits = value.strip()
    bare = digits.removeprefix("-")
    if not name.strip() or not (bare.isascii() and bare.isdigit() and len(bare) <= _DIGITS_AT_MOST):
        raise unreadable(_COMMAND, "this is no row of a counter", line)
    return Counter(" ".join(instance.split()), " ".join(name.split()), int(digits))
