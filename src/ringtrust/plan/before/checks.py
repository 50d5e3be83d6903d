"""What has to be so before such a change is begun, as the snapshot tells it. Unknown is no pass (design.md §4.4)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ringtrust.catalog.events import EventId
from ringtrust.change.preparation import Check, Sight
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import ITLRECOVERY
from ringtrust.cluster.node import SAST, Node
from ringtrust.cluster.snapshot import RECENT_BACKUP_HOURS, Snapshot
from ringtrust.plan.before.moves import Board
from ringtrust.plan.fit import in_the_way, lonely
from ringtrust.plan.phones import Baseline
from ringtrust.trust.names import counted, some

_NAMED: Final = 6
_TWO: Final = 2
_WITHOUT_SSO: Final[frozenset[EventId]] = frozenset({"hostname", "domain", "web-security"})


def checks(board: Board, phones: Baseline) -> Iterator[Check]:
    """All of them, what concerns servers first."""
    yield _servers(board.snapshot)
    yield _backed_up(board.snapshot)
    yield _phones(phones)
    yield from _groups(board)
    yield from _recovery(board)
    yield from _ctl(board)
    yield from _single_sign_on(board)


def _servers(snapshot: Snapshot) -> Check:
    """Services, replication, lists, CTL, clock, what is under way (domain.md §6a)."""
    what = "all that any plan looks at before its first act is in order"
    found = tuple(in_the_way(snapshot, alone=True))
    if not found:
        return Check(what, "pass", "Nothing is in the way.", ("G-SVC", "G-DBR", "G-ITL"))
    unknown = all(text.startswith("not known") for text in found)
    return Check(what, "unknown" if unknown else "fail", f"{some(list(found), _NAMED)}.", ("G-SVC", "G-DBR", "G-ITL"))


def _backed_up(snapshot: Snapshot) -> Check:
    what = f"a backup succeeded in the last {RECENT_BACKUP_HOURS} hours"
    sources = ("G-DRS", "S58")
    if not isinstance(snapshot.backups, Known):
        return Check(what, "unknown", snapshot.backups.reason, sources)
    times = [row.completed.value for row in snapshot.backups.value if row.good and isinstance(row.completed, Known)]
    if not times:
        return Check(what, "fail", "No good backup is known of.", sources)
    recent = snapshot.taken - max(times) <= timedelta(hours=RECENT_BACKUP_HOURS)
    return Check(what, "pass" if recent else "fail", f"The last is of {max(times):%Y-%m-%d %H:%M} UTC.", sources)


def _phones(phones: Baseline) -> Check:
    """Whoever does not hold the list of now cannot follow to the next (H07, H08)."""
    what = "every phone is registered and holds the list of now"
    sources = ("G-ITL0", "G-REG0", "H07", "H08", "IPC")
    there = f"{counted(len(phones.waited), 'phone')} of {len(phones.waited) + len(phones.stragglers):,}."
    if not phones.stragglers:
        return Check(what, "pass", there, sources)
    names = some([each.name for each in phones.stragglers], _NAMED)
    return Check(what, "fail", f"{there} Not these: {names}.", sources)


def _groups(board: Board) -> Iterator[Check]:
    """In a cluster of several nodes phones should have a second TVS (IPC)."""
    if len(board.snapshot.nodes) < _TWO or not board.made.anchors:
        return
    alone = [group.name for group in lonely(board.snapshot)]
    told = f"CM group {some(alone, _NAMED)} has one." if alone else "Every one has."
    yield Check(
        "every CM group with phones has two members", "fail" if alone else "pass", told, ("G-CMG", "H09", "IPC")
    )


def _recovery(board: Board) -> Iterator[Check]:
    """ITLRecovery in the lists is what is left when all else is new (R1); before 10.0 there is none."""
    publisher = board.snapshot.publisher
    if publisher.identity(ITLRECOVERY) is None or not board.made.anchors:
        return
    serving = [node for node in board.snapshot.nodes if isinstance(node.itl, Known)]
    missing = [node.name for node in serving if not _holds(node, publisher)]
    told = f"Not in that of {some(missing, _NAMED)}." if missing else "It does."
    yield Check("ITLRecovery stands in every list", "fail" if missing else "pass", told, ("R1", "214231"))


def _holds(node: Node, publisher: Node) -> bool:
    """Its own one, or the publisher's: which of both a release has in its lists sources do not agree on [U]."""
    found = [each for each in (node.identity(ITLRECOVERY), publisher.identity(ITLRECOVERY)) if each is not None]
    records = node.itl.value.records if isinstance(node.itl, Known) else ()
    digests = {digest for each in found for digest in (each.sha1, each.sha256)}
    return any(record.role == SAST and record.digest in digests for record in records)


def _ctl(board: Board) -> Iterator[Check]:
    """Two signers, so that one is left when the other is new (H13, FN70613)."""
    if not board.security.mixed:
        return
    two = bool(board.security.second) or len(board.security.tokens) >= _TWO
    told = "It does." if two else "It holds one: update it, or use both eTokens."
    yield Check("the CTL holds two who may sign it", "pass" if two else "fail", told, ("S71", "H13", "FN70613"))


def _single_sign_on(board: Board) -> Iterator[Check]:
    if board.asked.event not in _WITHOUT_SSO:
        return
    sso = board.snapshot.surroundings.sso
    sight: Sight = "unknown" if not isinstance(sso, Known) else "fail" if sso.value else "pass"
    told = sso.reason if not isinstance(sso, Known) else f"On: {some(list(sso.value))}." if sso.value else "It is off."
    yield Check("single sign-on is off", sight, told, ("L01", "IPC", "217138"))
