"""What has happened to the certificates of a cluster between two snapshots, without a plan (P16; H22, H23, H24)."""

from collections.abc import Iterator

from ringtrust.audit.seen import Seen
from ringtrust.audit.silent.changed import changed, unread
from ringtrust.audit.silent.fits import fits
from ringtrust.audit.silent.told import event_found, unexplained, unread_found
from ringtrust.change.finding import Finding

NOTHING_PLANNED: frozenset[str] = frozenset()


def happened(before: Seen, after: Seen) -> Iterator[Finding]:
    """Events that have made certificates anew, node by node, each with its evidence; `before` is the older snapshot.

    A renewal by a plan looks like somebody's own: who has a journal hands its serial numbers to `happened_but`.
    """
    return happened_but(before, after, NOTHING_PLANNED)


def happened_but(before: Seen, after: Seen, made: frozenset[str]) -> Iterator[Finding]:
    """The same, without the certificates of these serial numbers, upper-case hexadecimal: a plan has made those.

    Of one snapshot and itself there is nothing to tell: no time has passed.
    """
    if before.snapshot == after.snapshot:
        return
    nodes = tuple(changed(before, after, made))
    judged = tuple((node, *fits(node, before, after)) for node in nodes)
    found = tuple(fit for _, events, _ in judged for fit in events)
    yield from (event_found(fit, found, after) for fit in found)
    yield from unexplained(tuple((node, change) for node, _, left in judged for change in left), after)
    yield from (unread_found(*each) for each in unread(before.snapshot, after.snapshot))
