"""What phones say of their ITL at a registration, and what the database keeps of it (Security Guide 15; RN14).

A phone tells it in a SIP alarm, DeviceTLInfo (trust-formats.md §6.7). From 14 on Unified CM keeps hash and time with
the device, and deletes both when the phone unregisters. [U] What the table is called: here devicetrusthash.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from ringtrust.errors import FormatError
from ringtrust.lab.state.database import Statement, key, put
from ringtrust.safe_xml import children, read_xml
from ringtrust.trust.digests import Digest

NAME: Final = "devicetrusthash"
TABLE: Final = """
create table devicetrusthash (pkid text primary key, fkdevice text, tftpserver text, itlhash text,
    datetimestamp integer);
"""
NOT_INSTALLED: Final = "Not Installed"
CONTENT_TYPE: Final = "application/x-cisco-alarm+xml"
_ALARM: Final = "DeviceTLInfo"
_BODY: Final = (
    '<x-cisco-alarm><Alarm Name="DeviceTLInfo"><ParameterList><String name="DeviceName">{device}</String>'
    '<String name="IPv4Address">{address}</String><String name="ITL_Signature">{itl}</String>'
    '<String name="ITL_TFTP_Server">{server}</String></ParameterList></Alarm></x-cisco-alarm>'
)
_WORD_AT_MOST: Final = 200


def signature(held: bytes) -> str:
    """The SHA-1 of a list as phones write it: bytes in upper-case hexadecimal, a blank behind each."""
    return "".join(f"{byte:02X} " for byte in Digest.SHA1.of(held))


def body(device: str, address: str, held: bytes, server: str) -> bytes:
    """The alarm of a phone; one that holds no list says so."""
    itl, where = (signature(held), server) if held else (NOT_INSTALLED, "N/A")
    return _BODY.format(device=device, address=address, itl=itl, server=where).encode()


def told(data: bytes) -> dict[str, str]:
    """What an alarm says, by the names of its strings; nothing where it is another. Raises FormatError."""
    root = read_xml(data)
    alarms = [each for each in children(root, "Alarm") if each.get("Name") == _ALARM]
    strings = [
        found for each in alarms for parts in children(each, "ParameterList") for found in children(parts, "String")
    ]
    said = {str(each.get("name")): (each.text or "").strip() for each in strings}
    if any(len(word) > _WORD_AT_MOST for word in said.values()):
        raise FormatError("An alarm of a phone says too much", 0)
    return said


def reported(device: str, said: dict[str, str], when: datetime) -> Iterator[Statement]:
    """The row of a phone."""
    about = (said.get("ITL_TFTP_Server", ""), said.get("ITL_Signature", NOT_INSTALLED), int(when.timestamp()))
    yield put(NAME, _row(device), key("device", device), *about)


def forgotten(device: str) -> Iterator[Statement]:
    """It has unregistered."""
    yield "delete from devicetrusthash where pkid = ?", (_row(device),)


def _row(device: str) -> str:
    return key("trusthash", device)
