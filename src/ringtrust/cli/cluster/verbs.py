"""`ringtrust cluster`: make a cluster known, look whether it can be reached, forget it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from ringtrust.cli.cluster.file import place_of, put_in, refuse_unless_name, take_out, text_at, with_entry
from ringtrust.cli.cluster.given import kept, settings_of, typed
from ringtrust.cli.options import config_option, pin_option
from ringtrust.cli.output import say, say_json, warn
from ringtrust.cluster.doors import Door
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.settings import (
    ClusterEntry,
    ClusterSettings,
    Login,
    find_file,
    read_cluster,
    read_clusters,
    read_settings,
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
@click.option("--legacy-tls/--no-legacy-tls", help="Let HTTPS speak TLS 1.0, as releases up to 10.x need.")
@click.option("--force", is_flag=True, help="Change the entry if it is there: what is not given stays as it is.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@config_option
@pin_option
@click.pass_context
def add(
    context: click.Context, /, name: str, publisher: str, force: bool, as_json: bool, config: Path | None,
    pin_keys: bool,
    **_given: Any,  # noqa: ANN401 - the options of doors, logins and ports: the context knows which of them were typed
) -> int:  # fmt: skip
    """Log in to PUBLISHER, find the nodes, try every interface of each, and write the entry NAME.

    Host keys that are not known are shown, and pinned when you say yes, or with --pin. Passwords are never written.

    Exit status: 0 all that is needed works; 3 something is missing, and the entry was written all the same.
    """
    refuse_unless_name(name)
    refuse_unless_host(publisher, "PUBLISHER")
    given, path = typed(context), place_of(config, os.environ)
    text = text_at(path)
    before = read_settings(text, str(path)).get(name)
    settings = settings_of(given, before if force else None)
    _refuse_without_cli(settings)
    with_entry(text, name, settings, str(path), force=force)  # what cannot be written is not tried either
    from ringtrust.cli.cluster.trial import show, tried  # noqa: PLC0415 - to list them needs no network
    from ringtrust.cli.pinning import Pinning  # noqa: PLC0415 - as above

    report = tried(ClusterEntry(name, settings, path.parent), Pinning.YES if pin_keys else Pinning.ASK)
    put_in(path, name, settings, before)
    if before is not None and (stays := kept(given, before, settings)):
        warn(f"Kept as they were: {', '.join(stays)}.")
    show(name, report, as_json=as_json, written=str(path))
    return 0 if report.whole else UnreadableError.exit_status


def _refuse_without_cli(settings: ClusterSettings) -> None:
    """Raises RefusedError: without the CLI somebody has to look at the publisher's certificate first."""
    if Door.CLI not in settings.allowed:
        raise RefusedError(
            "Without the CLI nobody names the certificates of a cluster that is not known yet.",
            advice="Write such an entry by hand, with trusted_certificates, and try it with `ringtrust cluster check` "
            "(docs/clusters.md).",
        )


@command.command(name="check", short_help="Try every interface of a cluster.")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@config_option
@pin_option
def check_again(name: str, as_json: bool, config: Path | None, pin_keys: bool) -> int:
    """Try every interface of every node of NAME. It changes nothing.

    Exit status: 0 all that is needed works; 3 something is missing.
    """
    from ringtrust.cli.cluster.trial import show, tried  # noqa: PLC0415 - to list them needs no network
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
    take_out(path, name)
    stays = [str(each) for each in (entry.journal, entry.known_hosts) if each.exists()]
    if as_json:
        say_json({"format": LIST, "file": str(path), "removed": name, "stays": stays})
        return
    say(printable(f"{path} knows the cluster {name} no more."))
    for each in stays:
        say(printable(f"It stays: {each}"))
