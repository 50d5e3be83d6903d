"""Whether a journal, or an exported one, is as it was written: its chains, and the bytes that its entries speak of.

An exported file is foreign: it is read line by line, and no line may be longer than what was ever written.
"""

import base64
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO, Final

import msgspec

from ringtrust.errors import FormatError, RingtrustError
from ringtrust.journal import kinds
from ringtrust.journal.chain import Break, Entry, breaks
from ringtrust.journal.export import (
    BYTES_AT_MOST,
    FORMAT,
    Any,
    Bytes,
    Head,
    Line,
    begun_by,
    bytes_of,
    entries,
    heads,
    is_named,
    named_in,
)
from ringtrust.journal.store import Store

_LINE_AT_MOST: Final = BYTES_AT_MOST * 4 // 3 + 10_000
_ADVICE: Final = "Make one with `ringtrust runs export`."
_BREAKS_AT_MOST: Final = 1000


class Checked(msgspec.Struct, frozen=True):
    """What a check has found: how far each chain goes, how many entries there are, and where they do not hold.

    `more` when there are further breaks that nobody counted; `seen` are the wanted hashes that an entry has.
    """

    heads: tuple[tuple[str, int, str], ...]
    entries: int
    breaks: tuple[Break, ...]
    more: bool = False
    seen: frozenset[str] = frozenset()


class _Watch:
    """Lets entries pass, and remembers what they speak of, and which hashes they have."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self.count = 0
        self.seen: set[str] = set()
        self.named: dict[str, tuple[str, int]] = {}
        self._wanted = frozenset(wanted)

    def past(self, found: Iterable[Entry]) -> Iterator[Entry]:
        for entry in found:
            self.count += 1
            if entry.hash in self._wanted:
                self.seen.add(entry.hash)
            for name in named_in(entry):
                self.named.setdefault(name, (entry.cluster, entry.seq))
            yield entry


def check_journal(store: Store, wanted: Iterable[str] = ()) -> Checked:
    """Checks a journal where it is. `wanted` are hashes that an entry should have. Raises RingtrustError."""
    watch, ends = _Watch(wanted), heads(store)
    lost: list[Break] = []

    def held(found: Iterable[Entry]) -> Iterator[Entry]:
        for entry in found:
            lost.extend(_lost(store, entry))
            yield entry

    found, more = _some(breaks(watch.past(held(entries(store, ends))), ends))
    more = more or len(lost) > _BREAKS_AT_MOST
    return Checked(ends, watch.count, (*found, *lost[:_BREAKS_AT_MOST]), more, frozenset(watch.seen))


def _lost(store: Store, entry: Entry) -> Iterator[Break]:
    if entry.kind == kinds.name_of(kinds.Began) and begun_by(store, entry.run) not in {"", entry.by}:
        yield Break(entry.cluster, entry.seq, f"who began run {entry.run} was changed after it was written")
    for name in named_in(entry):
        try:
            if not is_named(bytes_of(store, entry, name), name):
                yield Break(entry.cluster, entry.seq, f"its bytes {name} were changed after they were written")
        except RingtrustError as error:
            yield Break(entry.cluster, entry.seq, error.what)


def check(file: BinaryIO, wanted: Iterable[str] = ()) -> Checked:
    """Checks an exported journal. Raises FormatError when it is none."""
    lines = _lines(file)
    head = next(lines, None)
    if not isinstance(head, Head) or head.format != FORMAT:
        raise FormatError("This is no exported journal", 0, advice=_ADVICE)
    watch, kept = _Watch(wanted), dict[str, bool]()
    found, more = _some(breaks(watch.past(_chained(lines, kept)), head.heads))
    lost = (Break(*watch.named[name], _why(kept.get(name), name)) for name in watch.named if not kept.get(name))
    also, still = _some(lost)
    return Checked(head.heads, watch.count, (*found, *also), more or still, frozenset(watch.seen))


def _why(kept: bool | None, name: str) -> str:  # noqa: FBT001 - what became of them; None when they are not there
    return f"its bytes {name} are missing" if kept is None else f"its bytes {name} were changed after they were written"


def _some(found: Iterator[Break]) -> tuple[tuple[Break, ...], bool]:
    """The first of them; all are read, so that everything is counted."""
    return tuple(islice(found, _BREAKS_AT_MOST)), sum(1 for _ in found) > 0


def _chained(lines: Iterator[Any], kept: dict[str, bool]) -> Iterator[Entry]:
    """The entries; of bytes it is remembered whether they have the name that they should."""
    for each in lines:
        match each:
            case Line():
                yield Entry(
                    *(each.cluster, each.seq, each.run, each.kind, each.at, each.by),
                    _decoded(each.body, f"Entry {each.seq} of {each.cluster}"),
                    each.hash,
                )
            case Bytes():
                data = _decoded(each.data, f"What is called {each.sha256}")
                kept[each.sha256] = kept.get(each.sha256, True) and is_named(data, each.sha256)
            case Head():
                raise FormatError("A second journal begins in the middle of this one", 0, advice=_ADVICE)


def _lines(file: BinaryIO) -> Iterator[Any]:
    place = 0
    while data := file.readline(_LINE_AT_MOST + 1):
        if len(data) > _LINE_AT_MOST:
            raise FormatError("A line of it is longer than any of a journal", place, advice=_ADVICE)
        yield _read(data, place)
        place += len(data)


def _read(line: bytes, place: int) -> Any:
    try:
        found: Any = msgspec.json.decode(line, type=Any)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError(f"A line of it cannot be read: {error}", place, advice=_ADVICE) from error
    return found


def _decoded(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise FormatError(f"{what} is no Base64", 0, advice=_ADVICE) from error
