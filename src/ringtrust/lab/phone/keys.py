"""The keys of phones, and the certificates that go with them: LSC and MIC.

A rehearsal has thousands of phones, and making an RSA key takes a tenth of a second. So phones take their keys in turn
from a small pool, made once in a process: `POOL` of every kind and size. What is signed and proved with them is real;
that two phones of a lab may have one key, no part of the protocols can see.
"""

from collections.abc import Callable, Mapping
from itertools import cycle
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurve,
    EllipticCurvePrivateKey,
)
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_curve_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as new_rsa_key

from ringtrust.errors import RefusedError

POOL: Final = 8
RSA_BITS: Final = (1024, 2048, 3072, 4096)
CURVES: Final[Mapping[int, EllipticCurve]] = {256: SECP256R1(), 384: SECP384R1(), 521: SECP521R1()}

Key = RSAPrivateKey | EllipticCurvePrivateKey


class Credential(msgspec.Struct, frozen=True, eq=False):
    """A certificate of a phone in DER, and its private key."""

    certificate: bytes
    key: Key


Make = Callable[[], Credential]


class KeyWanted(msgspec.Struct, frozen=True):
    """A kind of key: RSA of so many bits, or a curve of so many."""

    bits: int
    curve: bool = False


MakeKey = Callable[[KeyWanted], Key]


def phone_key(wanted: KeyWanted) -> Key:
    """A key from the pool. Raises RefusedError for one that no phone can make."""
    if wanted.bits not in (CURVES if wanted.curve else RSA_BITS):
        raise RefusedError(f"A phone makes no {'EC' if wanted.curve else 'RSA'} key of {wanted.bits} bits.")
    keys, turns = _pool.setdefault(wanted, ([], cycle(range(POOL))))
    place = next(turns)
    if place == len(keys):
        keys.append(_new_key(wanted))
    return keys[place]


_pool: Final[dict[KeyWanted, tuple[list[Key], "cycle[int]"]]] = {}


def _new_key(wanted: KeyWanted) -> Key:
    if wanted.curve:
        return new_curve_key(CURVES[wanted.bits])
    return new_rsa_key(public_exponent=65537, key_size=wanted.bits)


class Papers:
    """The certificates that a phone holds. Those that it was born with are made when it first shows them."""

    __slots__ = ("_lsc", "_mic")

    def __init__(self, lsc: Make | None = None, mic: Make | None = None) -> None:
        self._lsc: Make | Credential | None = lsc
        self._mic: Make | Credential | None = mic

    @property
    def lsc(self) -> Credential | None:
        """The locally significant certificate; None for a phone that has none."""
        if callable(self._lsc):
            self._lsc = self._lsc()
        return self._lsc

    @lsc.setter
    def lsc(self, held: Credential | None) -> None:
        self._lsc = held

    @property
    def mic(self) -> Credential | None:
        """The certificate of its maker; None for one that was made without."""
        if callable(self._mic):
            self._mic = self._mic()
        return self._mic

    @property
    def shown(self) -> Credential | None:
        """What it shows in TLS: the LSC if it has one, else the MIC; not selectable (trust-formats.md §6.8)."""
        return self.lsc or self.mic

    @property
    def name(self) -> str:
        """What that is called."""
        return "LSC" if self._lsc is not None else "MIC"
