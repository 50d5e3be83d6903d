"""`utils service …`: every row, and never fewer than there are."""

import pytest

from ringtrust.cluster.node import Service
from ringtrust.connect.platform.services import read_services, read_start
from ringtrust.errors import UnreadableError
from tests.connect.platform.transcripts import TRANSCRIPTS

LIST = TRANSCRIPTS["services"]


def test_the_services_of_cisco_are_read_and_not_what_the_operating_system_runs() -> None:
    found = {service.name: service for service in read_services(LIST)}
    assert "System SSH [STARTED]" in LIST
    assert "System SSH" not in found
    assert found["Cisco CallManager"] == Service("Cisco CallManager", "STARTED")
    assert found["Cisco DRF Master"] == Service("Cisco DRF Master", "STOPPED", "Commanded Out of Service")
    assert found["Cisco DRF Master"].activated


def test_a_list_without_the_line_between_is_read_whole() -> None:
    found = {
        service.name: service
        for service in read_services("System SSH [STARTED]\nCisco Tftp[STOPPED]  Service Not Activated")
    }
    assert set(found) == {"System SSH", "Cisco Tftp"}
    assert not found["Cisco Tftp"].activated


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing at all"),
        ("Requesting service status, please wait...\nService Manager is not running\n", "lists no service"),
        (LIST.replace("Cisco CallManager[STARTED]", "Cisco CallManager[STAR"), "no row of a service"),
        (LIST.replace("Cisco CallManager[STARTED]", "Cisco CallManager[?]"), "no row of a service"),
        (LIST.replace("code = 0", "code = 1"), "Service Manager did not answer"),
        (LIST + "Cisco CallManager[STOPPED]\n", "two states"),
        (LIST + "Executed command unsuccessfully\n", "failed on the node"),
        ("[\x1b[31mSTARTED]\n", r"\x1b"),
    ],
)
def test_what_is_no_list_of_services_is_never_an_empty_one(text: str, words: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_services(text)
    assert words in caught.value.what
    assert "`utils service list`" in caught.value.advice


def test_a_restart_ends_with_the_last_state() -> None:
    text = TRANSCRIPTS["a restart of Tomcat"]
    assert read_start(text, "cisco tomcat").running
    assert read_start(text.replace("Cisco Tomcat[STARTED]\n", ""), "Cisco Tomcat").state == "STARTING"


def test_the_state_of_another_service_is_no_answer() -> None:
    with pytest.raises(UnreadableError, match="no state of Cisco Tftp"):
        read_start(TRANSCRIPTS["a restart of Tomcat"], "Cisco Tftp")
