"""ringtrust.toml: which clusters there are, how to reach them, and where their passwords come from.

Passwords never stand in it: a command prints them, an environment variable or the keyring of the operating system
holds them, or a person types them.
"""

import importlib
import ipaddress
import os
import re
import shlex
import stat
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Annotated, Final, Literal, NoReturn

import msgspec

from ringtrust.cluster.doors import OF_APPLICATION, OF_PLATFORM, Door
from ringtrust.errors import RefusedError, UnreadableError

FILE: Final = "ringtrust.toml"
JOURNAL: Final = "journal.db"
KNOWN_HOSTS: Final = "known_hosts"
_COMMAND_SECONDS: Final = 60
_PASSWORD_BYTES_AT_MOST: Final = 4096
_USERS_FOLDER: Final = ".config/ringtrust"
_NAMES: Final = re.compile(r"[A-Za-z0-9_.:-]+\Z")
_NUMBERS: Final = re.compile(r"[0-9.]+\Z")
_SHA256: Final = r"^(?:[0-9A-Fa-f]{2}[\s:]?){31}[0-9A-Fa-f]{2}$"
_SECONDS_AT_MOST: Final = 3600
_ROOT: Final = 0
_PAGE: Final = "docs/clusters.md says what stands in it."
_IN_CLEAR: Final = frozenset({"password", "passwd", "passphrase", "secret"})
KEYRING_EXTRA: Final = "ringtrust[keyring]"

Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]


class Secret:
    """A password. It shows itself to nobody, and goes into no file; `reveal` is for the one line that sends it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The password."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is not written down.")


class Login(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A user, and where the password comes from: a command that prints it, a variable, or a service of the keyring.

    The first of them that is named counts; without any a person is asked.
    """

    user: str
    password_command: tuple[str, ...] = ()
    password_variable: str = ""
    password_keyring: str = ""

    @property
    def given(self) -> bool:
        """Whether there is one at all."""
        return self.user != ""

    @property
    def written(self) -> bool:
        """Whether it says where the password comes from; otherwise a person types it."""
        return bool(self.password_command or self.password_variable or self.password_keyring)


PLATFORM: Final = "platform"
APPLICATION: Final = "application"
"""Where a login stands in the entry of a cluster. Two that read alike may have two passwords: the place counts."""
_OPENS: Final = {PLATFORM: "the CLI of the nodes", APPLICATION: "AXL and its like"}

NO_LOGIN: Final = Login("")
"""What nobody has given: that side of the cluster is not to be used."""


def place_of(node: str) -> str:
    """Where the login of one node stands."""
    return f"nodes.{node}"


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

    def __post_init__(self) -> None:
        """Raises ValueError when nobody may log in, or when a door is named that nobody can open."""
        if not (self.platform.given or self.application.given):
            raise ValueError("there is neither a platform nor an application login with a user")
        closed = sorted(door.value for door in set(self.doors) - self._open())
        if closed:
            raise ValueError(f"doors names {', '.join(closed)}, and the login for it is missing")

    @property
    def allowed(self) -> frozenset[Door]:
        """Which interfaces may be used: those that a login opens or that need none, narrowed down by `doors`."""
        return self._open() & frozenset(self.doors or Door)

    def _open(self) -> frozenset[Door]:
        shut = (OF_PLATFORM if not self.platform.given else frozenset()) | (
            OF_APPLICATION if not self.application.given else frozenset()
        )
        return frozenset(Door) - shut

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
    """A cluster of a file: its name, its settings, and the folder that the file is in."""

    name: str
    settings: ClusterSettings
    folder: Path

    @property
    def known_hosts(self) -> Path:
        """Where its host keys are."""
        return self.folder / self.settings.known_hosts

    @property
    def journal(self) -> Path:
        """Where it is written down what is done to it."""
        return self.folder / JOURNAL


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    clusters: dict[str, ClusterSettings] = {}


def find_file(given: Path | None, environment: Mapping[str, str]) -> Path:
    """The file that was named, else $RINGTRUST_CONFIG, ./ringtrust.toml, ~/.config/ringtrust.

    Raises RefusedError when there is none, UnreadableError when nobody may look.
    """
    named = given or (Path(environment["RINGTRUST_CONFIG"]) if environment.get("RINGTRUST_CONFIG") else None)
    places = (named,) if named else (Path(FILE), Path(environment.get("HOME", "~"), _USERS_FOLDER) / FILE)
    for place in places:
        try:
            path = place / FILE if place.is_dir() else place
            if path.is_file():
                return path
        except OSError as error:
            raise UnreadableError(f"{place} cannot be read: {error.strerror}.", advice="Check your rights.") from error
    raise RefusedError(
        f"There is no {' and no '.join(map(str, places))}.",
        advice="Name the file: --config FILE. `ringtrust lab up` writes one; docs/clusters.md says what stands in it.",
    )


def state_folder(environment: Mapping[str, str]) -> Path:
    """Where the locks of a user's clusters are, whichever ringtrust.toml names them (XDG Base Directory).

    Raises RefusedError when nobody knows where his home is.
    """
    named = Path(environment.get("XDG_STATE_HOME", ""))
    if named.is_absolute():
        return named / "ringtrust"
    home = Path(environment.get("HOME", ""))
    if not home.is_absolute():
        raise RefusedError("HOME names no folder.", advice="Set HOME, or XDG_STATE_HOME to a folder of yours.")
    return home / ".local" / "state" / "ringtrust"


def read_cluster(name: str, path: Path) -> ClusterEntry:
    """The entry of one cluster. Raises RefusedError when there is none, UnreadableError when the file is damaged.

    Raises RefusedError, too, for a file that somebody else may write.
    """
    clusters = _read(path).clusters
    if name not in clusters:
        known = ", ".join(sorted(clusters)) or "none"
        raise RefusedError(f"{path} knows no cluster {name!r}.", advice=f"It knows: {known}.")
    refuse_unless_host(clusters[name].publisher, str(path))
    return ClusterEntry(name, clusters[name], path.absolute().parent)


def read_clusters(path: Path) -> tuple[ClusterEntry, ...]:
    """All entries of a file, in its order. Raises as `read_cluster` does."""
    folder = path.absolute().parent
    return tuple(ClusterEntry(name, found, folder) for name, found in _read(path).clusters.items())


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


def read_settings(text: str, where: str) -> Mapping[str, ClusterSettings]:
    """The clusters in the text of a file. Raises UnreadableError; no value of the text gets into its sentence."""
    try:
        tree = tomllib.loads(text)
        clear = next(_in_clear(tree), "")
        if clear:
            raise UnreadableError(
                f"{where}: a password stands in clear in it, at {clear}.",
                advice="Take it out and change it. Name a password_command, password_variable or password_keyring "
                "instead (docs/clusters.md).",
            )
        return msgspec.convert(tree, _File).clusters
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise UnreadableError(f"{where}: {error}.", advice=_PAGE) from error


def _in_clear(tree: object, place: str = "") -> Iterator[str]:
    """Where a password itself stands."""
    for key, value in tree.items() if isinstance(tree, dict) else ():
        here = f"{place}.{key}" if place else str(key)
        if isinstance(value, dict):
            yield from _in_clear(value, here)
        elif str(key).lower() in _IN_CLEAR:
            yield here


def _read(path: Path) -> _File:
    try:
        with path.open(encoding="utf-8") as file:
            _refuse_unless_own(path, os.fstat(file.fileno()))
            text = file.read()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}.", advice="Check your rights.") from error
    except ValueError as error:
        raise UnreadableError(f"{path}: {error}.", advice=_PAGE) from error
    return _File(dict(read_settings(text, str(path))))


def _refuse_unless_own(path: Path, status: os.stat_result) -> None:
    """Raises RefusedError for a file that somebody else may write: it says which programs are run.

    A group that may write is refused too: nobody can see here who is in it.
    """
    if status.st_uid not in {os.geteuid(), _ROOT}:
        raise RefusedError(
            f"{path} belongs to somebody else, and what it says would be run here.",
            advice="Copy it to a place of yours and look through it, or name your own: --config FILE.",
        )
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise RefusedError(
            f"{path} may be written by others, and what it says is run here.",
            advice=f"Look through it, then: chmod go-w {shlex.quote(str(path))}",
        )


def passwords(settings: ClusterSettings, ask: Callable[[str], Secret]) -> Mapping[str, Secret]:
    """The password of every login of a cluster, by its place (see `place_for`).

    What is written down is looked up once, however often it is named. What a person types is asked for at each place:
    the same user may have one password at the CLI, and another at AXL. Raises RefusedError when there is one missing,
    or nobody to ask.
    """
    logins = settings.logins()
    kept = {login: password(login, ask) for login in dict.fromkeys(logins.values()) if login.written}
    return {place: kept[login] if login in kept else ask(_whom(login, place)) for place, login in logins.items()}


def _whom(login: Login, place: str) -> str:
    """Whose password is asked for, and what it opens."""
    return f"{login.user} ({place}: {_OPENS.get(place, 'the CLI of this node')})"


def password(login: Login, ask: Callable[[str], Secret]) -> Secret:
    """The password of a login; `ask` asks a person. Raises RefusedError when there is none, or nobody to ask."""
    if login.password_command:
        return _usable(_printed(login.password_command), login.user)
    if login.password_variable:
        if login.password_variable not in os.environ:
            raise RefusedError(
                f"The variable {login.password_variable} is not set: it should hold the password of {login.user}.",
                advice="Set it, or name a password_command or a password_keyring.",
            )
        return _usable(os.environ[login.password_variable], login.user)
    if login.password_keyring:
        return _usable(_kept(login.password_keyring, login.user), login.user)
    return ask(login.user)


def _kept(service: str, user: str) -> str:
    """What the keyring of the operating system holds. The library is an extra, and loaded only here."""
    try:
        keyring, errors = importlib.import_module("keyring"), importlib.import_module("keyring.errors")
    except ImportError:
        raise RefusedError(
            f"The password of {user} is in a keyring, and nothing is installed that could read one.",
            advice=f"Install it: pip install '{KEYRING_EXTRA}'. Or name a password_command.",
        ) from None
    try:
        found = keyring.get_password(service, user)
    except (errors.KeyringError, OSError) as error:
        raise _shut(errors, error, service, user) from None
    if found is None:
        raise RefusedError(
            f"The keyring has no password of {user} for {service!r}.", advice=f"Store it: keyring set {service} {user}"
        )
    return str(found)


def _shut(errors: ModuleType, error: Exception, service: str, user: str) -> RefusedError:
    """Why a keyring does not open: what it says itself is for its makers."""
    if isinstance(error, errors.NoKeyringError):
        why, advice = "there is none on this system", "Name a password_command or a password_variable."
    elif isinstance(error, errors.KeyringLocked):
        why, advice = "it is locked", f"Unlock it, and see whether this prints it: keyring get {service} {user}"
    else:
        why, advice = "it does not open", f"See what this says: keyring get {service} {user}"
    return RefusedError(f"The password of {user} cannot be had from the keyring: {why}.", advice=advice)


def _usable(text: str, user: str) -> Secret:
    """Raises RefusedError for what no node would take: wrong passwords lock accounts."""
    if not text:
        raise RefusedError(f"The password of {user} is empty.", advice="See where it should come from.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise RefusedError(f"The password of {user} is no text in UTF-8.", advice="Store it in UTF-8.")
    return Secret(text)


def _printed(command: tuple[str, ...]) -> str:
    """The first line that a command prints. Neither it nor the command's errors ever reach a message."""
    name = command[0]
    line, trouble = _first_line(command)
    if trouble:
        raise RefusedError(f"password_command {name} {trouble}.", advice="Run it by hand and see what it says.")
    if len(line) > _PASSWORD_BYTES_AT_MOST:
        raise RefusedError(f"password_command {name} printed too much.", advice="Its first line is the password.")
    if not line:
        raise RefusedError(f"password_command {name} printed nothing.", advice="Its first line is the password.")
    return line.decode(errors="surrogateescape")


def _first_line(command: tuple[str, ...]) -> tuple[bytes, str]:
    """The line, and what went wrong. The library's own errors hold what was printed, and end here."""
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_COMMAND_SECONDS)  # noqa: S603 - what the user asked for
    except (OSError, ValueError) as error:
        return b"", f"cannot be run: {error.strerror if isinstance(error, OSError) else error}"
    except subprocess.TimeoutExpired:
        return b"", f"did not end within {_COMMAND_SECONDS:g} seconds"
    if done.returncode != 0:
        return b"", f"ended without a password, with status {done.returncode}"
    return done.stdout.split(b"\n", 1)[0].rstrip(b"\r"), ""
