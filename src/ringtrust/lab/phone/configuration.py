"""What a phone reads out of its configuration file, SEP<MAC>.cnf.xml (trust-formats.md §4.5)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec
from lxml import etree

from ringtrust.errors import FormatError
from ringtrust.safe_xml import children, first, read_xml, text

_TVS_PORT: Final = 2445
_SIP_PORT: Final = 5060
_MEMBERS_AT_MOST: Final = 8
_FILES_KEPT, _BYTES_KEPT = 64, 16 * 1024
_PORTS: Final = range(1, 65536)
_NUMBER: Final = re.compile(r"[0-9]{1,5}")


class Server(msgspec.Struct, frozen=True):
    """Where a server listens."""

    address: str
    port: int


class Configuration(msgspec.Struct, frozen=True):
    """The Unified CMs to register with and the TVS servers to ask, each in the order of the phone's CM group."""

    managers: tuple[Server, ...]
    tvs: tuple[Server, ...]


def read_configuration(data: bytes) -> Configuration:
    """The configuration in a file. Raises FormatError.

    It is kept for the next time, as files of one CM group often say the same: reading is a function of the bytes.
    """
    return _read(data) if len(data) <= _BYTES_KEPT else _read.__wrapped__(data)


@lru_cache(maxsize=_FILES_KEPT)
def _read(data: bytes) -> Configuration:
    device = read_xml(data)
    managers = tuple(_managers(device))
    if not managers:
        raise FormatError("The configuration names no Unified CM", 0)
    return Configuration(managers, tuple(_tvs(device)))


def _managers(device: etree._Element) -> Iterator[Server]:
    for member in _members(first(device, "devicePool", "callManagerGroup", "members")):
        address = text(member, "callManager", "processNodeName")
        if address:
            yield Server(address, _port(text(member, "callManager", "ports", "sipPort"), _SIP_PORT))


def _tvs(device: etree._Element) -> Iterator[Server]:
    for member in _members(first(device, "TVS", "members")):
        if address := text(member, "address"):
            yield Server(address, _port(text(member, "port"), _TVS_PORT))


def _members(parent: etree._Element | None) -> list[etree._Element]:
    """By priority, as the file may name them in any order."""
    found = children(parent, "member")[:_MEMBERS_AT_MOST] if parent is not None else []
    return sorted(found, key=lambda member: member.get("priority") or "")


def _port(said: str, default: int) -> int:
    number = int(said) if _NUMBER.fullmatch(said) else 0
    return number if number in _PORTS else default


def forget() -> None:
    """Forgets every file, as a process that has just started."""
    _read.cache_clear()
