"""Security mode, rollback parameter, CM groups (domain.md §6a: G-MODE, G-RB, G-CMG)."""

from collections.abc import Iterator
from typing import Final

from ringtrust.audit.seen import Seen
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known
from ringtrust.trust.names import counted

_NON_SECURE: Final = 0
_MIXED: Final = 1
_MEMBERS: Final = 2


def security_mode(seen: Seen) -> Iterator[Finding]:
    """Mixed mode is known, and ringtrust says what it asks for there (S62, S63, S64)."""
    mode = seen.snapshot.security_mode
    if not isinstance(mode, Known) or mode.value == _NON_SECURE:
        return
    mixed = mode.value == _MIXED
    yield Finding(
        code="mode.mixed" if mixed else "mode.other",
        severity=Severity.INFO if mixed else Severity.MAJOR,
        where="security mode",
        what="The cluster is in mixed mode: phones hold a CTL beside the ITL."
        if mixed
        else f"Cluster Security Mode is {mode.value}, and no source says what that means.",
        evidence=(f"Cluster Security Mode {mode.value}",),
        breaks=("Secure phones do not register with a certificate that their CTL does not hold.",) if mixed else (),
        advice="After changes of certificates the CTL has to be updated too, in the way that it was made: nothing does "
        "it by itself. A plan of ringtrust has that step in its place; `show ctl` tells who signed it."
        if mixed
        else "Look at System > Enterprise Parameters > Cluster Security Mode.",
        sources=("S62", "S63", "S64", "S68", "S79", "H13"),
    )


def rollback(seen: Seen) -> Iterator[Finding]:
    """Prepare Cluster for Rollback to pre 8.0 (H11); in mixed mode it does not even help (H12)."""
    if isinstance(seen.snapshot.rollback, Known) and seen.snapshot.rollback.value:
        if seen.snapshot.mixed:
            yield _rollback_in_mixed_mode(seen)
        hazard = seen.catalog.hazard("H11")
        yield Finding(
            code="rollback.on",
            severity=Severity.MAJOR,
            where="rollback parameter",
            what="Prepare Cluster for Rollback to pre 8.0 is True.",
            breaks=("Every HTTPS request from phones and to phones fails while it is.", hazard.text),
            advice="When no change of certificates is under way: set it to False, restart TFTP, reset phones.",
            sources=(hazard.id, "S83", "S84", "S92", "S93", "S94"),
        )


def _rollback_in_mixed_mode(seen: Seen) -> Finding:
    hazard = seen.catalog.hazard("H12")
    return Finding(
        code="rollback.mixed",
        severity=Severity.CRITICAL,
        where="rollback parameter",
        what="Prepare Cluster for Rollback to pre 8.0 is True in a cluster in mixed mode.",
        breaks=(hazard.text, "So it protects nobody here, and changes of certificates strand phones."),
        advice="Change no certificate and no CTL now. Set it to False, restart TFTP, reset phones, and see that they "
        "hold a whole ITL again.",
        sources=(hazard.id, *hazard.sources),
    )


def groups(seen: Seen) -> Iterator[Finding]:
    """CM groups that have phones, and fewer than two members (H09)."""
    if not isinstance(seen.snapshot.groups, Known):
        return
    members = {group.name: group.members for group in seen.snapshot.groups.value}
    phones = [phone.group for phone in seen.snapshot.all_phones()]
    hazard = seen.catalog.hazard("H09")
    for name in sorted(set(phones)):
        if len(members.get(name, ())) < _MEMBERS:
            yield Finding(
                code="group.single",
                severity=Severity.MINOR,
                where=f"CM group {name}",
                what=f"has {', '.join(members.get(name, ())) or 'no member'} only.",
                evidence=(counted(phones.count(name), "phone"),),
                breaks=(hazard.text,),
                advice="Add a second member to the group before certificates are changed.",
                sources=(hazard.id, *hazard.sources),
            )
