"""What changed from one trust list to the next, in words, and what it means for a phone that holds the older one."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from ringtrust.trust import names
from ringtrust.trust.digests import DIGEST_OF_CODE
from ringtrust.trust.lists import ListKind, TrustList
from ringtrust.trust.record import Record
from ringtrust.trust.roles import MAY_SIGN_FILES, MAY_SIGN_LISTS, Role, role_name
from ringtrust.trust.signature import Holds, signer_records


class Change(msgspec.Struct, frozen=True):
    """One difference: a stable code for programs, a sentence for people."""

    code: str
    sentence: str


def compare(old: TrustList, new: TrustList) -> tuple[Change, ...]:
    """The differences; none when the two are the same byte for byte."""
    if old.data == new.data:
        return ()
    found = (*_header_changes(old, new), *_record_changes(old.records, new.records))
    return found or (Change("layout", "The same content, written differently."),)


def _header_changes(old: TrustList, new: TrustList) -> Iterator[Change]:
    one, two = old.header, new.header
    if one.filename != two.filename:
        yield Change("filename", f"The name in the header was {_quoted(one.filename)} and is {_quoted(two.filename)}.")
    if one.version != two.version:
        yield Change("version", f"The version was {_dotted(one.version)} and is {_dotted(two.version)}.")
    if one.signer != two.signer:
        yield Change("signer", f"The signer was {one.signer.text}, and is {two.signer.text}.")
    before, now = one.method.digest_code, two.method.digest_code
    if before != now:
        yield Change("digest", f"The digest was {_digest(before)} and is {_digest(now)}.")
    if one.timestamp != two.timestamp:
        yield Change("timestamp", f"Signed {_instant(one.timestamp)} before, and {_instant(two.timestamp)} now.")


def _quoted(name: str) -> str:
    return f'"{names.printable(name)}"'


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def _digest(code: int) -> str:
    return DIGEST_OF_CODE[code].text if code in DIGEST_OF_CODE else f"number {code}"


def _instant(timestamp: int | None) -> str:
    return "without a time" if timestamp is None else f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _owner(record: Record) -> tuple[int, str]:
    """Whose place in the list it is: the role, and the name on the certificate or, without one, the host."""
    return record.function, names.common_name(record.subject) or record.dns_name


def _record_changes(old: Sequence[Record], new: Sequence[Record]) -> Iterator[Change]:
    """Records that are gone are paired with new ones of the same owner: that is a certificate replaced."""
    gone, come = _without(old, new), _without(new, old)
    for record in gone:
        heirs = [heir for heir in come if _owner(heir) == _owner(record)]
        if heirs:
            come.remove(heirs[0])
            yield _replacement(record, heirs[0])
        else:
            yield Change("record-removed", f"Gone: {record.title}{_serial(record)}.")
    for record in come:
        yield Change("record-added", f"New: {record.title}{_serial(record)}.")
    if not gone and not come and [record.raw for record in old] != [record.raw for record in new]:
        yield Change("order", "The same records stand in another order.")


def _without(some: Sequence[Record], others: Sequence[Record]) -> list[Record]:
    left = [record.raw for record in others]
    kept = []
    for record in some:
        if record.raw in left:
            left.remove(record.raw)
        else:
            kept.append(record)
    return kept


def _serial(record: Record) -> str:
    return f", serial {record.serial_text}" if record.serial else ", without a certificate"


def _replacement(before: Record, after: Record) -> Change:
    if before.certificate_digest and before.certificate_digest == after.certificate_digest:
        return Change("record-rewritten", f"{after.title}: the same certificate, written differently.")
    if before.certificate_digest and not after.certificate_digest:
        return Change("certificate-emptied", f"{after.title}: its certificate was taken out.")
    if not before.certificate_digest and not after.certificate_digest:
        return Change("record-rewritten", f"{after.title}: changed, with no certificate before or after.")
    was = before.serial_text or "none"
    return Change(
        "certificate-replaced",
        f"{after.title}: another certificate; serial {was} before, {after.serial_text} now.",
    )


def consequence(old: TrustList, new: TrustList) -> str:
    """What a phone that holds the old list makes of the new one, as far as the two lists can tell (domain.md §0)."""
    if old.data == new.data:
        return "A phone that holds the one holds the other."
    if isinstance(new.verdict_for_holder_of(old), Holds):
        return "A phone that holds the old list knows the signer of the new one and accepts it without asking anybody."
    if any(signer_records(new.header, old.records, MAY_SIGN_LISTS)):
        return (
            "A phone that holds the old list refuses the new one: the signature does not fit the signer that it knows."
        )
    return f"A phone that holds the old list does not know the signer of the new one. {_vouching(old, new)}"


def _vouching(old: TrustList, new: TrustList) -> str:
    """TVS servers present the certificates of the new list; a phone talks only to those that it holds already (I2)."""
    if old.kind is ListKind.CTL:
        return "A CTL names no TVS server: whether one can vouch depends on the ITL that the phone holds."
    held = {record.certificate_digest for record in old.with_role(Role.TVS) if record.certificate_digest}
    if not held and not any(
        record.certificate_digest for role in MAY_SIGN_FILES for record in old.with_role(Role(role))
    ):
        return (
            "But the old list is emptied, as for a rollback to pre-8.0: a phone that holds it accepts any list (S82)."
        )
    if not held:
        return "It holds no TVS certificate, so that it can ask nobody: it refuses the new list and keeps the old one."
    kept = [record for record in new.with_role(Role.TVS) if record.certificate_digest in held]
    if not kept:
        return (
            f"Of the {len(held)} TVS certificates that it holds, none stands in the new list: unless a server still "
            "presents one of them, it can ask nobody, refuses the new list and keeps the old one (H01, H03)."
        )
    owners = ", ".join(names.printable(names.common_name(record.subject)) for record in kept)
    known = f"{len(kept)} of {len(held)}"
    return f"It has to ask a TVS server, and knows {known} still: {owners}. One in its CM group must vouch."


def role_summary(found: TrustList) -> str:
    """The roles in a list with their numbers: `2 SAST, 1 TFTP, 3 TVS`."""
    counts: dict[str, int] = {}
    for record in found.records:
        counts[role_name(record.function)] = counts.get(role_name(record.function), 0) + 1
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "no records"
