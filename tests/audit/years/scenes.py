"""Certificates that a CA signed, as the tests of the coming years want them."""

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known
from ringtrust.cluster.node import ListRecord
from ringtrust.cluster.snapshot import Snapshot
from tests.support.snapshots import certificate, copy_of, healthy, node_of, record, with_certificate, with_trusted

BOTH = ("serverAuth", "clientAuth")
DIGICERT = "CN=DigiCert TLS RSA SHA256 2020 CA1,O=DigiCert Inc,C=US"
SECTIGO = "CN=Sectigo RSA Organization Validation Secure Server CA,O=Sectigo Limited"
CAMPUS = "CN=Campus CA,O=Campus"
WINDOWS = "CN=Issuing CA,DC=campus,DC=example"


def signed(snapshot: Snapshot, node: str, unit: str, issuer: str = DIGICERT, **changes: Any) -> Snapshot:
    """An identity that a CA signed for 398 days, until 2027-04-01, for both usages unless something is changed."""
    of_now: dict[str, Any] = {
        "issuer": issuer,
        "self_signed": False,
        "purposes": BOTH,
        "not_before": datetime(2026, 2, 27, tzinfo=UTC),
        "not_after": datetime(2027, 4, 1, tzinfo=UTC),
    }
    return with_certificate(snapshot, node, unit, **{**of_now, **changes})


def ca(name: str = CAMPUS, **changes: Any) -> Certificate:
    """The certificate of a CA, self-signed unless somebody else issued it."""
    common_name = name.partition(",")[0].removeprefix("CN=")
    own: dict[str, Any] = {"subject": name, "issuer": name, "common_name": common_name, "authority": True}
    return certificate(name, **{**own, **changes})


def foreign(name: str, **changes: Any) -> Certificate:
    """A certificate of another system."""
    return certificate(f"peer of {name}", **{"common_name": name, "subject": f"CN={name}", **changes})


def trusting(snapshot: Snapshot, found: Certificate, store: str, *nodes: str) -> Snapshot:
    """The same with a certificate in a store of these nodes, or of the publisher."""
    for node in nodes or ("pub",):
        snapshot = with_trusted(snapshot, node, copy_of(found, store))
    return snapshot


def with_models(snapshot: Snapshot, model: str, **changes: Any) -> Snapshot:
    """The same with all phones of a model; `changes` are of the phones."""
    phones = tuple(replace(each, model=model, **changes) for each in snapshot.all_phones())
    return replace(snapshot, phones=Known(phones))


def longer(count: int) -> tuple[ListRecord, ...]:
    """The records of the list of sub1, and more, until there are so many."""
    listed = node_of(healthy(), "sub1").itl
    assert isinstance(listed, Known)
    names = (f"x{number}" for number in range(count - len(listed.value.records)))
    return (*listed.value.records, *(record("TVS", name, certificate(name)) for name in names))
