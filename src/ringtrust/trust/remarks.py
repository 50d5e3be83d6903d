"""What is odd about a list although its signature may hold: the limits of phones, and contradictions inside."""

from collections.abc import Iterator

from ringtrust.errors import FormatError
from ringtrust.trust import names
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.choices import ITL_BYTES_USABLE, ITL_CERTIFICATES_USABLE
from ringtrust.trust.lists import ListKind, TrustList
from ringtrust.trust.record import Record
from ringtrust.trust.signature import MODULUS_CODES
from ringtrust.trust.tags import HeaderTag
from ringtrust.trust.tags import RecordTag as Tag


def remarks(found: TrustList) -> tuple[str, ...]:
    """A sentence for each oddity, in the order of the file; none for a list that is as it should be."""
    return (*_about_size(found), *_about_header(found), *_about_records(found))


def _about_size(found: TrustList) -> Iterator[str]:
    certificates = len({record.certificate_digest for record in found.records if record.certificate_digest})
    if found.kind is ListKind.ITL and len(found.data) > ITL_BYTES_USABLE:
        yield f"The list has {len(found.data):,} bytes; phones cannot load an ITL of more than 64 KB (H19)."
    if found.kind is ListKind.ITL and certificates > ITL_CERTIFICATES_USABLE:
        yield f"The list has {certificates} certificates; more than {ITL_CERTIFICATES_USABLE} break registration (H19)."


def _about_header(found: TrustList) -> Iterator[str]:
    header = found.header
    bits = {code: size for size, code in MODULUS_CODES.items()}.get(header.method.modulus_code)
    found_bits = len(header.value(HeaderTag.SIGNATURE)) * 8
    if bits != found_bits:
        said = f"{bits} bits" if bits else f"the unknown modulus code {header.method.modulus_code}"
        yield f"The header says {said}, but the signature has {found_bits} bits."


def _about_records(found: TrustList) -> Iterator[str]:
    for number, record in enumerate(found.records, 1):
        if record.certificate:
            yield from (f"Record {number}, {record.title}: {remark}" for remark in _contradictions(record))


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
    """CUCM stores six kinds of attribute; other writers store all, so that more than expected is no contradiction."""
    return set(names.attributes(names.text(expected))) <= set(names.attributes(names.text(stored)))
