"""What phones hold, and who is not there (H07, H08)."""

from collections.abc import Iterable, Iterator, Sequence

from ringtrust.audit.seen import Seen
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.trust.names import counted


def phones(seen: Seen) -> Iterator[Finding]:
    """A finding a kind of trouble, with the names of the phones as its evidence."""
    snapshot = seen.snapshot
    yield from _unread(snapshot)
    yield from _unregistered(snapshot)
    there = [phone for phone in snapshot.all_phones() if phone.registered]
    yield from _without(there)
    served = {sha1.upper() for sha1 in snapshot.current_lists()}
    astray = [phone for phone in there if _holds_other(phone, served)]
    if astray:
        yield _untold(snapshot, astray) if _lists_unread(snapshot) else _mismatch(astray)


def _holds_other(phone: Phone, served: set[str]) -> bool:
    return isinstance(phone.itl, Known) and phone.itl.value != "" and phone.itl.value.upper() not in served


def _lists_unread(snapshot: Snapshot) -> Sequence[str]:
    return [node.name for node in snapshot.nodes if isinstance(node.itl, Unread)]


def label(phone: Phone) -> str:
    """Its name, and what people call it."""
    return f"{phone.name} ({phone.description})" if phone.description else phone.name


def _mismatch(astray: Sequence[Phone]) -> Finding:
    return Finding(
        code="phone.mismatch",
        severity=Severity.MAJOR,
        where=counted(len(astray), "phone"),
        what="registered, with a list that no TFTP node serves.",
        evidence=tuple(f"{label(phone)} holds {_held(phone)}" for phone in astray),
        breaks=("They take no new list; after a change somebody has to erase theirs by hand.",),
        advice="Reset them and scan again. Where they stay as they are, erase their list before anything is changed.",
        sources=("H08", "214231"),
    )


def _held(phone: Phone) -> str:
    return phone.itl.value if isinstance(phone.itl, Known) else "an unknown list"


def _untold(snapshot: Snapshot, astray: Sequence[Phone]) -> Finding:
    """They may well hold the list that could not be read."""
    nodes = ", ".join(_lists_unread(snapshot))
    return Finding(
        code="phone.untold",
        severity=Severity.UNREAD,
        where=counted(len(astray), "phone"),
        what=f"Whether a TFTP node serves the list that they hold cannot be told: the list of {nodes} was not read.",
        evidence=tuple(map(label, astray)),
        advice="Make the list readable, and scan again.",
        sources=("H08",),
    )


def _without(there: Iterable[Phone]) -> Iterator[Finding]:
    bare = [phone for phone in there if isinstance(phone.itl, Known) and not phone.itl.value and not _has_ctl(phone)]
    if bare:
        yield Finding(
            code="phone.no-list",
            severity=Severity.INFO,
            where=counted(len(bare), "phone"),
            what="registered, without any list: they take the first one that they are given.",
            evidence=tuple(map(label, bare)),
            advice="Nothing has to be done; a reset gives them a list.",
            sources=("S82",),
        )


def _has_ctl(phone: Phone) -> bool:
    """In mixed mode a device may have a CTL and no ITL (H14)."""
    return isinstance(phone.ctl, Known) and phone.ctl.value != ""


def _unregistered(snapshot: Snapshot) -> Iterator[Finding]:
    known = [phone for phone in snapshot.all_phones() if isinstance(phone.registration, Known)]
    away = [phone for phone in known if not phone.registered]
    if away:
        yield Finding(
            code="phone.unregistered",
            severity=Severity.INFO,
            where=counted(len(away), "phone"),
            what="not registered: what they hold nobody can see.",
            evidence=tuple(map(label, away)),
            breaks=("One that misses two changes in a row has to have its list erased by hand.",),
            advice="Switch on what is off before certificates are changed.",
            sources=("H07",),
        )


def _unread(snapshot: Snapshot) -> Iterator[Finding]:
    silent = [
        (phone, fact.reason)
        for phone in snapshot.all_phones()
        for fact in (phone.registration, phone.itl)
        if isinstance(fact, Unread)
    ]
    names = dict.fromkeys(label(phone) for phone, _ in silent)
    if silent:
        yield Finding(
            code="phone.unread",
            severity=Severity.UNREAD,
            where=counted(len(names), "phone"),
            what=f"did not tell what they hold, or nobody told whether they are registered: {silent[0][1]}",
            evidence=tuple(names),
            advice="Give phones web access, for the time of the change at least, and scan again.",
            sources=("H08",),
        )
