"""Whether the recovery key is kept away from the cluster (R2; SG15, ALARM15)."""

from collections.abc import Iterator
from typing import Final

from ringtrust.audit.seen import Seen, identity_of
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import ITLRECOVERY

_ADVICE: Final = (
    "On the publisher type file get tftp ITLRecovery.p12; it asks for an SFTP server of yours. Then keep the file: "
    "ringtrust recovery-key keep CLUSTER ITLRecovery.p12."
)
_BREAKS: Final = (
    "When phones trust nobody else, utils itl reset remotekey with this file brings them back without a walk (R2).",
)
_SOURCES: Final = ("R2", "SG15", "CLI15", "ALARM15")


def recovery_key(seen: Seen) -> Iterator[Finding]:
    """That none is kept, or only one of an older ITLRecovery; nothing where nobody has asked what is kept."""
    for publisher in seen.publishers():
        owned = identity_of(publisher, ITLRECOVERY)
        if isinstance(owned, Known):
            yield from _judged(seen, publisher.name, owned.value)


def _judged(seen: Seen, node: str, now: Certificate) -> Iterator[Finding]:
    match seen.kept:
        case Unread(reason=reason):
            yield _finding("itlrecovery.key-unread", Severity.UNREAD, node, f"Whether its key is kept: {reason}")
        case Known(value=()):
            yield _finding("itlrecovery.key-not-kept", Severity.MINOR, node, "No copy of its key is kept here.")
        case Known(value=kept) if now.sha256 not in {each.certificate for each in kept}:
            what = "The copy of its key that is kept was made of an older ITLRecovery."
            evidence = (f"serial now {now.serial}", f"serial then {kept[-1].serial}", f"kept {kept[-1].kept:%Y-%m-%d}")
            yield _finding("itlrecovery.key-old", Severity.MINOR, node, what, *evidence)


def _finding(code: str, severity: Severity, node: str, what: str, *evidence: str) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        where=f"{ITLRECOVERY} of {node}",
        what=what,
        evidence=evidence,
        breaks=_BREAKS,
        advice=_ADVICE,
        sources=_SOURCES,
    )
