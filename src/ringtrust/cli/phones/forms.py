"""What the verbs about phones have in common."""

from collections.abc import Callable, Iterable
from pathlib import Path

import click

from ringtrust.cli.options import Command, config_option, pin_option
from ringtrust.cli.output import say, say_bytes, say_json
from ringtrust.cli.snapshots import snapshot_of
from ringtrust.cluster.facts import Skipped, Unread
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError, UnreadableError

FINDINGS = 1


def phone_options(command: Command) -> Command:
    """The target, and how it is written."""
    for option in (
        pin_option,
        config_option,
        click.option("--csv", "as_csv", is_flag=True, help="A table for programs and spreadsheets."),
        click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text."),
        click.argument("target", metavar="CLUSTER|SNAPSHOT"),
    ):
        command = option(command)
    return command


def phones_of(target: str, config: Path | None, *, pin_keys: bool) -> Snapshot:
    """A snapshot whose phones were read. Raises UnreadableError with the reason where they were not."""
    snapshot = snapshot_of(target, config, pin_keys=pin_keys)
    if isinstance(snapshot.phones, Unread | Skipped):
        raise UnreadableError(f"The phones could not be read: {snapshot.phones.reason}", advice="Scan again.")
    return snapshot


def write(
    text: Callable[[], Iterable[str]],
    document: Callable[[], dict[str, object]],
    table: Callable[[], str],
    *,
    as_json: bool,
    as_csv: bool,
) -> None:
    """In one of the three forms. Raises RefusedError where two are asked for."""
    if as_json and as_csv:
        raise RefusedError("--json and --csv exclude each other.", advice="Ask for one of them.")
    if as_json:
        say_json(document())
    elif as_csv:
        say_bytes(table().encode(errors="backslashreplace"))
    else:
        for line in text():
            say(line)


def status(*, unread: bool, findings: bool) -> int:
    """The exit status (design.md §4.7): what could not be read weighs more than what was found."""
    if unread:
        return UnreadableError.exit_status
    return FINDINGS if findings else 0
