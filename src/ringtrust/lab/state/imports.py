"""Certificates from elsewhere: one that a CA has signed for a unit, or one that is to be trusted (217138, SEC15-cert).

The sentences of ImportRefusedError are Cisco's, whichever door the certificate came through (interfaces.md §1.8).
"""

from collections.abc import Iterator
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ringtrust.lab.certificates.pki import Identity
from ringtrust.lab.certificates.text import file_name
from ringtrust.lab.releases import Unit
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.csrs import folder
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.signing_requests import Pending

NO_AUTHORITY: Final = "CA Certificate is not available in the trust-store"
NO_REQUEST: Final = "File {folder}/keys/{unit}.csr does not exist"
NOT_UPLOADED: Final = "The file /usr/local/platform/upload/certs//{unit}.der could not be uploaded."
OTHER_KEY: Final = "CSR Public Key and Certificate Public Key do not match"
OTHER_NAMES: Final = "CSR SAN and Certificate SAN does not match"
NOT_BY_CLI: Final = "Multi-server certificates cannot be imported by the CLI."  # [U]
_BITS_AT_MOST: Final = 4096
_BYTES_AT_MOST: Final = 8192
_TEXT_AT_MOST: Final = 64 * 1024


class ImportRefusedError(Exception):
    """The node does not take a certificate; the text says why, in Cisco's words."""


def import_own(cluster: Cluster, node: Node, unit: Unit, text: str, authority: str = "") -> Identity:
    """The signed certificate of a unit, in PEM, in the place of the one it has. Raises ImportRefusedError.

    It has to fit the pending request, and its issuer has to be in the trust store of the unit; `authority` is the
    file name of the issuer there, where it is given.
    """
    certificate = _one(text, unit.name)
    pending = node.requests.get(unit.name)
    if pending is None:
        raise ImportRefusedError(NO_REQUEST.format(folder=folder(unit.name), unit=unit.name))
    _refuse_misfit(certificate, pending)
    _refuse_unfit(cluster, certificate, unit.name)
    trusted = node.trusts.get(f"{unit.name.removesuffix('-ECDSA')}-trust", {})
    candidates = [each for name, each in trusted.items() if authority in {"", name}]
    if not any(_issued(certificate, each) for each in candidates):
        raise ImportRefusedError(NO_AUTHORITY)
    identity = Identity(certificate.public_bytes(Encoding.DER), pending.key)
    cluster.install(node, unit, identity)
    del node.requests[unit.name]
    node.logbook.certificates(f"Certificate imported for {unit.name}", cluster.time.now())
    return identity


def import_trust(cluster: Cluster, node: Node, store: str, text: str) -> tuple[str, ...]:
    """The certificates of a PEM text go into a trust store; gives their file names. Raises ImportRefusedError.

    One that begins later than the one of its name takes its place, an older one is ignored (SEC15-cert).
    """
    unit = store.removesuffix("-trust")
    certificates = list(_read(text, unit))
    for certificate in certificates:
        _refuse_unfit(cluster, certificate, unit, identity=False)
    return tuple(_trust(cluster, node, store, certificate) for certificate in certificates)


def _trust(cluster: Cluster, node: Node, store: str, certificate: x509.Certificate) -> str:
    encoded = certificate.public_bytes(Encoding.DER)
    name = file_name(encoded)
    there = node.trusts.get(store, {}).get(name)
    if there is None or _begins(there) < certificate.not_valid_before_utc.timestamp():
        cluster.trust(node, store, encoded)
        node.logbook.certificates(f"Certificate {name} imported into {store}", cluster.time.now())
    return name


def _begins(certificate: bytes) -> float:
    return x509.load_der_x509_certificate(certificate).not_valid_before_utc.timestamp()


def _one(text: str, unit: str) -> x509.Certificate:
    found = list(_read(text, unit))
    if len(found) != 1:
        raise ImportRefusedError(NOT_UPLOADED.format(unit=unit))
    return found[0]


def _read(text: str, unit: str) -> Iterator[x509.Certificate]:
    """Raises ImportRefusedError for anything but certificates in PEM."""
    refused = ImportRefusedError(NOT_UPLOADED.format(unit=unit))
    if len(text) > _TEXT_AT_MOST:
        raise refused
    try:
        found = x509.load_pem_x509_certificates(text.encode())
        for each in found:
            _touch(each)
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        raise refused from error
    yield from found


def _touch(certificate: x509.Certificate) -> None:
    """Reads what will be shown of it later. Raises ValueError where that cannot be read, or is too long."""
    if len(certificate.public_bytes(Encoding.DER)) > _BYTES_AT_MOST:
        raise ValueError(_BYTES_AT_MOST)
    certificate.public_key()
    tuple(certificate.extensions)
    tuple(certificate.subject)
    tuple(certificate.issuer)


def _refuse_misfit(certificate: x509.Certificate, pending: Pending) -> None:
    wanted = pending.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != wanted:
        raise ImportRefusedError(OTHER_KEY)
    if set(_names(certificate)) != set(pending.names):
        raise ImportRefusedError(OTHER_NAMES)


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in found.value]


def _refuse_unfit(cluster: Cluster, certificate: x509.Certificate, unit: str, *, identity: bool = True) -> None:
    """Expired, too long a key, a wildcard in an identity: none of them is taken (SEC15-cert)."""
    key = certificate.public_key()
    long = isinstance(key, RSAPublicKey) and key.key_size > _BITS_AT_MOST
    expired = certificate.not_valid_after_utc < cluster.time.now()
    wildcard = identity and any("*" in name for name in _names(certificate))
    if long or expired or wildcard:
        raise ImportRefusedError(NOT_UPLOADED.format(unit=unit))


def _issued(certificate: x509.Certificate, authority: bytes) -> bool:
    """Whether this certificate was signed by that one."""
    try:
        certificate.verify_directly_issued_by(x509.load_der_x509_certificate(authority))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
