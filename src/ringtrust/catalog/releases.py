"""What a release decides (design.md §4.5)."""

from typing import Literal

from ringtrust.catalog.row import Ranged, Row


class Span(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The releases that the catalog knows: from `since` on, before `before`."""

    since: str
    before: str


class Signing(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who signs an ITL and a CTL made without tokens, and who else may: the second SAST; empty where nobody."""

    itl: str
    second: str
    ctl: str
    second_ctl: str
    note: str = ""


class BackupNeeds(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The unit whose certificate the Disaster Recovery System works with."""

    unit: str
    note: str = ""


class Backups(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a backup holds: certificates (S59, S61), and private keys, so that a restore brings old ones back."""

    holds_certificates: bool
    holds_keys: bool
    note: str = ""


class Lifetime(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many years a self-signed certificate is made for (S11). The certificate itself is what counts."""

    units: tuple[str, ...]
    years: int
    shorter_possible: bool
    note: str = ""


class Resets(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether phones reset by themselves when lists change (S114), or as an enterprise parameter says."""

    automatic: bool
    parameter: str
    note: str = ""


class Mode(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a value of Cluster Security Mode means (S63)."""

    value: int
    name: str


class MixedWay(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A way to put a cluster in mixed mode (S70), and whose key then signs the CTL (S71, S72)."""

    name: Literal["CTL client", "tokenless"]
    signed_by: str
    command: str = ""
    note: str = ""
