"""The shell of the platform CLI: a prompt, what holds for every command, and which commands there are."""

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import Final

from ringtrust.lab.platform import (
    accounts,
    authorities,
    backups,
    certificates,
    ctl,
    diagnose,
    files,
    health,
    imports,
    keys,
    lists,
    performance,
    phones,
    replication,
    restart,
    services,
    settings,
    sql,
    texts,
    upgrade,
)
from ringtrust.lab.platform.call import (
    INSTALLED_LEVEL,
    Call,
    CommandFailedError,
    NodeWentDownError,
    Session,
)
from ringtrust.lab.platform.help import Helper, explained
from ringtrust.lab.platform.registry import Command, Name, find, registered
from ringtrust.lab.platform.terminal import HangupError, InterruptError, Terminal
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node

_FAREWELLS: Final = frozenset({"quit", "exit"})
_HELP: Final = "help"
_FAMILIES: Final = (
    *(certificates, imports, authorities, keys, lists, ctl, services, restart, health, diagnose, replication),
    *(performance, phones, backups, sql, files, settings, accounts, upgrade),
)

COMMANDS: dict[Name, Command] = registered(family.COMMANDS for family in _FAMILIES)


class Shell:
    """One person at the CLI of one node; `level` is the privilege of the account (0, 1 or 4)."""

    def __init__(
        self, terminal: Terminal, cluster: Cluster, node: Node, level: int = INSTALLED_LEVEL, user: str = "admin"
    ) -> None:
        self._terminal = terminal
        self._session = Session(terminal, cluster, node, level, user)
        self._helper = Helper(self._known)

    async def run(self) -> None:
        """From the banner until somebody quits or hangs up, or the node goes down."""
        node = self._session.node
        if node.down:
            return
        node.went_down.append(self._terminal.hang_up)
        self._terminal.write(texts.BANNER)
        try:
            while (line := await self._line()).strip() not in _FAREWELLS:
                if line.strip():
                    await self._interruptible(line.strip())
        except (HangupError, NodeWentDownError):
            return
        finally:
            node.went_down.remove(self._terminal.hang_up)

    def _known(self) -> Iterator[Command]:
        """The commands of this release."""
        release = self._session.cluster.release.name
        return (each for each in COMMANDS.values() if each.known_in(release))

    async def _line(self) -> str:
        while True:
            count = texts.COUNT.format(count=self._session.commands) if self._session.counting else ""
            try:
                return await self._terminal.line(f"{count}{texts.PROMPT}", helper=self._helper)
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
        """Carries out one command. Raises HangupError, NodeWentDownError."""
        self._session.commands += 1
        self._session.node.logbook.ran(line, self._session.cluster.clock(self._session.node))
        words = line.split()
        if words[0] == _HELP:
            self._terminal.write(explained(tuple(self._known()), words[1:]))
            return
        found = find(COMMANDS, words)
        if found is None or not found.known_in(self._session.cluster.release.name):
            self._session.cluster.unknown.note("cli", line)
            self._terminal.say(texts.UNKNOWN_COMMAND)
            return
        try:
            await self._carry_out(found, line, words)
        except CommandFailedError as error:
            self._terminal.write(f"{error}\n" if str(error) else "")
            self._terminal.say(texts.FAILED)

    async def _carry_out(self, found: Command, line: str, words: list[str]) -> None:
        if self._session.level < found.level:
            raise CommandFailedError(texts.TOO_LITTLE_PRIVILEGE.format(level=found.level))
        count = len(found.words)
        call = Call(self._session, tuple(words[count:]), _rest(line, count))
        call.need(found.least, found.name)
        await found.run(call)


def _cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()


def _rest(line: str, count: int) -> str:
    """What stands behind the words of the command, as it was typed."""
    parts = line.split(maxsplit=count)
    return parts[count] if len(parts) > count else ""
