"""What stands beside findings: the profile, what is suppressed and why, what has changed since an older audit."""

from collections.abc import Iterator
from typing import Any

import msgspec

from ringtrust.audit.compare import GONE, NEW, STILL, Changes
from ringtrust.audit.profiles import ALL, PROFILES
from ringtrust.audit.review import Beside
from ringtrust.audit.suppressions import Suppressed
from ringtrust.change.finding import Finding
from ringtrust.trust.names import counted


def heading(finding: Finding) -> str:
    """How bad it is, its code, and how much its rule asks for."""
    level = f" ({finding.level})" if finding.level else ""
    return f"{finding.severity.value.upper()} {finding.code}{level}"


def heads(beside: Beside) -> Iterator[str]:
    """Sentences for the top."""
    if beside.profile != ALL:
        yield f"Profile {beside.profile}: {PROFILES[beside.profile]} What other rules find is not shown."
    if beside.suppressed:
        yield f"Suppressed: {counted(len(beside.suppressed), 'finding')}, told at the end."
    if beside.changes is not None:
        yield change_summary(beside.changes)


def change_summary(changes: Changes) -> str:
    """How much has changed, in a sentence."""
    count = f"{len(changes.new):,} {NEW}, {len(changes.gone):,} {GONE}, {len(changes.still):,} {STILL}"
    return f"Since {changes.taken:%Y-%m-%d %H:%M} UTC: {count}."


def tails(beside: Beside) -> Iterator[tuple[str, str]]:
    """Lines for the end, each with what it begins with; an empty one parts them."""
    if beside.changes is not None and beside.changes.gone:
        yield "", ""
        yield f"Gone since {beside.changes.taken:%Y-%m-%d %H:%M} UTC:", ""
        for finding in beside.changes.gone.values():
            yield gone_text(finding), "  "
    if beside.suppressed:
        yield "", ""
        yield "Suppressed, so that they do not count for the exit status:", ""
        states = beside.changes.states() if beside.changes is not None else {}
        for each in beside.suppressed:
            state = f"[{states[each.finding]}] " if each.finding in states else ""
            yield f"{state}{suppressed_text(each)}", "  "


def gone_text(finding: Finding) -> str:
    """A finding of then, in a line."""
    return f"{heading(finding)}, {finding.where}: {finding.what}"


def suppressed_text(each: Suppressed) -> str:
    """A finding that does not count, with the reason and the last day."""
    return f"{gone_text(each.finding)} Until {each.by.until}, because: {each.by.reason}"


def suppressed_document(each: Suppressed) -> dict[str, Any]:
    """Who says so, for a program. An empty `cluster` means every one."""
    found: dict[str, Any] = msgspec.to_builtins(each.by)
    return found


def changes_document(changes: Changes | None) -> dict[str, Any] | None:
    """What has changed, for a program: counts, and all that is gone. `taken` is that of the older snapshot."""
    if changes is None:
        return None
    return {
        "taken": msgspec.to_builtins(changes.taken),
        "counts": {NEW: len(changes.new), STILL: len(changes.still), GONE: len(changes.gone)},
        "gone": [
            {**msgspec.to_builtins(each), "fingerprint": key, "state": GONE} for key, each in changes.gone.items()
        ],
    }
