"""A finding that somebody has decided to live with, for a time and for a reason."""

from datetime import date

import msgspec


class Suppression(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Findings of one code that are not to count, through the whole day `until`, for a reason that is shown.

    `where` and `cluster` are globs: `*`, `?` and `[…]` stand for other characters. An empty `cluster` means every one.
    """

    code: str
    where: str
    reason: str
    until: date
    cluster: str = ""
