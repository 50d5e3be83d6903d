"""ITLs that come near what phones can load (H19). `itl.large` tells of those that are over it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ringtrust.audit.seen import Seen
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import TVS
from ringtrust.cluster.node import BYTES_FOR_PHONES, RECORDS_FOR_PHONES, Node, ServedList
from ringtrust.trust.names import counted, some

_PERCENT: Final = 100


class _Near(msgspec.Struct, frozen=True):
    """A list that is near. `a_node` is what another node has in it today, 0 where that cannot be told."""

    node: str
    records: int
    size: int
    a_node: int

    @property
    def left(self) -> int:
        """How many records of the average size fit in still."""
        average = max(1, self.size // max(1, self.records))
        return min(RECORDS_FOR_PHONES - self.records, (BYTES_FOR_PHONES - self.size) // average)


def list_size(seen: Seen) -> Iterator[Finding]:
    """One finding for all of them."""
    near = [found for node in seen.snapshot.nodes for found in _near(seen, node)]
    if not near:
        return
    fullest = min(near, key=lambda each: each.left)
    hazard, growth = seen.catalog.hazard("H19"), seen.catalog.years.growth
    yield Finding(
        code="years.list-size",
        severity=Severity.MINOR,
        where=f"ITL of {some([each.node for each in near])}",
        what=f"{fullest.records} certificates and {fullest.size:,} bytes in the fullest, of at most "
        f"{RECORDS_FOR_PHONES} and {BYTES_FOR_PHONES:,}: room for {counted(fullest.left, 'certificate')} more. "
        f"{_room(fullest, growth.records_a_node)}",
        evidence=tuple(f"ITL of {each.node}: {each.records} certificates, {each.size:,} bytes" for each in near),
        breaks=(f"Beyond that: {hazard.text}", "Longer keys and longer chains of CAs make every record larger, too."),
        advice=_advice(seen),
        sources=(hazard.id, *growth.sources),
    )


def _near(seen: Seen, node: Node) -> Iterator[_Near]:
    if not isinstance(node.itl, Known) or node.itl.value.emptied:
        return
    found, growth = node.itl.value, seen.catalog.years.growth
    over = len(found.records) > RECORDS_FOR_PHONES or found.size > BYTES_FOR_PHONES
    close = len(found.records) >= growth.records or found.size * _PERCENT >= growth.share * BYTES_FOR_PHONES
    if close and not over:
        yield _Near(node.name, len(found.records), found.size, _a_node(seen, node, found))


def _a_node(seen: Seen, node: Node, found: ServedList) -> int:
    """The most that any other node has in it."""
    hosts = Counter(record.host for record in found.records)
    return max((hosts[each.name] for each in seen.snapshot.nodes if each.name != node.name), default=0)


def _room(near: _Near, cautious: int) -> str:
    at_least = f"{counted(near.left // cautious, 'node')} if each brings {cautious}"
    if not near.a_node:
        return f"That is {at_least}."
    today = counted(near.left // near.a_node, "node")
    return f"That is {today} if each brings {near.a_node} as the others do today, and {at_least}."


def _advice(seen: Seen) -> str:
    start = "Count before a node is added, and scan after it."
    return f"{start} {' '.join(_fewer(seen))}"


def _fewer(seen: Seen) -> Sequence[str]:
    tvs = {held.certificate.sha256 for held in seen.owned() if held.unit == TVS}
    fewer = max(0, len(tvs) - 1)
    return (
        f"From 14 on one TVS certificate for all servers would take {counted(fewer, 'certificate')} out of it.",
        "Nodes that are no longer needed take theirs with them.",
    )
