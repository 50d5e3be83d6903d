"""`ringtrust signed`: look at signed configuration files."""

import sys

import click

from ringtrust.cli.files import echo_json, read_input
from ringtrust.cli.trustlist import STATUS_OF
from ringtrust.report.trustlists import signed_document, signed_lines, verdict_sentence
from ringtrust.trust.lists import read_list
from ringtrust.trust.signed import read_signed


@click.group(name="signed", no_args_is_help=True)
def command() -> None:
    """Look at signed configuration files (.sgn). A FILE of - is standard input."""


@command.command()
@click.argument("file")
@click.option("--body", is_flag=True, help="Print the file behind the header, byte for byte, and nothing else.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def show(file: str, body: bool, as_json: bool) -> None:
    """Say what FILE is and who signed it. Whether the signature holds takes a trust list: see `verify`."""
    found = read_input(file).parsed(read_signed)
    if body:
        sys.stdout.buffer.write(found.body)
    elif as_json:
        echo_json(signed_document(found, None))
    else:
        for line in signed_lines(found):
            click.echo(line)


@command.command()
@click.argument("file")
@click.option("--list", "held", required=True, metavar="LIST", help="The trust list that the phone holds.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def verify(file: str, held: str, as_json: bool) -> int:
    """Tell whether the signature of FILE holds for a TFTP or CCM+TFTP record of LIST.

    Exit status: 0 it holds; 1 it does not; 3 a file cannot be read, or names an algorithm that nobody knows.
    """
    found = read_input(file).parsed(read_signed)
    verdict = found.verdict_for_holder_of(read_input(held).parsed(read_list))
    if as_json:
        echo_json(signed_document(found, verdict))
        return STATUS_OF[type(verdict)]
    for line in signed_lines(found):
        click.echo(line)
    click.echo(verdict_sentence(verdict, of=f"in {held}"))
    return STATUS_OF[type(verdict)]
