"""Options that several verbs have."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from ringtrust.cluster.doors import Door

Command = Callable[..., object]

run_number: Final = click.IntRange(min=1, max=2**63 - 1)


def config_option(command: Command) -> Command:
    """`--config`, where the clusters stand."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        help="ringtrust.toml, or its folder. Otherwise $RINGTRUST_CONFIG, then here, then ~/.config/ringtrust.",
    )(command)


def pin_option(command: Command) -> Command:
    """`--pin`, for the first time."""
    return click.option("--pin", "pin_keys", is_flag=True, help="Pin host keys that are not known yet, and show them.")(
        command
    )


def through_option(command: Command) -> Command:
    """`--through`, for whoever has two ways to a certificate."""
    return click.option(
        "--through",
        type=click.Choice([Door.CLI.value, Door.REST.value]),
        callback=lambda _context, _option, value: None if value is None else Door(value),
        help="Ask and act over this interface only. Otherwise over the CLI, or REST where the CLI may not be asked.",
    )(command)


def journal_option(command: Command) -> Command:
    """`--journal`, for whoever keeps it elsewhere."""
    return click.option(
        "--journal",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Another journal than the one beside ringtrust.toml.",
    )(command)


def yes_option(command: Command) -> Command:
    """`--yes`, where nobody sits."""
    return click.option("--yes", is_flag=True, help="Do not ask whether to begin.")(command)


def said_options(command: Command) -> Command:
    """What nobody can see from here, and a person says: `--token-at-hand`, `--partners-told`."""
    tokens = click.option(
        "--token-at-hand",
        "tokens",
        multiple=True,
        metavar="SAST-…",
        help="This eToken is here, and its password known; repeat it for several (S66, S67).",
    )
    partners = click.option(
        "--partners-told",
        "partners",
        default="",
        metavar="SERIAL|none",
        help="RADIUS, ISE, ASA and SRST hold the new CAPF certificate, with this serial number; or there are none.",
    )
    return tokens(partners(command))
