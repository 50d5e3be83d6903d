"""The settings of one cluster: how it is reached, by whom, and through which doors."""

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from ringtrust.change.window import Window, parse_window
from ringtrust.cluster.doors import OF_APPLICATION, OF_PLATFORM, Door
from ringtrust.cluster.elsewhere import Declared
from ringtrust.errors import RefusedError
from ringtrust.settings.journal import JournalSettings
from ringtrust.settings.logins import APPLICATION, NO_LOGIN, PLATFORM, Login, place_of

JOURNAL: Final = "journal.db"
KNOWN_HOSTS: Final = "known_hosts"
_NAMES: Final = re.compile(r"[A-Za-z0-9_.:-]+\Z")
_NUMBERS: Final = re.compile(r"[0-9.]+\Z")
_SHA256: Final = r"^(?:[0-9A-Fa-f]{2}[\s:]?){31}[0-9A-Fa-f]{2}$"
_TAG: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"
_NAME: Final = r"^[A-Za-z0-9_.-]{1,255}\Z"
_PLACE: Final = r"^[A-Za-z0-9_.-]{1,255}:[0-9]{1,5}\Z"
_PORT_AT_MOST: Final = 65_535
_SECONDS_AT_MOST: Final = 3600

Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]


class NodeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is different on one node: another platform login. `address` where its key in the file is not the address."""

    platform: Login
    address: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError for a login of its own that names nobody."""
        if not self.platform.given:
            raise ValueError("a node has a platform login of its own, without a user")


class ClusterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one cluster is reached. `platform` logs in to the CLI of every node, `application` to AXL and RISPort70.

    One of the two may be missing (`given` is then false). `nodes` are those with another platform login, by name or
    address. `doors` narrows down which interfaces may be used; `allowed` says which ones that leaves.

    `files` says how Cisco Tftp is asked: at `file_port`, `file_https_port` or `tftp_port`.

    `legacy_tls` lets old servers speak TLS 1.0. `trusted_certificates` are SHA-256 of certificates that HTTPS may show
    beside those that the nodes themselves name over SSH. `known_hosts` holds host keys; it stands beside the file.
    `seconds` is how long a node may be silent. `phone_web_port` is 0 in a lab without phones.

    `tags` pick it out among many. `windows` say when it may be changed (change/window.py); at any time where there are
    none. `approvals` is how many other persons have to approve a run before its first act.

    `former` are host names and domains that the cluster does not use any more, `cisco_cas` SHA-256 of further CAs of
    Cisco, `foreign` where to ask for the certificate of a server by its name: `"ldap.example.com" = "10.1.1.1:636"`.
    """

    publisher: str
    platform: Login = NO_LOGIN
    application: Login = NO_LOGIN
    nodes: dict[str, NodeSettings] = {}
    doors: tuple[Door, ...] = ()
    ssh_port: Port = 22
    https_port: Port = 8443
    rest_port: Port = 443
    files: Literal["http", "https", "tftp"] = "http"
    file_port: Port = 6970
    file_https_port: Port = 6972
    tftp_port: Port = 69
    tvs_port: Port = 2445
    phone_web_port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 80
    legacy_tls: bool = False
    known_hosts: str = KNOWN_HOSTS
    trusted_certificates: tuple[Annotated[str, msgspec.Meta(pattern=_SHA256)], ...] = ()
    seconds: Annotated[float, msgspec.Meta(gt=0, le=_SECONDS_AT_MOST)] = 60.0
    tags: tuple[Annotated[str, msgspec.Meta(pattern=_TAG)], ...] = ()
    windows: tuple[str, ...] = ()
    approvals: Literal[0, 1] = 0
    former: tuple[Annotated[str, msgspec.Meta(pattern=_NAME)], ...] = ()
    cisco_cas: tuple[Annotated[str, msgspec.Meta(pattern=_SHA256)], ...] = ()
    foreign: dict[str, Annotated[str, msgspec.Meta(pattern=_PLACE)]] = {}

    def __post_init__(self) -> None:
        """Raises ValueError when nobody may log in, for a door that nobody can open, and for what is no window."""
        if not (self.platform.given or self.application.given):
            raise ValueError("there is neither a platform nor an application login with a user")
        closed = sorted(door.value for door in set(self.doors) - self._open())
        if closed:
            raise ValueError(f"doors names {', '.join(closed)}, and the login for it is missing")
        _refuse_unless_windows(self.windows)
        _refuse_unless_ports(self.foreign)

    @property
    def allowed(self) -> frozenset[Door]:
        """Which interfaces may be used: those that a login opens or that need none, narrowed down by `doors`."""
        return self._open() & frozenset(self.doors or Door)

    def _open(self) -> frozenset[Door]:
        shut = (OF_PLATFORM if not self.platform.given else frozenset()) | (
            OF_APPLICATION if not self.application.given else frozenset()
        )
        return frozenset(Door) - shut

    @property
    def open_in(self) -> tuple[Window, ...]:
        """When it may be changed; at any time where there is none."""
        return tuple(map(parse_window, self.windows))

    @property
    def declared(self) -> Declared:
        """What it says of the cluster that no interface tells."""
        plain = (re.sub(r"[\s:]", "", each).upper() for each in self.cisco_cas)
        return Declared(tuple(each.lower() for each in self.former), tuple(plain))

    def place_for(self, address: str, *aliases: str) -> str:
        """Where the platform login of a node stands: at `nodes`, where that has its address or another name of it.

        Raises RefusedError when two entries fit it.
        """
        own = [key for key in self.nodes if self.fits(key, address, *aliases)]
        if len(own) > 1:
            raise RefusedError(
                f"{' and '.join(map(place_of, own))} are one node, {address}, with two logins.",
                advice="Take one of them out (docs/clusters.md).",
            )
        return place_of(own[0]) if own else PLATFORM

    def fits(self, key: str, *names: str) -> bool:
        """Whether `nodes.KEY` is about the node that has these names."""
        called = {name.lower() for name in names if name}
        return bool(called & {key.lower(), self.nodes[key].address.lower()})

    def logins(self) -> Mapping[str, Login]:
        """Every login by the place where it stands: `platform`, `nodes.NAME`, `application`."""
        own = {place_of(key): node.platform for key, node in self.nodes.items()}
        found = {PLATFORM: self.platform, **own, APPLICATION: self.application}
        return {place: login for place, login in found.items() if login.given}


class ClusterEntry(msgspec.Struct, frozen=True):
    """A cluster of a file: its name, its settings, the folder that the file is in, and where its journal is.

    Without a PostgreSQL `database` that is the file `journal`.
    """

    name: str
    settings: ClusterSettings
    folder: Path
    database: JournalSettings = JournalSettings()

    @property
    def known_hosts(self) -> Path:
        """Where its host keys are."""
        return self.folder / self.settings.known_hosts

    @property
    def journal(self) -> Path:
        """Where it is written down what is done to it, unless there is a `database`."""
        return self.folder / JOURNAL


def _refuse_unless_ports(places: Mapping[str, str]) -> None:
    for name, place in places.items():
        if not 1 <= int(place.rpartition(":")[2]) <= _PORT_AT_MOST:
            raise ValueError(f"foreign: {name} is asked at {place}, and there is no such port")


def _refuse_unless_windows(windows: tuple[str, ...]) -> None:
    """Raises ValueError for what is no window, and for a zone that this machine does not know."""
    for window in windows:
        try:
            parse_window(window)
        except RefusedError as error:
            raise ValueError(f"windows: {error.what.rstrip('.')}. {error.advice.rstrip('.')}") from error


def refuse_unless_host(host: str, where: str) -> None:
    """Raises RefusedError for what is neither an address nor a name of a host."""
    if not _NAMES.match(host):
        raise RefusedError(f"{where}: {host!r} is no host.", advice="Write its address or its name.")
    if _NUMBERS.match(host) and not _is_address(host):
        raise RefusedError(f"{where}: {host!r} is no address.", advice="It takes four numbers from 0 to 255.")


def _is_address(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True
