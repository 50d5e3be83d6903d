"""Replication, authentication, services, backup, parameters, CM groups: what passes, what does not, what is unknown."""

from datetime import timedelta
from pathlib import Path

import pytest

from ringtrust.change.gate import (
    BackedUp,
    GroupsRedundant,
    Halted,
    NodesAuthenticated,
    ReplicationGood,
    RollbackOff,
    SecurityModeIs,
    ServicesRun,
)
from ringtrust.change.outcome import Failed, NotYet, Passed, Unknown
from ringtrust.lab.platform import health, texts
from ringtrust.lab.platform.call import Call
from ringtrust.lab.state import parameters
from ringtrust.lab.state.services import REPLICATOR, TOMCAT, TVS
from tests.support.clusters import START
from tests.support.console import replaced
from tests.support.live import live
from tests.verify.watching import BACKUPS, DBREPLICATION, NETWORK, SERVICES, SQL, saying, told, unreadable, watch

MASTER = "Cisco DRF Master"
ROW = "2026-11-23-20-00-00.tar NETWORK Mon Nov 23 20:00:00 {zone} 2026 {result} MANUAL CUCM_CDR"
REPLICATING = "pub 10.0.0.1 0.045 Yes Connected 0 match Yes (2) PUB Setup Completed"
MADE = START - timedelta(days=1)


async def _one_is_a_stranger(call: Call) -> None:
    rows = [health._node_row(call, node) for node in call.cluster.nodes]
    await call.show([*rows[:-1], rows[-1].replace(" authenticated", " not authenticated")])


@live
async def test_replication(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(tmp_path) as night:
        good = await night.see(ReplicationGood())
        assert isinstance(good, Passed)
        assert "3 nodes" in told(good)
        await night.made.stop(REPLICATOR, "sub2")
        bad = await night.see(ReplicationGood())
        assert isinstance(bad, Failed)
        assert "sub2: (4) Setup Failed" in told(bad)
        await night.made.start(REPLICATOR, "sub2")
        assert isinstance(await night.see(ReplicationGood()), Passed)
        saying(monkeypatch, DBREPLICATION, "SERVER-NAME IP ADDRESS", "----", REPLICATING, "")
        missing = await night.see(ReplicationGood())
        assert isinstance(missing, Failed)
        assert "1 of 3 nodes only" in told(missing)
        saying(monkeypatch, DBREPLICATION, "Cluster Detailed View from pub (2 Servers):", "")
        assert isinstance(await night.see(ReplicationGood()), Unknown)
        unreadable(monkeypatch, DBREPLICATION)
        unknown = await night.see(ReplicationGood())
        assert isinstance(unknown, Unknown)
        assert "read-only" in told(unknown)
        # --- whether nodes have authenticated each other ---
        assert isinstance(await night.see(NodesAuthenticated()), Passed)
        replaced(monkeypatch, NETWORK, _one_is_a_stranger)
        stranger = await night.see(NodesAuthenticated())
        assert isinstance(stranger, Failed)
        assert "sub2 is not authenticated" in told(stranger)
        assert "pub" not in told(stranger)
        unreadable(monkeypatch, NETWORK)
        assert isinstance(await night.see(NodesAuthenticated()), Unknown)


@live
async def test_services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(tmp_path) as night:
        assert isinstance(await night.see(ServicesRun()), Passed)
        await night.made.stop("Cisco DRF Local", "sub1")  # no phone and no certificate needs it
        assert isinstance(await night.see(ServicesRun()), Passed)
        await night.made.stop(TVS, "sub1")
        await night.made.stop(TVS, "sub2")
        down = await night.see(ServicesRun())
        assert isinstance(down, NotYet)
        assert down.evidence == tuple(
            f"{name}: {TVS} is STOPPED. utils service start {TVS}" for name in ("sub1", "sub2")
        )
        halted = (Halted(TVS, "sub1"), Halted(TVS, "sub2"))
        assert isinstance(await night.see(ServicesRun(halted)), Passed)
        assert isinstance(await night.see(ServicesRun(stopped=halted)), Passed)
        await night.made.start(TVS, "sub1")
        await night.made.start(TVS, "sub2")
        assert isinstance(await night.see(ServicesRun()), Passed)
        again = await night.see(ServicesRun(stopped=halted[:1]))
        assert isinstance(again, NotYet)
        assert "sub1: " in told(again)
        assert f"utils service stop {TVS}" in told(again)
        unreadable(monkeypatch, SERVICES)
        assert isinstance(await night.see(ServicesRun()), Unknown)


@live
async def test_parameters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(tmp_path) as night:
        cluster = night.made.wire.cluster
        assert isinstance(await night.see(RollbackOff()), Passed)
        assert isinstance(await night.see(SecurityModeIs(mixed=False)), Passed)
        cluster.set_parameter(parameters.ROLLBACK, "T")
        on = await night.see(RollbackOff())
        assert isinstance(on, Failed)
        assert told(on) == "RollBackToPreGrayback is T."
        cluster.database.write((parameters.changed(parameters.SECURITY_MODE, "1"),))
        mixed = await night.see(SecurityModeIs(mixed=False))
        assert isinstance(mixed, Failed)
        assert told(mixed) == "ClusterSecurityMode is 1."
        cluster.database.write((("delete from processconfig", ()),))
        assert isinstance(await night.see(SecurityModeIs(mixed=False)), Unknown)
        assert isinstance(await night.see(RollbackOff()), Unknown)
        unreadable(monkeypatch, SQL)
        assert isinstance(await night.see(SecurityModeIs(mixed=False)), Unknown)
        assert isinstance(await night.see(RollbackOff()), Unknown)


@live
async def test_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(tmp_path) as night:
        cluster = night.made.wire.cluster
        assert isinstance(await night.see(GroupsRedundant()), Passed)
        group = "(select pkid from callmanagergroup where name = 'A')"
        alone = f"from callmanagergroupmember where fkcallmanagergroup = {group}"
        cluster.database.write(((f"delete {alone} and priority > 0", ()),))
        [(left,)] = cluster.publisher.replica.rows(f"select count(*) {alone}")
        assert left == 1
        lonely = await night.see(GroupsRedundant())
        assert isinstance(lonely, Failed)
        assert "CM group A has sub1 only" in told(lonely)
        cluster.database.write(((f"delete {alone}", ()),))
        assert "CM group A has no member:" in told(await night.see(GroupsRedundant()))
        with monkeypatch.context() as patched:
            unreadable(patched, SQL)
            assert isinstance(await night.see(GroupsRedundant()), Unknown)
        await night.made.stop(TOMCAT, "pub")
        assert isinstance(await night.see(GroupsRedundant()), Unknown)


@pytest.mark.shows("S58")
@live
async def test_backups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(tmp_path) as night:
        condition = BackedUp(48)
        assert isinstance(await night.see(condition), Passed)
        saying(monkeypatch, BACKUPS, texts.BACKUP_HISTORY, ROW.format(zone="UTC", result="SUCCESS"))
        border = MADE + timedelta(hours=48)
        assert isinstance(await night.see(condition, border), Passed)
        late = await night.see(condition, border + timedelta(seconds=1))
        assert isinstance(late, Failed)
        assert "2026-11-23 20:00 UTC" in told(late)
        assert "more than 48 hours" in told(late)
        assert isinstance(await night.see(BackedUp(1), border), Failed)
        good, bad = (ROW.format(zone="UTC", result=result) for result in ("SUCCESS", "ERROR"))
        saying(monkeypatch, BACKUPS, texts.BACKUP_HISTORY, good, bad)
        failed = await night.see(condition)
        assert isinstance(failed, Failed)
        assert "ended with ERROR" in told(failed)
        saying(monkeypatch, BACKUPS, texts.BACKUP_HISTORY, bad, good)
        assert isinstance(await night.see(condition), Passed)
        saying(monkeypatch, BACKUPS, texts.BACKUP_HISTORY, good, ROW.format(zone="CST", result="SUCCESS"))
        undated = await night.see(condition)
        assert isinstance(undated, Unknown)
        assert "CST means more than one" in told(undated)
        saying(monkeypatch, BACKUPS, texts.NO_BACKUP_HISTORY)
        none = await night.see(condition)
        assert isinstance(none, Failed)
        assert "no backup at all" in told(none)
        unreadable(monkeypatch, BACKUPS)
        assert isinstance(await night.see(condition), Unknown)

        monkeypatch.undo()
        await night.made.stop(MASTER, "pub")
        without_agent = await night.see(condition)
        assert isinstance(without_agent, Unknown)
        assert MASTER in told(without_agent)
