"""How a phone registers: with the first Unified CM of its group that answers, over TLS where its profile says so.

Over TLS it shows its LSC, else its MIC, and wants the CallManager certificate of the server in a list that it holds.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING

from ringtrust.lab.phone import events
from ringtrust.lab.phone.acceptance import is_held
from ringtrust.lab.phone.asking import Doing
from ringtrust.lab.phone.configuration import Manager
from ringtrust.lab.phone.states import State
from ringtrust.trust.roles import Role

if TYPE_CHECKING:
    from ringtrust.lab.phone.phone import Phone

_MAY_REGISTER = frozenset({Role.CCM, Role.CCM_TFTP})


def knows_callmanager(phone: "Phone", certificate: bytes) -> bool:
    """Whether a Unified CM has shown a certificate that the phone takes: a CCM or CCM+TFTP record of a list it holds.

    [U] Whether a phone also asks TVS about it the documents leave open (§6.8 says so; H13, 214231 and 225746 tell of
    phones that do not register when the CTL lacks it). Here it does not ask: the reading that warns of more.
    """
    return is_held(certificate, phone.held.values(), _MAY_REGISTER)


def stay_registered(phone: "Phone") -> Doing:
    """With the first Unified CM of the group that answers, for as long as one does.

    When a phone goes back to the first member by itself no source here says [U]: this one does not.
    """
    found = True
    while found:
        found = False
        refusals: list[str] = []
        for server in phone.configuration.managers if phone.configuration else ():
            phone.state = State.REGISTERING
            refusal = yield from _refusal(phone, server)
            if refusal is None:
                found = True
                phone.refusal = ""
                phone.state = State.REGISTERED
                yield events.Attend(phone.turn())
                break
            refusals.append(refusal)
        else:
            phone.refusal = next(filter(None, refusals), "")


def _refusal(phone: "Phone", server: Manager) -> Generator[events.Order, events.Happening, str | None]:
    """None once it is registered; else why one does not take the other, empty where nobody was there."""
    secure = phone.configuration is not None and phone.configuration.secure
    if secure and (refusal := (yield from _secured(phone, server))) is not None:
        return refusal
    port = server.secure_port if secure else server.port
    got = yield events.Register(phone.turn(), server.address, port)
    if isinstance(got, events.Rejected):
        return _rejected(phone, server, got)
    if isinstance(got, events.Forbidden):
        return f"{server.title} does not register it {'over' if secure else 'without'} TLS"
    return None if isinstance(got, events.Registered) else ""


def _secured(phone: "Phone", server: Manager) -> Generator[events.Order, events.Happening, str | None]:
    """None once there is TLS between the two."""
    credential = phone.papers.shown
    if credential is None:
        return "it has neither LSC nor MIC to show"
    got = yield events.Secure(phone.turn(), server.address, server.secure_port, credential)
    match got:
        case events.Presented(ended=True):
            return f"CallManager of {server.title} has expired"
        case events.Presented(certificate=certificate):
            known = knows_callmanager(phone, certificate)
            return None if known else f"CallManager of {server.title} is in no list that it holds"
        case events.Rejected():
            return _rejected(phone, server, got)
        case _:
            return ""


def _rejected(phone: "Phone", server: Manager, got: events.Rejected) -> str:
    why = f": {got.alert}" if got.alert else ""
    return f"{server.title} does not take its {phone.papers.name}{why}"
