"""The history of backups: empty only where the node says so; dates only where their zone means one thing."""

from datetime import UTC, datetime

import pytest

from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.snapshot import Backup
from ringtrust.connect.platform.backups import BackupStatus, NoBackupStatus, read_history, read_status
from ringtrust.connect.platform.dates import read_date
from ringtrust.connect.platform.drs import read_backup_files
from ringtrust.errors import UnreadableError
from tests.connect.platform.transcripts import TRANSCRIPTS

OLD = TRANSCRIPTS["backups, older"]
NEW = TRANSCRIPTS["a backup of 15"]
STATUS = """\
Status: SUCCESS :Backup Completed...
Tar Filename: 2025-12-12-13-44-12.tar
Storage Location: NETWORK
Operation: backup
Percentage Complete: 100
"""


def test_the_older_layout() -> None:
    failed, good = read_history(OLD)
    assert (failed.file, failed.result, failed.features) == ("2009-10-30-14-53-32.tar", "ERROR", "")
    assert not failed.good
    assert good.good
    assert isinstance(good.completed, Unread)
    assert "CST means more than one" in good.completed.reason


def test_the_layout_of_15() -> None:
    at = Known(datetime(2025, 12, 12, 13, 45, 19, tzinfo=UTC))
    assert read_history(NEW.replace("PST", "GMT")) == (Backup("2025-12-12-13-44-12.tar", "SUCCESS", "UCM", at),)


def test_a_backup_that_lacks_a_feature_is_not_good() -> None:
    (backup,) = read_history(NEW.replace("---", "CDR_CAR"))
    assert backup.result == "SUCCESS without CDR_CAR"
    assert not backup.good


def test_no_history_is_empty_because_the_node_says_so() -> None:
    assert read_history(TRANSCRIPTS["no backup yet"]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        OLD.partition("\n")[0],
        "drfCliMsg: Error occurred: Master agent may be processing an operation or it is down\n",
        OLD + "drfCliMsg:  No history data is available\n",
        OLD.replace(" ERROR MANUAL", ""),
        OLD.replace("2009-10-30-14-53-32.tar ", ""),
        OLD.replace("Fri Oct 30", "30.10."),
        NEW + "Executed command unsuccessfully\n",
    ],
)
def test_what_is_no_history_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_history(text)


@pytest.mark.parametrize("read", [read_history, read_status])
def test_a_master_agent_that_is_down_is_named(read: object) -> None:
    assert callable(read)
    with pytest.raises(UnreadableError, match="cannot reach the master agent") as caught:
        read(TRANSCRIPTS["the master agent is down"] + "Executed command unsuccessfully\n")
    assert "Cisco DRF Local" in caught.value.advice


def test_how_a_backup_goes() -> None:
    assert read_status(STATUS) == BackupStatus(
        "SUCCESS :Backup Completed...", "2025-12-12-13-44-12.tar", "backup", Known(100)
    )
    found = read_status("Status: BACKUP_IN_PROGRESS\n")
    assert isinstance(found, BackupStatus)
    assert isinstance(found.percent, Unread)
    assert isinstance(read_status(STATUS.replace("100", "400")), BackupStatus)
    assert read_status(TRANSCRIPTS["no status of a backup"]) == NoBackupStatus()
    for text in ("", "Status:\n", "all is well\n"):
        with pytest.raises(UnreadableError):
            read_status(text)


RUNNING = """\
Status: Backup operation in progress for server [PUB-1], please wait...
Tar Filename: 2012-01-17-10-11-23.tar
Storage Location: NETWORK
Operation: BACKUP
Percentage Complete: 91
Feature Server Component Status Result Log File
UCM PUB-1 PLATFORM SUCCESS Tue Jan 17 10:11:24 IST 2012 activelog/platform/drf/log/b_pub-1_ucm_platform.log
UCM SUB1 CCMDB NOT STARTED Tue Jan 17 10:11:24 IST 2012
CDR_CAR SUB2 CAR ERROR activelog/platform/drf/log/2012-01-17-10-11-23_b_sub2_cdr_car_car.log
UCM PUB-1 TFTP Active Tue Jan 17 10:11:58 IST 2012
"""


@pytest.mark.shows("S58")
def test_how_each_component_of_each_node_goes() -> None:
    found = read_status(RUNNING)
    assert isinstance(found, BackupStatus)
    assert not found.ended
    assert [(each.feature, each.node, each.component, each.result) for each in found.parts] == [
        ("UCM", "PUB-1", "PLATFORM", "SUCCESS"),
        ("UCM", "SUB1", "CCMDB", "NOT STARTED"),
        ("CDR_CAR", "SUB2", "CAR", "ERROR"),
        ("UCM", "PUB-1", "TFTP", "Active"),
    ]
    assert [each.good for each in found.parts] == [True, False, False, False]
    assert [each.failed for each in found.parts] == [False, False, True, False]
    assert found.parts[0].log.endswith("/b_pub-1_ucm_platform.log")
    assert found.parts[1].log == ""


def test_which_backups_a_device_has_however_they_are_laid_out() -> None:
    named = ("2026-11-24-01-00-00.tar", "2026-11-25-01-00-00.tar")
    assert read_backup_files("\n".join(reversed(named)) + "\n") == named
    assert read_backup_files(f"Backup files:\n1) {named[0]}\tUCM\n2) {named[1]}\n") == named
    assert read_backup_files("drfCliMsg: No backup files found\n") == ()
    for text in ("", "nothing that anybody knows\n"):
        with pytest.raises(UnreadableError):
            read_backup_files(text)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("Fri Mar 06 19:45:13 CET 2015", 18),
        ("Fri Mar  6 19:45:13 UTC 2015", 19),
        ("Fri Mar 06 19:45:13 -03 2015", 22),
        ("Fri Mar 06 19:45:13 GMT+02:00 2015", 17),
        ("Fri Mar 06 19:45:13 +0300 2015", 16),
    ],
)
def test_dates_whose_zone_means_one_thing(text: str, hour: int) -> None:
    assert read_date(text) == Known(datetime(2015, 3, 6, hour, 45, 13, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "Fri Mar 06 19:45:13 CST 2015",
        "Fri Mar 06 19:45:13 IST 2015",
        "Fri Mar 06 19:45:13 BST 2015",
        "Fri Mar 06 19:45:13 +3 2015",
        "Fri Mar 06 19:45:13 +²³ 2015",
        "Sat Mar 06 19:45:13 UTC 2015",
        "Fri Mar 36 19:45:13 UTC 2015",
        "Fri Dec 31 23:59:59 -12 9999",
        "Mon Jan 01 00:00:00 +12 0001",
        "Fri Mar 06 2015",
        "",
        "\x1b" * 10_000,
    ],
)
def test_any_other_date_is_unread_with_a_reason(text: str) -> None:
    found = read_date(text)
    assert isinstance(found, Unread)
    assert found.reason.isprintable()
    assert len(found.reason) < 600
