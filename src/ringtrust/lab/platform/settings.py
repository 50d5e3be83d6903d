"""What is set for sessions: pages, a counter in the prompt, and when an idle one ends (interfaces.md §1.1 to §1.3)."""

from typing import Final

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command

_MINUTES: Final = range(5, 100_000)


def number_in(word: str, allowed: range) -> int:
    """The number that a word is. Raises CommandFailedError for any other, and for no number."""
    digits = word.isascii() and word.isdigit() and len(word) <= 6  # noqa: PLR2004 - no allowed number is longer
    if not digits or int(word) not in allowed:
        raise CommandFailedError(texts.OUT_OF_RANGE.format(first=allowed[0], last=allowed[-1]))
    return int(word)


async def set_pagination(call: Call) -> None:
    """`set cli pagination {on|off}`."""
    state = call.words[0].lower()
    if state not in {"on", "off"}:
        raise CommandFailedError
    call.session.pagination = state == "on"
    call.say(texts.PAGINATION.format(state=state))


async def show_pagination(call: Call) -> None:
    """`show cli pagination`."""
    call.say(texts.PAGINATION_STATE.format(state="On" if call.session.pagination else "Off"))


async def set_timeout(call: Call) -> None:
    """`set cli session timeout MINUTES`: it holds for sessions that begin later (CLI guide 15)."""
    call.node.platform.session_minutes = number_in(call.words[0], _MINUTES)
    call.say(texts.TIMEOUT_SET.format(minutes=call.node.platform.session_minutes))


async def show_timeout(call: Call) -> None:
    """`show cli session timeout`."""
    call.say(texts.TIMEOUT.format(minutes=call.node.platform.session_minutes))


async def set_command_count(call: Call) -> None:
    """`set commandcount {enable|disable}`."""
    state = call.words[0].lower()
    if state not in {"enable", "disable"}:
        raise CommandFailedError
    call.session.counting = state == "enable"


COMMANDS: Final[tuple[Command, ...]] = (
    command("set cli pagination", set_pagination, 1, level=1, syntax="{on|off}"),
    command("show cli pagination", show_pagination),
    command("set cli session timeout", set_timeout, 1, level=1, syntax="minutes"),
    command("show cli session timeout", show_timeout),
    command("set commandcount", set_command_count, 1, level=1, syntax="{enable|disable}"),
)
