"""Finds the verb, runs it, and turns what happened into an exit status (design.md §4.7)."""

import importlib
from collections.abc import Mapping
from typing import Any, Final

import click

from ringtrust import __version__
from ringtrust.clock import Clock, SystemClock
from ringtrust.errors import INTERRUPTED, RingtrustError

# Verb -> (module, one line of help). A module is imported when its verb runs, so that --help stays fast.
VERBS: Final[Mapping[str, tuple[str, str]]] = {
    "abort": ("ringtrust.cli.runs.abort", "End a run before its next act."),
    "alarm": ("ringtrust.cli.alarm", "What an alert says, where, what breaks, and what to do."),
    "apply": ("ringtrust.cli.apply.verbs", "Carry a plan out, or go on with it."),
    "approve": ("ringtrust.cli.runs.approve", "Agree to a run that somebody else has begun."),
    "audit": ("ringtrust.cli.audit", "What is wrong with a cluster, and what breaks when it expires."),
    "cert": ("ringtrust.cli.cert.verbs", "One certificate: list, show, renew, delete, import, request."),
    "cluster": ("ringtrust.cli.cluster.verbs", "Make a cluster known, look whether it can be reached, forget it."),
    "demo": ("ringtrust.cli.demo", "The story of a careless and a planned renewal, told with real signatures."),
    "fleet": ("ringtrust.cli.fleet.verbs", "Many clusters at once, by one process or by workers on many machines."),
    "lab": ("ringtrust.cli.lab.verbs", "A living cluster with phones, on loopback."),
    "override": ("ringtrust.cli.runs.override", "Let one gate of one step pass by your word."),
    "pause": ("ringtrust.cli.runs.pause", "Let a run begin nothing more until somebody says so."),
    "phones": ("ringtrust.cli.phones", "Phones: which there are, what they trust, and how their LSCs stand."),
    "plan": ("ringtrust.cli.plan", "Plan a renewal in which every phone stays."),
    "prove": ("ringtrust.cli.prove", "Prove that no interruption of a night strands a phone, or tell how."),
    "recovery-key": ("ringtrust.cli.recovery_key", "Keep a copy of ITLRecovery.p12, and say whether one is kept."),
    "rehearse": ("ringtrust.cli.rehearse", "Carry a plan out on a twin of its cluster, phones and all."),
    "resume": ("ringtrust.cli.resume", "Go on with a run that was left half-way."),
    "runs": ("ringtrust.cli.runs.verbs", "What was done to clusters: every run, as a list or as a timeline."),
    "scan": ("ringtrust.cli.scan", "Look at a cluster: nodes, certificates, lists, phones."),
    "signed": ("ringtrust.cli.signed", "Look at signed configuration files (.sgn)."),
    "stores": ("ringtrust.cli.stores", "Which trust certificates may go, which stay, and why."),
    "trustlist": ("ringtrust.cli.trustlist", "Look at, check, compare and build trust lists (ITL, CTL)."),
    "verify": ("ringtrust.cli.verify", "Look again: certificates, lists, and every phone."),
}


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
        with formatter.section("Commands"):
            formatter.write_dl([(verb, text) for verb, (_, text) in sorted(VERBS.items())])


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ringtrust")
def main() -> None:
    """Renews every certificate of a CUCM cluster without one phone losing trust.

    Exit status: 0 all well; 1 findings; 2 wrong usage; 3 something could not be read or written; 4 stopped half-way, to
    be gone on with; 130 interrupted.
    """


def status_of(arguments: list[str] | None = None, clock: Clock | None = None) -> int:
    """Runs the command line and gives its exit status. A verb returns its own, or None for 0; `clock` is its obj."""
    from ringtrust.cli.output import complain, prepare, warn  # noqa: PLC0415 - keeps --help fast

    prepare()
    try:
        result: Any = main.main(
            args=arguments, prog_name="ringtrust", standalone_mode=False, obj=clock or SystemClock()
        )
    except click.ClickException as error:
        usage = error.ctx.get_usage() + "\n" if isinstance(error, click.UsageError) and error.ctx else ""
        warn(f"{usage}ringtrust: {error.format_message()}")
        return 2
    except RingtrustError as error:
        complain(error)
        return error.exit_status
    except (click.Abort, KeyboardInterrupt):
        warn("ringtrust: interrupted.")
        return INTERRUPTED
    except SystemExit:  # how click ends when somebody closes the pipe that it writes its help into
        return 0
    return result if isinstance(result, int) else 0
