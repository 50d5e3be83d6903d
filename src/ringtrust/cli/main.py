"""The command `ringtrust`: it finds the verb, runs it, and turns what happened into an exit status (design.md §4.7)."""

import importlib
import sys
from collections.abc import Mapping
from typing import Any, Final, NoReturn

import click

from ringtrust import __version__
from ringtrust.errors import RingtrustError

# Verb -> (module, one line of help). A module is imported when its verb runs, so that --help stays fast.
VERBS: Final[Mapping[str, tuple[str, str]]] = {
    "demo": (
        "ringtrust.cli.demo",
        "The story of a careless and a planned renewal, told with real signatures.",
    ),
    "signed": ("ringtrust.cli.signed", "Look at signed configuration files (.sgn)."),
    "trustlist": ("ringtrust.cli.trustlist", "Look at, check, compare and build trust lists (ITL, CTL)."),
}
_INTERRUPTED: Final = 130


class Verbs(click.Group):
    """A group that knows its verbs before their modules are loaded."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs."""
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb, loaded now."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(VERBS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs in --help, without loading one."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, text) for verb, (_, text) in sorted(VERBS.items())])


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ringtrust")
def main() -> None:
    """Renews every certificate of a CUCM cluster without one phone losing trust.

    Exit status: 0 all well; 1 findings; 2 wrong usage; 3 something could not be read.
    """


def run(arguments: list[str] | None = None) -> NoReturn:
    """Runs the command line and ends the process."""
    sys.exit(status_of(arguments))


def status_of(arguments: list[str] | None = None) -> int:
    """Runs the command line and gives its exit status. A verb returns its status, or None for 0."""
    try:
        result: Any = main.main(args=arguments, prog_name="ringtrust", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
    except RingtrustError as error:
        _say(error)
        return error.exit_status
    except click.Abort:
        click.echo("Interrupted. Nothing was changed.", err=True)
        return _INTERRUPTED
    return result if isinstance(result, int) else 0


def _say(error: RingtrustError) -> None:
    click.echo(f"ringtrust: {error}", err=True)
    if error.advice:
        click.echo(f"  What to do: {error.advice}", err=True)
