"""`ringtrust cluster`: make a cluster known, look whether it can be reached, forget it."""

import os
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import click

from ringtrust.cli.cluster_file import place_of, refuse_unless_name, text_at, with_entry, without_entry, write_whole
from ringtrust.cli.options import config_option, pin_option
from ringtrust.cli.output import say, say_json
from ringtrust.cluster.doors import Door
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.settings import (
    NO_LOGIN,
    ClusterEntry,
    ClusterSettings,
    Login,
    find_file,
    read_cluster,
    read_clusters,
    refuse_unless_host,
)
from ringtrust.trust.names import counted, printable

LIST: Final = "ringtrust.clusters/1"
_DEFAULTS: Final = ClusterSettings(publisher="", platform=Login("x"))
_DOORS: Final = tuple(door.value for door in Door)
_PORT: Final = click.IntRange(1, 65_535)
Command = Callable[..., object]


@click.group(name="cluster", short_help="Make a cluster known, look whether it can be reached, forget it.")
def command() -> None:
    """The clusters in ringtrust.toml."""


def _password_options(side: str) -> Callable[[Command], Command]:
    """Where the password of one side comes from; at most one of them."""

    def add(to: Command) -> Command:
        for word, metavar, text in (
            ("keyring", "SERVICE", "The password is in the keyring of this system, under SERVICE."),
            ("variable", "NAME", "The environment variable NAME holds the password."),
            ("command", "COMMAND", "COMMAND prints the password on its first line."),
        ):
            to = click.option(f"--{side}-password-{word}", metavar=metavar, default="", help=text)(to)
        return to

    return add


def _port_options(to: Command) -> Command:
    for key in ("tvs", "tftp", "file", "rest", "https", "ssh"):
        name = f"{key}_port"
        to = click.option(f"--{key}-port", name, type=_PORT, default=getattr(_DEFAULTS, name), hidden=key == "tftp")(to)
    return click.option("--phone-web-port", type=click.IntRange(0, 65_535), default=_DEFAULTS.phone_web_port)(to)


@command.command(name="add", short_help="Try a cluster, and write it into ringtrust.toml.")
@click.argument("name")
@click.argument("publisher")
@click.option("--platform-user", required=True, help="Who logs in to the CLI of every node.")
@_password_options("platform")
@click.option("--application-user", default="", help="Who asks AXL and the other web services. Without: CLI only.")
@_password_options("application")
@click.option("--door", "doors", multiple=True, type=click.Choice(_DOORS), help="Use only these interfaces.")
@_port_options
@click.option("--legacy-tls", is_flag=True, help="Let HTTPS speak TLS 1.0, as releases up to 10.x need.")
@click.option("--force", is_flag=True, help="Replace the entry if it is there.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@config_option
@pin_option
def add(
    name: str, publisher: str, doors: tuple[str, ...], force: bool, as_json: bool, config: Path | None, pin_keys: bool,
    legacy_tls: bool, **given: Any,  # noqa: ANN401 - click hands the options of logins and ports over by name
) -> int:  # fmt: skip
    """Log in to PUBLISHER, find the nodes, try every interface of each, and write the entry NAME.

    Host keys that are not known are shown, and pinned when you say yes, or with --pin. Passwords are never written.

    Exit status: 0 all that is needed works; 3 something is missing, and the entry was written all the same.
    """
    refuse_unless_name(name)
    refuse_unless_host(publisher, "PUBLISHER")
    ports = {key: value for key, value in given.items() if key.endswith("_port")}
    settings = _settings(
        publisher=publisher,
        platform=_login("platform", given),
        application=_login("application", given),
        doors=tuple(map(Door, doors)),
        legacy_tls=legacy_tls,
        **ports,
    )
    _refuse_without_cli(settings)
    path = place_of(config, os.environ)
    written = with_entry(text_at(path), name, settings, str(path), force=force)
    from ringtrust.cli.cluster_try import show, tried  # noqa: PLC0415 - to list them needs no network
    from ringtrust.cli.pinning import Pinning  # noqa: PLC0415 - as above

    report = tried(ClusterEntry(name, settings, path.parent), Pinning.YES if pin_keys else Pinning.ASK)
    write_whole(path, written)
    show(name, report, as_json=as_json, written=str(path))
    return 0 if report.whole else UnreadableError.exit_status


def _settings(**given: Any) -> ClusterSettings:  # noqa: ANN401 - of the types that ClusterSettings has
    try:
        return ClusterSettings(**given)
    except ValueError as error:
        raise RefusedError(f"That makes no entry: {error}.", advice="See `ringtrust cluster add --help`.") from error


def _refuse_without_cli(settings: ClusterSettings) -> None:
    """Raises RefusedError: without the CLI somebody has to look at the publisher's certificate first."""
    if Door.CLI not in settings.allowed:
        raise RefusedError(
            "Without the CLI nobody names the certificates of a cluster that is not known yet.",
            advice="Write such an entry by hand, with trusted_certificates, and try it with `ringtrust cluster check` "
            "(docs/clusters.md).",
        )


def _login(side: str, given: Mapping[str, str]) -> Login:
    """The login of one side. Raises RefusedError for two sources of one password, or one without a user."""
    sources = {word: given[f"{side}_password_{word}"] for word in ("command", "variable", "keyring")}
    named = [word for word, value in sources.items() if value]
    if len(named) > 1:
        raise RefusedError(f"The {side} password cannot come from {' and '.join(named)}.", advice="Name one of them.")
    if not given[f"{side}_user"]:
        if named:
            raise RefusedError("There is a password and no user.", advice=f"Add --{side}-user.")
        return NO_LOGIN
    try:
        words = tuple(shlex.split(sources["command"]))
    except ValueError as error:
        raise RefusedError(f"The password command cannot be read: {error}.", advice="Mind its quotes.") from error
    return Login(given[f"{side}_user"], words, sources["variable"], sources["keyring"])


@command.command(name="check", short_help="Try every interface of a cluster.")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@config_option
@pin_option
def check_again(name: str, as_json: bool, config: Path | None, pin_keys: bool) -> int:
    """Try every interface of every node of NAME. It changes nothing.

    Exit status: 0 all that is needed works; 3 something is missing.
    """
    from ringtrust.cli.cluster_try import show, tried  # noqa: PLC0415 - to list them needs no network
    from ringtrust.cli.pinning import Pinning  # noqa: PLC0415 - as above

    entry = read_cluster(name, find_file(config, os.environ))
    report = tried(entry, Pinning.YES if pin_keys else Pinning.NEVER)
    show(name, report, as_json=as_json)
    return 0 if report.whole else UnreadableError.exit_status


@command.command(name="list", short_help="Which clusters there are.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@config_option
def list_all(as_json: bool, config: Path | None) -> None:
    """The clusters in ringtrust.toml, without asking them anything."""
    path = find_file(config, os.environ)
    entries = read_clusters(path)
    if as_json:
        say_json({"format": LIST, "file": str(path), "clusters": list(map(_entry_document, entries))})
        return
    say(printable(f"{path}: {counted(len(entries), 'cluster')}"))
    for entry in entries:
        settings = entry.settings
        logins = (("platform", settings.platform), ("application", settings.application))
        told = "; ".join(f"{side} {login.user}, {_source(login)}" for side, login in logins if login.given)
        say(printable(f"  {entry.name:<20} {settings.publisher:<20} {told}"))


def _source(login: Login) -> str:
    """Where its password comes from: of a command the name only."""
    if login.password_command:
        return f"password from {login.password_command[0]}"
    named = login.password_variable and f"${login.password_variable}"
    named = named or (login.password_keyring and f"the keyring ({login.password_keyring})")
    return f"password from {named}" if named else "password typed"


def _entry_document(entry: ClusterEntry) -> dict[str, Any]:
    settings = entry.settings
    logins = (("platform", settings.platform), ("application", settings.application))
    return {
        "name": entry.name,
        "publisher": settings.publisher,
        "doors": sorted(door.value for door in settings.allowed),
        "logins": {side: {"user": login.user, "from": _source(login)} for side, login in logins if login.given},
        "nodes": sorted(settings.nodes),
        "known_hosts": str(entry.known_hosts),
        "journal": str(entry.journal),
    }


@command.command(name="remove", short_help="Forget a cluster.")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@config_option
def remove(name: str, as_json: bool, config: Path | None) -> None:
    """Take the entry NAME out of ringtrust.toml. The cluster itself, its journal and its host keys stay."""
    path = find_file(config, os.environ).resolve()
    entry = read_cluster(name, path)
    write_whole(path, without_entry(text_at(path), name, str(path)))
    stays = [str(each) for each in (entry.journal, entry.known_hosts) if each.exists()]
    if as_json:
        say_json({"format": LIST, "file": str(path), "removed": name, "stays": stays})
        return
    say(printable(f"{path} knows the cluster {name} no more."))
    for each in stays:
        say(printable(f"It stays: {each}"))
