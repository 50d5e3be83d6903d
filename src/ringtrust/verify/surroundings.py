"""What not every cluster tells: clocks, backups and upgrades under way, alarms, parameters, single sign-on (§6a)."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from typing import Final

from ringtrust.change.gate import (
    AboutSurroundings,
    ClocksFollow,
    NoAlarms,
    NoBackupRuns,
    NoUpgradeRuns,
    PhoneInteractionIs,
    SsoIs,
)
from ringtrust.change.outcome import Failed, NotYet, Passed, Unknown, Verdict
from ringtrust.cluster.alarm import Alarm, Stamp
from ringtrust.cluster.facts import Known
from ringtrust.cluster.surroundings import Progress
from ringtrust.connect.platform.backups import NoBackupStatus
from ringtrust.observe.each import on_each
from ringtrust.observe.eyes import Eyes
from ringtrust.trust.names import brief, counted, some

_SHOWN: Final = 3
# Time zones whose clock is that of UTC; of others nobody here works out which moment they mean.
_UTC: Final = frozenset({"", "UTC", "GMT"})
_THEN: Final = "When its cause is known and mended, scan and plan again: alarms from before a scan do not count."


class _Timing(Enum):
    """When an alarm was raised, as far as its date tells."""

    BEFORE = "before"
    AFTER = "after"
    UNTOLD = "untold"


async def judged(eyes: Eyes, condition: AboutSurroundings) -> Verdict:
    """What is found. Raises UnreadableError, RefusedError."""
    match condition:
        case ClocksFollow():
            return await clocks(eyes)
        case NoBackupRuns():
            return await no_backup(eyes)
        case NoUpgradeRuns():
            return await no_upgrade(eyes)
        case NoAlarms():
            return await no_alarms(eyes, condition)
        case PhoneInteractionIs():
            return await interaction(eyes, condition)
        case SsoIs():
            return await sso(eyes, condition)


async def clocks(eyes: Eyes) -> Verdict:
    """Whether the clock of every node follows a server. One that has just booted takes its time."""
    found = await on_each(eyes.sites, lambda site: eyes.clock(site.name))
    free = tuple(
        f"The clock of {site.name} follows no server. utils ntp status" for site, told in found if not told.synchronised
    )
    return NotYet(free) if free else Passed((f"The clocks of {counted(len(found), 'node')} follow their servers.",))


async def no_backup(eyes: Eyes) -> Verdict:
    """Whether none runs. One that does comes to its end by itself."""
    found = await eyes.running_backup()
    if isinstance(found, NoBackupStatus):
        return Passed(("No backup was made since the agent started.",))
    said = f"{found.operation or 'backup'} {found.file}: {brief(found.status)}".strip()
    if found.ended:
        return Passed((f"None runs. The last: {said}",))
    far = f", {found.percent.value} per cent done" if isinstance(found.percent, Known) else ""
    return NotYet((f"{said}{far}. Wait for its end: it would hold half of the old.",))


async def no_upgrade(eyes: Eyes) -> Verdict:
    """Whether no node is being upgraded. What a node says that nobody has read before is for a person to judge."""
    found = await on_each(eyes.sites, lambda site: eyes.upgrade(site.name))
    under_way = tuple(f"{site.name}: {brief(told.text)}" for site, told in found if told.progress is Progress.RUNS)
    if under_way:
        return Failed(
            (*under_way, "Certificates are not regenerated during an upgrade (CLI15). Finish it, scan again.")
        )
    unclear = tuple(f"{site.name}: {brief(told.text)}" for site, told in found if told.progress is Progress.UNCLEAR)
    if unclear:
        return Unknown((*unclear, "Whether that is an upgrade that runs is not known here. See Software Upgrades."))
    return Passed((f"No upgrade runs on {counted(len(found), 'node')}.",))


async def no_alarms(eyes: Eyes, condition: NoAlarms) -> Verdict:
    """Whether no node has noted trouble since then. What the syslog does not keep, nobody sees."""
    found = await on_each(eyes.sites, lambda site: eyes.trouble(site.name))
    noted = [(site.name, alarm, _timing(alarm, condition.since)) for site, alarms in found for alarm in alarms]
    fresh = [_told(name, alarm) for name, alarm, timing in noted if timing is _Timing.AFTER]
    if fresh:
        return Failed((*fresh[:_SHOWN], *_more(fresh), _THEN))
    unsure = [_told(name, alarm) for name, alarm, timing in noted if timing is _Timing.UNTOLD]
    if unsure:
        before = f"Whether they came after {condition.since:%Y-%m-%d %H:%M} UTC cannot be told by their dates."
        return Unknown((*unsure[:_SHOWN], *_more(unsure), before))
    old = f" {counted(len(noted), 'alarm')} from before." if noted else ""
    return Passed((f"No alarm of TVS, Cisco Tftp or CAPF since the scan in the syslog of {len(found)} nodes.{old}",))


def _more(told: list[str]) -> Iterator[str]:
    if len(told) > _SHOWN:
        yield f"And {len(told) - _SHOWN:,} more."


def _told(node: str, alarm: Alarm) -> str:
    when = alarm.dated.value.text if isinstance(alarm.dated, Known) else "without a date"
    said = "; ".join(value for key, value in alarm.parameters if key.lower() in {"message", "reason"}) or alarm.text
    return f"{node}: {alarm.event}, {when}{f': {brief(said)}' if said else ''}"


def _timing(alarm: Alarm, since: datetime) -> _Timing:
    if not isinstance(alarm.dated, Known):
        return _Timing.UNTOLD
    stamp = alarm.dated.value
    if stamp.zone in _UTC and stamp.time:
        return _Timing.AFTER if _moment(stamp) >= since else _Timing.BEFORE
    days = (stamp.day - since.astimezone(UTC).date()).days
    if abs(days) <= 1:  # two clocks in two zones
        return _Timing.UNTOLD
    return _Timing.AFTER if days > 0 else _Timing.BEFORE


def _moment(stamp: Stamp) -> datetime:
    """In UTC; an hour or a minute that no day has is taken for the end of that day."""
    hour, minute, second = (int(part) if part.isdecimal() else 0 for part in f"{stamp.time}:0:0".split(":")[:3])
    end = datetime.combine(stamp.day, time.max, UTC)
    return min(end, datetime.combine(stamp.day, time.min, UTC) + timedelta(hours=hour, minutes=minute, seconds=second))


async def interaction(eyes: Eyes, condition: PhoneInteractionIs) -> Verdict:
    """Whether phones still reset by themselves, or do not, as when the plan was made."""
    found = await eyes.interaction()
    said = f"{brief(found.name)} is {brief(found.value)}"
    if (found.name, found.value) == (condition.name, condition.value):
        return Passed((f"{said}, as it was scanned.",))
    return Failed((f"{said}; when the plan was made {condition.name} was {condition.value}. Scan and plan again.",))


async def sso(eyes: Eyes, condition: SsoIs) -> Verdict:
    """Whether single sign-on is on where it was."""
    found = await eyes.sso()
    if found == condition.nodes:
        return Passed((f"Single sign-on is {f'on at {some(found)}' if found else 'off on every node'}, as scanned.",))
    before, now = (some(nodes) if nodes else "no node" for nodes in (condition.nodes, found))
    return Failed((f"Single sign-on is on at {now}; when the plan was made at {before}. Scan and plan again.",))
