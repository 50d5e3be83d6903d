"""The chain of a cluster: each entry is bound to the one before by a SHA-256, so that nothing can be changed unseen."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

FIRST: Final = "0" * 64
"""What the first entry of a cluster is bound to."""


class Entry(msgspec.Struct, frozen=True):
    """An entry as it is on the disk. `seq` counts from 1 in the chain of a cluster, `run` is 0 where it is of none."""

    cluster: str
    seq: int
    run: int
    kind: str
    at: str
    by: str
    body: bytes
    hash: str


class Break(msgspec.Struct, frozen=True):
    """A place at which a chain does not hold, and why."""

    cluster: str
    seq: int
    why: str


def bound(previous: str, entry: Entry) -> str:
    """The hash that an entry has to have, by the hash of the one before."""
    parts = (previous, entry.cluster, entry.seq, entry.run, entry.kind, entry.at, entry.by)
    whole = msgspec.json.encode((*parts, hashlib.sha256(entry.body).hexdigest()))
    return hashlib.sha256(whole).hexdigest()


def breaks(entries: Iterable[Entry], heads: Iterable[tuple[str, int, str]]) -> Iterator[Break]:
    """Where the chains of these entries do not hold, each chain in its order.

    `heads` say how far each chain goes: its cluster, the last number, the last hash. So is noticed what was cut off, or
    put beside them.
    """
    last: dict[str, tuple[int, str]] = {}
    for entry in entries:
        seq, previous = last.get(entry.cluster, (0, FIRST))
        if entry.seq != seq + 1:
            yield Break(entry.cluster, entry.seq, f"entry {seq + 1} is missing")
        elif bound(previous, entry) != entry.hash:
            yield Break(entry.cluster, entry.seq, "it was changed after it was written")
        last[entry.cluster] = entry.seq, entry.hash
    ends = {cluster: (seq, head) for cluster, seq, head in heads}
    for cluster, (seq, _) in last.items():
        if cluster not in ends:
            yield Break(cluster, seq, "the chain is of no cluster of this journal")
    for cluster, (seq, head) in ends.items():
        if last.get(cluster, (0, FIRST)) != (seq, head):
            yield Break(cluster, seq, f"the chain ends at entry {last.get(cluster, (0, ''))[0]}, not at {seq}")
