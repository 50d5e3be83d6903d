"""The rules of an audit: what each code stands for, how much it asks for, and what goes wrong otherwise."""

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

from ringtrust.catalog.row import FIRST, Ranged

Level = Literal["MUST", "SHOULD", "MAY"]
"""MUST: act, or something breaks. SHOULD: act in the next window. MAY: good to know."""
Profile = Literal["expiry", "trust", "hygiene", "years"]
"""What a rule is about: what expires; phones' trust; what should be in order; the coming years (audit/profiles.py)."""
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+$")]
"""Stable and dotted: the family first."""


class AuditRule(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What findings of one code are about. `do` says in a sentence what ringtrust advises; each finding says more."""

    code: Code
    title: str
    level: Level
    why: str
    do: str
    profiles: tuple[Profile, ...] = ()

    @property
    def releases(self) -> str:
        """For which releases it holds, in words."""
        since = f"from {self.since} on" if self.since != FIRST else ""
        before = f"before {self.before}" if self.before else ""
        return ", ".join(filter(None, (since, before))) or "all"

    @property
    def everywhere(self) -> bool:
        """Whether it holds for every release."""
        return self.since == FIRST and self.before == ""


def near(code: str, codes: Iterable[str]) -> str:
    """A sentence that names the codes most like one that nobody knows."""
    from difflib import get_close_matches  # noqa: PLC0415 - slow to load, and needed for mistakes only

    found = get_close_matches(code, list(codes), n=3)
    named = f"Perhaps it is {' or '.join(found)}. " if found else ""
    return f"{named}`ringtrust audit --rules` lists all codes."
