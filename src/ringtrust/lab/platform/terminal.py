"""A terminal's line discipline: what a person types comes back, a line or a key at a time."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

DEFAULT_ROWS: Final = 24
CTRL_C: Final = "\x03"
_CTRL_U, _ESCAPE = "\x15", "\x1b"
_TAB, _QUERY = "\t", "?"
_ERASES: Final = ("\x08", "\x7f")
_LINE_ENDS: Final = ("\r", "\n")
_LINE_AT_MOST: Final = 32_768
_TYPED_AHEAD_AT_MOST: Final = 65_536


class HangupError(Exception):
    """Nobody is there any more."""


class InterruptError(Exception):
    """Ctrl-C at the prompt."""


class LineHelper(Protocol):
    """Who knows what a line may become."""

    def syntax(self, typed: str) -> str:
        """What is shown when `?` is typed behind this."""

    def completed(self, typed: str) -> tuple[str, str]:
        """What TAB adds to the line; or else what it lists."""


class Terminal:
    """One terminal. `send` takes what is to be shown; `feed` is given what is typed."""

    def __init__(self, send: Callable[[str], None], rows: int = DEFAULT_ROWS) -> None:
        self._send = send
        self.rows = rows or DEFAULT_ROWS
        self.on_interrupt: Callable[[], None] | None = None
        self._typed: deque[str] = deque()
        self._news = asyncio.Event()
        self._gone = False
        self._after_return = False
        self._taken = asyncio.Event()
        self._taken.set()

    def feed(self, text: str) -> None:
        """Somebody has typed this. Ctrl-C goes past everything typed ahead, to the command that is running."""
        for character in text:
            if character == CTRL_C and self.on_interrupt is not None:
                self._typed.clear()
                self.on_interrupt()
            elif len(self._typed) < _TYPED_AHEAD_AT_MOST:
                self._typed.append(character)
        self._news.set()

    def hang_up(self) -> None:
        """The connection has ended: what was typed ahead is not carried out any more."""
        self._typed.clear()
        self._gone = True
        self._taken.set()
        self._news.set()
        if self.on_interrupt is not None:
            self.on_interrupt()

    def end(self) -> None:
        """Nothing more will be typed: what was typed ahead is still read, and then nobody is there."""
        self._gone = True
        self._news.set()

    def pause(self) -> None:
        """Nobody takes what is shown: wait with more."""
        self._taken.clear()

    def resume(self) -> None:
        """It is taken again."""
        self._taken.set()

    async def drain(self) -> None:
        """Waits until what was shown is taken."""
        await self._taken.wait()

    def write(self, text: str) -> None:
        """Shows a text; line ends become CR LF."""
        self._send(text.replace("\n", "\r\n"))

    def say(self, line: str = "") -> None:
        """Shows a line."""
        self.write(f"{line}\n")

    @property
    def ahead(self) -> str:
        """What was typed and is not read yet."""
        return "".join(self._typed)

    async def key(self) -> str:
        """The next key, without an echo. Raises HangupError."""
        while not self._typed:
            if self._gone:
                raise HangupError
            self._news.clear()
            await self._news.wait()
        return self._typed.popleft()

    async def line(self, prompt: str, *, secret: bool = False, helper: LineHelper | None = None) -> str:
        """A line, echoed as it is typed, without its end; a secret is echoed as stars.

        With a helper `?` and TAB are for it, and no part of the line. Raises HangupError, and InterruptError at Ctrl-C.
        """
        self.write(prompt)
        typed: list[str] = []
        while True:
            key = await self._line_key()
            if key in _LINE_ENDS:
                self.write("\n")
                return "".join(typed)
            if helper is not None and key in {_TAB, _QUERY}:
                self._help(helper, key, prompt, typed)
            else:
                self._take(key, typed, secret=secret)

    def _help(self, helper: LineHelper, key: str, prompt: str, typed: list[str]) -> None:
        line = "".join(typed)
        added, listed = ("", helper.syntax(line)) if key == _QUERY else helper.completed(line)
        typed.extend(added)
        self._send(added)
        if not added:
            self.write(f"\n{listed}{prompt}{line}")

    async def _line_key(self) -> str:
        """A key, but for the LF of a CR LF, and for what arrow keys and the like send."""
        key = await self.key()
        if key == "\n" and self._after_return:
            key = await self.key()
        self._after_return = key == "\r"
        if key == CTRL_C:
            raise InterruptError
        if key == _ESCAPE:
            await self._skip_escape()
            return ""
        return key

    async def _skip_escape(self) -> None:
        """Past the letter that ends what arrow keys send; Ctrl-C and line ends are not part of it."""
        if await self.key() != "[":
            return
        while (key := await self.key()) not in {CTRL_C, *_LINE_ENDS}:
            if key.isalpha():
                return
        self._typed.appendleft(key)

    def _take(self, key: str, typed: list[str], *, secret: bool) -> None:
        if key in _ERASES and typed:
            typed.pop()
            self._send("\b \b")
        elif key == _CTRL_U:
            self._send("\b \b" * len(typed))
            typed.clear()
        elif key.isprintable() and key and len(typed) < _LINE_AT_MOST:
            typed.append(key)
            self._send("*" if secret else key)
