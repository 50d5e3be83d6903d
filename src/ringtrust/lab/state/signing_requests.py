"""Signing requests (PKCS#10): one a unit and node, with its key, until a signed certificate comes (217138).

Who asks, a person at the CLI or a program over REST, makes no difference. [U] The SAN of a request holds the name of
the node, or the CN that was asked for in its place, and what else was asked for.
"""

import ipaddress
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ringtrust.lab.certificates.pki import CURVE_BITS, DIGESTS, RSA_BITS, Key, extended_usage, name_of, new_key, usage
from ringtrust.lab.certificates.text import common_name
from ringtrust.lab.releases import Unit
from ringtrust.lab.state.uploads import UploadRefusedError
from ringtrust.lab.topology import Subject

if TYPE_CHECKING:
    from ringtrust.lab.state.node import Node

SELF_SIGNED_ONLY: Final = "ITLRecovery"

_NAMES_AT_MOST: Final = 150
_NAME_CHARACTERS_AT_MOST: Final = 253
_LABEL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\Z")


class Wanted(msgspec.Struct, frozen=True):
    """What a signing request is to say. Without a CN it is that of the unit; 0 bits are what the unit has.

    `multi_server`: one for all nodes that have the unit. From 14SU1 on the CLI asks whether the OU is wanted.
    """

    common_name: str = ""
    names: tuple[str, ...] = ()
    bits: int = 0
    digest: str = "sha256"
    multi_server: bool = False
    organizational_unit: bool = True


class Pending(msgspec.Struct, frozen=True, eq=False):
    """A signing request that waits: PKCS#10 in DER, the key that nobody but the node has, and whether it is for all."""

    der: bytes
    key: Key
    multi_server: bool = False

    @property
    def pem(self) -> str:
        """As clients are shown it."""
        return x509.load_der_x509_csr(self.der).public_bytes(Encoding.PEM).decode()


def made(node: "Node", unit: Unit, wanted: Wanted, cluster_subject: Subject) -> Pending:
    """A new one; the subject is the cluster's unless the node has its own. Raises UploadRefusedError."""
    _refuse_unfit(unit, wanted)
    names = tuple(dict.fromkeys(name.lower() for name in (wanted.common_name or node.fqdn, *wanted.names)))
    general = _general_names(names)
    builder = (
        x509.CertificateSigningRequestBuilder(_subject(node, unit, wanted, cluster_subject))
        .add_extension(extended_usage(), critical=False)
        .add_extension(usage(authority=unit.name == "CAPF"), critical=False)
        .add_extension(x509.SubjectAlternativeName(general), critical=False)
    )
    key = new_key(unit, wanted.bits)
    der = builder.sign(key, DIGESTS[wanted.digest]()).public_bytes(Encoding.DER)
    return Pending(der, key, wanted.multi_server)


def _refuse_unfit(unit: Unit, wanted: Wanted) -> None:
    if unit.name == SELF_SIGNED_ONLY:
        raise UploadRefusedError(f"A CSR cannot be generated for {unit.name}.")  # [U]
    lengths = CURVE_BITS if unit.curve else RSA_BITS
    if wanted.bits and wanted.bits not in lengths:
        raise UploadRefusedError(f"The key length {wanted.bits} is not one of {', '.join(map(str, lengths))}.")  # [U]
    if wanted.digest not in DIGESTS:
        raise UploadRefusedError("The hash algorithm is not supported.")  # [U]


def _subject(node: "Node", unit: Unit, wanted: Wanted, cluster_subject: Subject) -> x509.Name:
    name = wanted.common_name or _own_name(node, unit)
    subject = node.platform.subject or cluster_subject
    try:
        return name_of(subject, name, organizational_unit=wanted.organizational_unit)
    except ValueError as error:  # a CN of more than 64 characters
        raise UploadRefusedError("The common name is not valid.") from error  # [U]


def _own_name(node: "Node", unit: Unit) -> str:
    """The CN: the node's full name, but for CAPF, which keeps what it has."""
    if unit.name == "CAPF":
        return common_name(x509.load_der_x509_certificate(node.identities[unit.name].certificate).subject)
    return f"{node.fqdn}-EC" if unit.curve else node.fqdn


def _general_names(wanted: Collection[str]) -> list[x509.GeneralName]:
    if len(wanted) > _NAMES_AT_MOST:
        raise UploadRefusedError(f"More than {_NAMES_AT_MOST} names were given.")  # [U]
    return [_general_name(name) for name in wanted]


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        if len(name) > _NAME_CHARACTERS_AT_MOST or not all(map(_LABEL.match, name.split("."))):
            raise UploadRefusedError("A name in the request is not valid.") from None  # [U]
        return x509.DNSName(name)
