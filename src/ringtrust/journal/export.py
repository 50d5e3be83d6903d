"""A journal as a file of lines, one entry each, whose chain anybody can check without the database."""

import base64
import hashlib
import zlib
from collections.abc import Collection, Iterator
from typing import Annotated, Final

import msgspec
from sqlalchemy import select

from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.journal import kinds
from ringtrust.journal.chain import Entry
from ringtrust.journal.store import Store
from ringtrust.journal.tables import BLOB, CLUSTER, ENTRY, RUN

FORMAT: Final = "ringtrust.journal/1"
Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_AT_ONCE: Final = 1000
_LOST: Final = "It was cut, or its file is damaged: `ringtrust runs verify` tells where."
BYTES_AT_MOST: Final = 64 * 1024 * 1024
"""What one exchange, or one plan, may come to."""


class Head(msgspec.Struct, frozen=True, tag_field="is", tag="head", forbid_unknown_fields=True):
    """The first line: what it is, and how far the chain of each cluster goes."""

    format: str
    heads: tuple[tuple[str, Number, str], ...]


class Line(msgspec.Struct, frozen=True, tag_field="is", tag="entry", forbid_unknown_fields=True):
    """An entry."""

    cluster: str
    seq: Number
    run: Number
    kind: str
    at: str
    by: str
    body: str
    hash: str


class Bytes(msgspec.Struct, frozen=True, tag_field="is", tag="bytes", forbid_unknown_fields=True):
    """The bytes of a session, or a plan, in Base64."""

    sha256: str
    data: str


Any = Head | Line | Bytes


def heads(store: Store, clusters: Collection[str] = ()) -> tuple[tuple[str, int, str], ...]:
    """How far each chain goes, or those of some clusters. Raises RingtrustError."""
    wanted = select(CLUSTER).order_by(CLUSTER.c.name)
    with store.writing() as connection:
        rows = connection.execute(wanted.where(CLUSTER.c.name.in_(clusters)) if clusters else wanted).all()
    return tuple((row.name, row.seq, row.head) for row in rows)


def entries(store: Store, ends: Collection[tuple[str, int, str]]) -> Iterator[Entry]:
    """All entries up to these heads, chain by chain. Raises RingtrustError."""
    for name, end, _ in ends:
        for first in range(1, end + 1, _AT_ONCE):
            last = min(first + _AT_ONCE - 1, end)
            wanted = select(ENTRY).where(ENTRY.c.cluster == name, ENTRY.c.seq.between(first, last))
            with store.writing() as connection:
                rows = connection.execute(wanted.order_by(ENTRY.c.seq)).all()
            for row in rows:
                yield Entry(row.cluster, row.seq, row.run or 0, row.kind, row.at, row.by, row.body, row.hash)


def blob(store: Store, sha256: str) -> bytes:
    """The bytes of this name. Raises RefusedError when there are none, UnreadableError when they are damaged."""
    with store.writing() as connection:
        data = connection.execute(select(BLOB.c.data).where(BLOB.c.sha256 == sha256)).scalar()
    if data is None:
        raise RefusedError(f"{store.name} holds no bytes {sha256}.", advice=_LOST)
    inflating = zlib.decompressobj()
    try:
        found = inflating.decompress(data, BYTES_AT_MOST)
    except zlib.error as error:
        raise UnreadableError(f"{store.name}: the bytes {sha256} are damaged, {error}.", advice=_LOST) from error
    if not inflating.eof:
        raise UnreadableError(f"{store.name}: the bytes {sha256} are cut, or more than was ever sent.", advice=_LOST)
    return found


def plan_of(store: Store, run: int) -> bytes:
    """The plan of a run. Raises RefusedError when there is none, RingtrustError."""
    with store.writing() as connection:
        data = connection.execute(select(RUN.c.plan).where(RUN.c.id == run)).scalar()
    if data is None:
        raise RefusedError(f"{store.name} holds no plan of run {run}.", advice=_LOST)
    return bytes(data)


def begun_by(store: Store, run: int) -> str:
    """Who began a run, by its row; empty where there is none. Raises RingtrustError."""
    with store.writing() as connection:
        return str(connection.execute(select(RUN.c.by).where(RUN.c.id == run)).scalar() or "")


def export(store: Store, clusters: Collection[str] = ()) -> Iterator[bytes]:
    """The lines of a journal, or of some of its clusters: plans and sessions with it. Raises RingtrustError.

    Bytes that are lost are left out: so does whoever checks it miss them, and all else is there.
    """
    ends = heads(store, clusters)
    yield line(Head(FORMAT, ends))
    told: set[str] = set()
    for entry in entries(store, ends):
        yield line(
            Line(entry.cluster, entry.seq, entry.run, entry.kind, entry.at, entry.by, _text(entry.body), entry.hash)
        )
        for name in named_in(entry):
            if name not in told:
                told.add(name)
                yield from _bytes(store, entry, name)


def _bytes(store: Store, entry: Entry, name: str) -> Iterator[bytes]:
    try:
        yield line(Bytes(name, _text(bytes_of(store, entry, name))))
    except (RefusedError, UnreadableError):
        return


def named_in(entry: Entry) -> Iterator[str]:
    """The bytes that an entry speaks of, by their SHA-256; none where it cannot be read. Of a beginning its plan."""
    if entry.kind not in {kinds.name_of(kinds.Session), kinds.name_of(kinds.Began)}:
        return
    try:
        said = kinds.read(entry.kind, entry.body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return  # the chain tells whether it was ever otherwise
    if isinstance(said, kinds.Began):
        yield said.sha256
    elif isinstance(said, kinds.Session):
        for each in said.exchanges:
            yield from (each.sent, each.answer)


def bytes_of(store: Store, entry: Entry, name: str) -> bytes:
    """The bytes of this name, which an entry speaks of. Raises RingtrustError."""
    return plan_of(store, entry.run) if entry.kind == kinds.name_of(kinds.Began) else blob(store, name)


def is_named(data: bytes, name: str) -> bool:
    """Whether bytes have the name that they should."""
    return hashlib.sha256(data).hexdigest() == name


def line(value: Any) -> bytes:
    """A line of an exported journal."""
    return msgspec.json.encode(value) + b"\n"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
