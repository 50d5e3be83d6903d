"""The table of rules over what they found: which release a rule holds for, and how much it asks for."""

from collections.abc import Iterable, Iterator

import msgspec

from ringtrust.audit.seen import Seen
from ringtrust.catalog.catalog import Catalog
from ringtrust.catalog.rules import AuditRule
from ringtrust.change.finding import Finding
from ringtrust.cluster.facts import Known


def holding(found: Iterable[Finding], seen: Seen) -> Iterator[Finding]:
    """The findings without those whose rule does not hold for the release.

    Where the release was not read, what holds for certain releases only is not judged; `release.unread` says so. A
    finding whose code no table has is kept: nothing that was found is hidden.
    """
    elsewhere = {row.code for row in seen.catalog.rules} - {row.code for row in _held(seen)}
    return (finding for finding in found if finding.code not in elsewhere)


def levelled(found: Iterable[Finding], catalog: Catalog) -> Iterator[Finding]:
    """The findings with the level of their rules."""
    levels = {row.code: row.level for row in catalog.rules}
    return (msgspec.structs.replace(finding, level=levels.get(finding.code, "")) for finding in found)


def _held(seen: Seen) -> Iterable[AuditRule]:
    if isinstance(seen.release, Known):
        return seen.release.value.rules
    return [row for row in seen.catalog.rules if row.everywhere]
