"""Signing requests (PKCS#10), and what a node takes back for them (interfaces.md §1.8, §2; 217138).

[U] The SAN of a request holds the CN and what was asked for. [U] A chain that comes with a certificate does not stand
for the trust store: the authorities must be there before.
"""

import ipaddress
import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ringtrust.errors import FormatError
from ringtrust.lab.certificates.pki import (
    CURVE_BITS,
    DIGESTS,
    RSA_BITS,
    Identity,
    Key,
    Maker,
    extended_usage,
    name_of,
    new_key,
    usage,
)
from ringtrust.lab.certificates.text import dump
from ringtrust.lab.releases import Unit
from ringtrust.trust.certificates import CertificateFacts

if TYPE_CHECKING:
    from ringtrust.lab.state.node import Node

SELF_SIGNED_ONLY: Final = "ITLRecovery"
NO_AUTHORITY: Final = "CA Certificate is not available in the trust-store"
NO_REQUEST: Final = "File /usr/local/platform/.security/{unit}/keys/{unit}.csr does not exist"
OTHER_KEY: Final = "CSR Public Key and Certificate Public Key do not match"
OTHER_NAMES: Final = "CSR SAN and Certificate SAN does not match"
NOT_UPLOADED: Final = "The file /usr/local/platform/upload/certs//{unit}.der could not be uploaded."

_NAMES_AT_MOST: Final = 150
_BYTES_AT_MOST: Final = 16 * 1024
_RSA_BITS_AT_MOST: Final = 4096
_DEPTH_AT_MOST: Final = 10
_NAME_CHARACTERS_AT_MOST: Final = 253
_LABEL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\Z")
_UNREADABLE: Final = (
    FormatError,
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


class UploadRefusedError(Exception):
    """A node does not do it: the sentence it says. `stale` where the certificate is for a request that is gone."""

    def __init__(self, message: str, *, stale: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.stale = stale


class Wanted(msgspec.Struct, frozen=True):
    """What a signing request is to say. Without a CN it is the node's; 0 bits are what the unit has."""

    common_name: str = ""
    names: tuple[str, ...] = ()
    bits: int = 0
    digest: str = "sha256"
    multi_server: bool = False


class Pending(msgspec.Struct, frozen=True, eq=False):
    """A signing request that waits: PKCS#10 in DER, the key that nobody but the node has, the names it asks for."""

    der: bytes
    key: Key
    names: tuple[str, ...]

    @property
    def pem(self) -> str:
        """As clients are shown it."""
        return x509.load_der_x509_csr(self.der).public_bytes(Encoding.PEM).decode()


def made(maker: Maker, host: str, unit: Unit, wanted: Wanted) -> Pending:
    """A new one. Raises UploadRefusedError."""
    if unit.name == SELF_SIGNED_ONLY:
        raise UploadRefusedError(f"A CSR cannot be generated for {unit.name}.")  # [U]
    lengths = CURVE_BITS if unit.curve else RSA_BITS
    if wanted.bits and wanted.bits not in lengths:
        raise UploadRefusedError(f"The key length {wanted.bits} is not one of {', '.join(map(str, lengths))}.")  # [U]
    if wanted.digest not in DIGESTS:
        raise UploadRefusedError("The hash algorithm is not supported.")  # [U]
    common_name = wanted.common_name or host
    names = tuple(dict.fromkeys(name.lower() for name in (common_name, *wanted.names)))
    general = _general_names(names)
    key = new_key(unit, wanted.bits)
    try:
        subject = name_of(maker.subject, common_name)
    except ValueError as error:  # a CN of more than 64 characters
        raise UploadRefusedError("The common name is not valid.") from error  # [U]
    builder = (
        x509.CertificateSigningRequestBuilder(subject)
        .add_extension(usage(authority=unit.name == "CAPF"), critical=False)
        .add_extension(extended_usage(), critical=False)
        .add_extension(x509.SubjectAlternativeName(general), critical=False)
    )
    return Pending(builder.sign(key, DIGESTS[wanted.digest]()).public_bytes(Encoding.DER), key, names)


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


def matched(node: "Node", unit: Unit, certificate: bytes, now: datetime) -> Identity:
    """The identity that a certificate (DER) makes with the key of its request. Raises UploadRefusedError."""
    refuse_unusable(certificate, now)
    pending = node.requests.get(unit.name)
    if pending is None:
        raise UploadRefusedError(NO_REQUEST.format(unit=unit.name), stale=True)
    parsed = x509.load_der_x509_certificate(certificate)
    request = x509.load_der_x509_csr(pending.der)
    if _spki(parsed.public_key()) != _spki(request.public_key()):
        raise UploadRefusedError(OTHER_KEY, stale=True)
    if not _leads_to_a_root(parsed, node.trusts.get(store_of(unit.name), {}).values()):
        raise UploadRefusedError(NO_AUTHORITY)
    if _names_in(parsed.extensions) != _names_in(request.extensions):
        raise UploadRefusedError(OTHER_NAMES)
    return Identity(certificate, pending.key)


def store_of(unit: str) -> str:
    """The trust store of a unit, or of a store's own name: units of both kinds of keys have one in common."""
    return unit if unit.endswith("-trust") else f"{unit.removesuffix('-ECDSA')}-trust"


def refuse_unusable(certificate: bytes, now: datetime) -> None:
    """Raises UploadRefusedError for what is no certificate, is too large, or has expired (217138)."""
    if len(certificate) > _BYTES_AT_MOST:
        raise UploadRefusedError(NOT_UPLOADED.format(unit="certificate"))
    try:
        CertificateFacts.of(certificate)
        dump(certificate)
        parsed = x509.load_der_x509_certificate(certificate)
        key, names = parsed.public_key(), _names_in(parsed.extensions)
    except _UNREADABLE as error:
        raise UploadRefusedError(NOT_UPLOADED.format(unit="certificate")) from error
    if parsed.not_valid_after_utc < now:
        raise UploadRefusedError("The certificate has expired.")  # [U]
    if isinstance(key, RSAPublicKey) and key.key_size > _RSA_BITS_AT_MOST:
        raise UploadRefusedError(f"Keys of more than {_RSA_BITS_AT_MOST} bits are not supported.")  # [U]
    if any("*" in name for name in names):
        raise UploadRefusedError("Wildcard certificates are not supported.")  # [U]


def is_older(certificate: bytes, than: bytes | None) -> bool:
    """Whether a certificate begins before the one in its place: then it is ignored (Security Guide)."""
    if than is None:
        return False
    begins = [x509.load_der_x509_certificate(each).not_valid_before_utc for each in (certificate, than)]
    return begins[0] < begins[1]


def _spki(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _names_in(extensions: x509.Extensions) -> frozenset[str]:
    try:
        found = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(str(name.value).lower() for name in found)


def _leads_to_a_root(leaf: x509.Certificate, trusted: Iterable[bytes]) -> bool:
    """Whether the store has every authority above a certificate, up to one that signed itself."""
    authorities = [x509.load_der_x509_certificate(each) for each in trusted]
    at = leaf
    for _ in range(_DEPTH_AT_MOST):
        above = next(_issuers(at, authorities), None)
        if above is None:
            return False
        if above.issuer == above.subject:
            return True
        at = above
    return False


def _issuers(of: x509.Certificate, among: Iterable[x509.Certificate]) -> Iterator[x509.Certificate]:
    for authority in among:
        try:
            of.verify_directly_issued_by(authority)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            continue
        yield authority
