"""How the trial of every interface went."""

import msgspec

from ringtrust.cluster.doors import Door
from ringtrust.observe.eyes import Site


class Works(msgspec.Struct, frozen=True, tag="works", tag_field="is"):
    """An interface that answers. `right` says as what, and how far that goes; `short` what it does not go to."""

    door: Door
    node: str
    right: str
    short: str = ""


class Missing(msgspec.Struct, frozen=True, tag="missing", tag_field="is"):
    """One that does not. `needed`: what ringtrust does is less without it."""

    door: Door
    node: str
    reason: str
    advice: str
    needed: bool


class NotAsked(msgspec.Struct, frozen=True, tag="not-asked", tag_field="is"):
    """One that was left alone, and why. `needed`: it was meant to be used, and the password was refused elsewhere."""

    door: Door
    node: str
    reason: str
    needed: bool = False


Tried = Works | Missing | NotAsked


class Lacking(msgspec.Struct, frozen=True):
    """An interface that is of no use anywhere, or not where it is needed, and what cannot be done without it."""

    door: Door
    consequence: str


class Report(msgspec.Struct, frozen=True):
    """A cluster, as far as it can be reached: nodes in their order, and for each how every interface went."""

    version: str
    sites: tuple[Site, ...]
    tried: tuple[Tried, ...]
    lacking: tuple[Lacking, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing that is needed is missing."""
        return not any(isinstance(each, Missing | NotAsked) and each.needed for each in self.tried)
