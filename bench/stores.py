"""Auditing the certificates of many clusters with every rule, against parsing them and nothing else.

A cluster is a lab of 14 with ten years of trust certificates in its stores, seen by a scan. Each of the five hundred
has names of its own, so that nothing which is remembered of one helps with the next.
"""

import asyncio
from collections.abc import Iterator
from time import perf_counter
from typing import Any, Final

from msgspec.structs import replace

from bench.result import Result
from bench.timing import Timed
from ringtrust.audit.audit import audit
from ringtrust.audit.since import audit_since
from ringtrust.catalog.load import load_catalog
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Fact, Known, known
from ringtrust.cluster.node import Node
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.certificates import certificate_of
from ringtrust.rehearse.memory import Lists
from ringtrust.rehearse.seen import seen
from tests.support.clusters import SYNC, Bench, bench, small
from tests.support.store_seeds import FORMER, Garden, made, named

_CLUSTERS: Final = 500
_CERTIFICATES: Final = 300_000
_TARGET: Final = 2.0
"""Parsing and auditing together take at most twice as long as parsing alone."""
_MICROSECONDS: Final = 1e6


def results() -> Iterator[Result]:
    """The one figure."""
    catalog, whole = load_catalog(), _seeded()
    count = len(list(_certificates(whole)))
    assert count * _CLUSTERS >= _CERTIFICATES
    parsing = auditing = 0.0
    findings = 0
    for number in range(_CLUSTERS):
        found = _named(whole, number)
        began = perf_counter()
        for each in _certificates(found):
            certificate_of(each.pem)
        parsed = perf_counter()
        findings += len(audit(found, catalog)) + len(audit_since(found, found, catalog))
        auditing += perf_counter() - parsed
        parsing += parsed - began
    each = (parsing + auditing) / _CLUSTERS * _MICROSECONDS, parsing / _CLUSTERS * _MICROSECONDS
    note = f"{count * _CLUSTERS:,} certificates, {findings:,} findings, {parsing + auditing:.0f} s"
    yield Result(f"{_CLUSTERS} clusters, every rule", Timed(*each, 1 + auditing / parsing), _TARGET, note)


def _seeded() -> Snapshot:
    cluster = bench(small("campus-14"))
    _sow(cluster)
    found = asyncio.run(seen(cluster.cluster, "campus", lambda _: Lists("", "")))
    return replace(found, declared=replace(found.declared, former=FORMER))


def _sow(cluster: Bench) -> None:
    """The seeds of the tests, and as many partners as make it six hundred certificates."""
    Garden(cluster.cluster).sown()
    nodes = cluster.cluster.nodes
    lacking = _CERTIFICATES // _CLUSTERS - sum(len(files) for node in nodes for files in node.trusts.values())
    for number in range(max(0, -(-lacking // len(nodes)))):
        der = made(named(f"peer{number}.corp.example", "Corp")).der
        for node in nodes:
            node.trust("tomcat-trust", der)
    cluster.time.advance(SYNC)


def _certificates(snapshot: Snapshot) -> Iterator[Certificate]:
    for node in snapshot.nodes:
        for held in known((node.identities, node.trusted)):
            yield from known(each.certificate for each in held)


def _named(snapshot: Snapshot, number: int) -> Snapshot:
    """The same, as another cluster has it: no name and no hash of a certificate is that of the first."""
    nodes = tuple(_node(node, number) for node in snapshot.nodes)
    return replace(snapshot, cluster=f"campus{number}", nodes=nodes)


def _node(node: Node, number: int) -> Node:
    identities, trusted = (_renamed(held, number) for held in (node.identities, node.trusted))
    return replace(node, identities=identities, trusted=trusted)


def _renamed(held: Fact[tuple[Any, ...]], number: int) -> Fact[tuple[Any, ...]]:
    if not isinstance(held, Known):
        return held
    return Known(tuple(replace(each, certificate=_other(each.certificate, number)) for each in held.value))


def _other(fact: Fact[Certificate], number: int) -> Fact[Certificate]:
    """Cisco's stay as they are: they are the same everywhere."""
    if not isinstance(fact, Known) or "Cisco" in fact.value.subject:
        return fact
    found, mark = fact.value, f"{number:06d}"
    common_name = f"{found.common_name}{number}"
    return Known(
        replace(
            found,
            subject=found.subject.replace(f"CN={found.common_name}", f"CN={common_name}"),
            issuer=found.issuer.replace(f"CN={found.common_name}", f"CN={common_name}"),
            common_name=common_name,
            sha256=f"{mark}{found.sha256[6:]}",
            sha1=f"{mark}{found.sha1[6:]}",
        )
    )
