"""`ringtrust runs`: which runs there are, one as a timeline; the journal as a file, and whether it holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import click
import msgspec
from msgspec.structs import replace

from ringtrust.apply.due import owed
from ringtrust.change.timeline import LIST, Exchange, Timeline
from ringtrust.cli.files import STDIN, naming, standard_input, writable, write_output
from ringtrust.cli.options import config_option, journal_option, run_number
from ringtrust.cli.output import say, say_json
from ringtrust.cli.runs.deleted import deleted
from ringtrust.cli.runs.place import opened_journal
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.journal.briefs import briefs
from ringtrust.journal.check import Checked, check, check_journal
from ringtrust.journal.export import export
from ringtrust.journal.journal import Journal
from ringtrust.journal.timeline import exchanges, timeline
from ringtrust.report.runs import exchange_lines, runs_lines, timeline_lines
from ringtrust.report.runs_page import timeline_page
from ringtrust.trust.names import counted, printable

SESSIONS: Final = "ringtrust.sessions/1"
CHECKED: Final = "ringtrust.journal-check/1"
_LIST: Final = "list"
_HASH: Final = 64


class Runs(click.Group):
    """Without the name of a command it lists: `runs`, `runs CLUSTER`, `runs --json`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts `list` before what is no command."""
        known = (*self.commands, *ctx.help_option_names)
        return super().parse_args(ctx, args if args and args[0] in known else [_LIST, *args])


@click.group(name="runs", cls=Runs, short_help="What was done to clusters: every run, as a list or as a timeline.")
def command() -> None:
    """The journal: what was meant, done, seen and decided. Without a command: every run, the latest first."""


command.add_command(deleted)


@command.command(name=_LIST, short_help="Every run, and how it stands.")
@click.argument("cluster", default="")
@journal_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@config_option
def list_all(cluster: str, journal: Path | None, as_json: bool, config: Path | None) -> None:
    """Every run, the latest first; or those of CLUSTER."""
    with opened_journal(config, journal) as found:
        runs, name = briefs(found, cluster), found.name
    if as_json:
        say_json({"format": LIST, "journal": name, "runs": msgspec.to_builtins(runs)})
        return
    for line in runs_lines(runs):
        say(line)


@command.command(name="show", short_help="One run as a timeline.")
@click.argument("run", type=run_number, metavar="RUN")
@click.option("--sessions", is_flag=True, help="What was said with the nodes instead, word by word.")
@click.option("--step", type=click.IntRange(min=1), metavar="N", help="With --sessions: of this step alone.")
@click.option("-o", "--output", metavar="FILE", help="Write the timeline to this file, .html, with a chart.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@journal_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@config_option
def show(
    run: int,
    sessions: bool,
    step: int | None,
    output: str | None,
    force: bool,
    journal: Path | None,
    as_json: bool,
    config: Path | None,
) -> None:
    """RUN from its beginning: acts and what became of them, gates and how long they were waited for, who decided what.

    Secrets were masked before anything was written down.
    """
    if step is not None and not sessions:
        raise RefusedError("--step is for --sessions.", advice="Add --sessions, or leave it out.")
    place = _page_at(output, force=force)
    with opened_journal(config, journal) as found:
        if sessions:
            _say_sessions(exchanges(found, run, step or 0), run, as_json=as_json)
            return
        told = _with_due(found, timeline(found, run))
    if place is not None:
        write_output(place, timeline_page(told).encode(), force=force)
    if as_json:
        say_json(msgspec.to_builtins(told))
        return
    for line in timeline_lines(told):
        say(line)


def _page_at(output: str | None, *, force: bool) -> Path | None:
    if output is None:
        return None
    place = writable(output, force=force)
    if place.suffix != ".html":
        raise RefusedError(f"{output} is no .html.", advice="Name it so; --json writes the same for programs.")
    return place


def _with_due(journal: Journal, told: Timeline) -> Timeline:
    if told.brief.over:
        return told
    return replace(told, due=tuple(step.title for step in owed(journal.run(told.brief.id), journal)))


def _say_sessions(found: Iterator[Exchange], run: int, *, as_json: bool) -> None:
    """One after the other: there may be many."""
    if not as_json:
        for each in found:
            for line in exchange_lines(each):
                say(line)
        return
    said = [
        {
            "at": each.at.isoformat(),
            "step": each.step,
            "door": each.door,
            "node": each.node,
            "sent": each.sent.decode(errors="replace"),
            "answer": each.answer.decode(errors="replace"),
        }
        for each in found
    ]
    say_json({"format": SESSIONS, "run": run, "exchanges": said})


@command.command(name="export", short_help="The journal as a file that anybody can check.")
@click.argument("cluster", default="")
@click.option("-o", "--output", required=True, metavar="FILE", help="Write it to this file.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@journal_option
@config_option
def export_it(cluster: str, output: str, force: bool, journal: Path | None, config: Path | None) -> int:
    """Every entry, or those of CLUSTER, with plans and sessions: one JSON a line, each bound to the one before.

    Keep the heads that it prints elsewhere: by them `runs verify --head` tells later whether all was written anew.
    Exit status: 0; 1 when what was exported does not hold, as with `runs verify`.
    """
    place = writable(output, force=force)
    with opened_journal(config, journal) as found:
        write_output(place, export(found.store, _keys(found, cluster)), force=force, private=True)
    checked = _checked(str(place), ())
    _say_checked(checked, str(place))
    return 1 if checked.breaks else 0


def _keys(journal: Journal, cluster: str) -> tuple[str, ...]:
    """What the journal knows a cluster by: more than one where it has moved. Raises RefusedError when it has none."""
    if not cluster:
        return ()
    found = tuple(dict.fromkeys(each.cluster for each in briefs(journal, cluster)))
    if not found:
        raise RefusedError(f"{journal.name} has no run of {cluster!r}.", advice="`ringtrust runs` lists them.")
    return found


@command.command(name="verify", short_help="Whether a journal, or an exported one, is as it was written.")
@click.argument("file", default="", metavar="[FILE]")
@click.option("--head", "wanted", multiple=True, metavar="HASH", help="It has to hold the entry of this hash; repeat.")
@journal_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@config_option
def verify(file: str, wanted: tuple[str, ...], journal: Path | None, as_json: bool, config: Path | None) -> int:
    """Check every chain of the journal, or of an exported FILE, and the bytes that its entries speak of.

    Exit status: 0 all hold; 1 one is broken, or an entry of --head is not there; 3 it cannot be read.
    """
    sought = tuple(each.lower() for each in wanted)
    for each in sought:
        if len(each) != _HASH or not set(each) <= set("0123456789abcdef"):
            raise RefusedError(f"{printable(each)} is no hash of an entry.", advice="It has 64 hexadecimal digits.")
    if file:
        found, name = _checked(file, sought), file
    else:
        with opened_journal(config, journal) as opened:
            found, name = check_journal(opened.store, sought), opened.name
    lost = tuple(each for each in sought if each not in found.seen)
    if as_json:
        whole = not found.breaks and not lost
        document = msgspec.to_builtins(found) | {"seen": sorted(found.seen), "lost": lost, "holds": whole}
        say_json({"format": CHECKED, "journal": name, **document})
    else:
        _say_checked(found, name)
        for each in lost:
            say(f"BROKEN: no entry has the hash {each}.")
    return 1 if found.breaks or lost else 0


def _say_checked(found: Checked, name: str) -> None:
    end = f"{counted(len(found.breaks), 'break')}{' and more' if found.more else ''}" if found.breaks else "all hold"
    chains = counted(len(found.heads), "chain")
    say(printable(f"{name}: {chains}, {found.entries:,} {'entry' if found.entries == 1 else 'entries'}; {end}."))
    for cluster, seq, head in found.heads:
        say(printable(f"  {cluster}: entry {seq} has the hash {head}"))
    for each in found.breaks:
        say(printable(f"BROKEN: {each.cluster}, entry {each.seq}: {each.why}."))


def _checked(name: str, wanted: tuple[str, ...]) -> Checked:
    """An exported file. Raises UnreadableError."""
    with _opened(name) as file, naming(name):
        return check(file, wanted)


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    try:
        if name == STDIN:
            yield standard_input()
            return
        with Path(name).open("rb") as file:
            yield file
    except OSError as error:
        raise UnreadableError(
            f"{name} cannot be read: {error.strerror}.", advice="Check the name and your rights."
        ) from error
