"""The shell of the platform CLI: a prompt, a table of commands, and what holds for all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from ringtrust.lab.platform import (
    backups,
    certificates,
    health,
    lists,
    logs,
    replication,
    services,
    settings,
    sql,
    texts,
)
from ringtrust.lab.platform.call import Call, CommandFailedError, Session, UnknownCommandError
from ringtrust.lab.platform.terminal import HangupError, InterruptError, Terminal
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node

Command = Callable[[Call], Awaitable[None]]

_FAREWELLS = frozenset({"quit", "exit"})

# The words of a command, how many more it must have, and what carries it out.
COMMANDS: dict[tuple[str, ...], tuple[int, Command]] = {
    ("set", "cert", "regen"): (1, certificates.regenerate),
    ("set", "cert", "delete"): (2, certificates.delete),
    ("show", "cert", "list"): (1, certificates.show_list),
    ("show", "cert", "own"): (1, certificates.show_own),
    ("show", "cert", "trust"): (1, certificates.show_trust),
    ("show", "itl"): (0, lists.show_itl),
    ("show", "ctl"): (0, lists.show_ctl),
    ("utils", "itl", "reset", "localkey"): (0, lists.reset_itl),
    ("utils", "service", "list"): (0, services.show_list),
    ("utils", "service", "start"): (1, services.start),
    ("utils", "service", "stop"): (1, services.stop),
    ("utils", "service", "restart"): (1, services.restart),
    ("show", "version", "active"): (0, health.version),
    ("show", "network", "cluster"): (0, health.network_cluster),
    ("utils", "dbreplication", "runtimestate"): (0, replication.runtime_state),
    ("utils", "disaster_recovery", "history"): (1, backups.history),
    ("utils", "disaster_recovery", "status"): (1, backups.status),
    ("run", "sql"): (1, sql.run),
    ("file", "list"): (2, logs.file_list),
    ("file", "view"): (2, logs.file_view),
    ("set", "cli", "pagination"): (1, settings.set_pagination),
    ("show", "cli", "pagination"): (0, settings.show_pagination),
}


class Shell:
    """One person at the CLI of one node."""

    def __init__(self, terminal: Terminal, cluster: Cluster, node: Node) -> None:
        self._terminal = terminal
        self._session = Session(terminal, cluster, node)

    async def run(self) -> None:
        """From the banner until somebody quits or hangs up."""
        self._terminal.write(texts.BANNER)
        try:
            while (line := await self._line()).strip() not in _FAREWELLS:
                if line.strip():
                    await self._interruptible(line.strip())
        except HangupError:
            return

    async def _line(self) -> str:
        while True:
            try:
                return await self._terminal.line(texts.PROMPT)
            except InterruptError:
                self._terminal.write(f"\n{texts.INTERRUPTED}")

    async def _interruptible(self, line: str) -> None:
        """Runs a command that Ctrl-C ends; what it has changed stays changed."""
        task = asyncio.ensure_future(self.execute(line))
        self._terminal.on_interrupt = partial(_cancel, task)
        try:
            await asyncio.wait({task})
        finally:
            self._terminal.on_interrupt = None
            task.cancel()
        try:
            task.result()
        except (asyncio.CancelledError, InterruptError):  # Ctrl-C while it ran, or at a question of its own
            self._terminal.write(f"\n{texts.INTERRUPTED}")

    async def execute(self, line: str) -> None:
        """Carries out one command. Raises HangupError."""
        words = line.split()
        name = next((name for name in _prefixes(words) if name in COMMANDS), None)
        if name is None:
            self._terminal.say(texts.UNKNOWN_COMMAND)
            return
        least, command = COMMANDS[name]
        call = Call(self._session, tuple(words[len(name) :]), _rest(line, len(name)))
        try:
            call.need(least, " ".join(name))
            await command(call)
        except UnknownCommandError:
            self._terminal.say(texts.UNKNOWN_COMMAND)
        except CommandFailedError as error:
            self._terminal.write(f"{error}\n" if str(error) else "")
            self._terminal.say(texts.FAILED)


def _cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()


def _prefixes(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The beginnings of a line, the longest first: `show cert list own` is not `show cert`."""
    return [tuple(words[:count]) for count in range(len(words), 0, -1)]


def _rest(line: str, count: int) -> str:
    """What stands behind the words of the command, as it was typed."""
    parts = line.split(maxsplit=count)
    return parts[count] if len(parts) > count else ""
