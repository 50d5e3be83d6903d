"""Whether a secure phone can register at all: mixed mode, where holding the right lists is not enough (H13, H17, I7).

It has to know the CallManager certificate of a node of its CM group by its CTL, and the node has to know who signed the
phone's own certificate. One that cannot is not lost: a CTL update, or a new LSC, brings it back. So nobody asks in the
middle of things, between a renewal and the CTL update that belongs to it, but where a night lets phones meet what it
has changed: when Cisco CallManager starts, behind a wave, behind a deletion, and in the end.
"""

from collections.abc import Iterator

from ringtrust.change import night
from ringtrust.change.ground import Ground, PhoneClass, item
from ringtrust.change.proof import NO_CTL, Holding
from ringtrust.cluster.names import CALLMANAGER, CALLMANAGER_SERVICE
from ringtrust.prove.frame import Ctl, Frame
from ringtrust.prove.losing import believed
from ringtrust.prove.moves import CALLMANAGER_TRUST


def settles(deed: night.Deed) -> bool:
    """Whether phones meet what has been changed with this deed."""
    match deed:
        case night.Start(service=service):
            return service == CALLMANAGER_SERVICE
        case night.Delete(store=store):
            return store == CALLMANAGER_TRUST
        case night.Wave() | night.SetMode():
            return True
        case night.IssueLscs(complete=complete):
            return complete
        case _:
            return False


def unregistered(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding) -> str:
    """Why a phone that holds this cannot register, once all is up and has arrived and it has fetched what it takes.

    Empty where it can. A phone that is not secure registers with anybody.
    """
    if not phones.secure or not frame.mixed:
        return ""
    ctl = _ctl_then(ground, frame, phones, held)
    if ctl is None:
        return ""
    reasons = [_refused(ground, frame, held, ctl, member) for member in _registrars(ground, phones)]
    return "" if not all(reasons) else next(iter(reasons), "no member of its CM group runs Cisco CallManager")


def _ctl_then(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding) -> Ctl | None:
    """The CTL that it has in the end; None where none keeps it from registering without TLS (118892)."""
    last = frame.ctls[-1]
    takes = believed(ground, frame, phones, held, last.signer)
    ctl = last if takes else frame.ctls[held.ctl] if held.ctl != NO_CTL else None
    return ctl if ctl is not None and ctl.servers else None


def _registrars(ground: Ground, phones: PhoneClass) -> Iterator[str]:
    for member in dict.fromkeys(phones.members):
        if CALLMANAGER_SERVICE in ground.node(member).services:
            yield member


def _refused(ground: Ground, frame: Frame, held: Holding, ctl: Ctl, member: str) -> str:
    """Why it does not come together with one node; empty where it does.

    That an ITL names the CallManager of the node that serves it is not counted on: phones ask any TFTP node.
    """
    shown = frame.now(item(CALLMANAGER, member))
    if shown not in ctl.servers:
        return f"the CTL does not hold CallManager of {member}, {shown}"
    if held.lsc in ground.expired:
        return f"its certificate, or {held.lsc} which signed it, has expired"
    if held.lsc not in trusted_issuers(ground, frame, member):
        return f"{member} does not know {held.lsc}, which signed its certificate"
    return ""


def trusted_issuers(ground: Ground, frame: Frame, node: str) -> frozenset[str]:
    """Whose LSCs Cisco CallManager of a node takes: a new CAPF gets into CallManager-trust by itself (S118)."""
    known = (*ground.node(node).issuers, *frame.capfs[1:])
    return frozenset(each for each in known if (node, each) not in frame.untrusted)
