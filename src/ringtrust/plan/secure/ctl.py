"""What mixed mode adds to the steps of a renewal: the CTL after every change, and new LSCs after a new CAPF.

The CTL comes before the restarts (214231, 217138): a phone must not meet a CallManager whose certificate its CTL does
not hold. SG15 has it the other way about, after phones have restarted; the notes say so.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from ringtrust.change.act import ClientCtl, ResetCtl, UpdateCtl
from ringtrust.change.gate import Gate
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.plan import gates
from ringtrust.plan.drafts import Draft
from ringtrust.plan.secure import lsc_gates
from ringtrust.plan.secure.security import NON_SECURE, CtlChange, Security
from ringtrust.plan.targets import Target

_BEFORE_RESTARTS: Final = (
    "The CTL does not follow by itself (S68). It comes before the restarts: phones must not meet a certificate that "
    "their CTL does not hold."
)
_BY_THE_OTHER: Final = (
    "Whoever signs the CTL is new, and phones would have to ask TVS. So it is signed by its other SAST first, which "
    "every phone knows."
)
_AGAIN: Final = "Every phone knows the new signer by now: from here on he signs again (P9)."
_SOURCES: Final = ("S64", "S68", "S69", "S79", "P7", "H13", "214231", "217138")
_RESET_SOURCES: Final = ("P9", "R3", "H14", "SG125", "SG15", "CLI15")


class Extras(msgspec.Struct, frozen=True):
    """What a plan does besides: how the cluster is secured, the steps of new LSCs, and whom it waits for in the end.

    `lscs` come behind a new CAPF. `late` are those of phones that cannot register before the last phase is over.
    """

    security: Security = NON_SECURE
    lscs: tuple[Draft, ...] = ()
    late: tuple[Draft, ...] = ()
    locked: tuple[str, ...] = ()

    def preflight(self) -> tuple[Gate, ...]:
        """What has to be so before the first act, besides what always has."""
        tokens = (lsc_gates.token_at_hand(self.security.tokens),) if self.security.by_token else ()
        trusted = (lsc_gates.issuers_trusted(),) if self.lscs or self.late or self.security.mixed else ()
        return (*tokens, *trusted)


NO_EXTRAS: Final = Extras()


class Ctl:
    """Drafts what the CTL needs, and keeps count of who has signed it."""

    def __init__(self, security: Security) -> None:
        self._security = security
        self.signed_by = security.signer

    def after(self, phase: str, change: CtlChange) -> Draft:
        """Behind the renewals, before the restarts."""
        return self.reset(phase) if change is CtlChange.RESET_FIRST else self.updated(phase, _BEFORE_RESTARTS)

    def again(self, phase: str) -> Draft:
        """Behind the wave that has made the new signer known."""
        return self.updated(phase, _AGAIN, ("P9", "SG125", "SG15"))

    def updated(self, phase: str, why: str, sources: tuple[str, ...] = _SOURCES) -> Draft:
        """Made anew, by the way that secured the cluster (S79)."""
        by_token = self._security.by_token
        act = ClientCtl(self._security.tokens) if by_token else UpdateCtl(self._security.publisher)
        self.signed_by = self._security.signer
        made = gates.ctl_made(self.signed_by, by_person=by_token)
        before = (lsc_gates.token_at_hand(self._security.tokens),) if by_token else ()
        own = ("S66", "S67", "S72") if by_token else ("S71",)
        return Draft(phase, act, why, before, (made,), (*sources, *own))

    def reset(self, phase: str) -> Draft:
        """Signed by the other SAST."""
        self.signed_by = self._security.second
        made = gates.ctl_made(self.signed_by)
        return Draft(phase, ResetCtl(self._security.publisher), _BY_THE_OTHER, (), (made,), _RESET_SOURCES)


def left_without(snapshot: Snapshot, targets: Iterable[Target]) -> bool:
    """Whether secure phones have no CallManager left that shows a certificate of the CTL that they hold.

    They are away then from the restart until they have fetched the new CTL by themselves.
    """
    changed = {target.node for target in targets if target.unit == CALLMANAGER}
    groups = snapshot.groups.value if isinstance(snapshot.groups, Known) else ()
    bare = {group.name for group in groups if set(group.members) <= changed}
    return any(phone.secure and phone.group in bare for phone in snapshot.all_phones())
