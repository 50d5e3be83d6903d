"""Snapshots to plan from: a campus like the lab's, on any release, and ways to spoil one thing of it.

The publisher and sub1 serve lists, the publisher's first; phones register with sub1 and sub2. Certificates are made
up: what tells them apart is whose they are.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from msgspec.structs import replace

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import Act
from ringtrust.change.gate import Gate
from ringtrust.change.plan import Plan, Step
from ringtrust.cluster.certificate import Certificate, Identity
from ringtrust.cluster.facts import Fact, Known, Skipped
from ringtrust.cluster.node import ListRecord, Node, Role, ServedList, Service
from ringtrust.cluster.phone import Group, Phone, Registration
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import FORMAT, Backup, Health, Replication, Snapshot, Source
from ringtrust.plan.build import Wish, make_plan
from ringtrust.plan.goal import read_goal

TAKEN = datetime(2026, 6, 1, 12, tzinfo=UTC)
SOON = TAKEN + timedelta(days=30)
LATE = TAKEN + timedelta(days=3000)
V8, V9, V12, V14, V15 = "8.0.3.10000-8", "9.1.2.12901-3", "12.5.1.14900-63", "14.0.1.13900-155", "15.0.1.12900-234"
RELEASES = (V9, V12, V15)
PUB, SUB1, SUB2 = "pub", "sub1", "sub2"
NODES = (PUB, SUB1, SUB2)
TFTP, CALLMANAGER, CTI = "Cisco Tftp", "Cisco CallManager", "Cisco CTIManager"
TVS, TOMCAT, CAPF = "Cisco Trust Verification Service", "Cisco Tomcat", "Cisco Certificate Authority Proxy Function"
DRF_LOCAL, DRF_MASTER = "Cisco DRF Local", "Cisco DRF Master"
EVERYWHERE = (TVS, TOMCAT, DRF_LOCAL, CALLMANAGER, CTI)
NO_TFTP = "Cisco Tftp is not activated here."


@cache
def catalog() -> Catalog:
    return load_catalog()


def facts(version: str) -> ReleaseFacts:
    return catalog().of(Release.of(version))


def certificate(name: str, **changes: Any) -> Certificate:
    """A certificate of this name, which ends soon."""
    digest = hashlib.sha256(name.encode()).hexdigest().upper()
    made = Certificate(
        subject=f"CN={name}",
        common_name=name,
        issuer=f"CN={name}",
        serial=digest[:32],
        not_before=TAKEN - timedelta(days=1800),
        not_after=SOON,
        key="RSA",
        bits=2048,
        digest="sha256",
        names=(),
        self_signed=True,
        authority=False,
        key_id="",
        issuer_key_id="",
        purposes=(),
        sha1=digest[:40],
        sha256=digest,
        pem=name,
    )
    return replace(made, **changes)


def campus(
    version: str = V9,
    *,
    nodes: tuple[str, ...] = NODES,
    tftp: Iterable[str] = (PUB, SUB1),
    services: Mapping[str, Iterable[str]] | None = None,
    groups: Mapping[str, tuple[str, ...]] | None = None,
) -> Snapshot:
    """A healthy cluster; the first node is the publisher. `services` is what runs besides Cisco Tftp."""
    serving = [name for name in nodes if name in set(tftp)]
    members = groups if groups is not None else {"A": nodes[1:3], "B": nodes[2:0:-1]}
    held = served(serving[0]).sha1 if serving else ""
    return Snapshot(
        format=FORMAT,
        cluster="campus",
        taken=TAKEN,
        version=Known(version),
        security_mode=Known(0),
        rollback=Known(value=False),
        replication=Known(tuple(Replication(name, 2, "(2) Setup Completed", 0) for name in nodes)),
        unauthenticated=Known(()),
        backups=Known((Backup("2026-06-01.tar", "SUCCESS", "CCM", Known(TAKEN - timedelta(hours=10))),)),
        groups=Known(tuple(Group(name, found) for name, found in members.items())),
        phones=Known(tuple(phone(number, group, held) for number, group in enumerate(members))),
        nodes=tuple(_node(name, version, nodes, _running(name, nodes, serving, services)) for name in nodes),
        sources=tuple(Source("cli", name, "services", Health.READ) for name in nodes),
    )


def _running(
    name: str, nodes: tuple[str, ...], serving: list[str], services: Mapping[str, Iterable[str]] | None
) -> tuple[str, ...]:
    usual = (*EVERYWHERE, CAPF, DRF_MASTER) if name == nodes[0] else EVERYWHERE
    chosen = tuple((services or {}).get(name, usual))
    return (*chosen, TFTP) if name in serving else chosen


def _node(name: str, version: str, nodes: tuple[str, ...], running: tuple[str, ...]) -> Node:
    none: Fact[ServedList] = Skipped(NO_TFTP)
    known, first = facts(version), name == nodes[0]
    records = tuple(_records(name, version, nodes))
    owned = [unit.name for unit in known.units if first or known.owners(unit.name) == "every node"]
    return Node(
        name=name,
        address="10.0.0.1",
        role=Role.PUBLISHER if first else Role.SUBSCRIBER,
        version=Known(version),
        services=Known(tuple(Service(each, "STARTED") for each in running)),
        identities=Known(tuple(Identity(unit, Known(certificate(f"{unit} of {name}"))) for unit in owned)),
        trusted=Known(()),
        served=(),
        itl=Known(replace(served(name), signer_serial=records[0].serial, records=records)) if TFTP in running else none,
        ctl=Skipped("CTL File not found."),
    )


def _records(node: str, version: str, nodes: tuple[str, ...]) -> Iterator[ListRecord]:
    """What the list of a node holds: who may sign, the signer first, and every TVS."""
    signing = facts(version).signing
    for unit in (signing.itl, signing.second):
        if unit:
            owner = nodes[0] if facts(version).owners(unit) == "publisher" else node
            yield _record("SAST", f"{unit} of {owner}", node)
    yield from (_record("TVS", f"TVS of {each}", each) for each in nodes)


def _record(role: str, name: str, host: str) -> ListRecord:
    found = certificate(name)
    return ListRecord(role, host, found.subject, found.serial, found.sha1)


def served(node: str) -> ServedList:
    """The list that a node serves."""
    digest = hashlib.sha256(f"list of {node}".encode()).hexdigest().upper()
    return ServedList(
        sha1=digest[:40],
        md5=digest[:32],
        signed=TAKEN,
        signer=f"CN={node}",
        signer_serial="01",
        valid=True,
        verdict="it holds",
        emptied=False,
        records=(),
        size=len(node),
        data=node.encode(),
    )


def phone(number: int, group: str = "A", held: str = "", status: str = "Registered") -> Phone:
    where = Registration(status, SUB1, f"10.0.1.{number}")
    return Phone(f"SEP{number:012d}", f"Desk {number}", "Cisco 8861", group, Known(where), Known(held))


def with_node(snapshot: Snapshot, name: str, **changes: Any) -> Snapshot:
    """Changes fields of a node."""
    nodes = tuple(replace(node, **changes) if node.name == name else node for node in snapshot.nodes)
    return replace(snapshot, nodes=nodes)


def with_services(snapshot: Snapshot, name: str, *services: Service) -> Snapshot:
    """Puts services in the place of those of the same name, or beside the others."""
    node = snapshot.node(name)
    assert node is not None
    assert isinstance(node.services, Known)
    names = {each.name for each in services}
    kept = tuple(each for each in node.services.value if each.name not in names)
    return with_node(snapshot, name, services=Known((*kept, *services)))


def with_certificate(snapshot: Snapshot, unit: str, name: str, change: Callable[[Certificate], Any]) -> Snapshot:
    """Changes the certificate of a unit; the change may give a Fact in its place, or None to take it away."""
    node = snapshot.node(name)
    assert node is not None
    assert isinstance(node.identities, Known)
    found = []
    for identity in node.identities.value:
        if identity.unit != unit:
            found.append(identity)
            continue
        assert isinstance(identity.certificate, Known)
        new = change(identity.certificate.value)
        if new is not None:
            found.append(replace(identity, certificate=Known(new) if isinstance(new, Certificate) else new))
    return with_node(snapshot, name, identities=Known(tuple(found)))


def with_phones(snapshot: Snapshot, *phones: Phone) -> Snapshot:
    """These phones, and no others."""
    return replace(snapshot, phones=Known(phones))


def ca_signed(found: Certificate) -> Certificate:
    return replace(found, self_signed=False, issuer="CN=Our CA")


def planned(
    snapshot: Snapshot, *goal: str, days: int = 60, stragglers: int | None = None, wish: Wish | None = None
) -> Plan:
    """The plan for a goal, made at the moment of the snapshot."""
    return make_plan(snapshot, catalog(), read_goal(goal, days), snapshot.taken, wish or Wish(stragglers))


def acts(plan: Plan, kind: type[Act]) -> list[Any]:
    """All acts of one kind, in their order."""
    return [step.act for step in plan.steps if isinstance(step.act, kind)]


def conditions(gates: Iterable[Gate]) -> list[Any]:
    return [gate.condition for gate in gates]


def step_of(plan: Plan, kind: type[Act], **fields: str) -> Step:
    """The one step whose act has these fields."""
    found = [
        step
        for step in plan.steps
        if isinstance(step.act, kind) and all(getattr(step.act, name) == value for name, value in fields.items())
    ]
    assert len(found) == 1, (kind, fields, len(found))
    return found[0]


def noted(plan: Plan, source: str) -> str:
    """The texts of the notes that cite a source."""
    return " ".join(note.text for note in plan.notes if source in note.sources)
