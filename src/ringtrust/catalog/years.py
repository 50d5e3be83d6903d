"""What changes in the coming years, with its dates (docs/years.md). A date is the first day on which it holds."""

from datetime import date
from typing import Annotated

import msgspec

from ringtrust.catalog.row import Row


class Limit(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many days a public CA may sign for, from a day on."""

    since: date
    days: int


class Chrome(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From when on the Chrome Root Program takes no new certificate with clientAuth from a public CA."""

    ends: date
    note: str


class Authority(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A public CA, by words in the name of an issuer, and from when on it signs nothing with clientAuth.

    `ends` is None where no date of its own is known: then Chrome's holds. From `asked_since` on only those who ask for
    clientAuth get it. Where sources disagree, `ends` is the earlier date and `note` tells the other.
    """

    name: str
    words: tuple[str, ...]
    ends: date | None = None
    asked_since: date | None = None
    note: str = ""


class ClientUse(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Units whose certificate this cluster shows as a client of TLS: what fails without clientAuth (SG15).

    `stores` hold whom it meets there.
    """

    units: tuple[str, ...]
    stores: tuple[str, ...]
    text: str


class Weakness(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A digest of signatures, or RSA keys of less than `bits`, that public CAs have not signed with since a day."""

    kind: str
    since: date
    text: str
    digests: tuple[str, ...] = ()
    bits: int = 0


class Split(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From which version on a unit may have a client's certificate of its own, and how that unit is called."""

    name: str
    build: str
    suffix: str
    text: str
    note: str


class Dropped(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Upgrades to which releases leave expired trust certificates behind (SG15)."""

    text: str


class Growth(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From how many records, and what share of the bytes in percent, an ITL is near its limits (H19).

    `records_a_node` is the cautious count of what one more node brings along.
    """

    records: int
    share: int
    records_a_node: int
    note: str


class Years(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it. `limits` stand in the order of their dates."""

    limits: Annotated[tuple[Limit, ...], msgspec.Meta(min_length=1)]
    chrome: Chrome
    authorities: tuple[Authority, ...]
    uses: tuple[ClientUse, ...]
    weak: tuple[Weakness, ...]
    split: Split
    dropped: Dropped
    growth: Growth

    def limit_on(self, day: date) -> Limit:
        """What holds on a day; the first row for a day before all of them."""
        return next((each for each in reversed(self.limits) if each.since <= day), self.limits[0])

    def use_of(self, unit: str) -> ClientUse | None:
        """What a unit is shown for as a client; None where no source says that it is."""
        return next((each for each in self.uses if unit in each.units), None)

    def weakness(self, kind: str) -> Weakness | None:
        """What is known of a kind of weakness."""
        return next((each for each in self.weak if each.kind == kind), None)
