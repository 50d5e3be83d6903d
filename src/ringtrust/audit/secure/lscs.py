"""LSCs of phones: whose they are, how long they last, and what CAPF is about (S9, S120 to S123, S169, H17)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from ringtrust.audit.phones import label
from ringtrust.audit.secure.lsc_words import failed, way_out
from ringtrust.audit.seen import Seen, identity_of
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import CALLMANAGER_SERVICE, CAPF
from ringtrust.cluster.node import Node
from ringtrust.cluster.phone import Lsc, Phone
from ringtrust.trust.names import brief, counted, quoted, some

_CALLMANAGER_TRUST: Final = "CallManager-trust"
_CAPF_TRUST: Final = "CAPF-trust"
_RENEW: Final = "`ringtrust phones lsc` lists them; `ringtrust plan CLUSTER --renew lsc` makes a plan, batch by batch."


class _Holder(NamedTuple):
    """A phone with an LSC."""

    phone: Phone
    lsc: Lsc


def lscs(seen: Seen) -> Iterator[Finding]:
    """A finding a kind of trouble; phones are named, and counted by who signed for them."""
    known = [_Holder(each, each.lsc.value) for each in seen.snapshot.all_phones() if isinstance(each.lsc, Known)]
    holders = [each for each in known if each.lsc.there]
    yield from _untold(seen)
    yield from _ending(seen, holders)
    yield from _of_another(seen, holders)
    yield from _untrusted(seen, holders)
    yield from _issuer_expired(seen, holders)
    yield from _pending(known)
    yield from _failed(known)


def current_capf(seen: Seen) -> str:
    """The common name of the CAPF of now; empty where it was not read."""
    facts = [identity_of(node, CAPF) for node in seen.publishers()]
    return next((fact.value.common_name for fact in facts if isinstance(fact, Known)), "")


def by_issuer(holders: Iterable[tuple[Phone, Lsc]]) -> tuple[str, ...]:
    """How many there are of each issuer, the most first."""
    counts = Counter(lsc.issuer for _, lsc in holders)
    named = ((brief(issuer) or "issuer not told", count) for issuer, count in counts.most_common())
    return tuple(f"{issuer}: {counted(count, 'phone')}" for issuer, count in named)


def _labels(holders: Iterable[_Holder]) -> tuple[str, ...]:
    return tuple(label(each.phone) for each in holders)


def _untold(seen: Seen) -> Iterator[Finding]:
    silent = [each for each in seen.snapshot.all_phones() if isinstance(each.lsc, Unread)]
    if silent and seen.snapshot.mixed:
        reason = silent[0].lsc.reason if isinstance(silent[0].lsc, Unread) else ""
        yield Finding(
            code="lsc.unread",
            severity=Severity.UNREAD,
            where=counted(len(silent), "phone"),
            what=f"Which LSC they have could not be read: {reason}",
            evidence=(some([label(each) for each in silent]),),
            advice="Let the database be asked, by AXL or the CLI, and scan again.",
            sources=("S169", "H17"),
        )


def _ending(seen: Seen, holders: Sequence[_Holder]) -> Iterator[Finding]:
    soon = timedelta(days=seen.soon_days)
    left = {each.phone.name: seen.until(each.lsc.expires) for each in holders if each.lsc.expires is not None}
    gone = [each for each in holders if left.get(each.phone.name, soon * 2) <= timedelta(0)]
    going = [each for each in holders if timedelta(0) < left.get(each.phone.name, soon * 2) <= soon]
    for code, severity, found, what in (
        ("lsc.expired", Severity.CRITICAL, gone, "have an LSC that has expired."),
        ("lsc.expiring", Severity.MAJOR, going, f"have an LSC that expires within {seen.soon_days} days."),
    ):
        if found:
            yield Finding(
                code=code,
                severity=severity,
                where=counted(len(found), "phone"),
                what=what,
                evidence=(*by_issuer(found), *_labels(found)),
                breaks=tuple(dict.fromkeys(effect.text for effect in seen.catalog.endpoint("LSC").breaks)),
                advice=f"Renew them. {_RENEW}",
                sources=("S9", "S53", "S54", "S56", "S169"),
            )


def _of_another(seen: Seen, holders: Sequence[_Holder]) -> Iterator[Finding]:
    now = current_capf(seen)
    old = [each for each in holders if each.lsc.issuer not in {"", now}]
    if now and old:
        yield Finding(
            code="lsc.outdated",
            severity=Severity.MAJOR,
            where=counted(len(old), "phone"),
            what=f"have an LSC that the CAPF of now, {brief(now)}, has not signed.",
            evidence=(*by_issuer(old), *_labels(old)),
            breaks=("They work as long as that issuer stands in the trust stores and is valid, and no longer (S119).",),
            advice=f"Renew them, and keep the earlier CAPF until all have a new one. {_RENEW} Where CAPF has a CA of "
            "yours sign, that CA is the issuer, and this is no news.",
            sources=("S119", "S169", "H17", "200860"),
        )


def _untrusted(seen: Seen, holders: Sequence[_Holder]) -> Iterator[Finding]:
    """By the common name: that of a CAPF is its alone (S119)."""
    for issuer, found in sorted(_grouped(holders).items()):
        lacking = tuple(_places_without(seen, issuer))
        if lacking and issuer:
            hazard = seen.catalog.hazard("H17")
            yield Finding(
                code="lsc.untrusted",
                severity=Severity.CRITICAL,
                where=counted(len(found), "phone"),
                what=f"have an LSC of {quoted(issuer)}, which is missing in a trust store.",
                evidence=(*lacking, *_labels(found)),
                breaks=(hazard.text,),
                advice=f"Do not restart {CALLMANAGER_SERVICE}. Put the certificate back where it is missing, or give "
                f"these phones a new LSC first. {_RENEW}",
                sources=(hazard.id, "I7", "S119", *hazard.sources),
            )


def _grouped(holders: Iterable[_Holder]) -> Mapping[str, list[_Holder]]:
    found: dict[str, list[_Holder]] = defaultdict(list)
    for each in holders:
        found[each.lsc.issuer].append(each)
    return found


def _places_without(seen: Seen, issuer: str) -> Iterator[str]:
    for node in seen.snapshot.nodes:
        if node.has(CALLMANAGER_SERVICE) and not _may_hold(node, _CALLMANAGER_TRUST, issuer):
            yield f"not in {_CALLMANAGER_TRUST} of {node.name}"
    for node in seen.publishers():
        if not _may_hold(node, _CAPF_TRUST, issuer):
            yield f"not in {_CAPF_TRUST} of {node.name}"


def _may_hold(node: Node, store: str, issuer: str) -> bool:
    """Whether it holds it, or an entry that was not read might be it."""
    if not isinstance(node.trusted, Known):
        return True
    facts = [each.certificate for each in node.trusted.value if each.store == store]
    return any(not isinstance(fact, Known) or fact.value.common_name == issuer for fact in facts)


def _issuer_expired(seen: Seen, holders: Sequence[_Holder]) -> Iterator[Finding]:
    gone = [each for each in holders if each.lsc.issuer_expires and seen.until(each.lsc.issuer_expires) <= timedelta(0)]
    if gone:
        yield Finding(
            code="lsc.issuer-expired",
            severity=Severity.CRITICAL,
            where=counted(len(gone), "phone"),
            what="have an LSC whose issuer has expired.",
            evidence=(*by_issuer(gone), *_labels(gone)),
            breaks=("They cannot register: CUCM refuses their certificate.",),
            advice="Renew CAPF, and see that its new certificate is in the lists that phones hold, signed by whom they "
            f"know: then they fetch a new LSC when they restart, and register. {_RENEW}",
            sources=("S120", "S121", "S122", "S123"),
        )


def _pending(known: Sequence[_Holder]) -> Iterator[Finding]:
    waiting = [each for each in known if each.lsc.pending]
    if waiting:
        kinds = Counter(each.lsc.operation for each in waiting)
        yield Finding(
            code="lsc.pending",
            severity=Severity.INFO,
            where=counted(len(waiting), "phone"),
            what="have a certificate operation that waits for them.",
            evidence=(*(f"{brief(kind)}: {count:,}" for kind, count in kinds.most_common()), *_labels(waiting)),
            breaks=("A phone with a secure profile does not register before CAPF is done with it.",),
            advice="Wait, or reset them. By Authentication String waits for somebody who types it on the phone.",
            sources=("S173", "S174", "SG15"),
        )


def _failed(known: Sequence[_Holder]) -> Iterator[Finding]:
    kinds: dict[str, list[_Holder]] = defaultdict(list)
    for each in known:
        if failed(each.lsc):
            kinds[each.lsc.status].append(each)
    for status, found in sorted(kinds.items()):
        yield Finding(
            code="lsc.failed",
            severity=Severity.MAJOR,
            where=counted(len(found), "phone"),
            what=f"{quoted(status)}: so CAPF ended with them.",
            evidence=_labels(found),
            breaks=("They keep the LSC that they have, if they have one.",),
            advice=way_out(status),
            sources=("S173", "S175", "S176", "S177"),
        )
