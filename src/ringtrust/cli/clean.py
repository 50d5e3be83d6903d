"""`ringtrust plan --clean`: trust certificates that may go, deleted by a plan."""

from collections.abc import Sequence

from ringtrust.catalog.load import load_catalog
from ringtrust.change.plan import Plan
from ringtrust.clock import Clock
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.build import Wish
from ringtrust.plan.clean.build import clean_plan


def cleaned(snapshot: Snapshot, words: Sequence[str], clock: Clock, wish: Wish) -> Plan:
    """The plan. Raises RefusedError."""
    return clean_plan(snapshot, load_catalog(), words, clock.now(), wish)


def refuse_beside(words: Sequence[str], others: Sequence[object]) -> None:
    """Raises RefusedError where something else is wanted besides."""
    if words and any(others):
        raise RefusedError(
            "Deletions from trust stores are a plan of their own.",
            advice="Leave the other goals, strategies and canaries out: renew first, scan, then clean up (S153).",
        )
