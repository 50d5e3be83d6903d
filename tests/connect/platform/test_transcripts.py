"""Every transcript of a real cluster is read, and says what a person reads in it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ringtrust.cluster.facts import Known, Unread
from ringtrust.connect.platform.acts import Accepted, NotAccepted, Regenerated, read_act, read_regeneration, read_reset
from ringtrust.connect.platform.backups import NoBackupStatus, read_history, read_status
from ringtrust.connect.platform.certificates import read_certificate, read_listing
from ringtrust.connect.platform.csr import read_csr, read_csr_listing
from ringtrust.connect.platform.default_cas import DefaultCa, read_default_cas
from ringtrust.connect.platform.drs import BackupDevice, Schedule, read_backup_devices, read_schedules
from ringtrust.connect.platform.failures import refuse_failed
from ringtrust.connect.platform.files import FileMatch, read_file_list, read_search
from ringtrust.connect.platform.haproxy import read_client_authentication
from ringtrust.connect.platform.health import paging_is_off, read_network, read_version
from ringtrust.connect.platform.lists import ListText, NoList, read_list_text
from ringtrust.connect.platform.ntp import NtpStatus, read_ntp_status
from ringtrust.connect.platform.perf import Counter, read_counters
from ringtrust.connect.platform.questions import question_in
from ringtrust.connect.platform.replication import read_replication
from ringtrust.connect.platform.risdb import read_devices
from ringtrust.connect.platform.services import read_services, read_start
from ringtrust.connect.platform.status import read_host_status, read_inactive_version, read_options, read_web_security
from ringtrust.connect.platform.tables import read_table
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from tests.connect.platform.transcripts import TRANSCRIPTS

Expected = Callable[[Any], bool]


def _refusal(text: str) -> RingtrustError:
    with pytest.raises(RingtrustError) as caught:
        refuse_failed(text, "show me")
    return caught.value


def _unreadable(read: Callable[[str], object], text: str) -> UnreadableError:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    return caught.value


def _no_failure(text: str) -> bool:
    refuse_failed(text, "set cli pagination off")
    return True


def _accepted(found: object) -> bool:
    return isinstance(found, Accepted)


def _first(found: Any) -> Any:
    return found[0]


READERS: dict[str, tuple[Callable[[str], Any], Expected]] = {
    # Nobody answers these with yes: the dialogue knows them, and its own tests show how.
    "the banner and the first prompt": (question_in, lambda found: found is None),
    "a doubled prompt after login": (question_in, lambda found: found is None),
    "the question of the pager of show": (question_in, lambda found: found is None),
    "the question of the pager of file view": (question_in, lambda found: found is None),
    "an unknown command": (_refusal, lambda error: isinstance(error, RefusedError)),
    "the end of a command that failed": (_refusal, lambda error: isinstance(error, UnreadableError)),
    "pagination off": (_no_failure, bool),
    "is pagination off": (paging_is_off, bool),
    "own certificates of a later release, in its order": (
        read_listing,
        lambda found: (
            [each.folder for each in found]
            == ["tomcat", "tomcat-ECDSA", "ipsec", "ITLRecovery", "CallManager-ECDSA", "CallManager", "CAPF", "TVS"]
        ),
    ),
    "trusted certificates": (
        read_listing,
        lambda found: [(each.folder, each.file) for each in found] == [("CallManager-trust", "cucm-pub.pem")],
    ),
    "a certificate signed by a CA": (
        read_listing,
        lambda found: _first(found).description == "Certificate Signed by Cisco Root CA 2048",
    ),
    "a certificate, up to 14SU1": (
        read_certificate,
        lambda found: found.pem == "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    ),
    "a certificate from 14SU2 on": (
        read_certificate,
        lambda found: (found.pem, found.serial) == ("", f"{109322119434538843527393484421137892142:X}"),
    ),
    "a regeneration": (partial(read_regeneration, unit="tomcat"), lambda found: isinstance(found, Regenerated)),
    "the success of a regeneration, in an older CLI guide": (
        partial(read_regeneration, unit="tomcat"),
        lambda found: isinstance(found, Regenerated),
    ),
    "a regeneration from 15SU5 on": (
        partial(read_regeneration, unit="tomcat"),
        lambda found: isinstance(found, Regenerated),
    ),
    "a regeneration of ITLRecovery": (
        partial(read_regeneration, unit="ITLRecovery"),
        lambda found: isinstance(found, Regenerated),
    ),
    "a CTL that is not there": (read_list_text, lambda found: isinstance(found, NoList)),
    "the beginning of a CTL": (
        read_list_text,
        lambda found: isinstance(found, ListText) and len(found.records) == 1 and not found.verified,
    ),
    "a trust list, by analogy with a CTL": (
        read_list_text,
        lambda found: [each.number for each in found.records] == [1, 2, 3, 4, 5, 7] and found.verified,
    ),
    "services": (
        read_services,
        lambda found: {each.name: each.state for each in found}["Cisco DRF Master"] == "STOPPED" and len(found) == 7,
    ),
    "a restart of a service of IM&P": (
        partial(read_start, name="Cisco XCP Text Conference Manager"),
        lambda found: found.running,
    ),
    "a restart": (partial(read_start, name="Cisco Tftp"), lambda found: found.running),
    "a restart of Tomcat": (partial(read_start, name="Cisco Tomcat"), lambda found: found.running),
    "the release": (read_version, lambda found: found == "15.0.1.12900-234"),
    "the nodes": (read_network, lambda found: [each.name for each in found] == ["CUCMPUB", "CUCMSUB"]),
    "the nodes, up to 9.x": (read_network, lambda found: [each.publisher for each in found] == [True, False]),
    "a node that is not authenticated": (
        read_network,
        lambda found: (
            (_first(found).authenticated, _first(found).detail) == (False, "- INITIATOR since Thu Oct 28 11:27:36 2021")
        ),
    ),
    "replication": (
        read_replication,
        lambda found: [(each.node, each.setup, each.queue) for each in found] == [("cucm-01", 2, 0), ("cucm-02", 2, 0)],
    ),
    "backups, older": (
        read_history,
        lambda found: [(each.good, each.features) for each in found] == [(False, ""), (True, "CDR_CAR,CCM")],
    ),
    "a good backup, older": (
        read_history,
        lambda found: _first(found).good and isinstance(_first(found).completed, Unread),
    ),
    "a backup of 15": (read_history, lambda found: _first(found).good and _first(found).features == "UCM"),
    "no backup yet": (read_history, lambda found: found == ()),
    "no status of a backup": (read_status, lambda found: found == NoBackupStatus()),
    "the master agent is down": (
        partial(_unreadable, read_status),
        lambda error: "DRF Master" in error.advice,
    ),
    "a parameter": (read_table, lambda found: found.column("paramvalue") == ("0",)),
    "the rollback parameter": (read_table, lambda found: found.column("paramvalue") == ("F",)),
    "process nodes": (
        read_table,
        lambda found: found.rows[0] == ("EnterpriseWideData", "", "1"),
    ),
    "certificate services": (
        read_table,
        lambda found: len(found.rows) == 16 and found.column("name")[13] == "Phone-SAST-trust",
    ),
    "an inventory of a whole cluster": (
        read_table,
        lambda found: found.column("subjectname") == ("CN=Cisco Manufacturing CA,O=Cisco Systems",),
    ),
    "an inventory of a whole cluster, for 15": (
        read_table,
        lambda found: found.columns[2] == "moniker" and found.rows == (),
    ),
    "the status of a host": (
        read_host_status,
        lambda found: (
            (found.host, found.version, found.zone)
            == ("cucm1", "12.5.1.16900-48", "Central Daylight Time (America/Mexico_City)")
            and [(each.name, each.percent) for each in found.disks]
            == [("active", 69), ("inactive", 67), ("logging", 92)]
        ),
    ),
    "the other version": (read_inactive_version, lambda found: found == "12.5.1.14900-63"),
    "software options": (read_options, lambda found: len(found) == 2 and found[0].endswith(".cop.sgn")),
    "a clock that follows nobody": (read_ntp_status, lambda found: not found.synchronised),
    "a clock that follows a server": (
        read_ntp_status,
        lambda found: (
            found == NtpStatus(synchronised=True, server="10.10.10.1", stratum=Known(3), within_ms=Known(123))
        ),
    ),
    "schedules of backups": (read_schedules, lambda found: found == (Schedule("schedule1", "device 1", enabled=True),)),
    "devices of backups": (
        read_backup_devices,
        lambda found: found == (BackupDevice("networkDevice", "NETWORK", "10.77.31.116:/root"),),
    ),
    "phones that a node has seen": (
        partial(read_devices, node="sub1"),
        lambda found: (
            [(each.name[-2:], each.status, each.address, each.load) for each in found]
            == [
                ("55", "Registered", "10.1.1.11", "sip88xx.14-1-1"),
                ("56", "UnRegistered", "10.1.1.12", "SCCP45.9-4-2"),
                ("57", "PartiallyRegistered", "10.1.1.13", "sip88xx.14-1-1"),
            ]
            and found[0].node == "sub1"
        ),
    ),
    "a counter": (read_counters, lambda found: found == (Counter("", "ReportsUsersLoggedin", 3),)),
    "a class with instances": (
        read_counters,
        lambda found: (
            [(each.instance, each.value) for each in found] == [("ReplicateCount", 749), ("ReplicateCount", 2)]
        ),
    ),
    "client authentication": (partial(read_client_authentication, port=9443), lambda found: found == "optional"),
    "client authentication of a port that has none": (
        partial(_unreadable, partial(read_client_authentication, port=9456)),
        lambda error: "Suggested values are 6971" in error.what,
    ),
    "files in detail": (
        read_file_list,
        lambda found: (
            [(each.name, each.size, each.folder) for each in found][1:3]
            == [("log", 0, True), ("enGui.log", 8557, False)]
        ),
    ),
    "a search that found nothing": (read_search, lambda found: found == ()),
    "a search": (
        read_search,
        lambda found: (
            len(found) == 1
            and isinstance(found[0], FileMatch)
            and found[0].file.endswith("cli00001.log")
            and found[0].line.endswith("[show cert own tomcat]")
        ),
    ),
    "requests that wait": (
        read_csr_listing,
        lambda found: [each.path for each in found] == ["tomcat/tomcat.csr", "Vipr-QuetzalCoatl/Vipr-QuetzalCoatl.csr"],
    ),
    "no request": (read_csr_listing, lambda found: found == ()),
    "a request, under the title of the CLI guide": (
        read_csr,
        lambda found: (
            found.startswith("-----BEGIN CERTIFICATE REQUEST-----\nMIID")
            and found.endswith("AgMBAAEw\n-----END CERTIFICATE REQUEST-----\n")
        ),
    ),
    "Cisco's own certificates": (
        read_default_cas,
        lambda found: (
            found
            == (
                DefaultCa("VeriSign Class 3 Secure Server CA - G3", ("tomcat-trust",)),
                DefaultCa("CAP-RTP-001", ("CallManager-trust", "CAPF-trust")),
                DefaultCa("Cisco Root CA M2", ("CallManager-trust", "CAPF-trust")),
            )
        ),
    ),
    "the fields of the subject of tomcat": (read_web_security, lambda found: found["locality"] == "Krakow"),
    "an import": (partial(read_act, name="import trust", typed="set", unit="tomcat"), _accepted),
    "an import, in an older CLI guide": (
        partial(read_act, name="import trust", typed="set", unit="tomcat"),
        _accepted,
    ),
    "a new request": (partial(read_act, name="new csr", typed="set", unit="tomcat"), _accepted),
    "a new request, as clients of others know it": (
        partial(read_act, name="new csr", typed="set", unit="tomcat"),
        _accepted,
    ),
    "a reset of the ITL": (read_reset, _accepted),
    "a reset of the ITL, up to 14": (read_reset, _accepted),
    "ipsec restarts": (partial(read_act, name="restart ipsec", typed="utils"), _accepted),
    "a default CA is disabled": (partial(read_act, name="disable default ca", typed="set"), _accepted),
    "a default CA that is none": (
        partial(read_act, name="disable default ca", typed="set"),
        lambda found: isinstance(found, NotAccepted) and "is not in the list" in found.reason,
    ),
}


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_every_transcript_is_read(name: str) -> None:
    read, expected = READERS[name]
    found = read(TRANSCRIPTS[name])
    assert expected(found), found


def test_no_reader_waits_for_a_transcript_that_is_gone() -> None:
    assert set(READERS) == set(TRANSCRIPTS)


def test_dates_of_15_in_the_zone_of_the_pacific_are_told_as_they_stand() -> None:
    (backup,) = read_history(TRANSCRIPTS["a backup of 15"])
    assert isinstance(backup.completed, Unread)
    assert "Fri Dec 12 13:45:19 PST 2025" in backup.completed.reason
    (backup,) = read_history(TRANSCRIPTS["a backup of 15"].replace("PST", "UTC"))
    assert isinstance(backup.completed, Known)
