"""What of a cluster's interfaces the lab serves, as data: a table an interface, a row a command or an operation."""

import re
from importlib.resources import files
from typing import Final, Literal, get_args

import msgspec

from ringtrust.errors import RefusedError

Extent = Literal["served", "in part", "not served"]
_RELEASE: Final = re.compile("[0-9]{1,3}[.][0-9]{1,3}")
EXTENTS: Final[tuple[str, ...]] = get_args(Extent)

_TITLES: Final = {
    "ssh": "SSH, accounts and ports",
    "cli": "Platform CLI",
    "axl": "AXL",
    "ris": "RISPort70",
    "rest": "Certificate Management REST",
    "control-center": "Control Center Services",
    "perfmon": "PerfMon",
    "files": "Files of Cisco Tftp, and phones",
    "alarms": "Alarms, syslog and the certificate monitor",
}


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command, an operation or a file; `since` and `until` are the first and the last release that have it.

    `section` is that of interfaces.md; `note` says what is missing where it is served in part.
    """

    name: str
    section: str
    extent: Extent
    since: str = ""
    until: str = ""
    note: str = ""

    def there(self, release: str) -> bool:
        """Whether a release has it. Raises RefusedError for what is no release."""
        asked = _numbers(release)
        return not (self.since and asked < _numbers(self.since)) and not (self.until and asked > _numbers(self.until))


class Interface(msgspec.Struct, frozen=True):
    """A table: the name of its file, and its rows in their order."""

    name: str
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """Its heading."""
        return _TITLES.get(self.name, self.name)

    def of(self, release: str) -> "Interface":
        """The same with the rows that a release has. Raises RefusedError."""
        return Interface(self.name, tuple(row for row in self.rows if row.there(release)))


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    row: tuple[Row, ...]


def coverage() -> tuple[Interface, ...]:
    """All tables, in the order in which one meets these interfaces."""
    tables = (each for each in files(__package__).iterdir() if each.name.endswith(".toml"))
    found = {each.name.removesuffix(".toml"): msgspec.toml.decode(each.read_bytes(), type=_Table) for each in tables}
    order = [name for name in _TITLES if name in found] + sorted(found.keys() - _TITLES.keys())
    return tuple(Interface(name, found[name].row) for name in order)


def _numbers(release: str) -> tuple[int, ...]:
    if not _RELEASE.fullmatch(release):
        raise RefusedError(f"{release[:40]!r} is no release.", advice="Write it as 9.1 or 14.0.")
    return tuple(map(int, release.split(".")))
