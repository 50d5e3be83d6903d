"""What a command is given: who asks, where, and with which words."""

from collections.abc import Iterable
from typing import Final

import msgspec

from ringtrust.lab.platform import pager, texts
from ringtrust.lab.platform.terminal import Terminal
from ringtrust.lab.releases import Release
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node

INSTALLED_LEVEL: Final = 4  # the privilege of the account that the installation makes (CLI guide 15)


class CommandFailedError(Exception):
    """The command ends with `Executed command unsuccessfully`; what is said before that is the text of the error."""


class NodeWentDownError(Exception):
    """The node goes down with everybody who is logged in."""


class Session:
    """A terminal at a node, the privilege of who sits there (0, 1 or 4), and what was set for it."""

    def __init__(
        self, terminal: Terminal, cluster: Cluster, node: Node, level: int = INSTALLED_LEVEL, user: str = "admin"
    ) -> None:
        self.user = user
        self.terminal = terminal
        self.cluster = cluster
        self.node = node
        self.level = level
        self.pagination = True
        self.counting = False
        self.commands = 0


class Call(msgspec.Struct, frozen=True):
    """One command: the words behind its name, and the same as they were typed."""

    session: Session
    words: tuple[str, ...]
    rest: str

    @property
    def cluster(self) -> Cluster:
        """The cluster."""
        return self.session.cluster

    @property
    def release(self) -> Release:
        """Its release."""
        return self.session.cluster.release

    @property
    def node(self) -> Node:
        """The node at whose CLI it was typed."""
        return self.session.node

    def need(self, count: int, command: str) -> None:
        """Raises CommandFailedError when there are fewer words."""
        if len(self.words) < count:
            raise CommandFailedError(texts.TOO_FEW_WORDS.format(command=command))

    def need_publisher(self) -> None:
        """Raises CommandFailedError on a subscriber."""
        if not self.node.publisher:
            raise CommandFailedError(texts.ONLY_ON_PUBLISHER)

    def say(self, line: str = "") -> None:
        """Shows a line."""
        self.session.terminal.say(line)

    def write(self, text: str) -> None:
        """Shows a text."""
        self.session.terminal.write(text)

    async def show(self, lines: Iterable[str]) -> None:
        """Shows lines in one go."""
        await pager.show(self.session.terminal, list(lines), paged=False)

    async def page(self, lines: Iterable[str]) -> None:
        """Shows the lines of a `show` command, by pages where the session wants them (interfaces.md §1.3)."""
        await pager.show(self.session.terminal, list(lines), paged=self.session.pagination)

    async def answer(self, question: str, *, secret: bool = False) -> str:
        """What the person types behind a question; stars are shown for a secret."""
        return (await self.session.terminal.line(question, secret=secret)).strip()

    async def confirmed(self, question: str, yes: str = "yes") -> bool:
        """Whether the person answers yes. What CUCM makes of other answers is not known; here they are a no [U]."""
        return (await self.answer(question)).lower() == yes
