"""`utils dbreplication runtimestate`, in the layout up to 10.x and in the later one (interfaces.md §1.11).

Whether a replication status command still runs, and what it found, stands above the table and is not looked at.
"""

from typing import Final

from ringtrust.cluster.snapshot import Replication
from ringtrust.connect.platform.failures import answer_lines, first_told, small_number, unreadable

UNTOLD: Final = -1
"""A number that the node does not tell, for a node that it does not reach."""

_COMMAND: Final = "utils dbreplication runtimestate"
_TITLE: Final = "cluster detailed view from"
_HEAD: Final = "server-name"
_SET_UP: Final = 2
_FIRST_AFTER_ADDRESS: Final = 2


def read_replication(text: str) -> tuple[Replication, ...]:
    """The rows, in their order. Raises UnreadableError and RefusedError, also where a row is missing."""
    lines = answer_lines(text, _COMMAND)
    found = tuple(_row(line) for line in _table(lines))
    if not found:
        raise unreadable(_COMMAND, "it has no table of nodes", first_told(lines))
    _check_count(lines, len(found))
    return found


def _table(lines: list[str]) -> list[str]:
    """The lines between the dashes under the head and the next empty line."""
    heads = [place for place, line in enumerate(lines) if line.strip().lower().startswith(_HEAD)]
    if len(heads) != 1:
        return []
    body = [line.strip() for line in lines[heads[0] + 1 :]]
    if body and body[0].startswith("---"):
        body = body[1:]
    return body[: body.index("")] if "" in body else body


def _row(line: str) -> Replication:
    """The last number in brackets is the set-up; the queue is the first number, or dash, from the fifth column on."""
    words = line.split()
    places = [place for place, word in enumerate(words) if _is_setup(word)]
    if not places or places[-1] <= _FIRST_AFTER_ADDRESS:
        raise unreadable(_COMMAND, "this is no row of a node", line)
    setup = _number(words[places[-1]].strip("()"))
    queue = next((_number(word) for word in words[4 : places[-1]] if small_number(word) or _is_dash(word)), UNTOLD)
    if setup == _SET_UP and queue == UNTOLD:
        raise unreadable(_COMMAND, "a node that is set up has no length of its queue", line)
    return Replication(words[0], setup, " ".join(words[places[-1] :]), queue)


def _is_setup(word: str) -> bool:
    bare = word[1:-1]
    return word.startswith("(") and word.endswith(")") and (small_number(bare) or _is_dash(bare))


def _is_dash(word: str) -> bool:
    return bool(word) and not word.strip("-")


def _number(word: str) -> int:
    return int(word) if small_number(word) else UNTOLD


def _check_count(lines: list[str], found: int) -> None:
    """The title says how many servers there are."""
    for line in lines:
        _, _, behind = line.strip().lower().partition(_TITLE)
        told = behind.rpartition("(")[2].partition(" ")[0]
        if small_number(told) and int(told) != found:
            raise unreadable(_COMMAND, f"it shows {found} of {told} nodes", line)
