"""Who may come in at the web doors of a node: application users, each with rights, and platform users (§2, §3.1)."""

import base64
import binascii
import hmac
from collections.abc import Iterable
from typing import Final, NamedTuple, Protocol, TypeVar

import msgspec

from ringtrust.lab.wire.http import Request

AXL: Final = "axl"
SERVICEABILITY: Final = "serviceability"
RIGHTS: Final = frozenset({AXL, SERVICEABILITY})
_FULL_PRIVILEGE: Final = 4  # of the account made at installation (interfaces.md §1.1)


class User(msgspec.Struct, frozen=True):
    """An application user. Its rights are what its roles allow: `Standard AXL API Access`, and serviceability."""

    name: str
    password: str
    rights: frozenset[str] = RIGHTS


class PlatformUser(msgspec.Struct, frozen=True):
    """An administrator of the platform: at privilege 0 it reads, from 1 on it changes too."""

    name: str
    password: str
    privilege: int = _FULL_PRIVILEGE


class Accounts(NamedTuple):
    """Everybody whom the web doors of a node know."""

    application: tuple[User, ...]
    platform: tuple[PlatformUser, ...] = ()


class _Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def password(self) -> str: ...


Somebody = TypeVar("Somebody", bound=_Named)


def who(request: Request, known: Iterable[Somebody]) -> Somebody | None:
    """Whose name and password stand in the Authorization of a request; None where nobody's do."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        shown = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return None
    return next((each for each in known if hmac.compare_digest(shown, f"{each.name}:{each.password}".encode())), None)
