"""What is odd about a list although its signature may hold: the limits of phones, dates, and contradictions inside."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from ringtrust.errors import FormatError
from ringtrust.trust import names
from ringtrust.trust.certificates import CertificateFacts, validity_of
from ringtrust.trust.choices import ITL_BYTES_USABLE, ITL_CERTIFICATES_USABLE
from ringtrust.trust.digests import DIGEST_OF_CODE, Digest
from ringtrust.trust.lists import ListKind, TrustList
from ringtrust.trust.record import Record
from ringtrust.trust.roles import MAY_SIGN_FILES, Role
from ringtrust.trust.signing import MODULUS_CODES
from ringtrust.trust.tags import RecordTag as Tag

_SOON: Final = timedelta(days=30)


def remarks(found: TrustList, now: datetime) -> tuple[str, ...]:
    """A sentence for each oddity, in the order of the file; none for a list that is as it should be."""
    return (*_about_size(found), *_about_header(found), *_about_roles(found), *_about_records(found, now))


def _about_size(found: TrustList) -> Iterator[str]:
    if found.kind is not ListKind.ITL:
        return
    certificates = len({record.certificate_digest for record in found.records if record.certificate_digest})
    if len(found.data) > ITL_BYTES_USABLE:
        yield f"The list has {len(found.data):,} bytes; phones cannot load an ITL of more than 64 KB (H19)."
    if certificates > ITL_CERTIFICATES_USABLE:
        yield f"The list has {certificates} certificates; more than {ITL_CERTIFICATES_USABLE} break registration (H19)."


def _about_header(found: TrustList) -> Iterator[str]:
    code, bits = found.header.method.modulus_code, len(found.header.signature) * 8
    said = {known: size for size, known in MODULUS_CODES.items()}.get(code)
    if said != bits:
        claim = f"{said} bits" if said else f"the unknown modulus code {code}"
        yield f"The header says {claim}, but the signature has {bits} bits."
    if found.header.method.digest_code == Digest.SHA256.value:
        yield "The list is signed with SHA-256: the format has a code for it, and no phone is known that takes it."


def _about_roles(found: TrustList) -> Iterator[str]:
    functions = {record.function for record in found.records}
    if not functions:
        yield "The list has no records."
    elif not functions & MAY_SIGN_FILES:
        yield "The list has no TFTP record: a phone that holds it can verify no configuration file by itself."
    if found.kind is ListKind.CTL and Role.TVS in functions:
        yield "The list is a CTL and has TVS records, which no genuine CTL has."


def _about_records(found: TrustList, now: datetime) -> Iterator[str]:
    for number, record in enumerate(found.records, 1):
        if record.certificate:
            oddities = dict.fromkeys((*_contradictions(record), *_dates(record, now)))
            yield from (f"Record {number}, {record.title}: {oddity}" for oddity in oddities)
        elif record.function == Role.SAST:
            yield f"Record {number}, {record.title}: its key stands there without a certificate."
        if record.has(Tag.CERTIFICATE_HASH) and not _is_hash(record):
            yield f"Record {number}, {record.title}: its hash has not the length of its algorithm."


def _is_hash(record: Record) -> bool:
    digest = DIGEST_OF_CODE.get(int.from_bytes(record.value(Tag.HASH_ALGORITHM), "big"))
    return digest is not None and len(record.value(Tag.CERTIFICATE_HASH)) == len(digest.of(b""))


def _contradictions(record: Record) -> Iterator[str]:
    try:
        facts = CertificateFacts.of(record.certificate)
    except FormatError as error:
        yield f"{error.reason}."
        return
    for what, tag, expected in (
        ("serial number", Tag.SERIAL_NUMBER, facts.serial),
        ("public key", Tag.PUBLIC_KEY, facts.public_key),
        ("signature", Tag.SIGNATURE, facts.signature),
    ):
        if record.has(tag) and record.value(tag).lstrip(b"\0") != expected.lstrip(b"\0"):
            yield f"its {what} is not that of its certificate."
    for what, tag, expected in (
        ("subject", Tag.SUBJECT_NAME, facts.subject),
        ("issuer", Tag.ISSUER_NAME, facts.issuer),
    ):
        if record.has(tag) and not _names_match(record.value(tag), expected):
            yield f"its {what} is not that of its certificate."


def _names_match(stored: bytes, expected: bytes) -> bool:
    """CUCM stores six kinds of attribute, and other writers all of them: only those six are compared."""
    kept = names.CUCM_KEYS
    return [pair for pair in names.attributes(names.text(stored)) if pair[0] in kept] == [
        pair for pair in names.attributes(names.text(expected)) if pair[0] in kept
    ]


def _dates(record: Record, now: datetime) -> Iterator[str]:
    try:
        begin, end = validity_of(record.certificate)
    except FormatError as error:
        yield f"{error.reason}."
        return
    if now < begin:
        yield f"its certificate is not valid before {begin:%Y-%m-%d}."
    elif end <= now:
        yield f"its certificate expired on {end:%Y-%m-%d}."
    elif end <= now + _SOON:
        yield f"its certificate expires on {end:%Y-%m-%d}, in {(end - now).days} days."
