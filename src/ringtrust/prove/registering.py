"""Whether a secure phone can register at all: mixed mode, where holding the right lists is not enough (H13, H17, I7).

It has to know the CallManager certificate of a node of its CM group by its CTL, and the node has to know who signed the
phone's own certificate. One that cannot is not lost: a CTL update, or a new LSC, brings it back. So nobody asks in the
middle of things, between a renewal and the CTL update that belongs to it, but where a night lets phones meet what it
has changed: when Cisco CallManager starts, behind a wave, behind a deletion, and in the end.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from ringtrust.change import night
from ringtrust.change.ground import Ground, PhoneClass, item
from ringtrust.change.proof import NO_CTL, Holding
from ringtrust.cluster.names import CALLMANAGER, CALLMANAGER_SERVICE
from ringtrust.prove.frame import CTL, Frame
from ringtrust.prove.moves import CALLMANAGER_TRUST
from ringtrust.prove.served import Ending, believed, ending, is_blank


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


def unregistered(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding, then: Ending | None = None) -> str:
    """Why a phone that holds this cannot register, once all is up and has arrived and it has fetched what it takes.

    Empty where it can. A phone that is not secure registers with anybody. `then` is the `ending` where at hand.
    """
    if not phones.secure or not frame.mixed:
        return ""
    ends = _ends(ground, frame, phones, held, then or ending(ground, frame, phones))
    if any(one.ctl == NO_CTL or not frame.ctls[one.ctl].servers for one in ends):
        return ""
    members = tuple(_registrars(ground, phones))
    reasons = [_refused(ground, frame, one, member) for one in ends for member in members]
    return "" if not all(reasons) else next(iter(reasons), "no member of its CM group runs Cisco CallManager")


def _ends(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding, then: Ending) -> tuple[Holding, ...]:
    """All that it may come to hold, one list after the other; with the CTL of now, where it takes that at all.

    A CTL without servers, or none, keeps nobody from registering without TLS (118892).
    """
    found = [held]
    for one in found:
        found += [each for each in dict.fromkeys(_next(ground, frame, phones, one, then)) if each not in found]
    return tuple(each for each in found if each.ctl == frame.past[CTL][-1]) or tuple(found)


def _next(ground: Ground, frame: Frame, phones: PhoneClass, held: Holding, then: Ending) -> Iterator[Holding]:
    blank = phones.asks and is_blank(held)
    if believed(ground, frame, phones, held, frame.ctl.signer) and not blank:
        yield replace(held, ctl=frame.past[CTL][-1])
    for signer, itl in then.itls:
        if believed(ground, frame, phones, held, signer):
            yield replace(itl, ctl=frame.past[CTL][-1] if blank else held.ctl, lsc=held.lsc)


def _registrars(ground: Ground, phones: PhoneClass) -> Iterator[str]:
    for member in dict.fromkeys(phones.members):
        if CALLMANAGER_SERVICE in ground.node(member).services:
            yield member


def _refused(ground: Ground, frame: Frame, held: Holding, member: str) -> str:
    """Why it does not come together with one node; empty where it does.

    That the ITL of a node names its CallManager is not counted on: phones have theirs from any TFTP node.
    """
    shown = frame.now(item(CALLMANAGER, member))
    if shown not in frame.ctls[held.ctl].servers:
        return f"the CTL does not hold CallManager of {member}, {shown}"
    if held.lsc in ground.expired:
        return f"its certificate, or {held.lsc} which signed it, has expired"
    if (member, held.lsc) not in frame.trusted:
        return f"{member} does not know {held.lsc}, which signed its certificate"
    return ""
