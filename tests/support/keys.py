"""Real keys for the lab in the process of the tests, made once and dealt in turn: looking for primes takes longer than
most tests. Labs in processes of their own make their own.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from ringtrust.lab.certificates.pki import Key, new_key
from ringtrust.lab.releases import Unit

_MOST = 160
"""More than the certificates of any cluster here: no two of one cluster share a key until so many were renewed."""


class Deck:
    """Keys by their kind, dealt in turn; it grows as long as it is small."""

    def __init__(self) -> None:
        self._keys: dict[tuple[int, bool], list[Key]] = {}
        self._next: dict[tuple[int, bool], int] = {}

    def one(self, unit: Unit, bits: int = 0) -> Key:
        """As `new_key` of the lab."""
        kind = (bits or unit.bits, unit.curve)
        keys = self._keys.setdefault(kind, [])
        place = self._next.get(kind, 0) % _MOST
        self._next[kind] = place + 1
        if place == len(keys):
            keys.append(new_key(unit, bits))
        return keys[place]

    def several(self, units: Iterable[Unit]) -> list[Key]:
        """As `new_keys` of the lab."""
        return [self.one(unit) for unit in units]

    def of_others(self) -> Key:
        """As `new_key_of_others` of the lab."""
        return self.one(Unit("others", "sha256", bits=2048))


@contextmanager
def dealt() -> Iterator[None]:
    """Clusters that are founded meanwhile, and what is renewed in them, have keys of the deck."""
    deck, state = Deck(), "ringtrust.lab.state"
    served: dict[str, Any] = {
        f"{state}.cluster.new_key": deck.one,
        f"{state}.signing_requests.new_key": deck.one,
        f"{state}.founding.new_keys": deck.several,
        f"{state}.endpoints.new_key_of_others": deck.of_others,
    }
    with ExitStack() as stack:
        for name, serve in served.items():
            stack.enter_context(patch(name, serve))
        yield
