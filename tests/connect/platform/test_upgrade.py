"""Whether an upgrade runs, and which alarms count: in the words of nodes, of which few are known."""

import pytest

from ringtrust.cluster.surroundings import Progress
from ringtrust.connect.platform.files import read_search
from ringtrust.connect.platform.syslog import trouble_in
from ringtrust.connect.platform.upgrade import read_upgrade_status

FAILED = """An error has occured but no messages on the upgrade failure are available .
Please review the install logs for additional details.
Upgrade status: Failed
Upgrade file: UCSInstall_CUC_15.0.1.14900-45.sha512.iso
Upgrade log: install_log_2026-07-31.20.52.39.log
"""
LINE = (
    "Nov 24 20:00:00 sub1 local7 {level} : 7: sub1: Nov 24 2026 20:00:00.00 UTC :  %UC_{event}: %[NodeID=sub1]: text\n"
)


def test_the_one_that_a_document_shows() -> None:
    found = read_upgrade_status(FAILED)
    assert (found.progress, found.text) == (Progress.ENDED, "Failed")
    assert found.file == "UCSInstall_CUC_15.0.1.14900-45.sha512.iso"


@pytest.mark.parametrize(
    ("said", "progress"),
    [
        ("Upgrade status: In progress", Progress.RUNS),
        ("Upgrade status: Upgrading partition", Progress.RUNS),
        ("Upgrade status: Success", Progress.ENDED),
        ("Upgrade status: Completed", Progress.ENDED),
        ("Upgrade status: Cancelled", Progress.ENDED),
        ("No upgrade is in progress.", Progress.NONE),
        ("An upgrade is not running", Progress.NONE),
        ("The planets are in line.", Progress.UNCLEAR),
    ],
)
def test_what_is_taken_for_what(said: str, progress: Progress) -> None:
    assert read_upgrade_status(f"{said}\n").progress is progress


@pytest.mark.parametrize(
    ("event", "counts"),
    [
        ("TVS-3-Trouble", True),
        ("TFTP-2-Trouble", True),
        ("CAPF-0-CAPFCertificateKeyPairMismatch", True),
        ("CERT-0-CertificateRevoked", True),
        ("TVS-6-TVSCertificateRegenerated", False),
        ("TFTP-5-ITLFileRegenerated", False),
        ("CERT-0-CertExpired", False),
        ("CERT-2-TomcatCertRegen", False),
    ],
)
def test_that_a_certificate_expires_or_was_made_is_no_trouble(event: str, counts: bool) -> None:
    line = LINE.format(level=event.split("-")[1], event=event)
    found = trouble_in(read_search(f"Searching path: activelog/syslog\n{line}Search completed\n"))
    assert [each.event for each in found] == ([f"UC_{event}"] if counts else [])


def test_no_line_is_no_alarm() -> None:
    assert trouble_in(read_search("Searching path: activelog/syslog\nSearch completed\n")) == ()
