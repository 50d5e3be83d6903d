"""Recorded conversations of ../shared/data: who said what, message by message; and keys that say what was recorded."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from tests.support.shared import shared_bytes

SERVER, PHONE = "server->phone", "phone->server"
CAPF = (
    *("install-rsa2048-authstring", "install-ec-p384-nullstring", "install-ec-p256-existing-cert-lsc"),
    *("fetch-nullstring", "delete-nullstring", "no-pending-operation", "wrong-authstring", "unknown-device"),
)
Spoken = tuple[str, bytes]


def spoken(file: str, name: str) -> list[Spoken]:
    """A conversation: who says it, and the message."""
    found = json.loads(shared_bytes(f"sessions/{file}.json"))
    return [(who, bytes.fromhex(data)) for who, data in found[name]]


def turns(messages: list[Spoken], who: str) -> Iterator[tuple[tuple[bytes, ...], bytes]]:
    """What `who` says, each time with everything that the other side has said since."""
    heard: list[bytes] = []
    for speaker, data in messages:
        if speaker == who:
            yield tuple(heard), data
            heard = []
        else:
            heard.append(data)


class _Recorded:
    """A private key of which only the public half and its signatures are known, by what was signed (hashed)."""

    def __init__(self, public: Any, signed: Mapping[bytes, bytes]) -> None:
        self._public = public
        self._signed = signed

    def public_key(self) -> Any:
        return self._public

    @property
    def key_size(self) -> int:
        size: int = self._public.key_size
        return size

    def sign(self, data: bytes, *_how: object) -> bytes:
        return self._signed[data]


def recorded_key(
    public: RSAPublicKey | EllipticCurvePublicKey, signed: Mapping[bytes, bytes] | None = None
) -> RSAPrivateKey | EllipticCurvePrivateKey:
    """A key as it was seen from outside, of the kind of its public half."""
    kind: Any = RSAPrivateKey if isinstance(public, RSAPublicKey) else EllipticCurvePrivateKey
    made = type("Recorded", (_Recorded, kind), {"__abstractmethods__": frozenset()})
    made.__abstractmethods__ = frozenset()
    found: RSAPrivateKey | EllipticCurvePrivateKey = made(public, signed or {})
    return found
