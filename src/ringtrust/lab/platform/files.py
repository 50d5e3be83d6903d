"""`file list|view|dump|tail|search|get|delete`: what a person looks at during a renewal (interfaces.md §1.11)."""

import re
import shlex
from collections.abc import Iterator
from typing import Final

from ringtrust.lab.platform import pager, texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.platform.settings import number_in
from ringtrust.lab.platform.tree import Entry, entries, files, partition, the_file
from ringtrust.trust.lists import ListKind

_OPTIONS: Final = frozenset({"page", "detail", "reverse", "date", "size"})
_TAIL_LINES: Final = 10
_LINES: Final = range(1, 1_001)
# Patterns that could keep the lab busy for long are not tried: groups that repeat, and more than two choices.
_REPETITION: Final = re.compile(r"[*+?{]")
_CHOICE: Final = re.compile(r"[*+?{|]")
_HEAVY: Final = re.compile(r"[){]|\\\d")
_CHOICES_AT_MOST: Final = 2
_PATTERN_AT_MOST: Final = 100
_SEARCHED_AT_MOST: Final = 200


async def list_files(call: Call) -> None:
    """`file list {activelog|inactivelog|install|tftp} SPEC [page|detail|reverse] [date|size]`."""
    options = frozenset(call.words[2:])
    if not options <= _OPTIONS:
        raise CommandFailedError
    found = entries(call, call.words[1])
    if "date" in options:
        found.sort(key=lambda entry: entry.when)
    elif "size" in options:
        found.sort(key=lambda entry: entry.size)
    if "reverse" in options:
        found.reverse()
    directories = sum(entry.directory for entry in found)
    lines = [
        *(_row(entry, detail="detail" in options) for entry in found),
        f"dir count = {directories}, file count = {len(found) - directories}",
    ]
    await (call.page(lines) if "page" in options else call.show(lines))


def _row(entry: Entry, *, detail: bool) -> str:
    """As `16 Nov,2004 21:45:43        8,557  enGui.log`."""
    if not detail:
        return f"<dir>   {entry.name}" if entry.directory else entry.name
    size = "<dir>  " if entry.directory else f"{entry.size:,}"
    return f"{entry.when:%d %b,%Y %H:%M:%S}  {size:>11}  {entry.name}"


async def view(call: Call) -> None:
    """`file view … FILE`, through the pager of its own."""
    await pager.view(call.session.terminal, list(the_file(call, call.words[1]).lines))


async def dump(call: Call) -> None:
    """`file dump … FILE`: all of it."""
    await call.page(the_file(call, call.words[1]).lines)


async def tail(call: Call) -> None:
    """`file tail … FILE [lines]`: the last ones. A real node goes on until Ctrl-C; here it ends."""
    wanted = next((number_in(word, _LINES) for word in call.words[2:] if word.isdigit()), _TAIL_LINES)
    await call.show(the_file(call, call.words[1]).lines[-wanted:])


async def search(call: Call) -> None:
    """`file search … SPEC "regex" [ignorecase]`."""
    try:
        words = shlex.split(call.rest)
    except ValueError as error:
        raise CommandFailedError(texts.UNREADABLE_WORDS) from error
    if len(words) < 3:  # noqa: PLR2004 - where, what, and the expression
        raise CommandFailedError(texts.TOO_FEW_WORDS.format(command="file search"))
    pattern = _pattern(words[2], ignore_case="ignorecase" in words[3:])
    await call.page((texts.SEARCHING.format(path=f"{words[0]}/{words[1].strip('/')}"), *_hits(call, words[1], pattern)))
    call.say(texts.SEARCHED)


def _hits(call: Call, spec: str, pattern: re.Pattern[str]) -> Iterator[str]:
    for entry in files(call, spec):
        yield from (f"{entry.path}:{line}" for line in entry.lines if pattern.search(line[:_SEARCHED_AT_MOST]))


def _pattern(text: str, *, ignore_case: bool) -> re.Pattern[str]:
    """The expression. Raises CommandFailedError for one that cannot be read, or that would take too long."""
    many = len(_CHOICE.findall(text)) > _CHOICES_AT_MOST or len(text) > _PATTERN_AT_MOST
    if many or (_REPETITION.search(text) and _HEAVY.search(text)):
        raise CommandFailedError(texts.BAD_EXPRESSION)
    try:
        return re.compile(text, re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError, RecursionError) as error:
        raise CommandFailedError(texts.BAD_EXPRESSION) from error


async def get(call: Call) -> None:
    """`file get … SPEC`: up to its question, and to the address of a server, of which the lab reaches none."""
    found = files(call, call.words[1])
    if not found:
        raise CommandFailedError(texts.NO_FILES)
    size = sum(entry.size for entry in found)
    call.write(texts.GATHERED.format(count=len(found), size=size, kilobytes=f"{size / 1024:.4f}"))
    if not await call.confirmed(texts.TRANSFER_QUESTION, "y"):
        call.say(texts.TRANSFER_CANCELLED)
        return
    server = await call.answer(texts.SFTP_SERVER)
    raise CommandFailedError(texts.NO_SUCH_SERVER.format(server=server))


async def delete(call: Call) -> None:
    """`file delete {activelog|inactivelog|tftp} SPEC [detail] [noconfirm]`."""
    if partition(call) == "install":
        raise CommandFailedError
    found = files(call, call.words[1])
    deleted = 0
    for entry in found:
        if "noconfirm" in call.words[2:] or await _agreed(call, entry):
            _delete(call, entry)
            deleted += 1
    call.say(texts.FILES_DELETED.format(found=len(found), deleted=deleted))


async def _agreed(call: Call, entry: Entry) -> bool:
    call.say(texts.DELETE_QUESTION.format(file=entry.name))
    return await call.confirmed(texts.ENTER_Y, "y")


def _delete(call: Call, entry: Entry) -> None:
    """An ITL that is deleted is not served until Cisco Tftp builds it again, a CTL until another comes (118892)."""
    if call.words[0] != "tftp":
        call.node.logbook.delete(entry.path)
    elif entry.name == ListKind.ITL.filename:
        call.node.withdraw_list()
    elif entry.name == ListKind.CTL.filename:
        call.node.delete_ctl()


COMMANDS: Final[tuple[Command, ...]] = (
    command("file list", list_files, 2, syntax="{activelog|inactivelog|install|tftp} file-spec [options]"),
    command("file view", view, 2, syntax="{activelog|inactivelog|install|tftp} file-spec"),
    command("file dump", dump, 2, level=1, syntax="{activelog|inactivelog|install|tftp} file-spec"),
    command("file tail", tail, 2, level=1, syntax="{activelog|inactivelog|install|tftp} file-spec [lines]"),
    command("file search", search, 3, syntax="{activelog|inactivelog|install|tftp} file-spec regex [ignorecase]"),
    command("file get", get, 2, syntax="{activelog|inactivelog|install|tftp} file-spec"),
    command("file delete", delete, 2, level=1, syntax="{activelog|inactivelog|tftp} file-spec [detail] [noconfirm]"),
)
