"""A backup is ordered, followed and cancelled; it is of the state at its end (interfaces.md §1.11)."""

import pytest

from ringtrust.lab.state.backup_job import LOCAL, MASTER, SECONDS
from tests.support.clusters import Bench, bench, small
from tests.support.console import Console
from tests.support.live import live

FAILED = "Executed command unsuccessfully\n"
ORDER = "utils disaster_recovery backup network UCM /backup sftp.example backup"
STATUS = "utils disaster_recovery status backup"


async def _ordered() -> tuple[Bench, Console]:
    made = bench(small("campus-12.5", phones=0))
    console = Console(made)
    await console.runs(ORDER)
    assert "Backup initiated successfully" in await console.types("hidden word\r")
    assert "hidden" not in console.shown
    return made, console


@live
async def test_a_backup_runs_for_a_while_and_is_then_in_the_history() -> None:
    made, console = await _ordered()
    before = await console.runs("utils disaster_recovery history backup")
    made.time.advance(SECONDS / 2)
    assert "Percentage Complete: 50\n" in await console.runs(STATUS)
    assert (await _busy(console)).endswith(f"Master agent may be processing an operation or it is down\n{FAILED}admin:")
    made.time.advance(SECONDS)
    assert (await console.runs(STATUS)).startswith("Status: SUCCESS :Backup Completed...\n")
    after = await console.runs("utils disaster_recovery history backup")
    assert len(after.splitlines()) == len(before.splitlines()) + 1
    assert made.cluster.backups[-1].identities == made.cluster.identities()
    files = await console.runs("utils disaster_recovery show_backupfiles networkDevice")
    assert len(files.splitlines()) == len(made.cluster.backups)


async def _busy(console: Console, features: str = "UCM") -> str:
    await console.runs(ORDER.replace("UCM", features))
    return await console.types("hidden word\r")


@live
async def test_a_cancelled_backup_is_none() -> None:
    made, console = await _ordered()
    assert await console.runs("utils disaster_recovery cancel_backup yes") == (
        "Cancelling backup...\nBackup cancelled successfully.\n"
    )
    made.time.advance(2 * SECONDS)
    assert len(made.cluster.backups) == 1
    assert (await console.runs("utils disaster_recovery cancel_backup yes")).endswith(FAILED)
    await console.runs("utils disaster_recovery cancel_backup")
    assert "Cancelling" not in await console.types("no\r")


@live
async def test_a_backup_whose_master_agent_stops_is_none() -> None:
    made, console = await _ordered()
    made.stop(MASTER, "pub")
    made.time.advance(2 * SECONDS)
    assert len(made.cluster.backups) == 1
    for command in ("schedule list", "device list", "show_registration pub", "show_backupfiles x", "cancel_backup"):
        shown = await console.runs(f"utils disaster_recovery {command}")
        assert shown.startswith("Unable to connect to Master Agent host: pub, Port: 4040.")
        assert shown.endswith(FAILED)


@pytest.mark.parametrize(
    ("topology", "row"),
    [
        ("campus-9.1", "2026-11-24-20-01-40.tar NETWORK Tue Nov 24 20:03:40 UTC 2026 ERROR MANUAL\n"),
        ("mega-15", "ERROR    MANUAL"),
    ],
)
@live
async def test_a_backup_that_finds_a_full_disk_fails_and_status_history_and_an_alarm_tell_it(
    topology: str, row: str
) -> None:
    made = bench(small(topology, phones=0))
    console, features = Console(made), made.cluster.release.cli.features_backed_up
    await _busy(console, features)
    made.cluster.trouble.disk_full = frozenset({"sub1"})
    made.time.advance(SECONDS)
    shown = await console.runs(STATUS)
    assert shown.startswith("Status: ERROR :The backup has failed. The disk of sub1 is full.\n")
    assert row in await console.runs("utils disaster_recovery history backup")
    assert "%UC_DRF-3-DRFBackupFailure" in made.cluster.publisher.syslog[-1]
    made.cluster.trouble.disk_full = frozenset()
    await _busy(console, features)
    made.time.advance(SECONDS)
    assert (await console.runs(STATUS)).startswith("Status: SUCCESS")
    history = (await console.runs("utils disaster_recovery history backup")).splitlines()
    assert ["ERROR" in line for line in history[-2:]] == [True, False]


@live
async def test_schedules_devices_and_features_are_listed() -> None:
    console = Console(bench(small("campus-12.5", phones=0)))
    schedules = await console.runs("utils disaster_recovery schedule list")
    assert schedules.startswith(
        "schedule name\tdevice name\tSchedule Status\n-----------------------------------------"
    )
    assert "networkDevice\tNETWORK" in await console.runs("utils disaster_recovery device list")
    assert "UCM" in await console.runs("utils disaster_recovery show_registration sub1")
    for wrong in ("show_registration elsewhere", "show_backupfiles elsewhere"):
        assert (await console.runs(f"utils disaster_recovery {wrong}")).endswith(FAILED)
    assert await console.runs("utils disaster_recovery history restore") == "drfCliMsg:  No history data is available\n"
    assert "No restore status" in await console.runs("utils disaster_recovery status restore")


@live
async def test_every_component_of_every_node_is_told_of_as_it_is_done() -> None:
    made, console = await _ordered()
    made.time.advance(SECONDS / 2)
    half = (await console.runs(STATUS)).splitlines()
    assert half[0].startswith("Status: Backup operation in progress for server [")
    assert half[5].startswith("UCM PUB PLATFORM SUCCESS ")
    assert half[5].endswith("_b_pub_ucm_platform.log")
    assert " Active " in half[-1]
    made.time.advance(SECONDS)
    rows = [line.split() for line in (await console.runs(STATUS)).splitlines()[5:]]
    assert {row[1] for row in rows} == {node.name.upper() for node in made.cluster.nodes}
    assert {row[3] for row in rows} == {"SUCCESS"}


@live
async def test_a_node_that_cannot_be_backed_up_makes_the_backup_fail_and_is_named_in_its_rows() -> None:
    made, console = await _ordered()
    made.cluster.trouble.no_backup = frozenset({"sub1"})
    made.time.advance(2 * SECONDS)
    shown = await console.runs(STATUS)
    assert shown.startswith("Status: ERROR :The backup has failed. Components of sub1 could not be backed up.\n")
    rows = [line.split() for line in shown.splitlines()[5:]]
    assert {row[1] for row in rows if row[3] == "ERROR"} == {"SUB1"}
    assert len(made.cluster.backups) == 1


@live
async def test_a_local_agent_that_does_not_run_backs_nothing_up() -> None:
    made, console = await _ordered()
    made.stop(LOCAL, "sub2")
    made.time.advance(2 * SECONDS)
    assert "UCM SUB2 PLATFORM ERROR " in await console.runs(STATUS)


@live
async def test_to_a_device_by_its_name_and_the_oldest_copy_makes_room() -> None:
    made = bench(small("campus-12.5", phones=0))
    console = Console(made)
    for _ in range(2):
        shown = await console.runs("utils disaster_recovery backup network UCM networkDevice")
        assert "Backup initiated successfully" in shown
        made.time.advance(2 * SECONDS)
    kept = (await console.runs("utils disaster_recovery show_backupfiles networkDevice")).splitlines()
    history = (await console.runs("utils disaster_recovery history backup")).splitlines()[1:]
    assert kept == [row.split()[0] for row in history[1:]]
    assert len(kept) == made.cluster.topology.backup.copies
    for wrong in ("CCM networkDevice", "UCM elsewhere", "UCM /path sftp.example"):
        assert (await console.runs(f"utils disaster_recovery backup network {wrong}")).endswith(FAILED)
