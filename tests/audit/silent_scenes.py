"""Two snapshots between which certificates have become other ones, as the tests of silent changes want them."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace

from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER, CAPF, IPSEC, ITLRECOVERY, TOMCAT, TVS
from ringtrust.cluster.snapshot import Snapshot
from tests.support import snapshots
from tests.support.snapshots import NODES, TAKEN, UNITS, certificate, own, with_identity, with_node

LATER = TAKEN + timedelta(days=30)
MADE = TAKEN + timedelta(days=3)


def later(snapshot: Snapshot) -> Snapshot:
    """The same a month later."""
    return replace(snapshot, taken=LATER)


def new(unit: str, node: str, **changes: object) -> Certificate:
    """A new certificate, three days after the older scan, with the name of the old one."""
    made = certificate(f"new {unit} of {node}", not_before=MADE)
    old = own(unit, node)
    return replace(made, **{"common_name": old.common_name, "subject": old.subject, **changes})


def having(snapshot: Snapshot, node: str, certificates: Mapping[str, Certificate]) -> Snapshot:
    """The same with these identities on the disk of a node."""
    for unit, found in certificates.items():
        snapshot = with_identity(snapshot, node, unit, Known(found))
    return snapshot


def called(snapshot: Snapshot, name: str, node: str = "sub1") -> Snapshot:
    """Every certificate of a node has this CN."""
    named = {
        unit: replace(own(unit, node), common_name=name, subject=f"CN={name},O=Campus")
        for unit in UNITS
        if unit != CAPF
    }
    return having(snapshot, node, named)


def made_anew(name: str, node: str = "sub1", *units: str) -> dict[str, Certificate]:
    """What a node that is called so now has made anew."""
    return {
        unit: new(unit, node, common_name=name, subject=f"CN={name},O=Campus")
        for unit in units or (CALLMANAGER, TVS, TOMCAT, IPSEC)
    }


def upgraded(old: str, current: str) -> tuple[Snapshot, Snapshot]:
    """Before and after an upgrade that has made ITLRecovery anew, in mixed mode."""
    before = snapshots.secured(old)
    after = having(later(replace(before, version=Known(current))), "pub", {ITLRECOVERY: new(ITLRECOVERY, "pub")})
    for node in NODES:
        after = with_node(after, node, version=Known(current))
    return before, after


def all_new(version: str) -> tuple[Snapshot, Snapshot]:
    """Before and after the publisher got all its certificates within the hour, ITLRecovery among them."""
    before = snapshots.secured(version)
    return before, having(later(before), "pub", {unit: new(unit, "pub") for unit in (*UNITS, ITLRECOVERY)})


def restored() -> tuple[Snapshot, Snapshot]:
    """Before and after TVS of the publisher was replaced by the one that it had before its last renewal."""
    before = having(snapshots.healthy(), "pub", {TVS: new(TVS, "pub", not_before=TAKEN - timedelta(hours=2))})
    return before, later(snapshots.healthy())
