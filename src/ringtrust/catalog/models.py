"""What models of phones can do, as far as trust goes: whom they ask, what they verify, how their lists are erased."""

from collections.abc import Iterable
from typing import Literal

from ringtrust.catalog.row import Row

Trait = Literal["asks no TVS", "has no ITL", "verifies SHA-1 only", "takes RSA 4096"]


class Models(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Models that share a trait. `names` are how their names in the database begin, as `Cisco 7940`.

    "asks no TVS": without Security by Default; a list by an unknown signer is refused until somebody erases the old one
    (H14). "has no ITL": it never asks for one. "verifies SHA-1 only": it refuses a list that is signed with SHA-512.
    "takes RSA 4096": its guide says so; of a model that no row names nobody can tell (H20).
    """

    trait: Trait
    names: tuple[str, ...]
    note: str = ""

    def cover(self, model: str) -> bool:
        """Whether a model of this name in the database is one of them."""
        return _begins(model, self.names)


class Erasure(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which keys are pressed on phones of these models to erase a list. Menus move with the firmware: look first.

    `reset` is how it is reset to factory settings, empty where no source tells.
    """

    names: tuple[str, ...]
    itl: str
    ctl: str
    reset: str = ""
    note: str = ""

    def cover(self, model: str) -> bool:
        """Whether it is for a model of this name in the database."""
        return _begins(model, self.names)


def _begins(model: str, names: Iterable[str]) -> bool:
    return any(model.lower().startswith(name.lower()) for name in names)
