"""Snapshots for the tests: a healthy cluster of three nodes on 9.1, and ways to spoil one thing of it.

`healthy()` has the nodes pub, sub1 and sub2, of which two serve lists, two CM groups and four phones; an audit
finds nothing there. Every other function takes a snapshot and gives one that differs in one thing. Certificates are
made up: their PEM says what they are, and no more.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from ringtrust.cluster.certificate import Certificate, Identity, Trusted
from ringtrust.cluster.facts import Fact, Known, Skipped
from ringtrust.cluster.names import (
    CALLMANAGER,
    CALLMANAGER_SERVICE,
    CAPF,
    CAPF_SERVICE,
    CHANGE_NOTIFICATION,
    IPSEC,
    ITLRECOVERY,
    TFTP_SERVICE,
    TOMCAT,
    TOMCAT_SERVICE,
    TVS,
    TVS_SERVICE,
)
from ringtrust.cluster.node import SAST, ListRecord, Node, Role, Served, ServedList, Service
from ringtrust.cluster.phone import BY_NULL_STRING, NO_OPERATION, Group, Lsc, Phone, Registration
from ringtrust.cluster.snapshot import FORMAT, Backup, Health, Replication, Snapshot, Source

TAKEN = datetime(2026, 6, 1, 12, tzinfo=UTC)
NODES = ("pub", "sub1", "sub2")
TFTP_NODES = ("pub", "sub1")
UNITS = (TOMCAT, IPSEC, CALLMANAGER, CAPF, TVS)
VERSION = "9.1.2.12901-3"
STORES = {TOMCAT: ("tomcat-trust",), CALLMANAGER: ("CallManager-trust", "Phone-SAST-trust")}
"""Where the copies of a unit lie on every node; those of ipsec and CAPF, see `_copies`."""

_SERVICES = (
    *(CALLMANAGER_SERVICE, CAPF_SERVICE, CHANGE_NOTIFICATION, TOMCAT_SERVICE, TVS_SERVICE, "A Cisco DB"),
    *("Cisco AXL Web Service", "Cisco RIS Data Collector"),
)


_OF_CISCO: Final = "C74D4B4A14519DD065191D96845E8D4EC851436BC559C4A45E24CA5C7C01FCD3"


def certificate(name: str, **changes: Any) -> Certificate:
    """A certificate of 2048 bits that lasts for years; its serial number and digests follow from `name`."""
    sha256 = hashlib.sha256(name.encode()).hexdigest().upper()
    common_name = name.rpartition(" of ")[2]
    made = Certificate(
        subject=f"CN={common_name},O=Campus",
        common_name=common_name,
        issuer=f"CN={common_name},O=Campus",
        serial=sha256[:32],
        not_before=TAKEN - timedelta(days=365),
        not_after=TAKEN + timedelta(days=4 * 365),
        key="RSA",
        bits=2048,
        digest="sha256",
        names=(),
        self_signed=True,
        authority=False,
        key_id="",
        issuer_key_id="",
        purposes=(),
        sha1=hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest().upper(),
        sha256=sha256,
        pem=f"-----BEGIN CERTIFICATE-----\n{name}\n-----END CERTIFICATE-----\n",
    )
    return replace(made, **changes)


def own(unit: str, node: str) -> Certificate:
    """The identity certificate of a unit of a node, as `healthy` has it."""
    return certificate(f"{unit} of {node}")


def healthy(version: str = VERSION) -> Snapshot:
    """Three nodes of 9.1 in good order, with two CM groups and four phones."""
    lists = [_list_of(name).sha1 for name in TFTP_NODES]
    return Snapshot(
        format=FORMAT,
        cluster="campus",
        taken=TAKEN,
        version=Known(version),
        security_mode=Known(0),
        rollback=Known(value=False),
        replication=Known(tuple(Replication(name, 2, "(2) Setup Completed", 0) for name in NODES)),
        unauthenticated=Known(()),
        backups=Known((Backup("2026-06-01.tar", "SUCCESS", "CCM", Known(TAKEN - timedelta(hours=10))),)),
        groups=Known((Group("A", ("sub1", "sub2")), Group("B", ("sub2", "pub")))),
        phones=Known(tuple(phone(number, "AB"[number % 2], lists[number % 2]) for number in range(1, 5))),
        nodes=tuple(_node(name, version) for name in NODES),
        sources=tuple(Source("cli", name, "services", Health.READ) for name in NODES),
    )


def phone(number: int, group: str, itl: str, status: str = "Registered") -> Phone:
    """A phone that holds the list with this SHA-1."""
    where = Registration(status, "sub1", f"10.0.1.{number}")
    return Phone(f"SEP{number:012d}", f"Desk {number}", "Cisco 8861", group, Known(where), Known(itl))


def _node(name: str, version: str) -> Node:
    services = (*_SERVICES, TFTP_SERVICE) if name in TFTP_NODES else _SERVICES
    none: Fact[ServedList] = Skipped("Cisco Tftp is not activated here.")
    return Node(
        name=name,
        address=f"10.0.0.{NODES.index(name) + 1}",
        role=Role.PUBLISHER if name == "pub" else Role.SUBSCRIBER,
        version=Known(version),
        services=Known(tuple(Service(each, "STARTED") for each in services)),
        identities=Known(tuple(Identity(unit, Known(own(unit, name))) for unit in UNITS)),
        trusted=Known((*_copies(name), _manufacturer("CallManager-trust"), _manufacturer("CAPF-trust"))),
        served=(Served(TOMCAT, 8443, Known(own(TOMCAT, name))), Served(TVS, 2445, Known(own(TVS, name)))),
        itl=Known(_list_of(name)) if name in TFTP_NODES else none,
        ctl=Skipped("CTL File not found."),
    )


def _copies(node: str) -> tuple[Trusted, ...]:
    """What Change Notification has carried here, and what stays on its node."""
    everywhere = [(unit, owner, store) for unit, stores in STORES.items() for owner in NODES for store in stores]
    everywhere += [(CAPF, owner, "CallManager-trust") for owner in NODES]
    here = [(CAPF, node, "CAPF-trust"), (IPSEC, node, "ipsec-trust")]
    return tuple(copy_of(own(unit, owner), store) for unit, owner, store in (*everywhere, *here))


def copy_of(found: Certificate, store: str) -> Trusted:
    """A certificate as an entry of a trust store."""
    return Trusted(store, f"{found.common_name}.pem", Known(found))


def _manufacturer(store: str) -> Trusted:
    until = datetime(2029, 5, 14, 20, 25, tzinfo=UTC)
    made = certificate("Cisco Manufacturing CA", not_after=until, sha256=_OF_CISCO)
    return Trusted(store, "Cisco_Manufacturing_CA.pem", Known(made))


def _list_of(node: str) -> ServedList:
    signer = own(CALLMANAGER, node)
    records = (
        record("SAST", node, signer),
        record("TFTP", node, signer),
        record("CAPF", "pub", own(CAPF, "pub")),
        *(record("TVS", name, own(TVS, name)) for name in NODES),
    )
    data = f"ITL of {node}".encode()
    return ServedList(
        sha1=hashlib.sha1(data, usedforsecurity=False).hexdigest().upper(),
        md5=hashlib.md5(data, usedforsecurity=False).hexdigest().upper(),
        signed=TAKEN - timedelta(days=1),
        signer=signer.subject,
        signer_serial=signer.serial,
        valid=True,
        verdict="it holds",
        emptied=False,
        records=records,
        size=len(data),
        data=data,
    )


SECURE_VERSION = "11.5.1.14900-11"
CAPF_NAME = "CAPF-1a2b3c4d"


def secured(version: str = SECURE_VERSION) -> Snapshot:
    """The same in mixed mode without tokens, of a release whose CallManager signs: phones are secure, with an LSC."""
    snapshot = replace(healthy(version), security_mode=Known(1))
    snapshot = with_identity(snapshot, "pub", ITLRECOVERY, Known(own(ITLRECOVERY, "pub")))
    for name in NODES:
        recovery = (copy_of(own(ITLRECOVERY, "pub"), store) for store in ("CallManager-trust", "Phone-SAST-trust"))
        snapshot = with_trusted(snapshot, name, *recovery)
    snapshot = with_service(snapshot, "pub", "Cisco CTL Provider", "STARTED")
    snapshot = with_certificate(snapshot, "pub", CAPF, common_name=CAPF_NAME)
    snapshot = with_ctl(snapshot, ctl())
    phones = tuple(with_security(each) for each in snapshot.all_phones())
    return replace(snapshot, phones=Known(phones))


def with_security(found: Phone, **changes: Any) -> Phone:
    """A phone with an encrypted profile, the CTL of now and an LSC of the CAPF of now; `changes` are of the LSC."""
    year = timedelta(days=365)
    lsc = Lsc(CAPF_NAME, TAKEN + year, TAKEN + 4 * year, NO_OPERATION, "Upgrade Success", BY_NULL_STRING)
    return replace(found, ctl=Known(ctl().sha1), profile=Known("encrypted"), lsc=Known(replace(lsc, **changes)))


def with_lscs(snapshot: Snapshot, **changes: Any) -> Snapshot:
    """Changes fields of the LSC of the first two phones."""
    first, second, *others = snapshot.all_phones()
    changed = (with_security(first, **changes), with_security(second, **changes))
    return replace(snapshot, phones=Known((*changed, *others)))


def ctl(signer: Certificate | None = None, *others: ListRecord) -> ServedList:
    """The CTL: CallManager of the publisher signs unless somebody else does, ITLRecovery may; servers, and CAPF."""
    by = signer or own(CALLMANAGER, "pub")
    records = (
        record(SAST, "pub", by),
        record(SAST, "pub", own(ITLRECOVERY, "pub")),
        *(record("CCM+TFTP", name, own(CALLMANAGER, name)) for name in NODES),
        record("CAPF", "pub", own(CAPF, "pub")),
        *others,
    )
    return replace(_list_of("pub"), **_sums("the CTL"), signer=by.subject, signer_serial=by.serial, records=records)


def _sums(text: str) -> dict[str, Any]:
    data = text.encode()
    return {name: hashlib.new(name, data, usedforsecurity=False).hexdigest().upper() for name in ("sha1", "md5")}


def with_ctl(snapshot: Snapshot, found: ServedList, *nodes: str) -> Snapshot:
    """Another CTL on these nodes, or on all."""
    for name in nodes or NODES:
        snapshot = with_node(snapshot, name, ctl=Known(found))
    return snapshot


def record(role: str, host: str, found: Certificate) -> ListRecord:
    """A record of a list for a certificate."""
    return ListRecord(role, host, found.subject, found.serial, found.sha1)


def with_node(snapshot: Snapshot, name: str, /, **changes: Any) -> Snapshot:
    """Changes fields of a node: `with_node(healthy(), "sub1", itl=Unread("no answer"))`."""
    return replace(
        snapshot, nodes=tuple(replace(each, **changes) if each.name == name else each for each in snapshot.nodes)
    )


def node_of(snapshot: Snapshot, name: str) -> Node:
    """The node of this name, which is there."""
    return next(each for each in snapshot.nodes if each.name == name)


def with_certificate(snapshot: Snapshot, name: str, unit: str, **changes: Any) -> Snapshot:
    """Changes fields of an identity certificate, in its copies and where it is served too: it is still the same one."""
    digest = own(unit, name).sha256

    def changed(fact: Fact[Certificate]) -> Fact[Certificate]:
        same = isinstance(fact, Known) and fact.value.sha256 == digest
        return Known(replace(fact.value, **changes)) if same and isinstance(fact, Known) else fact

    for node in snapshot.nodes:
        assert isinstance(node.identities, Known)
        assert isinstance(node.trusted, Known)
        snapshot = with_node(
            snapshot,
            node.name,
            identities=Known(
                tuple(replace(each, certificate=changed(each.certificate)) for each in node.identities.value)
            ),
            trusted=Known(tuple(replace(each, certificate=changed(each.certificate)) for each in node.trusted.value)),
            served=tuple(replace(each, certificate=changed(each.certificate)) for each in node.served),
        )
    return snapshot


def with_identity(snapshot: Snapshot, name: str, unit: str, fact: Fact[Certificate]) -> Snapshot:
    """Puts another certificate on the disk of a node, and nowhere else; adds the unit where the node has none."""
    node = node_of(snapshot, name)
    assert isinstance(node.identities, Known)
    others = tuple(each for each in node.identities.value if each.unit != unit)
    return with_node(snapshot, name, identities=Known((*others, Identity(unit, fact))))


def renewed(snapshot: Snapshot, name: str, unit: str) -> Snapshot:
    """A certificate regenerated, and nothing else done since: copies, lists and ports are the old ones."""
    return with_identity(snapshot, name, unit, Known(certificate(f"new {unit} of {name}")))


def with_trusted(snapshot: Snapshot, name: str, *entries: Trusted) -> Snapshot:
    """Adds entries to the trust stores of a node."""
    node = node_of(snapshot, name)
    assert isinstance(node.trusted, Known)
    return with_node(snapshot, name, trusted=Known((*node.trusted.value, *entries)))


def without_store(snapshot: Snapshot, store: str) -> Snapshot:
    """Takes a trust store away from every node."""
    for node in snapshot.nodes:
        assert isinstance(node.trusted, Known)
        left = tuple(each for each in node.trusted.value if each.store != store)
        snapshot = with_node(snapshot, node.name, trusted=Known(left))
    return snapshot


def with_list(snapshot: Snapshot, name: str, **changes: Any) -> Snapshot:
    """Changes fields of the list that a TFTP node serves."""
    itl = node_of(snapshot, name).itl
    assert isinstance(itl, Known)
    return with_node(snapshot, name, itl=Known(replace(itl.value, **changes)))


def with_service(snapshot: Snapshot, name: str, service: str, state: str, detail: str = "") -> Snapshot:
    """Changes the state of a service of a node."""
    services = node_of(snapshot, name).services
    assert isinstance(services, Known)
    others = tuple(each for each in services.value if each.name != service)
    return with_node(snapshot, name, services=Known((*others, Service(service, state, detail))))


def with_phones(snapshot: Snapshot, *phones: Phone) -> Snapshot:
    """Adds phones."""
    return replace(snapshot, phones=Known((*snapshot.all_phones(), *phones)))


def with_failed_source(snapshot: Snapshot, interface: str, node: str, what: str, reason: str) -> Snapshot:
    """Adds a question that was not answered."""
    failed = Source(interface, node, what, Health.FAILED, reason)
    return replace(snapshot, sources=(*snapshot.sources, failed))
