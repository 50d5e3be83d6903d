"""Profiles: which findings somebody asks for. Which rules belong to one, the table says (catalog/data/rules.toml)."""

from collections.abc import Mapping
from typing import Final

from ringtrust.catalog.catalog import Catalog

ALL: Final = "all"
PROFILES: Final[Mapping[str, str]] = {
    ALL: "Every rule.",
    "expiry": "What has expired, or does so soon.",
    "trust": "What phones trust: lists, CTL, signers, LSCs.",
    "hygiene": "Stores, database, replication, services, backups.",
    "years": "What the coming years bring: lifetimes, CAs, algorithms.",
}
"""Each with a sentence about it. What could not be read at all is in every one of them."""


def outside(profile: str, catalog: Catalog) -> frozenset[str]:
    """The codes that a profile leaves out."""
    others = (row.code for row in catalog.rules if profile not in row.profiles)
    return frozenset() if profile == ALL else frozenset(others)
