"""Services, and which of them have to be restarted to load a new certificate (S111, S143 to S150)."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from ringtrust.catalog.row import Ranged

Where = Literal["this node", "every node", "publisher", "where active"]
"""This node: the one whose certificate changed. The others are all nodes, as far as the service runs there."""

By = Literal["CLI only", "GUI or CLI"]


class Service(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A service. `utils service list` of the node says which of its spellings is the real one.

    `page` is its place in Serviceability; empty where only the CLI restarts it. `command` is empty for the usual one.
    """

    name: str
    by: By
    aliases: tuple[str, ...] = ()
    page: str = ""
    command: str = ""
    note: str = ""

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name that a node may know it by."""
        return (self.name, *self.aliases)

    @property
    def restart(self) -> str:
        """What one types to restart it (S144)."""
        return self.command or f"utils service restart {self.name}"


class Restarted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A service in a claim. `only_with` names the feature without which it may be left alone."""

    name: str
    where: Where
    only_with: str = ""


class Restart(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one source claims: which services load a certificate of a unit, or a change of a store, in its order."""

    unit: str
    services: tuple[Restarted, ...]
    note: str = ""


class RestartRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One service to be restarted, and everybody who says so.

    `aliases` are other names that a node may know it by, `command` what one types. `only_with` is empty as soon as one
    source wants it in any case; `notes` are those of the claims.
    """

    service: str
    aliases: tuple[str, ...]
    where: Where
    by: By
    command: str
    only_with: str
    notes: tuple[str, ...]
    sources: tuple[str, ...]


_REACH: tuple[Where, ...] = ("this node", "publisher", "where active", "every node")


def union(claims: Iterable[Restart], services: Iterable[Service]) -> tuple[RestartRule, ...]:
    """What any of the claims asks for: the cautious choice where sources differ (domain.md 1d).

    The first claim gives the order, later ones add at the end. Where they differ about nodes, the wider one counts.
    """
    known = {service.name: service for service in services}
    rules: dict[str, RestartRule] = {}
    for claim in claims:
        for asked in claim.services:
            new = _rule(claim, asked, known[asked.name])
            old = rules.get(asked.name)
            rules[asked.name] = new if old is None else _both(old, new)
    return tuple(rules.values())


def _rule(claim: Restart, asked: Restarted, service: Service) -> RestartRule:
    return RestartRule(
        service=service.name,
        aliases=service.aliases,
        where=asked.where,
        by=service.by,
        command=service.restart,
        only_with=asked.only_with,
        notes=(claim.note,) if claim.note else (),
        sources=claim.sources,
    )


def _both(old: RestartRule, new: RestartRule) -> RestartRule:
    return msgspec.structs.replace(
        old,
        where=max(old.where, new.where, key=_REACH.index),
        only_with=_either(old.only_with, new.only_with),
        notes=tuple(dict.fromkeys((*old.notes, *new.notes))),
        sources=tuple(dict.fromkeys((*old.sources, *new.sources))),
    )


def _either(old: str, new: str) -> str:
    """Under which condition, when either of the two is enough: none, once one of them has none."""
    return "" if "" in {old, new} else " or ".join(dict.fromkeys((old, new)))
