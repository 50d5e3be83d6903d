"""The platform CLI of a node over SSH: keyboard-interactive, a shell with a terminal, a pinned host key (§1.1)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import asyncssh

from ringtrust.connect.platform.dialogue import Answered, Asked, Dialogue, Event, Keys, Silence
from ringtrust.connect.platform.host_keys import Address, SilentError
from ringtrust.connect.platform.login import Client, connected, hang_up, password_refused, shell
from ringtrust.connect.platform.questions import NOTHING, Question, Script
from ringtrust.connect.platform.turn import Turn
from ringtrust.connect.tap import Ear
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.settings import Secret
from ringtrust.trust import names

_CTRL_C: Final = "\x03"
_CTRL_C_SECONDS: Final = 10.0
# A longer one would wrap at the end of the line, and its echo with it.
_COMMAND_AT_MOST: Final = 4000
_QUIET_SECONDS: Final[dict[Silence, float]] = {"paste": 60.0, "asked": 30.0, "end": 60.0}
"""How long a node may be silent before it is given a certificate that it has not asked for, before an unfinished line
is taken for a question, and before a certificate gets its end [U]. What a slow node asks late must not get a paste.
"""
_TIMES_AS_LONG: Final = 10
"""How often as long as it may be silent a command may take in all, so that a drip of characters ends too."""
_CHUNK: Final = 65_536


class Cli:
    """The CLI of one node. A session is opened when it is needed, and anew when a reading one has dropped.

    `seconds` is how long a command may be silent, in wall time. A password that the node has refused, or has not taken
    before the connection ended, is not sent again: three wrong ones lock the account (§1.1). Every command is one line
    of plain characters, or is refused. `ear` hears all that is typed and shown.
    """

    def __init__(self, address: Address, user: str, password: Secret, seconds: float, ear: Ear | None = None) -> None:
        self._address = address
        self._user = user
        self._password = password
        self._seconds = seconds
        self._ear = ear or Ear()
        self._refused = False
        self._session: _Session | None = None
        self._turn = asyncio.Lock()

    async def read(self, command: str) -> str:
        """What a command that changes nothing shows. Raises UnreadableError; a question is answered with Ctrl-C.

        Raises RefusedError for what is no single line, before anything is sent.
        """
        _refuse_unless_one_line(command)
        async with self._turn:
            fresh = self._session is None
            try:
                return await self._run(command, NOTHING, self._seconds)
            except _DroppedError:
                if fresh:
                    raise
            return await self._run(command, NOTHING, self._seconds)

    async def act(self, command: str, seconds: float, script: Script = NOTHING) -> str:
        """What a command that changes something shows. One attempt; questions are answered as the script says.

        A question that it does not expect is answered with Ctrl-C. Raises UnreadableError then, and when nobody can
        tell what has become of it; RefusedError as `read` does. Whatever of a certificate is still on its way then
        meets no prompt: its session ends.
        """
        _refuse_unless_one_line(command)
        async with self._turn:
            await self._opened()
            try:
                return await self._run(command, script, seconds)
            finally:
                if script.paste:
                    await self.close()

    async def _run(self, command: str, script: Script, seconds: float) -> str:
        session = await self._opened()
        try:
            return await session.run(command, script, seconds)
        except (UnreadableError, RefusedError, asyncio.CancelledError):
            await self.close()
            raise

    async def _opened(self) -> "_Session":
        if self._session is not None and self._session.ended:
            await self.close()
        if self._session is None:
            self._session = await self._new_session()
        return self._session

    async def _new_session(self) -> "_Session":
        if self._refused:
            raise password_refused(self._address, self._user)
        client = Client(self._password)
        turn = Turn(self._ear, self._address.host)
        try:
            return await _Session.open(self._address, self._user, client, turn, self._seconds)
        except RingtrustError as error:
            turn.over(error.what)
            raise
        finally:
            self._refused = client.left_open

    async def close(self) -> None:
        """Leaves."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


class _DroppedError(SilentError):
    """The connection ended while an answer was awaited."""


def _refuse_unless_one_line(command: str) -> None:
    """Raises RefusedError: names in a command come from files and certificates that others have made.

    A line end would begin a second command; Tab completes, and ? shows help, where they are typed (§1.2).
    """
    if not command.strip() or not command.isprintable() or "?" in command or len(command) > _COMMAND_AT_MOST:
        raise RefusedError(
            f"{names.quoted(command)} is not one line that can be typed at the CLI. Nothing was sent.",
            advice="A name in it holds characters that no name of Cisco has. See where it comes from.",
        )


class _Session:
    def __init__(
        self,
        address: Address,
        connection: asyncssh.SSHClientConnection,
        process: "asyncssh.SSHClientProcess[str]",
        turn: Turn,
    ) -> None:
        self._address = address
        self._connection = connection
        self._process = process
        self._turn = turn
        self._dialogue = Dialogue()
        self._held = ""

    @classmethod
    async def open(cls, address: Address, user: str, client: Client, turn: Turn, seconds: float) -> "_Session":
        connection = await connected(address, user, client)
        try:
            session = cls(address, connection, await shell(address, connection), turn)
            async with session._in_all(seconds):
                await session._next_event(seconds)
            await session.run("set cli pagination off", NOTHING, seconds)
        except BaseException:
            await hang_up(connection)
            raise
        return session

    @property
    def ended(self) -> bool:
        """Whether it is known that the node has hung up."""
        return self._process.is_closing() or self._connection.is_closed()

    async def run(self, command: str, script: Script, seconds: float) -> str:
        try:
            async with self._in_all(seconds):
                self._type(self._dialogue.say(command, script.paste))
                return await self._answer(command, script, seconds)
        except RingtrustError as error:
            self._turn.over(error.what)
            raise
        finally:
            self._turn.over()

    async def _answer(self, command: str, script: Script, seconds: float) -> str:
        """Each reply is given once: a question that comes again is one that nobody expects."""
        waiting = list(script.replies)
        while True:
            match await self._next_event(seconds):
                case Answered(text=text):
                    return text
                case Keys(text=text):
                    self._type(text)
                case Asked(question=question):
                    reply = next((each for each in waiting if each.to(question)), None)
                    if reply is None:
                        await self._interrupt()
                        raise self._asks(command, question, len(script.replies) - len(waiting))
                    waiting.remove(reply)
                    self._type(self._dialogue.answer(reply.to(question)), question.text)

    def _type(self, text: str, question: str = "") -> None:
        self._turn.typed(text, question)
        try:
            self._process.stdin.write(text)
        except (OSError, asyncssh.Error) as error:
            raise self._dropped() from error

    async def _interrupt(self) -> None:
        """Ctrl-C, and the prompt awaited: a connection that ends at once might take it along."""
        with suppress(UnreadableError):
            self._type(_CTRL_C)
            await self._next_event(_CTRL_C_SECONDS)

    def _asks(self, command: str, question: Question, answered: int) -> UnreadableError:
        if answered:
            return UnreadableError(
                f"{self._address.text} asks {question.text!r} at {command!r}, after {answered} answers.",
                advice="Look at the node, then decide.",
            )
        return UnreadableError(
            f"{self._address.text} asks {question.text!r} at {command!r}, and nobody said that it may.",
            advice="Nothing was answered. Type it by hand to see what it is about.",
        )

    @asynccontextmanager
    async def _in_all(self, seconds: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(seconds * _TIMES_AS_LONG):
                yield
        except TimeoutError as error:
            raise SilentError(
                f"The CLI of {self._address.text} talks, and does not come to an end.",
                advice="Log in by hand and see what it shows.",
            ) from error

    async def _next_event(self, seconds: float) -> Event:
        while True:
            if (meant := await self._quiet(seconds)) is not None:
                return meant
            event = self._dialogue.feed(await self._shown(seconds))
            if event is not None:
                return event

    async def _quiet(self, seconds: float) -> Keys | Asked | None:
        """What it means where a command may wait without a word: nothing is taken from what comes."""
        if (meaning := self._dialogue.silence_means) == "nothing":
            return None
        patience = min(_QUIET_SECONDS[meaning], seconds / 2)
        try:
            async with asyncio.timeout(patience):
                self._held += await self._read()
        except TimeoutError:
            return self._dialogue.quiet()
        return None

    async def _shown(self, seconds: float) -> str:
        if self._held:
            shown, self._held = self._held, ""
            return shown
        try:
            async with asyncio.timeout(seconds):
                return await self._read()
        except TimeoutError as error:
            raise SilentError(
                f"The CLI of {self._address.text} has been silent for {seconds:g} seconds.",
                advice="Log in by hand and see whether it answers; `seconds` in ringtrust.toml gives it more time.",
            ) from error

    async def _read(self) -> str:
        try:
            shown = await self._process.stdout.read(_CHUNK)
        except (OSError, asyncssh.Error) as error:
            raise self._dropped() from error
        if not shown:
            raise self._dropped()
        self._turn.shown(shown)
        return shown

    def _dropped(self) -> _DroppedError:
        return _DroppedError(
            f"The connection to the CLI of {self._address.text} has ended.", advice="Check the node and the network."
        )

    async def close(self) -> None:
        await hang_up(self._connection)
