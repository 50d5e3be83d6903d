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
    """Mixed mode is known, and ringtrust says what it does not do there yet (S62, S63)."""
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
        advice="ringtrust does not update a CTL yet, and makes no plan here: after all changes of certificates update "
        "it by hand, in the way that it was made."
        if mixed
        else "Look at System > Enterprise Parameters > Cluster Security Mode.",
        sources=("S62", "S63", "S64", "S68", "H13"),
    )


def rollback(seen: Seen) -> Iterator[Finding]:
    """Prepare Cluster for Rollback to pre 8.0 (H11)."""
    if isinstance(seen.snapshot.rollback, Known) and seen.snapshot.rollback.value:
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
