"""The phones of a cluster: which there are, where they are registered, and which lists each holds (H08)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import msgspec

from ringtrust.cluster.facts import Fact, Known, Skipped, Unread, known
from ringtrust.cluster.node import Node, ServedList
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.report.spreadsheet import csv_text
from ringtrust.trust.names import counted, printable, some

FORMAT: Final = "ringtrust.phones/1"
State = Literal["current", "other", "none", "unknown", "not there"]
"""A list that is served now; another one; none at all; nobody can tell; and it cannot be told, for it is away."""
_STATES: Final[tuple[State, ...]] = ("current", "other", "none", "unknown", "not there")
_TEXTS: Final[Mapping[State, str]] = {
    "current": "hold one that is served now",
    "other": "hold another one",
    "none": "hold none",
    "unknown": "do not tell, or nobody can tell",
    "not there": "are not registered, or show no page",
}
_COLUMNS: Final = ("name", "description", "model", "group", "profile", "status", "node", "address", "itl", "ctl")
_TRUST: Final = ("name", "list", "state", "hash", "told_by", "reason", "since")


class PhoneRow(msgspec.Struct, frozen=True):
    """A phone in a table: every cell a text."""

    name: str
    description: str
    model: str
    group: str
    profile: str
    status: str
    node: str
    address: str
    itl: State
    ctl: State


class Holding(NamedTuple):
    """Which list of one kind a phone holds, and who says so; `since` where the database has it from a registration."""

    phone: str
    kind: str
    state: State
    digest: str
    told_by: str
    reason: str
    since: str = ""


def phone_rows(snapshot: Snapshot) -> tuple[PhoneRow, ...]:
    """All phones that were read."""
    held = {(each.phone, each.kind): each.state for each in holdings(snapshot)}
    return tuple(_row(phone, held) for phone in snapshot.all_phones())


def _row(phone: Phone, held: Mapping[tuple[str, str], State]) -> PhoneRow:
    here = phone.registration.value if isinstance(phone.registration, Known) else None
    return PhoneRow(
        name=phone.name,
        description=phone.description,
        model=phone.model,
        group=phone.group,
        profile=phone.profile.value if isinstance(phone.profile, Known) else "",
        status=here.status if here is not None else "unknown",
        node=here.node if here is not None else "",
        address=here.address if here is not None else "",
        itl=held[phone.name, "ITL"],
        ctl=held[phone.name, "CTL"],
    )


def holdings(snapshot: Snapshot) -> Iterator[Holding]:
    """What each phone holds of either kind, compared with what is served now."""
    itls, ctls = ([*_served(node.itl for node in snapshot.nodes)], [*_served(node.ctl for node in snapshot.nodes)])
    sure = (not _blind(snapshot.nodes, "itl"), not _blind(snapshot.nodes, "ctl"))
    for phone in snapshot.all_phones():
        since = phone.itl_told.isoformat() if phone.itl_told is not None else ""
        yield _holding(phone, "ITL", phone.itl, itls, sure=sure[0])._replace(since=since)
        yield _holding(phone, "CTL", phone.ctl, ctls, sure=sure[1])


def _served(facts: Iterable[Fact[ServedList]]) -> Iterator[str]:
    for found in known(facts):
        yield from filter(None, (found.sha1, found.md5))


def _blind(nodes: Sequence[Node], kind: str) -> bool:
    """Whether the list of a node could not be read: then another one may be that of now."""
    return any(isinstance(getattr(node, kind), Unread) for node in nodes)


def _holding(phone: Phone, kind: str, fact: Fact[str], served: Sequence[str], *, sure: bool) -> Holding:
    if isinstance(fact, Skipped):
        return Holding(phone.name, kind, "not there", "", "", fact.reason)
    if isinstance(fact, Unread):
        return Holding(phone.name, kind, "unknown", "", "", fact.reason)
    if not fact.value:
        return Holding(phone.name, kind, "none", "", fact.source, "")
    if fact.value in served:
        return Holding(phone.name, kind, "current", fact.value, fact.source, "")
    reason = "" if sure else f"the {kind} of a node could not be read"
    return Holding(phone.name, kind, "other" if sure else "unknown", fact.value, fact.source, reason)


def list_lines(snapshot: Snapshot) -> Iterator[str]:
    """A table for people."""
    rows = phone_rows(snapshot)
    width = max((len(row.name) for row in rows), default=0)
    models = max((len(row.model) for row in rows), default=0)
    for row in rows:
        where = f"{row.status} at {row.node}" if row.node else row.status
        lists = f"ITL {row.itl}" + (f", CTL {row.ctl}" if snapshot.mixed else "")
        profile = row.profile or "profile unknown"
        yield printable(f"{row.name:<{width}}  {row.model:<{models}}  {row.group:<12} {profile:<15} {where}; {lists}")
    registered = sum(phone.registered for phone in snapshot.all_phones())
    yield f"{counted(len(rows), 'phone')}, {registered:,} registered."


def list_document(snapshot: Snapshot) -> dict[str, Any]:
    """For programs."""
    return _head(snapshot) | {"phones": [msgspec.to_builtins(row) for row in phone_rows(snapshot)]}


def list_csv(snapshot: Snapshot) -> str:
    """One row a phone."""
    return csv_text(_COLUMNS, ([getattr(row, name) for name in _COLUMNS] for row in phone_rows(snapshot)))


def trust_lines(snapshot: Snapshot, *, all_names: bool) -> Iterator[str]:
    """Counts of every state, with who said so; the names behind it, a few or all of them."""
    found = list(holdings(snapshot))
    for kind in ("ITL", "CTL") if snapshot.mixed else ("ITL",):
        here = [each for each in found if each.kind == kind]
        yield f"{kind}: {counted(len(here), 'phone')}"
        for state in _STATES:
            same = [each for each in here if each.state == state]
            if same:
                yield f"  {len(same):>7,}  {_TEXTS[state]}{_evidence(same)}"
                yield from map(printable, _names(same, all_names=all_names) if state != "current" or all_names else ())


def _evidence(same: Sequence[Holding]) -> str:
    """Who said so: how many by which interface."""
    doors = Counter(each.told_by for each in same if each.told_by)
    return f" (told by {', '.join(f'{door}: {count:,}' for door, count in doors.most_common())})" if doors else ""


def _names(same: Sequence[Holding], *, all_names: bool) -> Iterator[str]:
    reasons: dict[str, list[str]] = defaultdict(list)
    for each in same:
        reasons[each.reason].append(each.phone)
    for reason, names in sorted(reasons.items(), key=lambda each: -len(each[1])):
        told = ", ".join(names) if all_names else some(names)
        yield f"           {told}{f': {reason}' if reason else ''}"


def trust_document(snapshot: Snapshot) -> dict[str, Any]:
    """For programs."""
    found = list(holdings(snapshot))
    counts = {
        kind.lower(): {state: sum(each.state == state for each in found if each.kind == kind) for state in _STATES}
        for kind in ("ITL", "CTL")
    }
    return _head(snapshot) | {"counts": counts, "phones": [dict(zip(_TRUST, each, strict=True)) for each in found]}


def trust_csv(snapshot: Snapshot) -> str:
    """One row a phone and kind."""
    return csv_text(_TRUST, holdings(snapshot))


def _head(snapshot: Snapshot) -> dict[str, Any]:
    return {"format": FORMAT, "cluster": snapshot.cluster, "taken": msgspec.to_builtins(snapshot.taken)}
