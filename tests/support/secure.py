"""Clusters with secure phones, and the CTL that these hold, made by hand: one CCM+TFTP record a node, and CAPF."""

from collections.abc import Iterable
from datetime import timedelta

import msgspec

from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.state import parameters
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.topology import Security, Topology
from ringtrust.trust.certificates import validity_of
from ringtrust.trust.lists import ListKind, TrustList, build_list
from ringtrust.trust.record import build_record
from ringtrust.trust.roles import Role
from tests.support.clusters import Bench, bench, small

SECURE = PhoneKind(profile="encrypted", lsc=True)
INSTALL, DELETE, FETCH = 2, 3, 4
DAYS = 86_400.0


def secure(name: str = "branch-11.5", phones: int = 4, kind: PhoneKind = SECURE, *, lsc_days: int = 1825) -> Topology:
    """A shipped topology with few phones, all of this kind."""
    declared = small(name, phones)
    plan = msgspec.structs.replace(declared.phones, kind=kind)
    return msgspec.structs.replace(declared, phones=plan, security=Security(lsc_days=lsc_days))


def in_mixed_mode(cluster: Cluster) -> None:
    """Security profiles count from now on, wherever the database says so; no node serves a CTL."""
    cluster.database.write((parameters.changed(parameters.SECURITY_MODE, parameters.mode(mixed=True)),))
    for node in cluster.nodes:
        node.mixed = True


def ctl(cluster: Cluster, stamp: int = 1) -> TrustList:
    """A CTL of the cluster as it is on disk, signed by CallManager of the publisher (S71)."""
    signer = cluster.publisher.identities["CallManager"]
    records = [build_record(Role.SAST, signer.certificate)]
    callmanagers = ((node.name, node.identities["CallManager"].certificate) for node in cluster.nodes)
    records += [build_record(Role.CCM_TFTP, certificate, dns_name=name) for name, certificate in callmanagers]
    records.append(build_record(Role.CAPF, cluster.publisher.identities["CAPF"].certificate))
    return build_list(ListKind.CTL, records, signer.signing_key, timestamp=stamp)


def give(phone: Phone, held: TrustList) -> None:
    """A phone holds this list from now on."""
    phone.held[held.kind] = held


def secured(topology: Topology | None = None) -> Bench:
    """A cluster whose phones hold the CTL, and are registered over TLS."""
    made = bench(topology or secure(), on=False)
    in_mixed_mode(made.cluster)
    held = ctl(made.cluster)
    for phone in made.phones:
        give(phone, held)
    return made.powered()


def schedule(cluster: Cluster, device: str, operation: int = INSTALL, **columns: object) -> None:
    """An administrator schedules a certificate operation, as updatePhone writes it."""
    changed = {"tkcertificateoperation": operation, "tkcertificatestatus": 2, **columns}
    names = ", ".join(f"{name} = ?" for name in changed)
    statement = f"update device set {names} where name = ?"  # noqa: S608 - the test's own words
    cluster.database.write(((statement, (*changed.values(), device)),))


def told(cluster: Cluster, device: str) -> tuple[str, str]:
    """The operation and the certificate status of a phone, in Cisco's words."""
    ((operation, state),) = cluster.publisher.replica.rows(
        """select operation.name, state.name from device
        join typecertificateoperation as operation on operation.enum = tkcertificateoperation
        join typecertificatestatus as state on state.enum = tkcertificatestatus where device.name = ?""",
        device,
    )
    return operation, state


def callmanagers_renewed(cluster: Cluster, phones: Iterable[Phone]) -> None:
    """CallManager of every node is another one, in time before it ends, and phones hold a CTL with it."""
    unit = cluster.release.unit("CallManager")
    assert unit is not None
    for node in cluster.nodes:
        cluster.regenerate(node, unit)
    for phone in phones:
        give(phone, ctl(cluster, stamp=2))


def until_expiry(made: Bench, unit: str = "CAPF", node: str = "pub") -> float:
    """Seconds until an identity has expired."""
    end = validity_of(made.cluster.node(node).identities[unit].certificate).end
    return (end - made.time.now() + timedelta(hours=1)).total_seconds()
