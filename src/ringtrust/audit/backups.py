"""Whether there is a way back (S58, S59, S61)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from ringtrust.audit.seen import Seen
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import RECENT_BACKUP_HOURS, Backup
from ringtrust.trust.names import counted

_OLD: Final = timedelta(hours=RECENT_BACKUP_HOURS)
_VERY_OLD: Final = timedelta(days=7)
_NO_CERTIFICATES: Final = "CSCtn50405"
_ADVICE: Final = "Take a backup, and see that it succeeds on every node, before certificates are changed."
_SOURCES: Final = ("S58", "S60")
_NO_WAY_BACK: Final = "If a change goes wrong, there is no way back to the certificates and keys that phones trust."


def backups(seen: Seen) -> Iterator[Finding]:
    """One finding about the last backup at most, and one where no backup holds certificates."""
    yield from _defect(seen)
    if not isinstance(seen.snapshot.backups, Known):
        return
    found = seen.snapshot.backups.value
    if not found:
        yield _finding("backup.missing", Severity.MAJOR, "There is no backup at all.")
    elif not found[-1].good:
        yield _failed(found)
    elif isinstance(found[-1].completed, Known):
        yield from _age(seen, found[-1], found[-1].completed.value)
    else:
        what = f"When {found[-1].file} was made cannot be told: {found[-1].completed.reason}"
        yield _finding("backup.unreadable", Severity.UNREAD, what)


def _finding(code: str, severity: Severity, what: str, *evidence: str) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        where="last backup",
        what=what,
        evidence=evidence,
        breaks=(_NO_WAY_BACK,) if severity is Severity.MAJOR else (),
        advice=_ADVICE,
        sources=_SOURCES,
    )


def _failed(found: Sequence[Backup]) -> Finding:
    good = next((backup.file for backup in reversed(found) if backup.good), "none")
    what = f"{found[-1].file} ended with {found[-1].result}."
    return _finding("backup.failed", Severity.MAJOR, what, f"last good one: {good}")


def _age(seen: Seen, backup: Backup, completed: datetime) -> Iterator[Finding]:
    age = -seen.until(completed)
    if age > _OLD:
        said = counted(age.days, "day")
        severity = Severity.MAJOR if age > _VERY_OLD else Severity.MINOR
        what = f"is {said} old: {completed:%Y-%m-%d %H:%M} UTC."
        yield _finding("backup.old", severity, what, f"{backup.file}: {backup.result}")


def _defect(seen: Seen) -> Iterator[Finding]:
    """Before 8.6 a backup holds no certificates."""
    if not isinstance(seen.release, Known):
        return
    for defect in seen.release.value.defects:
        if defect.id == _NO_CERTIFICATES:
            yield Finding(
                code="backup.no-certificates",
                severity=Severity.MAJOR,
                where=f"backups of CUCM {seen.release.value.release.name}",
                what=f"{defect.text} That is defect {defect.id} ({defect.known}).",
                breaks=("A restore does not bring back the certificates that phones trust.",),
                advice=defect.workaround,
                sources=defect.sources,
            )
