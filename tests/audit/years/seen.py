"""A snapshot as rules see it."""

from ringtrust.audit.seen import Seen, release_of
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.snapshot import Snapshot
from tests.audit.found import catalog


def seen_of(snapshot: Snapshot) -> Seen:
    """With the catalog, and what is known of its release."""
    return Seen(snapshot, catalog(), release_of(snapshot, catalog()), SOON_DAYS)
