"""A backup counts when every component of every node is in it, not when a row says SUCCESS (S58, G-DRS)."""

from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from ringtrust.change.gate import BackedUp
from ringtrust.change.outcome import Failed, NotYet, Passed, Unknown
from ringtrust.lab.platform import texts
from tests.support.live import live
from tests.verify.test_health import BACKUPS, MADE, ROW
from tests.verify.watching import saying, told, watch

STATUS: Final = ("utils", "disaster_recovery", "status")
FILE: Final = ROW.split()[0]
HEAD: Final = ("Storage Location: NETWORK", "Operation: BACKUP")
WHOLE: Final = BackedUp(48, whole=True, file=FILE)


def _rows(*results: tuple[str, str]) -> tuple[str, ...]:
    date = "Mon Nov 23 20:00:00 UTC 2026"
    log = "activelog/platform/drf/log/x_b_{}_ucm_ccmdb.log"
    return tuple(f"UCM {node.upper()} CCMDB {result} {date} {log.format(node)}" for node, result in results)


def _status(status: str, percent: int, *rows: str, file: str = FILE) -> tuple[str, ...]:
    return (f"Status: {status}", f"Tar Filename: {file}", *HEAD, f"Percentage Complete: {percent}", *rows)


DONE: Final = "SUCCESS :Backup Completed..."
ALL: Final = _rows(("pub", "SUCCESS"), ("sub1", "SUCCESS"), ("sub2", "SUCCESS"))


@pytest.mark.shows("S58")
@live
async def test_a_row_that_says_success_does_not_hide_a_component_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watch(tmp_path) as night:
        saying(monkeypatch, BACKUPS, texts.BACKUP_HISTORY, ROW.format(zone="UTC", result="SUCCESS"))
        saying(monkeypatch, STATUS, *_status(DONE, 100, *_rows(("pub", "SUCCESS"), ("sub1", "ERROR"))))
        for condition in (WHOLE, BackedUp(48)):
            found = await night.see(condition, MADE)
            assert isinstance(found, Failed)
            assert "CCMDB of UCM on SUB1: ERROR" in told(found)
            assert "_b_sub1_ucm_ccmdb.log" in told(found)


@live
async def test_a_node_that_is_not_in_it_is_named_and_nobody_takes_it_for_a_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watch(tmp_path) as night:
        saying(monkeypatch, BACKUPS, texts.BACKUP_HISTORY, ROW.format(zone="UTC", result="SUCCESS"))
        saying(monkeypatch, STATUS, *_status(DONE, 100, *ALL[:2]))
        found = await night.see(WHOLE, MADE)
        assert isinstance(found, Unknown)
        assert "no component of sub2" in told(found)
        saying(monkeypatch, STATUS, *_status(DONE, 100))
        assert isinstance(await night.see(WHOLE, MADE), Unknown)
        assert isinstance(await night.see(BackedUp(48), MADE), Passed), "a person has looked at the nodes"


@live
async def test_it_is_followed_until_it_ends_and_an_older_one_does_not_pass_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watch(tmp_path) as night:
        older = ROW.format(zone="UTC", result="SUCCESS").replace(FILE, "2026-11-22-01-00-00.tar")
        active = _rows(("pub", "SUCCESS"), ("sub1", "Active"))
        saying(monkeypatch, BACKUPS, texts.BACKUP_HISTORY, older)
        saying(
            monkeypatch, STATUS, *_status("Backup operation in progress for server [PUB], please wait...", 45, *active)
        )
        runs = await night.see(WHOLE, MADE)
        assert isinstance(runs, NotYet)
        assert "45 per cent, CCMDB of SUB1: Active" in told(runs)
        saying(monkeypatch, STATUS, *_status(DONE, 100, *ALL))
        assert isinstance(await night.see(WHOLE, MADE), NotYet), "the history does not tell of it yet"
        saying(monkeypatch, STATUS, *_status("ERROR :the disk is full", 100, *_rows(("sub1", "ERROR"))))
        failed = await night.see(WHOLE, MADE)
        assert isinstance(failed, Failed)
        assert "the disk is full" in told(failed)
        saying(monkeypatch, BACKUPS, texts.BACKUP_HISTORY, older, ROW.format(zone="CST", result="SUCCESS"))
        saying(monkeypatch, STATUS, *_status(DONE, 100, *ALL))
        passed = await night.see(WHOLE, MADE + timedelta(days=9))
        assert isinstance(passed, Passed), "its date need not be read: this plan has begun it"
        assert "3 components on 3 nodes" in told(passed)
