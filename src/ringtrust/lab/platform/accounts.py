"""`show|set account`, `show|set accountlocking`: who may log in at a node, and when not (interfaces.md §1.1)."""

import re
from typing import Final

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import INSTALLED_LEVEL, Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.platform.settings import number_in
from ringtrust.lab.state.platform import PlatformAccount

_ATTEMPTS: Final = range(2, 6)
_SECONDS: Final = range(30, 3_601)
_NAME: Final = re.compile("[A-Za-z][A-Za-z0-9]{0,31}")
_ACCOUNTS_AT_MOST: Final = 50
_PASSWORD_AT_LEAST: Final = 6  # [U]


async def show_locking(call: Call) -> None:
    """`show accountlocking`."""
    now = call.node.platform
    call.write(texts.LOCKING.format(state=_state(on=now.locking), seconds=now.unlock_seconds, count=now.lock_attempts))


async def set_locking(call: Call) -> None:
    """`set accountlocking {enable|disable}`; switched on anew, it begins with 300 seconds (CLI guide 15)."""
    state = call.words[0].lower()
    if state not in {"enable", "disable"}:
        raise CommandFailedError
    now = call.node.platform
    if state == "enable" and not now.locking:
        now.unlock_seconds = 300
    now.locking = state == "enable"
    call.say(texts.LOCKING_SET.format(state=_state(on=now.locking)))


def _state(*, on: bool) -> str:
    return "enabled" if on else "disabled"


async def set_attempts(call: Call) -> None:
    """`set accountlocking count ATTEMPTS`."""
    call.node.platform.lock_attempts = number_in(call.words[0], _ATTEMPTS)
    call.say(texts.ATTEMPTS_SET.format(count=call.node.platform.lock_attempts))


async def set_unlock_time(call: Call) -> None:
    """`set accountlocking unlocktime SECONDS`."""
    if not call.node.platform.locking:
        raise CommandFailedError(texts.NOT_LOCKING)
    call.node.platform.unlock_seconds = number_in(call.words[0], _SECONDS)
    call.say(texts.UNLOCK_TIME_SET.format(seconds=call.node.platform.unlock_seconds))


async def show_accounts(call: Call) -> None:
    """`show account`: how it is laid out is [U]."""
    made = call.node.platform.accounts.values()
    rows = [("admin", INSTALLED_LEVEL), *((each.name, each.level) for each in made)]
    await call.page((texts.ACCOUNTS, *(f"{name:<20} {level}" for name, level in rows)))


async def show_myself(call: Call) -> None:
    """`show myself`: the lines are those of public captures, their layout is [U]."""
    session = call.session
    counting = "enabled" if session.counting else "disabled"
    await call.page(
        texts.MYSELF.format(node=call.node.name, user=session.user, level=session.level, state=counting).splitlines()
    )


async def set_account(call: Call) -> None:
    """`set account name NAME`: asks for the privilege and for a password twice."""
    name, there = call.words[0], call.node.platform.accounts
    if not _NAME.fullmatch(name) or name == "admin" or len(there) >= _ACCOUNTS_AT_MOST:
        raise CommandFailedError(texts.BAD_ACCOUNT.format(name=name))
    level = number_in(await call.answer(texts.LEVEL_QUESTION), range(2))
    password = await call.answer(texts.ACCOUNT_QUESTION, secret=True)
    again = await call.answer(texts.ACCOUNT_AGAIN, secret=True)
    if password != again or len(password) < _PASSWORD_AT_LEAST:
        raise CommandFailedError(texts.NOT_ALIKE)
    there[name] = PlatformAccount(name, level, password)
    call.say(texts.ACCOUNT_CREATED)


COMMANDS: Final[tuple[Command, ...]] = (
    command("show accountlocking", show_locking),
    command("set accountlocking", set_locking, 1, level=1, syntax="{enable|disable}"),
    command("set accountlocking count", set_attempts, 1, level=1, syntax="attempts"),
    command("set accountlocking unlocktime", set_unlock_time, 1, syntax="seconds"),
    command("show account", show_accounts, level=4),
    command("show myself", show_myself),
    command("set account name", set_account, 1, level=4, syntax="name"),
)
