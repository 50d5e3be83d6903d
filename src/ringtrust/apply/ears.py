"""What is said between the nodes and us, kept until it is written down."""

import hashlib
from collections.abc import Sequence
from typing import Final, Protocol

from ringtrust.cluster.doors import Door
from ringtrust.connect.tap import Exchange, Piece
from ringtrust.journal.records import Heard


class Ears(Protocol):
    """Hears every exchange with the nodes, secrets masked."""

    def drain(self) -> Sequence[Heard]:
        """What was heard since it was asked last."""


class Sessions:
    """Keeps what it hears. Of the page of a phone only the hash: there may be forty thousand of them."""

    def __init__(self) -> None:
        self._heard: list[Heard] = []

    def hear(self, exchange: Exchange) -> None:
        """Something was said."""
        answer = exchange.answered
        of_phone = exchange.door == Door.PHONE.value
        self._heard.append(
            Heard(
                at=exchange.when,
                door=exchange.door,
                node=exchange.node,
                sent=exchange.sent.data,
                answer=b"" if of_phone else answer.data,
                seconds=round(exchange.seconds, 3),
                error=exchange.error,
                size=answer.size,
                sha256=_hash(answer) if of_phone else answer.sha256,
            )
        )

    def drain(self) -> Sequence[Heard]:
        """What was heard since it was asked last."""
        heard, self._heard = self._heard, []
        return heard


class _Deaf:
    def drain(self) -> Sequence[Heard]:
        """Nothing: nobody listens."""
        return ()


def _hash(piece: Piece) -> str:
    return piece.sha256 or hashlib.sha256(piece.data).hexdigest().upper()


DEAF: Final = _Deaf()
