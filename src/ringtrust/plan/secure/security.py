"""How a cluster in mixed mode keeps its CTL right: who signs it, whose hands that takes, and what a change asks for.

The CTL never follows a change by itself (S68). It is made anew by the way that secured the cluster (S79): a command of
the publisher, or the CTL client and an eToken.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import CALLMANAGER, CAPF, ITLRECOVERY
from ringtrust.cluster.node import SAST, Node, ServedList
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.batches import kind
from ringtrust.plan.targets import Target

_SCAN: Final = "Mend that, and scan again."
NO_CTL_COMMAND: Final = "eToken"
"""Who signs a CTL on a release that has no command for it: then there is the CTL client only (S72)."""


class CtlChange(Enum):
    """What changed certificates ask of the CTL."""

    NONE = "none"
    UPDATE = "update"
    """Made anew: whoever signs it is known to every phone, or TVS vouches for him."""
    RESET_FIRST = "reset first"
    """Signed by its other SAST first, which every phone knows; updated when every phone has that one (P9, H14)."""


class Security(msgspec.Struct, frozen=True):
    """How a cluster is secured. In a non-secure one `signer` is empty, and all else is void.

    `signer` is a unit of the `publisher` that signs an update, or the CN of the eToken that signed the CTL of now;
    `second` the unit that signs after a reset, empty where the CTL does not hold it. `tokens` are the eTokens that may
    sign. `strangers` are devices that ask no TVS: no unknown signer reaches them (H14).
    """

    publisher: str = ""
    signer: str = ""
    second: str = ""
    tokens: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()

    @property
    def mixed(self) -> bool:
        """Whether the cluster is in mixed mode."""
        return bool(self.signer)

    @property
    def by_token(self) -> bool:
        """Whether only an eToken can update the CTL."""
        return self.signer in self.tokens

    def holds(self, target: Target, facts: ReleaseFacts) -> bool:
        """Whether a certificate stands in the CTL, or may: of CAPF and ITLRecovery the publisher's does.

        Whether CallManager-ECDSA is in it documents do not say: an update that was not needed harms nobody.
        """
        if not (self.mixed and facts.unit(kind(target.unit)).in_ctl):
            return False
        return target.unit not in {CAPF, ITLRECOVERY} or target.node == self.publisher

    def change(self, targets: Iterable[Target], facts: ReleaseFacts) -> CtlChange:
        """What these ask of the CTL, once they are renewed."""
        held = [target for target in targets if self.holds(target, facts)]
        if not held:
            return CtlChange.NONE
        here = {target.unit for target in held if target.node == self.publisher}
        if self.by_token or self.signer not in here or not self.second or self.second in here:
            return CtlChange.UPDATE
        vouched = self.signer != ITLRECOVERY and not self.strangers
        return CtlChange.UPDATE if vouched else CtlChange.RESET_FIRST


NON_SECURE: Final = Security()


def security_of(snapshot: Snapshot, facts: ReleaseFacts) -> Security:
    """How a cluster is secured. Raises RefusedError where that was not seen, or where nobody could plan with it."""
    if not snapshot.mixed:
        return NON_SECURE
    served = _ctl(snapshot)
    publisher = snapshot.publisher
    if served.signed_by_token:
        record = served.signing_record
        signer = next((each for each in served.tokens if record is not None and each in record.subject), "")
        return Security(publisher.name, signer, tokens=served.tokens, strangers=strangers(snapshot, facts))
    if facts.ctl_signer == NO_CTL_COMMAND:
        raise RefusedError(
            f"CUCM {facts.release.name} knows only CTLs that an eToken has signed, and none signed the one that is "
            "served.",
            advice="Look at `show ctl` of the publisher (S73 to S75).",
        )
    second = facts.signing.second_ctl
    held = bool(second) and _is_sast(served, publisher.identity(second))
    return Security(publisher.name, facts.ctl_signer, second if held else "", (), strangers(snapshot, facts))


def strangers(snapshot: Snapshot, facts: ReleaseFacts) -> tuple[str, ...]:
    """The devices that ask no TVS, by name."""
    return tuple(phone.name for phone in snapshot.all_phones() if not facts.asks_tvs(phone.model))


def _ctl(snapshot: Snapshot) -> ServedList:
    """The CTL of the publisher, or of the first node that serves one. Raises RefusedError."""
    for node in snapshot.nodes:
        if isinstance(node.ctl, Unread):
            raise RefusedError(f"The CTL of {node.name} could not be read: {node.ctl.reason}", advice=_SCAN)
    by_publisher = sorted(snapshot.nodes, key=lambda node: not node.publisher)
    served = [each for node in by_publisher for each in ctl_of(node)]
    if not served:
        raise RefusedError(
            "The cluster is in mixed mode, and no node serves a CTL.",
            advice="Look at `show ctl`, and whether Cisco CTL Provider runs on the publisher (S170); then scan again.",
        )
    return served[0]


def _is_sast(served: ServedList, certificate: Certificate | None) -> bool:
    return certificate is not None and any(
        record.role == SAST and record.digest in {certificate.sha1, certificate.sha256} for record in served.records
    )


def ctl_of(node: Node) -> tuple[ServedList, ...]:
    """The CTL that a node is known to serve."""
    return (node.ctl.value,) if isinstance(node.ctl, Known) else ()


def short_recovery(publisher: Node) -> str:
    """That the key of ITLRecovery is shorter than that of CallManager, in a sentence; empty where it is not (H28)."""
    recovery, usual = publisher.identity(ITLRECOVERY), publisher.identity(CALLMANAGER)
    if recovery is None or usual is None or recovery.key != usual.key or recovery.bits >= usual.bits:
        return ""
    return (
        f"ITLRecovery has a key of {recovery.bits} bits, and CallManager of {usual.bits}: utils itl reset localkey and "
        "utils ctl reset localkey fail when they are needed (H28, 214231)."
    )


def refuse_short_recovery(publisher: Node) -> None:
    """Raises RefusedError where the CTL could not be signed by its other SAST in the midst of a plan."""
    if told := short_recovery(publisher):
        raise RefusedError(
            told,
            advice="Make ITLRecovery anew with as many bits, in OS Administration > Security > Certificate Management "
            "> Generate Self-signed; update the CTL, reset all phones, and scan again.",
        )
