"""What cannot be read is an error with its reason, never a value that says less than the node does."""

from collections.abc import Callable
from functools import partial

import pytest

from ringtrust.connect.platform.acts import Accepted, NotAccepted, read_act, read_reset
from ringtrust.connect.platform.csr import read_csr, read_csr_listing
from ringtrust.connect.platform.default_cas import read_default_cas
from ringtrust.connect.platform.drs import read_backup_devices, read_schedules
from ringtrust.connect.platform.files import read_file, read_file_list, read_search
from ringtrust.connect.platform.haproxy import read_client_authentication
from ringtrust.connect.platform.ntp import read_ntp_status
from ringtrust.connect.platform.perf import read_counters
from ringtrust.connect.platform.risdb import read_devices
from ringtrust.connect.platform.status import read_host_status, read_inactive_version, read_options, read_web_security
from ringtrust.connect.platform.upgrade import read_upgrade_status
from ringtrust.errors import RefusedError, UnreadableError
from tests.connect.platform.transcripts import TRANSCRIPTS

DEVICES = TRANSCRIPTS["phones that a node has seen"]
FILES = TRANSCRIPTS["files in detail"]
HOST = TRANSCRIPTS["the status of a host"]
OLD_RESET = TRANSCRIPTS["a reset of the ITL, up to 14"]
DEFAULT_CAS = TRANSCRIPTS["Cisco's own certificates"]
seen = partial(read_devices, node="pub")
port = partial(read_client_authentication, port=9443)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (seen, ""),
        (seen, "Total count 0\n"),
        (seen, DEVICES.replace("Total count 3", "Total count 4")),
        (seen, DEVICES.replace("RegStatus, ", "")),
        (seen, DEVICES.replace(", reg, SIP", ", xyz, SIP")),
        (seen, DEVICES.replace("SEP001122334457, , 10.1.1.13, , 3", "SEP001122334457, 3")),
        (seen, DEVICES + DEVICES),
        (read_file_list, ""),
        (read_file_list, FILES.replace("dir count = 2", "dir count = 3")),
        (read_file_list, FILES.replace("8,557", "8,55,7")),
        (read_file_list, FILES.rpartition("dir")[0]),
        (read_search, "Searching path: /var/log\n"),
        (read_host_status, ""),
        (read_host_status, HOST.replace("(69%)", "")),
        (read_host_status, HOST.replace("Product Ver", "Product")),
        (read_host_status, HOST.replace("12.5.1.16900-48", "twelve")),
        (read_inactive_version, "Active Master Version: 12.5.1.14900-63\n"),
        (read_inactive_version, "Inactive Master Version: none\n"),
        (read_options, "Active Master Version: 12.5.1.14900-63\n"),
        (read_options, "Active Version Installed Software Options:\n"),
        (read_options, "Active Version Installed Software Options:\nThere was an error\n"),
        (read_web_security, "Nothing to see\n"),
        (read_ntp_status, "ntpd (pid 12345) is running...\n"),
        (read_ntp_status, "unsynchronised\nsynchronised to NTP server (10.0.0.1) at stratum 3\n"),
        (read_upgrade_status, ""),
        (read_upgrade_status, "Upgrade status: Failed\nUpgrade status: In progress\n"),
        (read_schedules, ""),
        (read_schedules, "schedule name\tdevice name\tSchedule Status\nschedule1 device1\n"),
        (read_schedules, "schedule name\tdevice name\tSchedule Status\nschedule1\tdevice1\tperhaps\n"),
        (read_schedules, "drfCliMsg: Error occurred\n"),
        (read_schedules, "Unable to connect to Master Agent host: pub, Port: 4040.\n"),
        (read_backup_devices, "device name  device type\nnetworkDevice\n"),
        (read_csr_listing, ""),
        (read_csr_listing, "tomcat/tomcat.pem\n"),
        (read_csr, "nothing here\n"),
        (read_csr, "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n"),
        (read_csr, "-----END CERTIFICATE REQUEST-----\n-----BEGIN CERTIFICATE REQUEST-----\n"),
        (read_csr, TRANSCRIPTS["a request, under the title of the CLI guide"] * 2),
        (read_default_cas, ""),
        (read_default_cas, DEFAULT_CAS.replace("tomcat-trust", "nothing")),
        (read_default_cas, DEFAULT_CAS.replace('G3"', "G3")),
        (read_default_cas, DEFAULT_CAS.partition('"')[0]),
        (read_default_cas, DEFAULT_CAS.replace('"CAP-RTP-001"', "CAP-RTP-001  ")),
        (read_counters, "==>query class :\n"),
        (read_counters, "-> CallsActive = many\n"),
        (port, "Client authentication on the port 6971 is currently set to optional\n"),
        (port, "Client authentication on the port 9443 is currently set to perhaps\n"),
        (port, ""),
    ],
)
def test_what_cannot_be_read_is_told(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    assert caught.value.advice


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (seen, "DeviceName, Descr, Ipaddr, RegStatus\n\nTotal count 0\n"),
        (read_schedules, "schedule name\tdevice name\tSchedule Status\n-----\n"),
        (read_schedules, "drfCliMsg: No schedules available\n"),
        (read_backup_devices, "drfCliMsg: No devices found\n"),
        (read_file_list, "dir count = 0, file count = 0\n"),
    ],
)
def test_nothing_is_nothing_where_the_node_says_so(read: Callable[[str], object], text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize("read", [seen, read_search, read_host_status, read_csr_listing, read_default_cas, port])
def test_a_command_that_the_node_does_not_know_is_refused(read: Callable[[str], object]) -> None:
    with pytest.raises(RefusedError):
        read("No valid command entered\n")


def test_a_schedule_whose_state_stands_one_blank_behind_its_device() -> None:
    (found,) = read_schedules("schedule name  device name  Schedule Status\nweekly one   device 1 disabled\n")
    assert (found.name, found.device, found.enabled) == ("weekly one", "device 1", False)


def test_a_file_is_told_without_the_words_of_its_end() -> None:
    assert read_file("one\ntwo\n\nend of the file reached\n\n", "file view") == "one\ntwo\n"
    assert read_file("end of the file reached\n", "file view") == ""


@pytest.mark.shows("S130")
@pytest.mark.parametrize(
    ("name", "text", "done"),
    [
        ("import own", TRANSCRIPTS["an import"], True),
        ("import own", TRANSCRIPTS["an import"].replace("for tomcat.", "for tomcat-ECDSA."), False),
        ("import own", "CA Certificate is not available in the trust-store\n", False),
        ("import own", "", False),
        ("new csr", TRANSCRIPTS["a new request, as clients of others know it"], True),
        ("new csr", "Successfully Generated CSR for CallManager.\n", False),
        ("delete", "Successfully deleted certificate a.pem.\n", True),
        ("delete", "The certificate a.pem does not exist.\nExecuted command unsuccessfully\n", False),
        ("delete", "Successfully deleted certificate a.pem.\nExecuted command unsuccessfully\n", False),
        ("restart ipsec", "Restarting\n", False),
    ],
)
def test_the_text_decides_whether_an_act_was_done(name: str, text: str, done: bool) -> None:
    found = read_act(text, name, "set it", "tomcat")
    assert isinstance(found, Accepted if done else NotAccepted)
    assert done or found.reason.isprintable()  # type: ignore[union-attr]


def test_a_reset_is_done_when_every_tftp_node_has_the_new_list() -> None:
    two = OLD_RESET.replace("cluster : 1", "cluster : 2")
    found = read_reset(two)
    assert isinstance(found, NotAccepted)
    assert "1 of 2 TFTP nodes" in found.reason
    assert isinstance(read_reset(two + "Successfully transferred reset ITL to node sub1\n"), Accepted)
    assert isinstance(read_reset("Executed command unsuccessfully\n"), NotAccepted)
