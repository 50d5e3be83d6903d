"""Trust stores: what they are for, how a deletion is done, and what was there from installation on."""

from typing import Literal

from ringtrust.catalog.row import Effect, Ranged, Row


class Store(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A trust store. `propagated`: Change Notification carries additions to other nodes (210541).

    `absent_is_fine`: an empty one is no finding (S48, S50, S52). `breaks` says what stops working when what it holds
    has expired. `ports` are where those whom it vouches for show their certificates over TLS [INF].
    """

    name: str
    purpose: str
    nodes: Literal["every node", "every node, and IM&P", "publisher", "IM&P"]
    absent_is_fine: bool
    propagated: bool = False
    breaks: tuple[Effect, ...] = ()
    deletion_note: str = ""
    ports: tuple[int, ...] = ()


class Deletion(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How far a deletion reaches, and which services have to be stopped on all nodes before it (domain.md 4c).

    "own node" has to be repeated on every node. `stop_on_imp` are the services of IM&P nodes.
    """

    stores: tuple[str, ...]
    reach: Literal["own node", "every node", "publisher"]
    stop: tuple[str, ...] = ()
    stop_on_imp: tuple[str, ...] = ()
    note: str = ""


class Preloaded(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A certificate that was there from installation on. `file` is its name as stored, without its ending.

    `sha256` is the hash of the certificate: anybody can make one of that name. `keep`: deleting it is advised against
    (S157).
    """

    name: str
    file: str
    sha256: str
    stores: tuple[str, ...]
    keep: bool
    note: str = ""

    def is_stored_as(self, file: str) -> bool:
        """Whether a file of a trust store is this one: NAME.pem, or NAME_SERIAL.pem of later releases."""
        stem = file.rpartition("/")[2].removesuffix(".pem")
        name, _, serial = stem.rpartition("_")
        return self.file in {stem, name if _is_serial(serial) else stem}


def _is_serial(text: str) -> bool:
    return text != "" and set(text.lower()) <= set("0123456789abcdef")
