"""Rules over two snapshots of one cluster: what only an older one beside that of now can tell."""

from collections.abc import Callable, Iterator

from ringtrust.audit.audit import judged
from ringtrust.audit.isolation import isolated
from ringtrust.audit.seen import Seen, release_of
from ringtrust.audit.silent.happened import NOTHING_PLANNED, happened_but
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.finding import Finding
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.snapshot import Snapshot

RuleOfTwo = Callable[[Seen, Seen], Iterator[Finding]]
"""Given the older snapshot, then the one of now."""


def audit_since(
    before: Snapshot,
    snapshot: Snapshot,
    catalog: Catalog,
    *,
    soon_days: int = SOON_DAYS,
    made: frozenset[str] = NOTHING_PLANNED,
    besides: tuple[RuleOfTwo, ...] = (),
) -> tuple[Finding, ...]:
    """The findings of all rules over two snapshots, the worst first.

    `made` are the serial numbers of the certificates that plans have made; `besides` are rules that live elsewhere.
    """
    then, now = (Seen(each, catalog, release_of(each, catalog), soon_days) for each in (before, snapshot))

    def happened(before: Seen, after: Seen) -> Iterator[Finding]:
        return happened_but(before, after, made)

    rules: tuple[RuleOfTwo, ...] = (happened, *besides)
    return judged((finding for rule in rules for finding in isolated(rule, then, now)), now)
