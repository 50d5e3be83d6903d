"""A person at the platform CLI of a lab node, without a socket."""

import asyncio

import msgspec
import pytest

from ringtrust.lab.platform import shell
from ringtrust.lab.platform.registry import Handler
from ringtrust.lab.platform.shell import Shell
from ringtrust.lab.platform.terminal import DEFAULT_ROWS, Terminal
from tests.support.clusters import Bench


def replaced(patched: pytest.MonkeyPatch, words: tuple[str, ...], run: Handler) -> None:
    """From now on a command is carried out by this, on every node."""
    patched.setitem(shell.COMMANDS, words, msgspec.structs.replace(shell.COMMANDS[words], run=run))


class Console:
    """Types, and reads what is shown."""

    def __init__(self, made: Bench, node: str = "pub", *, rows: int = DEFAULT_ROWS, level: int = 4) -> None:
        self.shown = ""
        self.terminal = Terminal(self._show, rows)
        self.shell = Shell(self.terminal, made.cluster, made.cluster.node(node), level)
        self.running = asyncio.get_running_loop().create_task(self.shell.run())

    def _show(self, text: str) -> None:
        self.shown += text

    async def types(self, text: str) -> str:
        """Types, and gives what is shown until nothing more happens without time passing."""
        before = len(self.shown)
        self.terminal.feed(text)
        return await self._rest(before)

    async def _rest(self, before: int) -> str:
        quiet = 0
        while quiet < 5:
            size = len(self.shown)
            await asyncio.sleep(0)
            quiet = quiet + 1 if len(self.shown) == size else 0
        return self.shown[before:].replace("\r\n", "\n")

    async def runs(self, command: str) -> str:
        """What a command shows, between its echo and the next prompt; without pages."""
        if "pagination is turned off" not in self.shown:
            await self.types("set cli pagination off\r")
        shown = await self.types(f"{command}\r")
        assert shown.startswith(f"{command}\n"), shown
        return shown.removeprefix(f"{command}\n").removesuffix("admin:")
