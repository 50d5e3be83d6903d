"""`ringtrust signed`: look at signed configuration files."""

from collections.abc import Iterator
from pathlib import PurePath

import click

from ringtrust.cli.files import STDIN, Input, naming, read_input, refuse_standard_input_twice
from ringtrust.cli.keys import private_key
from ringtrust.cli.output import say, say_bytes, say_json
from ringtrust.cli.trustlist import STATUS_OF, read_one
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.report.trustlists import signed_document, signed_lines, verdict_document, verdict_sentence
from ringtrust.trust.encrypted import Opened, open_encrypted
from ringtrust.trust.lists import TrustList
from ringtrust.trust.names import printable, quoted
from ringtrust.trust.signature import Holds, best
from ringtrust.trust.signed import SignedFile, read_signed


@click.group(name="signed", no_args_is_help=True)
def command() -> None:
    """Look at signed configuration files (.sgn). A FILE of - is standard input."""


@command.command(short_help="Say what a file is and who signed it; hand out what is in it.")
@click.argument("file")
@click.option("--body", is_flag=True, help="Print the file behind the header, byte for byte, and nothing else.")
@click.option("--key", metavar="KEY", help="With --body: the phone's private key (PEM), which opens an .enc.sgn file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def show(file: str, body: bool, key: str | None, as_json: bool) -> None:
    """Say what FILE is and who signed it. Whether the signature holds takes a trust list: see `verify`.

    A password of KEY is asked for, or taken from the variable RINGTRUST_KEY_PASSWORD.
    """
    if body and as_json:
        raise RefusedError("--body and --json exclude each other.", advice="Ask for one of them.")
    if key is not None and not body:
        raise RefusedError("--key is for --body alone.", advice="Add --body to see what is in the file.")
    refuse_standard_input_twice([file, *([] if key is None else [key])])
    given = read_input(file)
    found = given.parsed(read_signed)
    if body:
        say_bytes(found.body if key is None else _clear_text(given, found, key))
    elif as_json:
        say_json(signed_document(found, None))
    else:
        for line in signed_lines(found):
            say(line)


def _clear_text(given: Input, found: SignedFile, key: str) -> bytes:
    with naming(printable(given.name)):
        outcome = open_encrypted(found, private_key(key))
    if isinstance(outcome, Opened):
        return outcome.clear
    raise UnreadableError(
        f"{printable(given.name)} was not opened: {outcome.reason}.",
        advice="Give the key of the certificate whose MD5 stands as certHash in the phone's .sgn file.",
    )


@command.command(short_help="Tell whether the signature of a file holds.")
@click.argument("file")
@click.option(
    "--list",
    "held",
    required=True,
    multiple=True,
    metavar="LIST",
    help="The trust list that the phone holds; repeat it for two.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def verify(file: str, held: tuple[str, ...], as_json: bool) -> int:
    """Tell whether the signature of FILE holds for a TFTP or CCM+TFTP record of LIST.

    Exit status: 0 it holds; 1 it does not; 3 a file cannot be read, or names an algorithm that nobody knows.
    """
    refuse_standard_input_twice([file, *held])
    found = read_input(file).parsed(read_signed)
    lists = [(path, read_one(path)[1]) for path in held]
    asked = [(name, found.verdict_for_holder_of(each)) for name, each in lists]
    verdict = best(each for _, each in asked)
    notes = [*_about_name(file, found), *_about_lists(lists)]
    if as_json:
        document = signed_document(found, verdict)
        document["lists"] = [{"list": name, **verdict_document(each)} for name, each in asked]
        say_json({**document, "remarks": notes})
        return STATUS_OF[type(verdict)]
    for line in signed_lines(found):
        say(line)
    for name, each in asked:
        say(verdict_sentence(each, f"of {printable(name)}"))
    for note in notes:
        say(f"Remark: {note}")
    return STATUS_OF[type(verdict)]


def _about_name(path: str, found: SignedFile) -> Iterator[str]:
    """A file that was signed under another name was meant for another phone."""
    name = PurePath(path).name
    if path != STDIN and PurePath(found.header.filename).name != name:
        yield f"The file is called {quoted(name)}, but was signed as {quoted(found.header.filename)}."


def _about_lists(lists: list[tuple[str, TrustList]]) -> Iterator[str]:
    for name, held in lists:
        verdict = held.verdict()
        if not isinstance(verdict, Holds):
            yield f"The list {printable(name)} is doubtful itself. {verdict_sentence(verdict, 'of the list itself')}"
