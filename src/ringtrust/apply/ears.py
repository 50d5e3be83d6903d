"""What is said between the nodes and us, kept until it is written down."""

from collections.abc import Sequence
from typing import Final, Protocol

from ringtrust.journal.records import Heard


class Ears(Protocol):
    """Hears every exchange with the nodes, secrets masked."""

    def drain(self) -> Sequence[Heard]:
        """What was heard since it was asked last."""


class _Deaf:
    def drain(self) -> Sequence[Heard]:
        """Nothing: nobody listens."""
        return ()


DEAF: Final = _Deaf()
