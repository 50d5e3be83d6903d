"""A journal as a file of lines, one entry each, whose chain anybody can check without the database."""

import base64
import zlib
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from sqlalchemy import select

from ringtrust.errors import FormatError, RefusedError
from ringtrust.journal import kinds
from ringtrust.journal.chain import Break, Entry, breaks
from ringtrust.journal.store import Store
from ringtrust.journal.tables import BLOB, CLUSTER, ENTRY

FORMAT: Final = "ringtrust.journal/1"
_AT_ONCE: Final = 1000


class Head(msgspec.Struct, frozen=True, tag_field="is", tag="head", forbid_unknown_fields=True):
    """The first line: what it is, and how far the chain of each cluster goes."""

    format: str
    heads: tuple[tuple[str, int, str], ...]


class Line(msgspec.Struct, frozen=True, tag_field="is", tag="entry", forbid_unknown_fields=True):
    """An entry."""

    cluster: str
    seq: int
    run: int
    kind: str
    at: str
    by: str
    body: str
    hash: str


class Bytes(msgspec.Struct, frozen=True, tag_field="is", tag="bytes", forbid_unknown_fields=True):
    """The bytes of a session, in Base64."""

    sha256: str
    data: str


_Any = Head | Line | Bytes


def heads(store: Store, cluster: str = "") -> tuple[tuple[str, int, str], ...]:
    """How far each chain goes, or that of one cluster. Raises RingtrustError."""
    wanted = select(CLUSTER).order_by(CLUSTER.c.name)
    with store.writing() as connection:
        rows = connection.execute(wanted.where(CLUSTER.c.name == cluster) if cluster else wanted).all()
    return tuple((row.name, row.seq, row.head) for row in rows)


def entries(store: Store, cluster: str = "") -> Iterator[Entry]:
    """All entries, chain by chain, or those of one cluster. Raises RingtrustError."""
    for name, end, _ in heads(store, cluster):
        for first in range(1, end + 1, _AT_ONCE):
            wanted = select(ENTRY).where(ENTRY.c.cluster == name, ENTRY.c.seq.between(first, first + _AT_ONCE - 1))
            with store.writing() as connection:
                rows = connection.execute(wanted.order_by(ENTRY.c.seq)).all()
            for row in rows:
                yield Entry(row.cluster, row.seq, row.run or 0, row.kind, row.at, row.by, row.body, row.hash)


def blob(store: Store, sha256: str) -> bytes:
    """The bytes of this name. Raises RefusedError when there are none."""
    with store.writing() as connection:
        data = connection.execute(select(BLOB.c.data).where(BLOB.c.sha256 == sha256)).scalar()
    if data is None:
        raise RefusedError(f"{store.name} holds no bytes {sha256}.", advice="It was cut, or its file is damaged.")
    return zlib.decompress(data)


def export(store: Store, cluster: str = "") -> Iterator[bytes]:
    """The lines of a journal, or of one cluster. Raises RingtrustError."""
    yield _line(Head(FORMAT, heads(store, cluster)))
    told: set[str] = set()
    for entry in entries(store, cluster):
        yield _line(
            Line(entry.cluster, entry.seq, entry.run, entry.kind, entry.at, entry.by, _text(entry.body), entry.hash)
        )
        for name in _bytes_of(entry):
            if name not in told:
                told.add(name)
                yield _line(Bytes(name, _text(blob(store, name))))


def check(lines: Iterable[bytes]) -> tuple[int, tuple[Break, ...]]:
    """How many entries an exported journal has, and where its chains do not hold. Raises FormatError."""
    found = [_read(line, number) for number, line in enumerate(lines, 1)]
    if not found or not isinstance(found[0], Head) or found[0].format != FORMAT:
        raise FormatError("This is no exported journal", 0, advice="Make one with `ringtrust runs export`.")
    chain = [_entry(each) for each in found if isinstance(each, Line)]
    return len(chain), tuple(breaks(chain, found[0].heads))


def _bytes_of(entry: Entry) -> Iterator[str]:
    if entry.kind != kinds.name_of(kinds.Session):
        return
    said = kinds.read(entry.kind, entry.body)
    if isinstance(said, kinds.Session):
        for each in said.exchanges:
            yield from (each.sent, each.answer)


def _line(value: _Any) -> bytes:
    return msgspec.json.encode(value) + b"\n"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _read(line: bytes, number: int) -> _Any:
    try:
        found: _Any = msgspec.json.decode(line, type=_Any)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError(f"Line {number} of the journal cannot be read: {error}", 0) from error
    return found


def _entry(line: Line) -> Entry:
    try:
        body = base64.b64decode(line.body, validate=True)
    except ValueError as error:
        raise FormatError(f"Entry {line.seq} of {line.cluster} holds no Base64", 0) from error
    return Entry(line.cluster, line.seq, line.run, line.kind, line.at, line.by, body, line.hash)
