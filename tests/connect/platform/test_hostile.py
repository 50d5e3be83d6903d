"""Whatever a node prints: a value, or one typed error with a short sentence; in steps that grow with the text."""

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.acts import read_act, read_regeneration, read_reset
from ringtrust.connect.platform.backups import read_history, read_status
from ringtrust.connect.platform.certificates import read_certificate, read_listing
from ringtrust.connect.platform.csr import read_csr, read_csr_listing
from ringtrust.connect.platform.dates import read_date
from ringtrust.connect.platform.default_cas import read_default_cas
from ringtrust.connect.platform.drs import read_backup_devices, read_backup_files, read_schedules
from ringtrust.connect.platform.failures import refuse_failed
from ringtrust.connect.platform.files import read_file, read_file_list, read_search
from ringtrust.connect.platform.haproxy import read_client_authentication
from ringtrust.connect.platform.health import paging_is_off, read_network, read_version
from ringtrust.connect.platform.lists import ListText, read_list_text, who_signed_text
from ringtrust.connect.platform.ntp import read_ntp_status
from ringtrust.connect.platform.perf import read_counters
from ringtrust.connect.platform.questions import question_in
from ringtrust.connect.platform.replication import read_replication
from ringtrust.connect.platform.risdb import read_devices
from ringtrust.connect.platform.services import read_services, read_start
from ringtrust.connect.platform.status import read_host_status, read_inactive_version, read_options, read_web_security
from ringtrust.connect.platform.syslog import trouble_in
from ringtrust.connect.platform.tables import read_table
from ringtrust.connect.platform.upgrade import read_upgrade_status
from ringtrust.errors import FormatError, RefusedError, UnreadableError
from tests.connect.platform.transcripts import TRANSCRIPTS


def _list_and_signer(text: str) -> object:
    found = read_list_text(text)
    return who_signed_text(found) if isinstance(found, ListText) else found


def _trouble(text: str) -> object:
    try:
        return trouble_in(read_search(text)) or "nothing that counts"
    except FormatError as error:  # lines that hold no alarm
        raise UnreadableError(error.what, advice="Look at the file by hand.") from error


READERS: tuple[Callable[[str], Any], ...] = (
    read_services,
    partial(read_start, name="Cisco Tftp"),
    read_listing,
    read_certificate,
    certificate_of,
    _list_and_signer,
    read_version,
    read_network,
    paging_is_off,
    read_replication,
    read_history,
    read_status,
    read_date,
    read_table,
    partial(read_regeneration, unit="tomcat"),
    partial(refuse_failed, command="show itl"),
    question_in,
    read_csr,
    read_csr_listing,
    read_default_cas,
    read_host_status,
    read_inactive_version,
    read_options,
    read_web_security,
    read_ntp_status,
    read_schedules,
    read_backup_devices,
    read_backup_files,
    partial(read_devices, node="pub"),
    read_counters,
    partial(read_client_authentication, port=9443),
    read_file_list,
    partial(read_file, command="file view"),
    read_search,
    read_upgrade_status,
    _trouble,
    read_reset,
    partial(read_act, name="delete", typed="set cert delete tomcat x.pem"),
    partial(read_act, name="import own", typed="set cert import own tomcat", unit="tomcat"),
)
# Functions that may say that there is nothing, as their value; no other one gives an empty tuple.
_MAY_BE_EMPTY = {
    *(read_history, read_csr_listing, read_options, read_schedules, read_backup_devices, read_file_list, read_search),
    read_backup_files,
    *(read for read in READERS if isinstance(read, partial) and read.func is read_devices),
}


def _try(read: Callable[[str], Any], text: str) -> None:
    try:
        found = read(text)
    except (UnreadableError, RefusedError) as error:
        assert error.what.isprintable()
        assert len(error.what) < 1000
        assert error.advice
    else:
        assert found != () or read in _MAY_BE_EMPTY


@st.composite
def _spoilt(draw: st.DrawFn) -> str:
    """A transcript with lines dropped, doubled, swapped and cut, and with characters put in."""
    lines = draw(st.sampled_from(list(TRANSCRIPTS.values()))).split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        place = draw(st.integers(0, len(lines[at])))
        match draw(st.sampled_from(["drop", "double", "cut", "insert", "end"])):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "cut":
                lines[at] = lines[at][:place]
            case "insert":
                lines[at] = lines[at][:place] + draw(st.text(min_size=1, max_size=8)) + lines[at][place:]
            case _:
                del lines[at + 1 :]
    return "\n".join(lines)


PIECES = ("[STARTED]", "\n", ":", "=", "==", "(2)", "-", "CTL Record #:1", "\x1b", "\0", "²", "a/b.pem:", "1", "X")


@given(st.text(max_size=300))
def test_random_text(text: str) -> None:
    for read in READERS:
        _try(read, text)


@given(st.lists(st.sampled_from(PIECES)))
def test_pieces_of_what_readers_look_for(pieces: list[str]) -> None:
    for read in READERS:
        _try(read, " ".join(pieces))


@given(_spoilt())
def test_spoilt_transcripts(text: str) -> None:
    for read in READERS:
        _try(read, text)


def _steps(read: Callable[[str], Any], text: str) -> int:
    """How many lines of ours run; the library's string functions and our few patterns are linear each."""
    count = 0

    def _count(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return _count

    before = sys.gettrace()
    sys.settrace(_count)
    try:
        _try(read, text)
    finally:
        sys.settrace(before)
    return count


LONG = {
    "blanks": " ",
    "lines": "\n",
    "one word": "x",
    "rows of services": "Cisco Tftp[STARTED]\n",
    "brackets": "[",
    "pem": "-----BEGIN CERTIFICATE-----\n",
    "records": "CTL Record #:1\n",
    "tags": "3 SUBJECTNAME 99 x\n",
    "hexadecimal": "65  ba  26\n",
    "rows of =": "= ",
    "backslashes": "\\,",
    "questions": "(yes|no)? ",
    "backups": "a.tar TAPE Fri Oct 30 14:55:31 CDT 2009 ERROR MANUAL\n",
    "nodes": "10.0.0.1 a b Publisher authenticated\n",
    "brackets of set-ups": "(2) ",
    "escapes": "\x1b",
    "rows of phones": "SEP001122334455, a, 10.0.0.1, reg\n",
    "commas": ",",
    "arrows": "x -> y = 1\n",
    "disks": "Disk/active 1K 1K 1K (1%)\n",
    "quotes": '"a" b-trust\n',
    "open quotes": '"a\n',
    "requests": "-----BEGIN CERTIFICATE REQUEST-----\n",
    "files": "16 Nov,2004 21:45:43 8,557 a\n",
    "searched": "Searching file: a\n",
    "fields": "a : b\n",
    "transferred": "successfully transferred reset itl to node a\n",
}


@pytest.mark.parametrize("piece", LONG.values(), ids=LONG)
def test_twice_the_text_takes_no_more_than_about_twice_the_steps(piece: str) -> None:
    """The growth is counted, not the time; then 200 KB are read."""
    heads = (
        *("", "a b\n= =\n", "Length of CTL file: 1\nCTL Record #:1\n3 SUBJECTNAME 999999 "),
        *("DeviceName, Descr, Ipaddr, RegStatus\n", "Host Name : a\nProduct Ver : 9.1.2.1-1\n", "device name\n"),
        'Common Name Trust Stores Purpose\n"a" b-trust c\n',
    )
    for head in heads:
        for read in READERS:
            few, many = (_steps(read, head + piece * (size // len(piece))) for size in (2_000, 4_000))
            assert many <= 2.5 * few + 500, (read, few, many)
            _try(read, head + piece * (200_000 // len(piece)))
