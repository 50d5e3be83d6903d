"""Certificate signing requests: one a unit and node, with its key, until a signed certificate comes (217138)."""

from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from ringtrust.lab.certificates.pki import extended_usage, name_of, new_key, usage
from ringtrust.lab.certificates.text import common_name
from ringtrust.lab.releases import Unit
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.signing_requests import Pending

_CM_UNITS: Final = frozenset({"CallManager", "CallManager-ECDSA", "CAPF", "TVS", "ITLRecovery"})


def request(
    cluster: Cluster, node: Node, unit: Unit, *, names: tuple[str, ...] = (), organizational_unit: bool = True
) -> Pending:
    """A new request in the place of an older one. `names` are the DNS names, those of the node when none are given.

    More names than the node's own make it a multi-server one. From 14SU1 on the OU is in it only on demand.
    """
    wanted = names or node.own_names
    key = new_key(unit)
    subject = node.platform.subject or cluster.topology.subject
    name = name_of(subject, _requested_name(node, unit), organizational_unit=organizational_unit)
    builder = (
        x509.CertificateSigningRequestBuilder(subject_name=name)
        .add_extension(extended_usage(), critical=False)
        .add_extension(usage(authority=unit.name == "CAPF"), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in wanted]), critical=False)
    )
    made = Pending(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER), key, wanted)
    node.requests[unit.name] = made
    node.logbook.certificates(f"CSR generated for {unit.name}", cluster.time.now())
    return made


def _requested_name(node: Node, unit: Unit) -> str:
    """The CN: the node's full name, but for CAPF, which keeps what it has."""
    if unit.name == "CAPF":
        return common_name(x509.load_der_x509_certificate(node.identities[unit.name].certificate).subject)
    return f"{node.fqdn}-EC" if unit.curve else node.fqdn


def folder(unit: str) -> str:
    """Where the files of a unit are (interfaces.md §1.12)."""
    return f"/usr/local/{'cm' if unit in _CM_UNITS else 'platform'}/.security/{unit}"
