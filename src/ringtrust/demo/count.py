"""What the phones say in the end: a muster, and then every phone by what it holds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ringtrust.demo.labs import Stage

_REGISTERED = "registered"


class Count(msgspec.Struct, frozen=True):
    """The phones of one CM group after one night."""

    night: str
    group: str
    phones: int
    registered: int
    current: int
    stranded: int


async def count(night: str, stage: Stage) -> tuple[Count, ...]:
    """Resets every phone, waits until each has made up its mind, and counts them by group."""
    await stage.ask("muster")
    found = await stage.ask("phones")
    groups = sorted({phone["group"] for phone in found})
    return tuple(_count(night, group, [phone for phone in found if phone["group"] == group]) for group in groups)


def _count(night: str, group: str, phones: Sequence[Mapping[str, Any]]) -> Count:
    return Count(
        night,
        group,
        len(phones),
        sum(phone["state"] == _REGISTERED for phone in phones),
        sum(bool(phone["current"]) for phone in phones),
        sum(bool(phone["stranded"]) for phone in phones),
    )


def table_lines(counts: Sequence[Count]) -> Iterator[str]:
    """One line a night and group."""
    yield f"{'night':<10}{'CM group':<10}{'phones':>8}{'registered':>12}{'hold the list of now':>22}{'stranded':>10}"
    for each in counts:
        numbers = f"{each.phones:>8}{each.registered:>12}{each.current:>22}{each.stranded:>10}"
        yield f"{each.night:<10}{each.group:<10}{numbers}"
