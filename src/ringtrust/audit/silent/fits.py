"""Which event the changes of a node fit. What fits none was made by somebody, or something, that nobody here knows."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from ringtrust.audit.seen import Seen
from ringtrust.audit.silent.changed import Change, Changed
from ringtrust.audit.silent.names import domains, host, other_domain, other_host, other_words
from ringtrust.catalog.events import EventId
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER, CAPF, HTTPS_UNITS, IPSEC, ITLRECOVERY, TOMCAT, TVS
from ringtrust.cluster.snapshot import Snapshot

AT_ONCE: Final = timedelta(hours=1)
"""What one stroke makes begins within this time of each other: a node that starts anew takes less [INF]."""
_TWO: Final = 2
_ALL: Final = frozenset({CALLMANAGER, TOMCAT, IPSEC, TVS, CAPF})
"""What the warning of `utils fips enable` names on every release (SG15)."""
_MOST: Final = 4
"""So many of them at least: a node that is not the publisher has no CAPF from 14 on."""


class Fit(msgspec.Struct, frozen=True):
    """An event that has happened on a node, by these changes; `signs` are what it is known by, a sentence each."""

    event: EventId
    node: Changed
    changes: tuple[Change, ...]
    signs: tuple[str, ...]


_Look = Callable[[Changed, Sequence[Change], Seen, Seen], Fit | None]


def fits(node: Changed, before: Seen, after: Seen) -> tuple[tuple[Fit, ...], tuple[Change, ...]]:
    """The events that a node's changes fit, and the changes that fit none."""
    left, found = list(node.changes), []
    for look in _LOOKS:
        fit = look(node, left, before, after)
        if fit is not None:
            found.append(fit)
            left = [change for change in left if change not in fit.changes]
    return tuple(found), tuple(left)


def _restored(node: Changed, left: Sequence[Change], _before: Seen, after: Seen) -> Fit | None:
    """Certificates of before are back. A CA may have signed one earlier than the last: that is no sign."""
    back = tuple(change for change in left if change.back and change.new.self_signed)
    if not back:
        return None
    dates = (
        f"{each.unit} of {each.made:%Y-%m-%d} is there again, in the place of one of {each.old.not_before:%Y-%m-%d}"
        for each in back
    )
    return Fit("restore", node, back, (*dates, *_backup_of(after.snapshot, back)))


def _backup_of(snapshot: Snapshot, back: Sequence[Change]) -> tuple[str, ...]:
    """The last backup that may hold what is back."""
    rows = snapshot.backups.value if isinstance(snapshot.backups, Known) else ()
    first = min(change.old.not_before for change in back)
    made = max(change.made for change in back)
    times = [row for row in rows if row.good and isinstance(row.completed, Known)]
    fitting = [
        f"the backup {row.file} of {row.completed.value:%Y-%m-%d} is of the time in between"
        for row in times
        if isinstance(row.completed, Known) and made <= row.completed.value <= first
    ]
    return tuple(fitting[-1:])


def _upgraded(node: Changed, left: Sequence[Change], before: Seen, after: Seen) -> Fit | None:
    """Another version runs, and ITLRecovery is new with it."""
    old, new = _version(before.snapshot), _version(after.snapshot)
    changes = tuple(change for change in left if change.unit == ITLRECOVERY)
    if not changes or not old or not new or old == new:
        return None
    signs = [f"version {old} then, and {new} now", *_left_in_ctl(node, changes[0], after.snapshot)]
    return Fit("upgrade", node, changes, tuple(signs))


def _left_in_ctl(node: Changed, change: Change, snapshot: Snapshot) -> tuple[str, ...]:
    if not snapshot.mixed or not isinstance(node.after.ctl, Known):
        return ()
    held = {record.digest for record in node.after.ctl.value.records}
    lacks = not held & {change.new.sha1, change.new.sha256}
    return ("the CTL does not hold the new ITLRecovery",) if lacks else ()


def _version(snapshot: Snapshot) -> str:
    return snapshot.version.value if isinstance(snapshot.version, Known) else ""


def _renamed(node: Changed, left: Sequence[Change], before: Seen, _after: Seen) -> Fit | None:
    """Two certificates at least name one other host, which was no node before: one alone is a CA's choice."""
    named = [change for change in left if other_host(change)]
    hosts = {host(change.new) for change in named}
    others = {host(held.certificate) for held in before.owned() if held.node != node.before.name}
    if _distinct(named) < _TWO or len(hosts) != 1 or hosts & others:
        return None
    return Fit("hostname", node, _with_them(named, left), (f"{host(named[0].old)} then, and {host(named[0].new)} now",))


def _moved(node: Changed, left: Sequence[Change], _before: Seen, _after: Seen) -> Fit | None:
    named = [change for change in left if other_domain(change)]
    new = {domain for change in named for domain in domains(change.new)}
    if _distinct(named) < _TWO or len(new) != 1:
        return None
    old = sorted({domain for change in named for domain in domains(change.old)})
    return Fit("domain", node, _with_them(named, left), (f"{', '.join(old)} then, and {', '.join(new)} now",))


def _with_them(named: Sequence[Change], left: Iterable[Change]) -> tuple[Change, ...]:
    """Those, and what was made at one stroke with them; a new name leaves ITLRecovery alone (IPC)."""
    first, last = min(each.made for each in named), max(each.made for each in named)
    together = (each for each in left if first - AT_ONCE <= each.made <= last + AT_ONCE and each.unit != ITLRECOVERY)
    return tuple(dict.fromkeys((*named, *together)))


def _subject(node: Changed, left: Sequence[Change], _before: Seen, _after: Seen) -> Fit | None:
    """`set web-security` makes tomcat anew, self-signed, and nothing else (217138)."""
    web = [change for change in left if change.unit == TOMCAT and change.new.self_signed and not other_host(change)]
    others = [change for change in left if change.unit not in HTTPS_UNITS]
    words = [word for change in web for word in other_words(change)]
    if not words or any(abs(each.made - web[0].made) <= AT_ONCE for each in others):
        return None
    return Fit("web-security", node, tuple(web), tuple(words))


def _at_one_stroke(node: Changed, left: Sequence[Change], _before: Seen, after: Seen) -> Fit | None:
    """All that a node has, within the hour: FIPS mode was switched, or the node was built anew; names tell nothing."""
    wanted = _ALL & set(node.owned)
    made = [change for change in left if change.unit in wanted]
    if len(wanted) < _MOST or {change.unit for change in made} != wanted or not _together(made):
        return None
    more = [change for change in left if _together([*made, change])]
    signs = f"{', '.join(sorted(change.unit for change in more))} begin within the hour, with the names of before"
    return Fit(_which(more, after), node, tuple(more), (signs,))


def _which(made: Iterable[Change], after: Seen) -> EventId:
    """ITLRecovery is among them where the release has FIPS make that too; else only a node built anew has it new."""
    recovery = any(change.unit == ITLRECOVERY for change in made)
    known = after.release.value.release if isinstance(after.release, Known) else None
    usual = known is not None and ITLRECOVERY in after.catalog.event("fips").makes_anew(known)
    return "rebuild" if recovery and not usual else "fips"


def _together(changes: Sequence[Change]) -> bool:
    return max(each.made for each in changes) - min(each.made for each in changes) <= AT_ONCE


def _distinct(changes: Iterable[Change]) -> int:
    return len({change.new.sha256 for change in changes})


_LOOKS: Final[tuple[_Look, ...]] = (_restored, _upgraded, _renamed, _moved, _subject, _at_one_stroke)
"""In this order: what a certificate says of itself tells more than what was made when."""
