"""A trust list as `show itl` and `show ctl` print it (trust-formats.md §7, after Cisco 118892 and 118893).

The column that Cisco calls BYTEPOS holds tag numbers. Everything that comes from the file is made printable first.
"""

import hashlib
from collections.abc import Iterator, Set
from datetime import datetime
from typing import Final

from ringtrust.trust import names
from ringtrust.trust.choices import NOT_VERIFIED, VERIFIED
from ringtrust.trust.digests import Digest
from ringtrust.trust.header import Header, serial_text
from ringtrust.trust.header_layout import CONTAINERS
from ringtrust.trust.lists import TrustList
from ringtrust.trust.record import Record
from ringtrust.trust.roles import MAY_SIGN_LISTS, Role, function_text
from ringtrust.trust.signature import Holds, Verdict, named_signers
from ringtrust.trust.tags import HEADER_NAMES, RECORD_NAMES, HeaderTag, RecordTag

_TAB: Final = 8
_UNKNOWN: Final = "UNKNOWN"
_TITLES: Final = ("BYTEPOS\tTAG\t\tLENGTH\tVALUE", "-------\t---\t\t------\t-----")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def show(found: TrustList, modified: datetime | None = None) -> Iterator[str]:
    """The whole report, line by line, ending with whether the signature holds.

    `modified` is when the file was written, with its time zone; None leaves that line out.
    """
    verdict = found.verdict()
    for line in _report(found, modified, verdict):
        yield line.expandtabs(_TAB).rstrip()


def _report(found: TrustList, modified: datetime | None, verdict: Verdict) -> Iterator[str]:
    kind = found.kind.value
    yield from _file_lines(found, modified, kind)
    yield from _header_lines(found.header)
    signers = _signers(found, verdict)
    for number, record in enumerate(found.records, 1):
        yield from _record_lines(kind, number, record)
        if record.function == Role.SAST:
            yield f"This etoken {'was' if number in signers else 'was not'} used to sign the {kind} file."
    yield ""
    if isinstance(verdict, Holds):
        yield VERIFIED.format(kind=kind)
    else:
        yield names.printable(f"{verdict.reason[0].upper()}{verdict.reason[1:]}.")
        yield NOT_VERIFIED.format(kind=kind)


def _signers(found: TrustList, verdict: Verdict) -> Set[int]:
    """The record whose key signed; where none did, those that the header names, as CUCM goes by names."""
    if isinstance(verdict, Holds):
        return {verdict.record}
    return {number for number, _ in named_signers(found.header, found.records, MAY_SIGN_LISTS)}


def _file_lines(found: TrustList, modified: datetime | None, kind: str) -> Iterator[str]:
    yield f"The checksum value of the {kind} file:"
    yield f"{hashlib.md5(found.data, usedforsecurity=False).hexdigest()}(MD5)"
    yield f"{Digest.SHA1.of(found.data).hex()}(SHA1)"
    yield ""
    yield f"Length of {kind} file: {len(found.data)}"
    if modified is not None:
        yield f"The {kind} File was last modified on {_date(modified)}"
    yield ""
    yield f"\tParse {kind} File"
    yield "\t----------------"


def _date(when: datetime) -> str:
    """A date as Java and `date` print it in the C locale: `Fri Mar 06 21:56:07 CET 2015`."""
    return f"{_DAYS[when.weekday()]} {_MONTHS[when.month - 1]} {when:%d %H:%M:%S} {when.tzname()} {when.year}"


def _header_lines(header: Header) -> Iterator[str]:
    yield ""
    yield f"Version:\t{header.version[0]}.{header.version[1]}"
    yield f"HeaderLength:\t{header.length} (BYTES)"
    yield ""
    yield from _TITLES
    for tag, value in header.items():
        if tag not in {HeaderTag.VERSION, HeaderTag.HEADER_LENGTH}:
            yield from _header_row(tag, value)


def _header_row(tag: int, value: bytes) -> Iterator[str]:
    name, length = HEADER_NAMES.get(tag, _UNKNOWN), len(value)
    if tag in CONTAINERS:
        yield _row(tag, name, 2, str(length))
    elif tag in {HeaderTag.SIGNER_NAME, HeaderTag.CA_NAME}:
        yield _row(tag, name, length, names.printable(names.text(value)))
    elif tag == HeaderTag.SERIAL_NUMBER:
        yield _row(tag, name, length, serial_text(value))
    elif tag == HeaderTag.SIGNATURE:
        yield _row(tag, name, length)
        yield from _signature_rows(value)
    else:
        yield _row(tag, name, length)


def _signature_rows(value: bytes) -> Iterator[str]:
    """Eight bytes a row, without leading zeros, two blanks between them."""
    for start in range(0, len(value), 8):
        yield "  ".join(f"{byte:x}" for byte in value[start : start + 8])


def _record_lines(kind: str, number: int, record: Record) -> Iterator[str]:
    yield ""
    yield f"\t{kind} Record #:{number}"
    yield "\t\t  ----"
    yield from _TITLES
    yield from (_record_row(tag, value) for tag, value in record.items())


def _record_row(tag: int, value: bytes) -> str:
    match tag:
        case RecordTag.RECORD_LENGTH:
            shown = str(int.from_bytes(value, "big"))
        case RecordTag.DNS_NAME | RecordTag.SUBJECT_NAME | RecordTag.ISSUER_NAME:
            shown = names.printable(names.text(value))
        case RecordTag.FUNCTION:
            shown = function_text(int.from_bytes(value, "big"))
        case RecordTag.SERIAL_NUMBER:
            shown = serial_text(value)
        case RecordTag.CERTIFICATE:
            shown = f"{Digest.SHA1.of(value).hex(' ').upper()} (SHA1 Hash HEX)"
        case RecordTag.CERTIFICATE_HASH:
            shown = value.hex(" ").upper()
        case RecordTag.HASH_ALGORITHM:
            shown = "SHA-1" if value == bytes((Digest.SHA1.value,)) else str(value[0])
        case _:
            shown = ""
    return _row(tag, RECORD_NAMES.get(tag, _UNKNOWN), len(value), shown)


def _row(tag: int, name: str, length: int, value: str = "") -> str:
    """One row; the second column ends at the third tab stop, or at the fourth for Cisco's longest names."""
    gap = "\t\t" if len(name) < _TAB else "\t"
    return f"{tag}\t{name}{gap}{length}\t{value}"
