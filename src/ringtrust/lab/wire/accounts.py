"""Who may come in at the web doors of a node: application users, each with rights, and platform users (§2, §3.1)."""

import base64
import binascii
import hmac
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import msgspec

from ringtrust.lab.wire.http import Request

AXL: Final = "axl"
SERVICEABILITY: Final = "serviceability"
RIGHTS: Final = frozenset({AXL, SERVICEABILITY})
FULL_PRIVILEGE: Final = 4  # of the account made at installation (interfaces.md §1.1)


class User(msgspec.Struct, frozen=True):
    """An application user. Its rights are what its roles allow: `Standard AXL API Access`, and serviceability."""

    name: str
    password: str
    rights: frozenset[str] = RIGHTS


Level = int
Login = Callable[[str, str], Level | None]
"""Takes the name and the password of a platform user: gives the privilege (0 reads), None where they do not fit."""


def nobody(_name: str, _password: str) -> Level | None:
    """A platform without accounts."""
    return None


def one_account(name: str, password: str, level: Level = FULL_PRIVILEGE) -> Login:
    """A platform with one account."""

    def login(given: str, shown: str) -> Level | None:
        right = hmac.compare_digest(f"{given}:{shown}".encode(errors="replace"), f"{name}:{password}".encode())
        return level if right else None

    return login


class Accounts(NamedTuple):
    """Everybody whom the web doors of a node know: application users, and how its platform users log in."""

    application: tuple[User, ...]
    platform: Login = nobody


class Shown(NamedTuple):
    """The name and the password that a request shows."""

    name: str
    password: str


def shown(request: Request) -> Shown | None:
    """What stands in the Authorization of a request (Basic); None where that is nothing of the kind."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(given, validate=True).decode("utf-8", "replace").partition(":")
    except (binascii.Error, ValueError):
        return None
    return Shown(name, password)


def who(request: Request, known: Iterable[User]) -> User | None:
    """The application user whose name and password a request shows; None where it shows nobody's."""
    given = shown(request)
    if given is None:
        return None
    return next((user for user in known if one_account(user.name, user.password)(*given) is not None), None)
