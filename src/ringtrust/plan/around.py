"""The gates that not every cluster can answer: a plan asks for what its scan could read, and says what it leaves out.

A gate that is Unknown stops a plan. One that could never be anything else would stop every plan (domain.md §6a).
"""

from collections.abc import Iterator
from typing import Final

from ringtrust.change.gate import (
    ClocksFollow,
    DatabaseMatches,
    Gate,
    NoAlarms,
    NoBackupRuns,
    NoUpgradeRuns,
    OnDisk,
    PhoneInteractionIs,
    SsoIs,
)
from ringtrust.change.plan import Note
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import CALLMANAGER, CAPF, ITLRECOVERY, TVS
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.cluster.surroundings import Progress
from ringtrust.plan.gates import HOUR, MINUTE
from ringtrust.plan.targets import Targets

_BACKUP: Final = 4 * HOUR
"""A backup of a large cluster takes its time, and the nightly one may just have begun [INF]."""
_OF_PHONES: Final = (CALLMANAGER, TVS, CAPF, ITLRECOVERY)
_LEFT_OUT: Final = (
    ("clock", "whether clocks follow a server", "G-NTP"),
    ("backup", "whether a backup is under way", "G-DRS-RUN"),
    ("upgrade", "whether an upgrade is under way", "G-UPG"),
    ("trouble", "whether the syslog has alarms of TVS, Cisco Tftp or CAPF", "G-ALM"),
    ("interaction", "whether phones reset by themselves when a certificate changes", "G-PAR"),
    ("sso", "whether single sign-on is on", "G-SSO"),
)


def around(snapshot: Snapshot, targets: Targets) -> Iterator[Gate]:
    """What is asked once, before the first act."""
    told = snapshot.surroundings
    if isinstance(told.clock, Known):
        yield Gate(ClocksFollow(), "the clocks of all nodes follow a server", 10 * MINUTE, sources=("G-NET", "H31"))
    yield from undisturbed(snapshot)
    if isinstance(told.trouble, Known):
        what = "no alarm of TVS, Cisco Tftp or CAPF since the scan"
        yield Gate(NoAlarms(snapshot.taken), what, sources=("G-ALM", "AL15"))
    if isinstance(told.interaction, Known):
        found = told.interaction.value
        what = f"{found.name} is {found.value}, as it was scanned"
        yield Gate(PhoneInteractionIs(found.name, found.value), what, sources=("G-PAR", "SG15"))
    if isinstance(told.sso, Known):
        where = f"on at {', '.join(told.sso.value)}" if told.sso.value else "off"
        yield Gate(SsoIs(told.sso.value), f"single sign-on is {where}, as it was scanned", sources=("G-SSO", "L01"))
    yield from _database(snapshot, targets)


def undisturbed(snapshot: Snapshot) -> Iterator[Gate]:
    """Nothing else is at the cluster that must not meet a new certificate: asked again before every stretch."""
    told = snapshot.surroundings
    if isinstance(told.backup, Known):
        what = "no backup and no restore is under way"
        yield Gate(NoBackupRuns(), what, _BACKUP, MINUTE, sources=("G-DRS", "S43", "217138"))
    if isinstance(told.upgrade, Known) and told.upgrade.value is not Progress.UNCLEAR:
        yield Gate(NoUpgradeRuns(), "no upgrade is under way", sources=("G-UPG", "CLI15"))


def _database(snapshot: Snapshot, targets: Targets) -> Iterator[Gate]:
    """What the plan renews, and what phones go by, as far as the database names it for a node at all."""
    units = {*_OF_PHONES, *(target.unit for target in targets.renew)}
    found = tuple(
        OnDisk(unit, node.name)
        for node in snapshot.nodes
        if isinstance(node.registered, Known)
        for unit in sorted(units & {each.name for each in node.registered.value})
        if node.identity(unit) is not None
    )
    if found:
        what = "the database has the certificates that lie on the disks"
        yield Gate(DatabaseMatches(found), what, HOUR, MINUTE, sources=("G-DBFS", "210541"))


def left_out(snapshot: Snapshot) -> Iterator[Note]:
    """What no gate asks for, as the scan could not read it; and what it has read that a gate will not let pass."""
    told = snapshot.surroundings
    unread = [(what, code) for name, what, code in _LEFT_OUT if isinstance(getattr(told, name), Unread)]
    if isinstance(told.upgrade, Known) and told.upgrade.value is Progress.UNCLEAR:
        unread.append(("whether an upgrade is under way", "G-UPG"))
    if unread:
        whats = "; ".join(what for what, _ in unread)
        yield Note(
            f"No gate of this plan asks, as the scan could not read it: {whats}. Look at it yourself before you begin.",
            tuple(code for _, code in unread),
        )
    if isinstance(told.sso, Known) and told.sso.value:
        where = ", ".join(told.sso.value)
        yield Note(
            f"Single sign-on is on at {where}. Have its recovery URL at hand while Tomcat restarts.",
            ("G-SSO", "L01", "225746"),
        )
