"""Every transcript of a real cluster is read, and says what a person reads in it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ringtrust.cluster.facts import Known, Unread
from ringtrust.connect.platform.acts import Regenerated, read_regeneration
from ringtrust.connect.platform.backups import NoBackupStatus, read_history, read_status
from ringtrust.connect.platform.certificates import read_certificate, read_listing
from ringtrust.connect.platform.failures import refuse_failed
from ringtrust.connect.platform.health import paging_is_off, read_network, read_version
from ringtrust.connect.platform.lists import ListText, NoList, read_list_text
from ringtrust.connect.platform.questions import question_in
from ringtrust.connect.platform.replication import read_replication
from ringtrust.connect.platform.services import read_services, read_start
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
        lambda found: {each.name: each.state for each in found}["Cisco DRF Master"] == "STOPPED" and len(found) == 14,
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
