"""The identity units, and the certificates that phones have."""

from typing import Literal

from ringtrust.catalog.row import Effect, Ranged, Row

Owners = Literal["every node", "publisher"]


class Owning(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who has an identity of a unit of its own."""

    who: Owners
    note: str = ""


class Copy(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A store that the system itself puts a new certificate into (S118, S124 to S126)."""

    store: str


class Unit(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An identity unit (S6). Commands are what one types on the platform CLI, `gui` the way through the web pages.

    `rebuilds_lists` says whose new certificate makes all ITLs be built anew. `resets_phones` "possible" is the seed's
    caution: any type may (S116). `unique_subject`: its predecessors stay and still count (S119). `delete_command` acts
    on `trust_store`, although it is written without -trust (S141); empty where no such store has one. `breaks` says
    what stops working, and for whom, once it has expired.
    """

    name: str
    title: str
    key: Literal["RSA", "EC"]
    in_itl: bool
    in_ctl: bool
    rebuilds_lists: Literal["of any node", "of the publisher", ""]
    resets_phones: Literal["expected", "possible"]
    command: str
    gui: str
    owners: tuple[Owning, ...]
    breaks: tuple[Effect, ...]
    copies: tuple[Copy, ...] = ()
    unique_subject: bool = False
    trust_store: str = ""
    delete_command: str = ""
    note: str = ""

    def changes_lists(self, *, publisher: bool) -> bool:
        """Whether a new certificate of a node, be it the publisher or not, makes all ITLs be built anew."""
        return self.rebuilds_lists == "of any node" or (publisher and self.rebuilds_lists == "of the publisher")


class Endpoint(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A certificate that a phone has (S9). `tips` are for whoever stands in front of it."""

    name: str
    title: str
    signer: str
    life: str
    renewable: bool
    text: str
    breaks: tuple[Effect, ...]
    tips: tuple[Effect, ...]
