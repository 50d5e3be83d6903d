"""Trust lists and signed files as documents: JSON for programs, a few lines for people."""

from collections.abc import Iterator
from typing import Any, Final

from ringtrust.trust import names
from ringtrust.trust.diff import Change, role_summary
from ringtrust.trust.digests import Digest
from ringtrust.trust.header import Header, serial_text
from ringtrust.trust.lists import TrustList
from ringtrust.trust.record import Record
from ringtrust.trust.remarks import remarks
from ringtrust.trust.roles import role_name
from ringtrust.trust.signature import Broken, Holds, Unjudged, Verdict
from ringtrust.trust.signed import SignedFile
from ringtrust.trust.signer import who_signed

Document = dict[str, Any]

LIST_FORMAT: Final = "ringtrust.trustlist/1"
DIFF_FORMAT: Final = "ringtrust.trustlist-diff/1"
SIGNED_FORMAT: Final = "ringtrust.signed/1"


def list_document(found: TrustList, verdict: Verdict) -> Document:
    """The list for a program. Names are as stored, dates are Unix seconds, digests and serial numbers hexadecimal."""
    signer = who_signed(found)
    return {
        "format": LIST_FORMAT,
        "kind": found.kind.value,
        "bytes": len(found.data),
        "sha1": Digest.SHA1.of(found.data).hex(),
        "header": _header_document(found.header),
        "signer": {"kind": type(signer).__name__.lower(), "sentence": signer.sentence},
        "signature": verdict_document(verdict),
        "records": [_record_document(record) for record in found.records],
        "remarks": list(remarks(found)),
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
    }


def verdict_document(verdict: Verdict) -> Document:
    """The verdict for a program: `state` is holds, broken or unjudged."""
    match verdict:
        case Holds(record=number, digest=digest):
            return {"state": "holds", "record": number, "digest": digest.text}
        case Broken(reason=reason):
            return {"state": "broken", "reason": reason}
        case Unjudged(reason=reason):
            return {"state": "unjudged", "reason": reason}


def diff_document(changes: tuple[Change, ...], meaning: str) -> Document:
    """The differences for a program."""
    return {
        "format": DIFF_FORMAT,
        "changes": [{"code": change.code, "sentence": change.sentence} for change in changes],
        "consequence": meaning,
    }


def signed_document(found: SignedFile, verdict: Verdict | None) -> Document:
    """A signed file for a program; `signature` is null where no list was given to judge it by."""
    return {
        "format": SIGNED_FORMAT,
        "bytes": len(found.data),
        "body_bytes": len(found.body),
        "encrypted": found.encrypted,
        "header": _header_document(found.header),
        "signature": None if verdict is None else verdict_document(verdict),
    }


def verdict_sentence(verdict: Verdict, *, of: str = "inside") -> str:
    """The verdict for people. `of` says where the signer's record stands."""
    match verdict:
        case Holds(record=number, signer=signer, digest=digest):
            return f"The signature holds: {digest.text}, made with the key of record {number} {of}, {signer.title}."
        case Broken(reason=reason):
            return f"The signature does not hold: {reason}."
        case Unjudged(reason=reason):
            return f"Whether the signature holds cannot be told: {reason}."


def list_lines(found: TrustList) -> Iterator[str]:
    """What a list is, in a few lines, without the verdict on its signature."""
    name = names.printable(found.header.filename) or "without a name"
    yield f"{found.kind.value} {name}: {len(found.data):,} bytes, {len(found.records)} records ({role_summary(found)})."
    yield f"SHA-1 {Digest.SHA1.of(found.data).hex(' ').upper()}"
    yield who_signed(found).sentence


def signed_lines(found: SignedFile) -> Iterator[str]:
    """What a signed file is, in a few lines, without the verdict on its signature."""
    name = names.printable(found.header.filename) or "without a name"
    kind = "Encrypted and signed file" if found.encrypted else "Signed file"
    yield f"{kind} {name}: {len(found.data):,} bytes, {len(found.body):,} of them behind the header."
    yield f"Signed, it says, by {found.header.signer.text}."
