"""What changed from one trust list to the next, in words."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from ringtrust.trust import names
from ringtrust.trust.digests import DIGEST_OF_CODE
from ringtrust.trust.header import Header
from ringtrust.trust.lists import TrustList
from ringtrust.trust.record import Record
from ringtrust.trust.roles import role_name
from ringtrust.trust.tags import RECORD_NAMES, RecordTag


class Change(msgspec.Struct, frozen=True):
    """One difference: a stable code for programs, a sentence for people."""

    code: str
    sentence: str


def compare(old: TrustList, new: TrustList) -> tuple[Change, ...]:
    """The differences; none when the two are the same byte for byte."""
    if old.data == new.data:
        return ()
    found = (*_header_changes(old, new), *_record_changes(old.records, new.records))
    if found:
        return found
    if old.header.signature != new.header.signature:
        return (Change("signature", "The same content, with another signature."),)
    return (Change("layout", "The same content, written differently."),)


def _header_changes(old: TrustList, new: TrustList) -> Iterator[Change]:
    one, two = old.header, new.header
    if old.kind is not new.kind:
        yield Change("kind", f"The kind was {old.kind.value}, and is {new.kind.value}.")
    if one.filename != two.filename:
        yield Change(
            "filename", f"The name in the header was {names.quoted(one.filename)}, and is {names.quoted(two.filename)}."
        )
    if one.signer != two.signer:
        yield Change("signer", f"The signer was {one.signer.text}, and is {two.signer.text}.")
    for code, what, before, now in (
        ("version", "version", _dotted(one.version), _dotted(two.version)),
        ("digest", "digest", _digest(one.method.digest_code), _digest(two.method.digest_code)),
        ("algorithm", "signature algorithm", str(one.method.algorithm_code), str(two.method.algorithm_code)),
        ("modulus", "code of the key size", str(one.method.modulus_code), str(two.method.modulus_code)),
        ("signer-version", "signer version", _signer_version(one), _signer_version(two)),
        ("timestamp", "time of signing", time_text(one.timestamp), time_text(two.timestamp)),
    ):
        if before != now:
            yield Change(code, f"The {what} was {before}, and is {now}.")


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def _signer_version(header: Header) -> str:
    return "none" if header.signer_version is None else _dotted(header.signer_version)


def _digest(code: int) -> str:
    return DIGEST_OF_CODE[code].text if code in DIGEST_OF_CODE else f"number {code}"


def time_text(timestamp: int | None) -> str:
    """The time in a header for people."""
    return "none" if timestamp is None else f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _record_changes(old: Sequence[Record], new: Sequence[Record]) -> Iterator[Change]:
    """Records that are gone are paired with new ones: in the same place, or with the same certificate."""
    gone, come = _without(old, new), _without(new, old)
    if not gone and not come and [record.raw for record in old] != [record.raw for record in new]:
        yield Change("order", "The same records stand in another order.")
    for same in (_place, _certificate):
        pairs, gone, come = _paired(gone, come, same)
        for before, after in pairs:
            yield _replacement(before, after)
    yield from (Change("record-removed", f"Gone: {record.title}{_serial(record)}.") for record in gone)
    yield from (Change("record-added", f"New: {record.title}{_serial(record)}.") for record in come)


def _place(record: Record) -> object:
    """Whose place in the list it is: the role, and the name on the certificate or, without one, the host."""
    return record.function, names.common_name(record.subject) or record.dns_name


def _certificate(record: Record) -> object:
    """Its certificate, whatever the role; records without one are like no other."""
    return record.certificate_digest or record


def _paired(
    gone: Sequence[Record], come: Sequence[Record], same: Callable[[Record], object]
) -> tuple[list[tuple[Record, Record]], list[Record], list[Record]]:
    """Pairs of records that are the same in that sense, and what is left over on either side."""
    waiting: defaultdict[object, deque[int]] = defaultdict(deque)
    for place, record in enumerate(come):
        waiting[same(record)].append(place)
    pairs, lonely = [], []
    for record in gone:
        heirs = waiting[same(record)]
        if heirs:
            pairs.append((record, come[heirs.popleft()]))
        else:
            lonely.append(record)
    left = {place for heirs in waiting.values() for place in heirs}
    return pairs, lonely, [record for place, record in enumerate(come) if place in left]


def _without(some: Sequence[Record], others: Sequence[Record]) -> list[Record]:
    left = Counter(record.raw for record in others)
    kept = []
    for record in some:
        left[record.raw] -= 1
        if left[record.raw] < 0:
            kept.append(record)
    return kept


def _serial(record: Record) -> str:
    return f", serial {record.serial_text}" if record.serial else ", without a certificate"


def _replacement(before: Record, after: Record) -> Change:
    if before.function != after.function:
        return Change(
            "role", f"{before.title} became {role_name(after.function)}: the same certificate in another role."
        )
    if before.same_certificate(after) or not (before.certificate_digest or after.certificate_digest):
        return Change("record-rewritten", f"{after.title}: {_rewritten(before, after)}.")
    if not after.certificate_digest:
        return Change("certificate-emptied", f"{after.title}: its certificate was taken out.")
    was = before.serial_text or "none"
    return Change(
        "certificate-replaced", f"{after.title}: another certificate; serial {was} before, {after.serial_text} now."
    )


def _rewritten(before: Record, after: Record) -> str:
    """What else changed around the same certificate."""
    said = "the same certificate" if after.certificate_digest else "no certificate before or after"
    if before.ip_text != after.ip_text:
        said += f"; address {before.ip_text or 'none'} before, {after.ip_text or 'none'} now"
    if before.dns_name != after.dns_name:
        said += f"; host {names.quoted(before.dns_name)} before, {names.quoted(after.dns_name)} now"
    others = {RecordTag.RECORD_LENGTH, RecordTag.IP_ADDRESS, RecordTag.DNS_NAME}
    changed = [
        name for tag, name in RECORD_NAMES.items() if tag not in others and before.value(tag) != after.value(tag)
    ]
    return (
        f"{said}; written differently: {', '.join(changed) or 'the order of its items'}"
        if changed or ";" not in said
        else said
    )
