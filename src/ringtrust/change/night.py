"""A night as its deeds, one after the other: what a runbook says line by line, and what the steps of a plan come to.

A deed is atomic: between any two of them a night may end for ever. `regen TVS @ all` is therefore one deed a node.
"""

import msgspec


class _Deed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    pass


class Renew(_Deed, frozen=True, tag="renew"):
    """A new certificate of a unit on a node (S117)."""

    unit: str
    node: str


class Stop(_Deed, frozen=True, tag="stop"):
    """A service stops. A restart is a stop and a start: in between phones look elsewhere."""

    service: str
    node: str


class Start(_Deed, frozen=True, tag="start"):
    """A service starts, and loads what is on the disk of its node."""

    service: str
    node: str


class Wave(_Deed, frozen=True, tag="wave"):
    """Phones are reset; `group` empty means all. A complete one passes when every known phone holds a list of now.

    With `canary` it is about the phones of the canary, and passes by them.
    """

    group: str = ""
    complete: bool = False
    canary: bool = False


class Synchronise(_Deed, frozen=True, tag="wait-sync"):
    """Waits until replication and Change Notification have brought everything to every node (G-SYNC, 210541)."""


class Arrive(_Deed, frozen=True, tag="arrive"):
    """Waits until one thing has got to every node: a certificate by its place, "rollback", or "CTL".

    The gates are G-SYNC, G-RB-SET and G-CTL.
    """

    place: str


class MatchLists(_Deed, frozen=True, tag="match-lists"):
    """Waits until every list that is served holds the certificates of now, or is empty (G-ITL, G-ITL-EMPTY).

    `anew`: signed by the recovery key, as `utils itl reset localkey` leaves them (G-ITL-RESET).
    """

    emptied: bool = False
    anew: bool = False


class SetRollback(_Deed, frozen=True, tag="set-rollback"):
    """Prepare Cluster for Rollback to pre 8.0 (S82). Lists follow at a restart of Cisco Tftp (S89, S93)."""

    value: bool


class UpdateCtl(_Deed, frozen=True, tag="update-ctl"):
    """`utils ctl update CTLFile` (118893)."""


class ResetCtl(_Deed, frozen=True, tag="reset-ctl"):
    """`utils ctl reset localkey`: the CTL of now, signed by its other SAST until it is updated (R3, P9)."""


class SetMode(_Deed, frozen=True, tag="set-mode"):
    """`utils ctl set-cluster`: into mixed mode, or out of it (118893, 118892)."""

    mixed: bool


class IssueLscs(_Deed, frozen=True, tag="issue-lscs"):
    """Phones fetch a new LSC from CAPF (S169 to S174); `group` empty means all that have one, or are to.

    A complete one passes when every one of them that is known has it.
    """

    group: str = ""
    complete: bool = False


class ResetItl(_Deed, frozen=True, tag="reset-itl"):
    """`utils itl reset localkey`: the lists are signed with the recovery key until Cisco Tftp restarts (R1, P9)."""


class Delete(_Deed, frozen=True, tag="delete"):
    """A certificate of a trust store is deleted on a node, by the name of its file (S141)."""

    store: str
    name: str
    node: str


class BackUp(_Deed, frozen=True, tag="back-up"):
    """A DRS backup (S58)."""


class Restore(_Deed, frozen=True, tag="restore"):
    """A restore of the last backup: the certificates of then are on disk again (R4, H24)."""


class Rename(_Deed, frozen=True, tag="rename"):
    """A node gets another host name: all its self-signed identities are made anew by themselves (P16, H23)."""

    node: str


Service = Stop | Start
Ctl = UpdateCtl | ResetCtl | SetMode
Settings = SetRollback | Ctl | ResetItl | Delete | BackUp | Restore
Wait = Synchronise | Arrive | MatchLists
Deed = Renew | Service | Wave | IssueLscs | Wait | Settings | Rename


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A deed, and what a person calls it: `where` is "line 7" of a runbook or "step 7" of a plan, `text` its words."""

    where: str
    text: str
    deed: Deed
