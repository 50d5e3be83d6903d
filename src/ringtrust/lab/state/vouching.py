"""What TVS of a node answers: it vouches for what Change Notification has brought to that node (domain.md §0).

[U] In the log of 118893 TVS looks into the CTL too. Here that it stands there is not enough: the same document has the
certificates of eTokens brought into Phone-SAST-trust, and without that phones do not follow (H15, H16).
"""

from collections.abc import Iterable, Iterator

from ringtrust.lab.state.node import Node
from ringtrust.lab.state.type_tables import ROLES
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.names import same_name
from ringtrust.trust.tvs import Message, QueryRequest, QueryResponse, VerifyRequest, VerifyResponse


def answer(node: Node, question: Message) -> Message | None:
    """The answer to a phone; None to a message that is no question."""
    match question:
        case QueryRequest():
            return _query(node, question)
        case VerifyRequest():
            roles = roles_of(_known(node), question.certificate)
            return VerifyResponse.make(question.session, roles) if roles else VerifyResponse.unknown(question.session)
        case _:
            return None


def _query(node: Node, question: QueryRequest) -> QueryResponse:
    serial, issuer = question.serial.lstrip(b"\0"), question.issuer
    for certificate in {certificate: None for _, certificate in _known(node)}:
        facts = CertificateFacts.of(certificate)
        named = facts.serial == serial and same_name(facts.issuer, issuer)
        if named and (roles := roles_of(_known(node), certificate)):
            return QueryResponse.make(question.session, certificate, roles)
    return QueryResponse.unknown(question.session)


def roles_of(known: Iterable[tuple[str, bytes]], certificate: bytes) -> tuple[int, ...]:
    """The roles of all the units and stores that this certificate is in; none when it is in none."""
    found = {role for place, each in known if each == certificate for role in ROLES.get(place, ())}
    return tuple(sorted(found))


def _known(node: Node) -> Iterator[tuple[str, bytes]]:
    """Its own identities, and what is in its stores; a shared one it knows when its copy has been brought there."""
    yield from ((unit, identity.certificate) for unit, identity in node.identities.items())
    for store, certificates in node.trusts.items():
        yield from ((store, certificate) for certificate in certificates.values())
