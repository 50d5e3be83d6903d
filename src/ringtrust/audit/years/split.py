"""Server and client certificates apart, from 15SU5 on (SG15, CLI15)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from ringtrust.audit.seen import Held, Seen
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known
from ringtrust.trust.names import counted, some

_NUMBERS: Final = re.compile(r"[0-9]+")
_PARTS: Final = 4


class _Pair(msgspec.Struct, frozen=True):
    server: Held
    client: Held

    @property
    def same(self) -> bool:
        return self.server.certificate.sha256 == self.client.certificate.sha256


def may_split(seen: Seen) -> bool:
    """Whether the version is known to be one that can have client certificates of their own."""
    return any(_build(version) >= _build(seen.catalog.years.split.build) for version in _version(seen))


def split(seen: Seen) -> Iterator[Finding]:
    """One finding: which units have a client's certificate of their own, and what that asks of a renewal."""
    pairs = _pairs(seen)
    if not pairs and not may_split(seen):
        return
    row = seen.catalog.years.split
    same, apart = _units(pair for pair in pairs if pair.same), _units(pair for pair in pairs if not pair.same)
    yield Finding(
        code="years.split",
        severity=Severity.INFO,
        where="server and client certificates",
        what=_what(seen, same, apart),
        evidence=(
            *(f"{unit}: the client's is the same on {some(nodes)}" for unit, nodes in same.items()),
            *(f"{unit}: the client's is another one on {some(nodes)}" for unit, nodes in apart.items()),
        ),
        breaks=_breaks(same, apart),
        advice=_advice(same),
        sources=row.sources,
    )


def _version(seen: Seen) -> Iterator[str]:
    snapshot = seen.snapshot
    facts = (snapshot.version, *(node.version for node in snapshot.nodes))
    yield from [fact.value for fact in facts if isinstance(fact, Known)][:1]


def _build(version: str) -> tuple[int, ...]:
    """Its first four numbers: 15.0.1.15900 is 15SU5, and what lies between two of them is a build for one customer."""
    return tuple(int(number) for number in _NUMBERS.findall(version)[:_PARTS])


def _pairs(seen: Seen) -> Sequence[_Pair]:
    suffix = seen.catalog.years.split.suffix
    held = {(each.node, each.unit): each for each in seen.owned()}
    return [
        _Pair(held[node, unit.removesuffix(suffix)], client)
        for (node, unit), client in held.items()
        if unit.endswith(suffix) and (node, unit.removesuffix(suffix)) in held
    ]


def _units(pairs: Iterator[_Pair]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        found.setdefault(pair.server.unit, []).append(pair.server.node)
    return found


def _what(seen: Seen, same: Mapping[str, Sequence[str]], apart: Mapping[str, Sequence[str]]) -> str:
    row = seen.catalog.years.split
    if not same and not apart:
        return f"can be apart from {row.name} on, and this cluster shows none that are. {row.text}"
    units = counted(len(same.keys() | apart.keys()), "unit")
    return f"are two files for {units} here. {row.text}"


def _breaks(same: Mapping[str, Sequence[str]], apart: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    if apart:
        return (
            "Whoever renews the server's certificate alone leaves the client's as it was: it expires on its own day.",
        )
    if same:
        return ("With a public CA the next server's certificate has no clientAuth: do not copy it to the client's.",)
    return ()


def _advice(same: Mapping[str, Sequence[str]]) -> str:
    keep = "Answer no, and renew the client's on its own, where it is of another CA than the server's."
    if same:
        return f"{keep} Where both are self-signed or of one private CA, yes keeps them the same."
    return f"{keep} Peers have to trust the CA of either."
