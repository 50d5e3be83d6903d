"""`show status`, `show version` and `show web-security`: the host and what it runs (interfaces.md §1.7, §1.11)."""

import re
from typing import Final

import msgspec

from ringtrust.cluster.release import Release
from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable

_STATUS: Final = "show status"
_INACTIVE: Final = "show version inactive"
_VERSION: Final = "show version"
_WEB: Final = "show web-security"
_INACTIVE_TAG: Final = "inactive master version:"
_OPTIONS_TAG: Final = "version installed software options:"
_NO_OPTIONS: Final = "no installed software options found"
_DISK: Final = re.compile(r"Disk/(\w{1,20})\s+(\d{1,15})K\s+(\d{1,15})K\s+(\d{1,15})K\s+\((\d{1,3})%\)\s*\Z")
_TEXT_AT_MOST: Final = 200
_FIELDS_AT_MOST: Final = 64


class Disk(msgspec.Struct, frozen=True):
    """A partition, in kilobytes: `active`, `inactive` or `logging`; `percent` is how full it is."""

    name: str
    total: int
    free: int
    used: int
    percent: int


class HostStatus(msgspec.Struct, frozen=True):
    """What `show status` says. `date` and `zone` are as printed: the clock of the node, in its own words."""

    host: str
    date: str
    zone: str
    version: str
    disks: tuple[Disk, ...]


def read_host_status(text: str) -> HostStatus:
    """The status of a host. Raises UnreadableError and RefusedError, also where a partition cannot be read."""
    lines = answer_lines(text, _STATUS)
    fields = _fields(lines)
    host, version = fields.get("host name", ""), fields.get("product ver", "")
    if not host or not version:
        raise unreadable(_STATUS, "it names no host, or no version", first_told(lines))
    Release.of(version)
    disks = tuple(_disk(line) for line in lines if line.strip().startswith("Disk/"))
    return HostStatus(host, fields.get("date", ""), fields.get("time zone", ""), version, disks)


def _fields(lines: list[str]) -> dict[str, str]:
    """`Name : value` lines, the first of each name; names in lower case."""
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        key = " ".join(name.split()).lower()
        if colon and 0 < len(key) <= _TEXT_AT_MOST and len(found) < _FIELDS_AT_MOST:
            found.setdefault(key, value.strip()[:_TEXT_AT_MOST])
    return found


def _disk(line: str) -> Disk:
    found = _DISK.match(line.strip())
    if found is None:
        raise unreadable(_STATUS, "this is no row of a partition", line)
    total, free, used, percent = (int(found[place]) for place in (2, 3, 4, 5))
    return Disk(found[1], total, free, used, percent)


def read_inactive_version(text: str) -> str:
    """The version on the other partition, as 12.5.1.14900-63. Raises UnreadableError and RefusedError.

    What a node says that has none no source shows: that cannot be read.
    """
    lines = answer_lines(text, _INACTIVE)
    found = [line.strip() for line in lines if line.strip().lower().startswith(_INACTIVE_TAG)]
    version = found[0].partition(":")[2].strip() if len(found) == 1 else ""
    if not version:
        raise unreadable(_INACTIVE, "it does not say which version is inactive", first_told(lines))
    Release.of(version)
    return version


def read_options(text: str) -> tuple[str, ...]:
    """The COP files of `show version active|inactive`; none only where the node says so.

    Raises UnreadableError and RefusedError.
    """
    lines = [line.strip() for line in answer_lines(text, _VERSION) if line.strip()]
    heads = [place for place, line in enumerate(lines) if line.lower().endswith(_OPTIONS_TAG)]
    rest = lines[heads[0] + 1 :] if len(heads) == 1 else []
    if not rest:
        raise unreadable(_VERSION, "it does not tell of software options", first_told(lines))
    if len(rest) == 1 and rest[0].lower().startswith(_NO_OPTIONS):
        return ()
    odd = next((line for line in rest if " " in line), "")
    if odd:
        raise unreadable(_VERSION, "this is no name of a COP file", odd)
    return tuple(rest)


def read_web_security(text: str) -> dict[str, str]:
    """The subject fields of tomcat, by the names that the node has for them, in lower case.

    Its layout no source shows: lines of `name : value` or `name = value` [U]. Raises UnreadableError and RefusedError.
    """
    lines = [line for line in answer_lines(text, _WEB) if line.strip()]
    found = _fields([line.replace("=", ":", 1) if ":" not in line else line for line in lines])
    if not found or not any(found.values()):
        raise unreadable(_WEB, "it has no line of a name and a value", first_told(lines))
    return found
