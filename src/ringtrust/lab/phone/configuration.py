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
_SIP_PORT, _SIPS_PORT, _CAPF_PORT = 5060, 5061, 3804
_CAPF_AT_MOST: Final = 5  # trust-formats.md §5.8
_MEMBERS_AT_MOST: Final = 8
_FILES_KEPT, _BYTES_KEPT = 64, 16 * 1024
_PORTS: Final = range(1, 65536)
_MODE: Final = re.compile(r"[0-4]")
_NUMBER: Final = re.compile(r"[0-9]{1,5}")


class Server(msgspec.Struct, frozen=True):
    """Where a server listens."""

    address: str
    port: int


class Manager(msgspec.Struct, frozen=True):
    """A Unified CM: its name, where it is, and where it registers phones without and with TLS."""

    name: str
    address: str
    port: int
    secure_port: int

    @property
    def title(self) -> str:
        """Its name, or where it is when it has none."""
        return self.name.removeprefix("CM_") or self.address


class Configuration(msgspec.Struct, frozen=True):
    """The Unified CMs to register with and the TVS servers to ask, each in the order of the phone's CM group.

    `security_mode` is 1 to 3 (trust-formats.md §6.8); `capf_mode` how to show CAPF who it is, 0 while there is nothing
    to do, and `capf` where that is. With `encrypted` its whole configuration is in another file, for the owner of the
    certificate with the MD5 `certificate_hash`; in a file that says so `managers` may be empty (§3).
    """

    managers: tuple[Manager, ...]
    tvs: tuple[Server, ...]
    security_mode: int = 1
    capf_mode: int = 0
    capf: tuple[Server, ...] = ()
    certificate_hash: str = ""
    encrypted: bool = False

    @property
    def secure(self) -> bool:
        """Whether the phone registers over TLS."""
        return self.security_mode > 1


def read_configuration(data: bytes) -> Configuration:
    """The configuration in a file. Raises FormatError.

    It is kept for the next time, as files of one CM group often say the same: reading is a function of the bytes.
    """
    return _read(data) if len(data) <= _BYTES_KEPT else _read.__wrapped__(data)


@lru_cache(maxsize=_FILES_KEPT)
def _read(data: bytes) -> Configuration:
    device = read_xml(data)
    managers = tuple(_managers(device))
    encrypted = text(device, "encrConfig") == "true"
    if not managers and not encrypted:
        raise FormatError("The configuration names no Unified CM", 0)
    return Configuration(
        managers,
        tuple(_tvs(device)),
        _mode(text(device, "deviceSecurityMode"), default=1),
        _mode(text(device, "capfAuthMode"), default=0),
        tuple(_capf(device)),
        text(device, "certHash"),
        encrypted,
    )


def _managers(device: etree._Element) -> Iterator[Manager]:
    for member in _members(first(device, "devicePool", "callManagerGroup", "members")):
        address = text(member, "callManager", "processNodeName")
        if address:
            ports = [text(member, "callManager", "ports", name) for name in ("sipPort", "securedSipPort")]
            where = (address, _port(ports[0], _SIP_PORT), _port(ports[1], _SIPS_PORT))
            yield Manager(text(member, "callManager", "name"), *where)


def _capf(device: etree._Element) -> Iterator[Server]:
    parent = first(device, "capfList")
    for each in children(parent, "capf")[:_CAPF_AT_MOST] if parent is not None else ():
        if address := text(each, "processNodeName"):
            yield Server(address, _port(text(each, "phonePort"), _CAPF_PORT))


def _tvs(device: etree._Element) -> Iterator[Server]:
    for member in _members(first(device, "TVS", "members")):
        if address := text(member, "address"):
            yield Server(address, _port(text(member, "port"), _TVS_PORT))


def _members(parent: etree._Element | None) -> list[etree._Element]:
    """By priority, as the file may name them in any order."""
    found = children(parent, "member")[:_MEMBERS_AT_MOST] if parent is not None else []
    return sorted(found, key=lambda member: member.get("priority") or "")


def _mode(said: str, *, default: int) -> int:
    return int(said) if _MODE.fullmatch(said) else default


def _port(said: str, default: int) -> int:
    number = int(said) if _NUMBER.fullmatch(said) else 0
    return number if number in _PORTS else default


def forget() -> None:
    """Forgets every file, as a process that has just started."""
    _read.cache_clear()
