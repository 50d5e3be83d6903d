"""`ringtrust trustlist`: look at, check, compare and build trust lists."""

from datetime import datetime
from typing import Final

import click

from ringtrust.cli.files import Input, read_input, refuse_standard_input_twice
from ringtrust.cli.output import complain, say, say_json
from ringtrust.cli.trustlist_build import build
from ringtrust.clock import Clock
from ringtrust.errors import UnreadableError
from ringtrust.report.trustlists import (
    diff_document,
    list_document,
    list_lines,
    table_lines,
    verdict_document,
    verdict_sentence,
)
from ringtrust.trust.diff import compare
from ringtrust.trust.lists import TrustList, read_list
from ringtrust.trust.names import printable
from ringtrust.trust.remarks import remarks
from ringtrust.trust.show import show as show_list
from ringtrust.trust.signature import Broken, Holds, SignerUnknown, Unjudged, Verdict, best
from ringtrust.trust.succession import succession

STATUS_OF: Final = {Holds: 0, Broken: 1, SignerUnknown: 1, Unjudged: 3}


@click.group(name="trustlist", no_args_is_help=True)
def command() -> None:
    """Look at, check, compare and build trust lists (ITL, CTL). A FILE of - is standard input."""


command.add_command(build)


def read_one(path: str) -> tuple[Input, TrustList]:
    """A list from a file, and the file."""
    source = read_input(path)
    return source, source.parsed(read_list)


@command.command(short_help="Print a list as `show itl` does, or as a table.")
@click.argument("file")
@click.option(
    "--table", is_flag=True, help="A line a record instead: role, owner, host, address, validity, serial number."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.pass_obj
def show(clock: Clock, file: str, table: bool, as_json: bool) -> int:
    """Print FILE as `show itl` and `show ctl` do, ending with whether its signature holds.

    Exit status as for `verify`.
    """
    source, found = read_one(file)
    verdict = found.verdict()
    if as_json:
        say_json(list_document(found, verdict, clock.now()))
    elif table:
        for line in (*table_lines(found, verdict), verdict_sentence(verdict, "of the list itself")):
            say(line)
    else:
        for line in show_list(found, source.modified):
            say(line)
    return STATUS_OF[type(verdict)]


@command.command(short_help="Tell whether the signature of lists holds.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--against",
    multiple=True,
    metavar="OLD",
    help="Judge as a phone that holds the list OLD: by its SAST records. Repeat it for a phone that holds CTL and ITL.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document a FILE instead of text.")
@click.pass_obj
def verify(clock: Clock, files: tuple[str, ...], against: tuple[str, ...], as_json: bool) -> int:
    """Tell whether the signature of each FILE holds for a SAST record inside.

    Exit status, the highest of all files: 0 it holds; 1 it does not; 3 a file cannot be read, or names an algorithm
    that nobody knows. Remarks do not change it.
    """
    refuse_standard_input_twice([*files, *against])
    held = [(path, read_one(path)[1]) for path in against]
    return max(_verify(path, held, clock.now(), as_json=as_json) for path in files)


def _verify(path: str, held: list[tuple[str, TrustList]], now: datetime, *, as_json: bool) -> int:
    """One of several files. One that cannot be read does not keep the others from being looked at."""
    try:
        _, found = read_one(path)
    except UnreadableError as error:
        complain(error)
        return error.exit_status
    own = found.verdict()
    asked = [(name, found.verdict_for_holder_of(each)) for name, each in held]
    if as_json:
        document = list_document(found, own, now)
        document["against"] = [{"list": name, **verdict_document(verdict)} for name, verdict in asked]
        say_json(document)
    else:
        _tell(found, own, asked, now)
    decisive: Verdict = best(verdict for _, verdict in asked) if asked else own
    return STATUS_OF[type(decisive)]


def _tell(found: TrustList, own: Verdict, asked: list[tuple[str, Verdict]], now: datetime) -> None:
    for line in list_lines(found, own):
        say(line)
    say(verdict_sentence(own, "of the list itself"))
    for name, verdict in asked:
        say(f"For a phone that holds {printable(name)}: {verdict_sentence(verdict, 'of that list')}")
    for remark in remarks(found, now):
        say(f"Remark: {remark}")


@command.command(short_help="Say what changed, and what phones make of it.")
@click.argument("old")
@click.argument("new")
@click.option(
    "--also",
    multiple=True,
    metavar="LIST",
    help="A list that the phone holds beside OLD: the ITL beside a CTL, or the reverse.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
@click.pass_obj
def diff(clock: Clock, old: str, new: str, also: tuple[str, ...], as_json: bool) -> int:
    """Say in words what changed from list OLD to list NEW, and what a phone that holds OLD makes of NEW.

    Exit status: 0 the same byte for byte; 1 they differ, which need not be bad; 3 one of them cannot be read. Programs
    find in the JSON under `fate` what becomes of NEW.
    """
    refuse_standard_input_twice([old, new, *also])
    before, after, *others = (read_one(path)[1] for path in (old, new, *also))
    changes, meaning = compare(before, after), succession(before, after, *others)
    oddities = remarks(after, clock.now()) if changes else ()
    if as_json:
        say_json(diff_document(changes, meaning, oddities))
        return 1 if changes else 0
    for change in changes:
        say(f"- {change.sentence}")
    say(meaning.sentence if changes else "The two lists are the same byte for byte.")
    for note in (*meaning.notes, *(f"Remark on the new list: {oddity}" for oddity in oddities)):
        say(note)
    return 1 if changes else 0
