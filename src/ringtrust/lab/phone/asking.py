"""What a phone asks TVS servers, one after the other, as long as it has some that it knows (trust-formats.md §4)."""

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

from ringtrust.errors import FormatError
from ringtrust.lab.phone import events
from ringtrust.lab.phone.acceptance import Accepted, MustAsk, Opinion, Refused, is_held, knows_server, vouched
from ringtrust.lab.phone.configuration import Server
from ringtrust.trust.roles import Role
from ringtrust.trust.tvs import QueryRequest, VerifyRequest, VerifyResponse, read_message

if TYPE_CHECKING:
    from ringtrust.lab.phone.phone import Phone

Doing = Generator[events.Order, events.Happening, None]
Deciding = Generator[events.Order, events.Happening, bool]


def opinion_of(phone: "Phone", opinion: Opinion) -> Generator[events.Order, events.Happening, Opinion]:
    """The opinion after every TVS server of the stored configuration has been asked, if it takes one (§6.2)."""
    if not isinstance(opinion, MustAsk):
        return opinion
    last: Opinion = Refused("there is no TVS server to ask")
    for server in _servers(phone):
        if not (yield from _reached(phone, server)):
            last = Refused("no TVS server is there that it knows")
            continue
        last = yield from _ask(phone, opinion)
        if isinstance(last, Accepted):
            return last
    return last


def _servers(phone: "Phone") -> Iterator[Server]:
    return iter(phone.configuration.tvs if phone.configuration and phone.traits.kind.tvs else ())


def _reached(phone: "Phone", server: Server) -> Deciding:
    shown = yield events.Dial(phone.turn(), server.address, server.port)
    return isinstance(shown, events.Presented) and knows_server(shown.certificate, phone.held.values())


def _ask(phone: "Phone", question: MustAsk) -> Generator[events.Order, events.Happening, Opinion]:
    session, signer = phone.next_session(), question.signer
    asked = QueryRequest.make(session, phone.traits.full_name, signer.name, signer.issuer, signer.serial)
    got = yield events.Ask(phone.turn(), asked.to_bytes())
    if isinstance(got, events.Answered):
        return vouched(question, session, got.data)
    return Refused("TVS did not answer")


def knows(phone: "Phone", certificate: bytes, role: Role, redial: Callable[[], events.Dial]) -> Deciding:
    """Whether the server that it has just dialled is in a list that it holds, or TVS knows it with this role.

    While it asks TVS it hangs up, and dials again afterwards: `redial`.
    """
    if is_held(certificate, phone.held.values(), frozenset({role})):
        return True
    for server in _servers(phone):
        if (yield from _reached(phone, server)) and (yield from _verified(phone, certificate, role)):
            again = yield redial()
            return isinstance(again, events.Presented) and again.certificate == certificate
    return False


def _verified(phone: "Phone", certificate: bytes, role: Role) -> Deciding:
    session = phone.next_session()
    asked = VerifyRequest.make(session, phone.traits.full_name, certificate)
    got = yield events.Ask(phone.turn(), asked.to_bytes())
    if not isinstance(got, events.Answered):
        return False
    try:
        reply = read_message(got.data)
    except FormatError:
        return False
    return isinstance(reply, VerifyResponse) and reply.session == session and role in reply.roles
