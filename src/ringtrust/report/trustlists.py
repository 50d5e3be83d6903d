"""Trust lists and signed files as documents: JSON for programs, a few lines or a table for people.

Whatever comes from the files is printable and brief in the lines, and as stored in the JSON.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, assert_never

from ringtrust.errors import FormatError
from ringtrust.trust import names
from ringtrust.trust.certificates import validity_of
from ringtrust.trust.diff import Change, time_text
from ringtrust.trust.digests import Digest
from ringtrust.trust.encryption_block import read_encryption
from ringtrust.trust.header import Header, serial_text
from ringtrust.trust.lists import TrustList
from ringtrust.trust.names import counted
from ringtrust.trust.record import Record
from ringtrust.trust.remarks import remarks
from ringtrust.trust.roles import role_name
from ringtrust.trust.signature import Broken, Holds, SignerUnknown, Unjudged, Verdict
from ringtrust.trust.signed import SignedFile
from ringtrust.trust.signer import who_signed
from ringtrust.trust.succession import Succession

Document = dict[str, Any]

LIST_FORMAT: Final = "ringtrust.trustlist/1"
DIFF_FORMAT: Final = "ringtrust.trustlist-diff/1"
SIGNED_FORMAT: Final = "ringtrust.signed/1"


def list_document(found: TrustList, verdict: Verdict, now: datetime) -> Document:
    """The list for a program. Names are as stored, `timestamp` is Unix seconds, digests and serial numbers hexadecimal.

    `verdict` says whether the signature holds for the list itself, which may not be the one that was asked about.
    """
    signer = who_signed(found, verdict)
    return {
        "format": LIST_FORMAT,
        "kind": found.kind.value,
        "bytes": len(found.data),
        "md5": hashlib.md5(found.data, usedforsecurity=False).hexdigest(),
        "sha1": Digest.SHA1.of(found.data).hex(),
        "header": _header_document(found.header),
        "signer": {"kind": type(signer).__name__.lower(), "sentence": signer.sentence},
        "signature": verdict_document(verdict),
        "records": [_record_document(record) for record in found.records],
        "remarks": list(remarks(found, now)),
    }


def _header_document(header: Header) -> Document:
    return {
        "version": ".".join(map(str, header.version)),
        "filename": header.filename,
        "timestamp": header.timestamp,
        "digest_algorithm": header.method.digest_code,
        "signer_name": names.text(header.signer.name),
        "signer_serial": serial_text(header.signer.serial),
        "signer_issuer": names.text(header.signer.issuer),
        "signer_version": None if header.signer_version is None else ".".join(map(str, header.signer_version)),
    }


def _record_document(record: Record) -> Document:
    return {
        "role": role_name(record.function),
        "function": record.function,
        "dns_name": record.dns_name,
        "subject": record.subject,
        "issuer": record.issuer,
        "serial": record.serial_text,
        "ip_address": record.ip_text,
        "certificate_sha1": record.certificate_digest.hex(),
        "certificate": record.certificate.hex(),
        "valid_until": _valid_until(record, "%Y-%m-%dT%H:%M:%SZ"),
    }


def _valid_until(record: Record, form: str) -> str:
    """When the certificate expires; empty where the record holds none, or none that can be read."""
    try:
        return f"{validity_of(record.certificate).end:{form}}" if record.certificate else ""
    except FormatError:
        return ""


def verdict_document(verdict: Verdict) -> Document:
    """The verdict for a program: `state` is holds, broken, signer-unknown or unjudged."""
    match verdict:
        case Holds():
            return {"state": "holds", "record": verdict.record, "digest": verdict.digest.text}
        case Broken():
            return {"state": "broken", "record": verdict.record, "reason": verdict.reason}
        case SignerUnknown():
            return {"state": "signer-unknown", "reason": verdict.reason}
        case Unjudged():
            return {"state": "unjudged", "reason": verdict.reason}
        case _:
            assert_never(verdict)


def diff_document(changes: Sequence[Change], meaning: Succession, oddities: Sequence[str]) -> Document:
    """The differences for a program; `fate` is one of the values of succession.Fate."""
    return {
        "format": DIFF_FORMAT,
        "changes": [{"code": change.code, "sentence": change.sentence} for change in changes],
        "fate": meaning.fate.value,
        "consequence": meaning.sentence,
        "notes": list(meaning.notes),
        "remarks": list(oddities),
    }


def signed_document(found: SignedFile, verdict: Verdict | None) -> Document:
    """A signed file for a program.

    `signature` is null where no list was given to judge it by; `encryption` where the file is not encrypted.
    """
    return {
        "format": SIGNED_FORMAT,
        "bytes": len(found.data),
        "body_bytes": len(found.body),
        "encrypted": found.encrypted,
        "encryption": _encryption_document(found.header) if found.encrypted else None,
        "header": _header_document(found.header),
        "signature": None if verdict is None else verdict_document(verdict),
    }


def _encryption_document(header: Header) -> Document:
    """The encryption block; `state` is known, unknown (it names what nobody knows) or unreadable."""
    try:
        block = read_encryption(header)
    except FormatError as error:
        return {"state": "unreadable", "reason": error.reason, "offset": error.offset}
    return {
        "state": "unknown" if block.unknown else "known",
        "cipher": block.cipher_code,
        "key_cipher": block.key_cipher_code,
        "key_algorithm": block.key_algorithm_code,
        "key_bits": block.key_bits,
        "filler": block.filler,
        "digest_algorithm": block.digest_code,
        "digest": block.digest.hex(),
    }


def verdict_sentence(verdict: Verdict, of: str) -> str:
    """The verdict for people. `of` names the list whose records were asked, as in "of the list itself"."""
    match verdict:
        case Holds():
            key = f"key of record {verdict.record} {of}, {verdict.signer.title}"
            return f"The signature holds: {verdict.digest.text}, {key}."
        case Broken():
            return f"The signature does not hold by the records {of}: {verdict.reason}."
        case SignerUnknown():
            return f"The signature does not hold by the records {of}: {verdict.reason}."
        case Unjudged():
            return f"Whether the signature holds cannot be told: {verdict.reason}."
        case _:
            assert_never(verdict)


def list_lines(found: TrustList, verdict: Verdict) -> Iterator[str]:
    """What a list is and who signed it, in three lines. `verdict` is that on its own signature."""
    roles = Counter(role_name(record.function) for record in found.records)
    summary = ", ".join(f"{count} {name}" for name, count in roles.items()) or "none"
    size = f"{counted(len(found.data), 'byte')}, {counted(len(found.records), 'record')} ({summary})"
    signed = f"signed {time_text(found.header.timestamp)}"
    yield f"{found.kind.value} {names.quoted(found.header.filename)}: {size}, {signed}."
    yield f"SHA-1 {Digest.SHA1.of(found.data).hex(' ').upper()}"
    claim = "" if isinstance(verdict, Holds) else "It says: "
    yield f"{claim}{who_signed(found, verdict).sentence}"


def table_lines(found: TrustList, verdict: Verdict) -> Iterator[str]:
    """A line a record: number, role, owner, host, address, end of validity, serial number. A star marks the signer."""
    rows = [("", "Role", "Owner", "Host", "Address", "Valid until", "Serial number")]
    for number, record in enumerate(found.records, 1):
        star = "*" if isinstance(verdict, Holds) and verdict.record == number else ""
        owner, host = names.common_name(record.subject), record.dns_name
        until = _valid_until(record, "%Y-%m-%d")
        where = (names.brief(owner), names.brief(host), record.ip_text)
        rows.append((f"{number}{star}", role_name(record.function), *where, until, record.serial_text))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def signed_lines(found: SignedFile) -> Iterator[str]:
    """What a signed file is, in two lines or three, without the verdict on its signature."""
    kind = "Encrypted and signed file" if found.encrypted else "Signed file"
    size = f"{counted(len(found.data), 'byte')}, {len(found.body):,} of them behind the header"
    yield f"{kind} {names.quoted(found.header.filename)}: {size}, signed {time_text(found.header.timestamp)}."
    yield f"It says: signer {found.header.signer.text}."
    if found.encrypted:
        yield _encryption_sentence(found.header)


def _encryption_sentence(header: Header) -> str:
    try:
        block = read_encryption(header)
    except FormatError as error:
        return f"How it is encrypted cannot be read: {error}"
    filler = f"{counted(block.filler, 'byte')} of filler"
    if block.unknown or block.digest_algorithm is None:
        return f"Encrypted in a way that nobody knows ({block.unknown}), for a key of {block.key_bits} bits; {filler}."
    how = f"AES-128-CBC, for an RSA key of {block.key_bits} bits"
    return f"Encrypted: {how}; {block.digest_algorithm.text} of the clear text; {filler}."
