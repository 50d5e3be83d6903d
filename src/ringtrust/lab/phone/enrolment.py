"""When a phone goes to CAPF, and what comes of it (S122; trust-formats.md §5.8).

It goes after it has its configuration and before it registers, and registration waits for the end of that. By
authentication string it never goes by itself: somebody has to type the string. On a failure of communication it tries
three times more, 30 seconds apart, and then goes on with what it has.

[U], and what is done here: a wireless phone, whose certificate comes from a third party (S177, S178), does not go at
all, so that the operation stays pending; a phone that holds no list knows no CAPF; one that does not know CAPF does not
try again.
"""

from collections.abc import Generator
from enum import Enum
from typing import TYPE_CHECKING, Final

from ringtrust.errors import FormatError
from ringtrust.lab.phone import events
from ringtrust.lab.phone.asking import Deciding, Doing, knows
from ringtrust.lab.phone.capf_client import BY_LSC, BY_STRING, CapfClient, Introduction
from ringtrust.lab.phone.configuration import Configuration, Server
from ringtrust.lab.phone.states import State
from ringtrust.trust.encrypted import cert_hash
from ringtrust.trust.roles import Role

if TYPE_CHECKING:
    from ringtrust.lab.phone.phone import Phone

RETRIES: Final = 3
PAUSE: Final = 30.0
_MESSAGES_AT_MOST: Final = 16


class _Ending(Enum):
    TALKED = "talked"  # to the end, whatever that was
    STRANGER = "stranger"
    CUT = "cut"


def due(phone: "Phone", offered: Configuration) -> bool:
    """Whether its configuration sends a phone to CAPF: an operation, or a file for a certificate that it has not."""
    if phone.traits.kind.wireless:
        return False
    if offered.capf_mode == BY_STRING:
        return phone.typed is not None
    return bool(offered.capf_mode) or phone.typed is not None or (offered.encrypted and not owns(phone, offered))


def would_go(phone: "Phone", mode: int) -> bool:
    """Whether it goes by itself when something is pending that it shows itself for in this way."""
    return not phone.traits.kind.wireless and mode != BY_STRING


def owns(phone: "Phone", offered: Configuration) -> bool:
    """Whether its encrypted configuration is for the certificate that it has."""
    shown = phone.papers.shown
    if shown is None:
        return False
    return offered.certificate_hash == cert_hash(shown.certificate)


def enrol(phone: "Phone", offered: Configuration) -> Doing:
    """Goes to CAPF, again where the line was cut, and then goes on."""
    string, phone.typed = phone.typed or "", None
    client = Introduction(phone.traits.device, offered.capf_mode or BY_LSC, string)
    for attempt in range(1 + RETRIES):
        phone.state = State.ENROLLING
        if (yield from _talked(phone, offered, client)):
            return
        if attempt < RETRIES:
            phone.state = State.HELD
            yield events.Wait(phone.turn(), PAUSE)
    phone.note("CAPF cannot be reached")


def _talked(phone: "Phone", offered: Configuration, who: Introduction) -> Deciding:
    """Whether a server of its configuration was there, and heard it to the end."""
    for server in offered.capf:
        ending = yield from _conversation(phone, server, who)
        if ending is _Ending.STRANGER:
            phone.note("CAPF shows a certificate that no list has")
        if ending is not _Ending.CUT:
            return True
    return False


def _conversation(
    phone: "Phone", server: Server, who: Introduction
) -> Generator[events.Order, events.Happening, _Ending]:
    def dial() -> events.Dial:
        return events.Dial(phone.turn(), server.address, server.port)

    shown = yield dial()
    if not isinstance(shown, events.Presented):
        return _Ending.CUT
    if not (yield from knows(phone, shown.certificate, Role.CAPF, dial)):
        return _Ending.STRANGER
    client = CapfClient(who, phone.papers, phone.traits.make_key)
    says: tuple[bytes, ...] = ()
    for _ in range(_MESSAGES_AT_MOST):
        got = yield events.Converse(phone.turn(), says)
        if not isinstance(got, events.Answered):
            return _Ending.CUT
        try:
            says = client.take(got.data)
        except FormatError:
            return _Ending.CUT
        if client.ended is not None:
            phone.note(_told(client))
            return _Ending.TALKED
    return _Ending.CUT


def _told(client: CapfClient) -> str:
    if client.stored:
        return "LSC installed"
    return f"CAPF: reason {client.ended}"
