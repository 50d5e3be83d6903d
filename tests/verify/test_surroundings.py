"""Clocks, backups, upgrades, alarms, parameters, single sign-on, database and disk, the size of lists (§6a)."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from ringtrust.change.gate import (
    CertificatesFit,
    ClocksFollow,
    Condition,
    DatabaseMatches,
    NoAlarms,
    NoBackupRuns,
    NoUpgradeRuns,
    OnDisk,
    PhoneInteractionIs,
    SsoIs,
)
from ringtrust.change.outcome import Failed, NotYet, Passed, Unknown
from ringtrust.lab.platform.shell import COMMANDS
from ringtrust.lab.process.on_request import Faults
from ringtrust.lab.state.backup_job import SECONDS
from ringtrust.verify import lists
from tests.support.live import live
from tests.verify.watching import Watch, saying, told, unreadable, watch

NTP = ("utils", "ntp", "status")
UPGRADE = ("utils", "system", "upgrade", "status")
BACKUP = ("utils", "disaster_recovery", "status")
SEARCH = ("file", "search")
HOUR = timedelta(hours=1)


@live
async def test_what_else_is_at_the_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(tmp_path, "campus-14") as night:
        there, now = Faults(night.made.wire.lab), night.made.timer.now()
        parameter = PhoneInteractionIs("PhoneInteractionOnCertificateUpdate", "automatic")
        disks = tuple(OnDisk(unit, node) for unit in ("TVS", "CallManager") for node in ("pub", "sub1"))
        well: tuple[Condition, ...] = (
            ClocksFollow(),
            NoBackupRuns(),
            NoUpgradeRuns(),
            NoAlarms(now),
            parameter,
            SsoIs(()),
            DatabaseMatches(disks),
            CertificatesFit(),
        )
        for condition in well:
            assert isinstance(await night.see(condition), Passed), condition
        await _clocks_and_upgrades(night, there)
        await _alarms(night, there)
        # --- single sign-on, and a parameter that somebody has changed ---
        await there.begin("sso", "sub1")
        on = await night.see(SsoIs(()))
        assert isinstance(on, Failed)
        assert "Single sign-on is on at sub1; when the plan was made at no node." in told(on)
        assert isinstance(await night.see(SsoIs(("sub1",))), Passed)
        night.made.wire.cluster.database.write(
            (("update processconfig set paramvalue = 'manual' where paramname = ?", (parameter.name,)),)
        )
        changed = await night.see(parameter)
        assert isinstance(changed, Failed)
        assert f"{parameter.name} is manual; when the plan was made {parameter.name} was automatic." in told(changed)
        # --- the database and the disk ---
        await there.begin("database", "sub1")
        apart = await night.see(DatabaseMatches(disks))
        assert isinstance(apart, NotYet)
        serial = (await night.eyes.identity("sub1", "TVS")).serial
        assert f"TVS of sub1: serial {serial} on its disk, 5EED" in told(apart)
        assert "CallManager of sub1" not in told(apart)
        await there.end("database", "sub1")
        assert isinstance(await night.see(DatabaseMatches(disks)), Passed)
        # --- a list that is too long for phones ---
        monkeypatch.setattr(lists, "RECORDS_FOR_PHONES", 3)
        large = await night.see(CertificatesFit())
        assert isinstance(large, Failed)
        assert "phones load at most 3" in told(large)
        await _unreadable(night, monkeypatch, {NTP: well[0], BACKUP: well[1], UPGRADE: well[2], SEARCH: well[3]})


async def _clocks_and_upgrades(night: Watch, there: Faults) -> None:
    for fault, condition, kind, says in (
        ("ntp", ClocksFollow(), NotYet, "The clock of sub2 follows no server."),
        ("upgrade", NoUpgradeRuns(), Failed, "sub2: In progress"),
    ):
        await there.begin(fault, "sub2")
        found = await night.see(condition)
        assert isinstance(found, kind)
        assert says in told(found)
        assert "sub1" not in told(found)
        await there.end(fault, "sub2")
        assert isinstance(await night.see(condition), Passed)
    # --- a backup comes to its end by itself ---
    jobs, cluster = night.made.wire.cluster.backup_jobs, night.made.wire.cluster
    assert jobs.start(cluster)
    runs = await night.see(NoBackupRuns())
    assert isinstance(runs, NotYet)
    assert "0 per cent done" in told(runs)
    await night.pass_by(SECONDS)
    assert isinstance(await night.see(NoBackupRuns()), Passed)


async def _alarms(night: Watch, there: Faults) -> None:
    """What was noted before the scan does not count; that a certificate expires is no news."""
    now = night.made.timer.now()
    await there.begin("alarm", "sub1")
    noted = await night.see(NoAlarms(now))
    assert isinstance(noted, Failed)
    assert "sub1: UC_TVS-3-ServerListenBindFailed" in told(noted)
    assert "scan and plan again" in told(noted)
    old = await night.see(NoAlarms(now + HOUR))
    assert isinstance(old, Passed)
    assert "1 alarm from before" in told(old)


async def _unreadable(
    night: Watch, monkeypatch: pytest.MonkeyPatch, commands: Mapping[tuple[str, ...], Condition]
) -> None:
    """Silence never passes; nor does what nobody has read before."""
    for command, condition in commands.items():
        assert command in COMMANDS
        with monkeypatch.context() as patched:
            unreadable(patched, command)
            assert isinstance(await night.see(condition), Unknown), command
    with monkeypatch.context() as patched:
        saying(patched, UPGRADE, "The planets are in line.")
        unclear = await night.see(NoUpgradeRuns())
        assert isinstance(unclear, Unknown)
        assert "The planets are in line." in told(unclear)
    with monkeypatch.context() as patched:
        line = (
            "Nov 24 20:00:00 sub1 local7 3 : 7: sub1: Nov 24 2026 {at} {zone} :  %UC_CAPF-3-Trouble: %[NodeID=sub1]: x"
        )
        for at, zone, kind in (
            ("19:59:59.00", "UTC", Passed),
            ("20:00:00.00", "UTC", Failed),
            ("21:00:00.00", "CET", Unknown),
        ):
            saying(patched, SEARCH, line.format(at=at, zone=zone), "Search completed")
            assert isinstance(
                await night.see(NoAlarms(night.made.timer.now().replace(hour=20, minute=0, second=0))), kind
            ), at
