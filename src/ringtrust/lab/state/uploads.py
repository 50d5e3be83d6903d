"""What a node takes of certificates from elsewhere, through whichever door (interfaces.md §1.8, §2; 217138).

The sentences are Cisco's where one is known. [U] A chain that comes with a certificate does not stand for the trust
store: the authorities must be there before.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ringtrust.errors import FormatError
from ringtrust.lab.certificates.pki import Identity
from ringtrust.lab.certificates.text import dump, file_name
from ringtrust.trust.certificates import CertificateFacts, certificates_in

if TYPE_CHECKING:
    from ringtrust.lab.state.node import Node

NO_AUTHORITY: Final = "CA Certificate is not available in the trust-store"
NO_REQUEST: Final = "File {folder}/keys/{unit}.csr does not exist"
OTHER_KEY: Final = "CSR Public Key and Certificate Public Key do not match"
OTHER_NAMES: Final = "CSR SAN and Certificate SAN does not match"
NOT_UPLOADED: Final = "The file /usr/local/platform/upload/certs//{unit}.der could not be uploaded."
NO_ROOM: Final = "No space left on device"

_CM_UNITS: Final = frozenset({"CallManager", "CallManager-ECDSA", "CAPF", "TVS", "ITLRecovery"})
_BYTES_AT_MOST: Final = 16 * 1024
_CERTIFICATES_AT_MOST: Final = 100
_RSA_BITS_AT_MOST: Final = 4096
_UNREADABLE: Final = (
    FormatError,
    ValueError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


class UploadRefusedError(Exception):
    """A node does not do it: the sentence it says, and `why`, which it does not say everywhere.

    `stale` where the certificate is for a request that is gone.
    """

    def __init__(self, message: str, *, why: str = "", stale: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.why = why
        self.stale = stale


def ders(texts: Iterable[str], unit: str) -> list[bytes]:
    """The certificates in these texts (PEM), in DER: one at least. Raises UploadRefusedError."""
    try:
        found = [each for text in texts for each in certificates_in(text.encode(errors="replace"))]
    except FormatError as error:
        raise UploadRefusedError(NOT_UPLOADED.format(unit=unit), why=f"{error.reason}.") from error
    if not 0 < len(found) <= _CERTIFICATES_AT_MOST:
        raise UploadRefusedError(NOT_UPLOADED.format(unit=unit), why="There are too many certificates.")
    return found


def matched(node: "Node", unit: str, certificate: bytes, now: datetime, authority: str = "") -> Identity:
    """The identity that a certificate (DER) makes with the key of its request. Raises UploadRefusedError.

    `authority`: the file name of its issuer in the trust store, where it is given (`set cert import own UNIT NAME`).
    """
    refuse_unusable(certificate, now, unit)
    pending = node.requests.get(unit)
    if pending is None:
        raise UploadRefusedError(NO_REQUEST.format(folder=_folder(unit), unit=unit), stale=True)
    parsed = x509.load_der_x509_certificate(certificate)
    request = x509.load_der_x509_csr(pending.der)
    if _spki(parsed.public_key()) != _spki(request.public_key()):
        raise UploadRefusedError(OTHER_KEY, stale=True)
    if _names_in(parsed.extensions) != _names_in(request.extensions):
        raise UploadRefusedError(OTHER_NAMES)
    if not _leads_to_a_root(parsed, node.trusts.get(store_of(unit), {}).values(), authority):
        raise UploadRefusedError(NO_AUTHORITY)
    return Identity(certificate, pending.key)


def store_of(unit: str) -> str:
    """The trust store of a unit, or of a store's own name: units of both kinds of keys have one in common."""
    return unit if unit.endswith("-trust") else f"{unit.removesuffix('-ECDSA')}-trust"


def _folder(unit: str) -> str:
    """Where the files of a unit are (interfaces.md §1.12)."""
    return f"/usr/local/{'cm' if unit in _CM_UNITS else 'platform'}/.security/{unit}"


def refuse_unusable(certificate: bytes, now: datetime, unit: str) -> None:
    """Raises UploadRefusedError for what is no certificate, or none that a unit or its store takes (217138).

    Not taken is what is too large, has expired, has too long a key, or a wildcard in the identity of a unit
    (SEC15-cert).
    """
    why = _flaw(certificate, now, identity=not unit.endswith("-trust"))
    if why:
        raise UploadRefusedError(NOT_UPLOADED.format(unit=unit.removesuffix("-trust")), why=why)


def _flaw(certificate: bytes, now: datetime, *, identity: bool) -> str:
    if len(certificate) > _BYTES_AT_MOST:
        return "The certificate is too large."
    try:
        CertificateFacts.of(certificate)
        dump(certificate)
        parsed = x509.load_der_x509_certificate(certificate)
        key, names = parsed.public_key(), _names_in(parsed.extensions)
    except _UNREADABLE:
        return "This is no certificate that can be read."
    if parsed.not_valid_after_utc < now:
        return "The certificate has expired."
    if isinstance(key, RSAPublicKey) and key.key_size > _RSA_BITS_AT_MOST:
        return f"Keys of more than {_RSA_BITS_AT_MOST} bits are not supported."
    if identity and any("*" in name for name in names):
        return "Wildcard certificates are not supported."
    return ""


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


def _leads_to_a_root(leaf: x509.Certificate, trusted: Iterable[bytes], issuer: str) -> bool:
    """Whether the store has every authority above a certificate, up to one that signed itself."""
    store = tuple(trusted)
    authorities = [x509.load_der_x509_certificate(each) for each in store]
    first = [x509.load_der_x509_certificate(each) for each in store if issuer in {"", file_name(each)}]
    reached = list(_issuers(leaf, first))
    for at in reached:  # it grows while it is read
        if at.issuer == at.subject:
            return True
        reached.extend(above for above in _issuers(at, authorities) if above not in reached)
    return False


def _issuers(of: x509.Certificate, among: Iterable[x509.Certificate]) -> Iterator[x509.Certificate]:
    for authority in among:
        try:
            of.verify_directly_issued_by(authority)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            continue
        yield authority
