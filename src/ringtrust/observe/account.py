"""The application user, for all who ask as him: a password that one node refuses is not sent to the others."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ringtrust.connect.web import LoginRefusedError, NoRightError
from ringtrust.errors import UnreadableError

Value = TypeVar("Value")


class RefusedBeforeError(UnreadableError):
    """The password was refused when something else was asked: this question was not sent."""


class Account:
    """A user of web services. Until somebody has let him in he asks one at a time, and refused once, never again.

    Somebody may change the password while he is in, so that counts then too. A missing right (403) is no refusal of
    the password: another interface may let him in.
    """

    def __init__(self) -> None:
        self.welcome = False
        self._turn = asyncio.Lock()
        self._refused = ""

    async def ask(self, question: Callable[[], Awaitable[Value]]) -> Value:
        """The answer. Raises what the question raises, and RefusedBeforeError once the password was refused."""
        if not self.welcome:
            async with self._turn:
                if not self.welcome:
                    found = await self.send(question)
                    self.welcome = True
                    return found
        return await self.send(question)

    async def send(self, question: Callable[[], Awaitable[Value]]) -> Value:
        """The answer, out of turn: for questions of `ask` that had to wait for something else. Raises as `ask` does."""
        if self._refused:
            raise RefusedBeforeError(self._refused)
        try:
            return await question()
        except NoRightError:
            raise
        except LoginRefusedError as error:
            self._refused = error.what
            raise
