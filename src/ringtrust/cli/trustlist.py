"""`ringtrust trustlist`: look at, check, compare and build trust lists."""

from typing import Final

import click

from ringtrust.cli.files import Input, echo_json, read_input
from ringtrust.cli.trustlist_build import build
from ringtrust.report.trustlists import diff_document, list_document, list_lines, verdict_sentence
from ringtrust.trust.diff import compare, consequence
from ringtrust.trust.lists import TrustList, read_list
from ringtrust.trust.remarks import remarks
from ringtrust.trust.show import show as show_list
from ringtrust.trust.signature import Broken, Holds, Unjudged, Verdict

STATUS_OF: Final = {Holds: 0, Broken: 1, Unjudged: 3}


@click.group(name="trustlist", no_args_is_help=True)
def command() -> None:
    """Look at, check, compare and build trust lists (ITL, CTL). A FILE of - is standard input."""


command.add_command(build)


def _read(path: str) -> tuple[Input, TrustList]:
    source = read_input(path)
    return source, source.parsed(read_list)


@command.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def show(file: str, as_json: bool) -> int:
    """Print FILE as `show itl` and `show ctl` do, ending with whether its signature holds.

    Exit status as for `verify`.
    """
    source, found = _read(file)
    verdict = found.verdict()
    if as_json:
        echo_json(list_document(found, verdict))
    else:
        click.echo(show_list(found, source.modified), nl=False)
    return STATUS_OF[type(verdict)]


@command.command()
@click.argument("file")
@click.option("--against", metavar="OLD", help="Judge as a phone that holds the list OLD: by the SAST records of OLD.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def verify(file: str, against: str | None, as_json: bool) -> int:
    """Tell whether the signature of FILE holds for a SAST record inside.

    Exit status: 0 it holds; 1 it does not; 3 the file cannot be read, or names an algorithm that nobody knows.
    """
    _, found = _read(file)
    verdict, where = _judged(found, against)
    if as_json:
        echo_json(list_document(found, verdict))
        return STATUS_OF[type(verdict)]
    for line in list_lines(found):
        click.echo(line)
    click.echo(verdict_sentence(verdict, of=where))
    for remark in remarks(found):
        click.echo(f"Remark: {remark}")
    return STATUS_OF[type(verdict)]


def _judged(found: TrustList, against: str | None) -> tuple[Verdict, str]:
    if against is None:
        return found.verdict(), "inside"
    return found.verdict_for_holder_of(_read(against)[1]), f"in {against}"


@command.command()
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def diff(old: str, new: str, as_json: bool) -> int:
    """Say in words what changed from list OLD to list NEW, and what a phone that holds OLD makes of NEW.

    Exit status: 0 the same byte for byte; 1 they differ; 3 one of them cannot be read.
    """
    before, after = _read(old)[1], _read(new)[1]
    changes, meaning = compare(before, after), consequence(before, after)
    if as_json:
        echo_json(diff_document(changes, meaning))
    else:
        for change in changes:
            click.echo(f"- {change.sentence}")
        click.echo(meaning if changes else "The two lists are the same byte for byte.")
    return 1 if changes else 0
