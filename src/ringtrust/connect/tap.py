"""Whoever keeps what was said in every session hears it here: what was sent, what came back, and never a secret.

Every client of this room tells an Ear what goes over its wire, and the Ear masks it before it hands it on. A command of
the CLI is one exchange, and so is each answer to a question of it. What an HTTP client sends is told without the
headers that bear a login or a session, and the password of an SSH login never comes here.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, Protocol

import msgspec

from ringtrust.clock import SystemTimer, Timer
from ringtrust.connect.mask import Mask
from ringtrust.errors import RingtrustError, UnreadableError

PIECE_BYTES_AT_MOST: Final = 64 * 1024
"""Of a longer piece, a table or a list, the head is kept, with its size and its hash."""
_GIVEN_UP: Final = "It was given up."


class Piece(msgspec.Struct, frozen=True):
    """Bytes as they went over the wire, masked.

    Where they are more than PIECE_BYTES_AT_MOST, `data` is their head, and `sha256` (upper-case hexadecimal) is that of
    the whole, masked; else it is empty. `size` is how many there are in all.
    """

    data: bytes
    size: int
    sha256: str = ""

    @property
    def cut(self) -> bool:
        """Whether some of it is missing."""
        return self.size > len(self.data)


class Exchange(msgspec.Struct, frozen=True):
    """One thing that was sent to a node or a phone, and what came back.

    `when` is when it was sent, by our clock, and `seconds` is how long the answer took. `door` is that of
    `cluster.doors`, or `tvs`; `node` is the address or the name by which it was reached. `error` is why no answer came,
    or no whole one; `answered` holds then what came before, if anything.
    """

    when: datetime
    seconds: float
    door: str
    node: str
    sent: Piece
    answered: Piece
    error: str = ""


class Tap(Protocol):
    """Hears every exchange, in the order in which they ended.

    It is called in the middle of a session, so it must not wait. Whatever error of ours it raises, whoever had asked
    gets an UnreadableError: what was sent may have happened.
    """

    def hear(self, exchange: Exchange) -> None:
        """Something was said."""


class Nobody:
    """Hears nothing."""

    def hear(self, exchange: Exchange) -> None:
        """Nobody listens."""


NOBODY: Final = Nobody()


class Asked(msgspec.Struct, frozen=True):
    """Who was asked, by which door, when, and what it was sent. `began` is monotonic."""

    door: str
    node: str
    when: datetime
    began: float


class Answer:
    """What has come back so far. `error` says why that is no answer to what was asked, where a client knows it."""

    def __init__(self) -> None:
        self.data = b""
        self.error = ""


class Ear:
    """Of one cluster: every client has it, and whoever wants to hear is handed to `listen`."""

    def __init__(self, mask: Mask | None = None, timer: Timer | None = None) -> None:
        self._mask = mask or Mask()
        self._timer = timer or SystemTimer()
        self._tap: Tap = NOBODY

    def listen(self, tap: Tap) -> None:
        """From now on this one hears what is said, and nobody else."""
        self._tap = tap

    @property
    def listening(self) -> bool:
        """Whether anybody does: what would only be told need not be made."""
        return self._tap is not NOBODY

    def asked(self, door: str, node: str) -> Asked:
        """Something is sent now."""
        return Asked(door, node, self._timer.now(), self._timer.monotonic())

    def tell(self, asked: Asked, sent: bytes, answered: bytes, error: str = "") -> None:
        """What was sent, and what has come of it by now. Raises UnreadableError when it cannot be kept."""
        if self.listening:
            took = self._timer.monotonic() - asked.began
            pieces = self._piece(sent), self._piece(answered)
            self._hear(Exchange(asked.when, took, asked.door, asked.node, *pieces, self._mask.text(error)))

    def _hear(self, exchange: Exchange) -> None:
        """An act of which nothing could be kept is none that was refused: nobody may take it for not done."""
        try:
            self._tap.hear(exchange)
        except RingtrustError as error:
            what = f"What {exchange.node} was asked and has answered could not be kept: {error.what}"
            raise UnreadableError(what, advice=error.advice) from error

    @contextmanager
    def exchange(self, door: str, node: str, sent: Callable[[], bytes]) -> Iterator[Answer]:
        """Tells of what is asked within: `sent` gives the bytes, once it is over. The answer is put into what it gives.

        An error of ours is told as such, and goes on.
        """
        asked, answer, error = self.asked(door, node), Answer(), _GIVEN_UP
        try:
            yield answer
            error = answer.error
        except RingtrustError as failure:
            error = failure.what
            raise
        finally:
            if self.listening:
                self.tell(asked, sent(), answer.data, error)

    def _piece(self, data: bytes) -> Piece:
        """Masked before it is cut: half a secret is one too."""
        masked = self._mask.bytes(data)
        if len(masked) <= PIECE_BYTES_AT_MOST:
            return Piece(masked, len(masked))
        whole = hashlib.sha256(masked).hexdigest().upper()
        return Piece(masked[:PIECE_BYTES_AT_MOST], len(masked), whole)
