"""The JSON of certificate REST, read within bounds (interfaces.md §2)."""

import re
from typing import Final, TypeVar

import msgspec

from ringtrust.cluster.names import store_name
from ringtrust.connect.ports import CsrRequest, HeldIdentity, HeldTrust, Holdings
from ringtrust.errors import UnreadableError
from ringtrust.trust import names

BYTES_AT_MOST: Final = 16 * 1024 * 1024
_CSR: Final = re.compile(r"-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----")

Document = TypeVar("Document")


class _Identity(msgspec.Struct, frozen=True):
    service: str
    certificate: str | None
    csr: str | None = None


class _TrustFile(msgspec.Struct, frozen=True):
    filename: str
    certificate: str


class _Trust(msgspec.Struct, frozen=True):
    service: str
    certificate_data: tuple[_TrustFile, ...]


class _Snapshot(msgspec.Struct, frozen=True):
    identities: tuple[_Identity, ...]
    trusts: tuple[_Trust, ...]
    server: str = ""


class _Csr(msgspec.Struct, frozen=True):
    csr: str


class _Error(msgspec.Struct, frozen=True):
    """Clients look for the reason in this order; its fields are in no document (§2)."""

    message: object = None
    messages: object = None
    error: object = None


def read_holdings(body: bytes) -> Holdings:
    """What a snapshot holds. Raises UnreadableError; a unit that is listed twice has to be listed alike."""
    snapshot = _read(body, _Snapshot)
    identities: dict[str, HeldIdentity] = {}
    for each in snapshot.identities:
        held = HeldIdentity(each.service, each.certificate or "", each.csr or "")
        if identities.setdefault(held.unit, held) != held:
            raise UnreadableError(f"The snapshot has two certificates of {names.quoted(held.unit)}.")
    trusts = tuple(
        HeldTrust(store_name(trust.service), file.filename, file.certificate)
        for trust in snapshot.trusts
        for file in trust.certificate_data
    )
    return Holdings(snapshot.server, tuple(identities.values()), trusts)


def read_csr(body: bytes) -> str:
    """The CSR (PEM) of an answer. Raises UnreadableError."""
    found = _read(body, _Csr).csr
    if not _CSR.search(found):
        raise UnreadableError("The node answered with a CSR that is none.", advice="Look whether one is pending there.")
    return found


def read_reason(body: bytes) -> str:
    """Why the node said no, as it says it; empty when it says nothing that can be read."""
    try:
        found = _read(body, _Error)
    except UnreadableError:
        return ""
    several = found.messages if isinstance(found.messages, list) else []
    said = (found.message, *several[:1], found.error)
    return next((text for text in said if isinstance(text, str) and text.strip()), "")


def csr_body(request: CsrRequest) -> dict[str, object]:
    """What is sent to have a CSR."""
    body: dict[str, object] = {
        "service": request.unit,
        "distribution": request.distribution.value,
        "commonName": request.common_name,
        "keyType": request.key_type,
        "keyLength": request.key_length,
        "hashAlgorithm": request.hash_algorithm,
    }
    return body | ({"altNames": list(request.alt_names)} if request.alt_names else {})


def _read(body: bytes, kind: type[Document]) -> Document:
    """A document of this kind. Raises UnreadableError, for what is too large or too deep too."""
    if len(body) > BYTES_AT_MOST:
        raise UnreadableError(f"{len(body):,} bytes are more JSON than is read here.")
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(
            f"The answer is not the JSON that was asked for: {names.brief(str(error)).rstrip('.')}.",
            advice="Check that this is a node of release 14 or later.",
        ) from error
