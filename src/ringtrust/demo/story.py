"""The story of two nights, told by one phone. Every key, list, question and signature in it is real.

The cluster is the smallest that shows the point: a publisher that serves the phone's files, and two subscribers.
"""

from collections.abc import Iterator, Mapping, Set
from typing import Final

import msgspec

from ringtrust.demo.throwaway import new_identity
from ringtrust.trust.lists import ListKind, TrustList, build_list, read_list
from ringtrust.trust.record import build_record
from ringtrust.trust.roles import MAY_SIGN_LISTS, Role
from ringtrust.trust.signature import Broken, Holds, judge
from ringtrust.trust.signing import SigningKey
from ringtrust.trust.tvs import QueryRequest, QueryResponse, read_message

NODES: Final = ("pub", "sub1", "sub2")
_GROUP: Final = ("sub1", "sub2")
_DEVICE: Final = "CP-8861-SEP001122334455"
_EVENING: Final = 1_795_000_000


class Cluster(msgspec.Struct, frozen=True):
    """The certificates that a phone meets: CallManager and CAPF of the publisher, and TVS of every node."""

    callmanager: SigningKey
    capf: SigningKey
    tvs: Mapping[str, SigningKey]

    @classmethod
    def new(cls) -> "Cluster":
        """A cluster with fresh keys."""
        return cls(new_identity("pub"), new_identity("CAPF-19a340e5"), {node: new_identity(node) for node in NODES})

    def with_new_callmanager(self) -> "Cluster":
        """After `set cert regen CallManager` on the publisher and the restarts."""
        return msgspec.structs.replace(self, callmanager=new_identity("pub"))

    def with_new_tvs(self) -> "Cluster":
        """After `set cert regen TVS` on every node and the restarts."""
        return msgspec.structs.replace(self, tvs={node: new_identity(node) for node in NODES})

    def trust_list(self, timestamp: int) -> TrustList:
        """The ITL that the publisher serves: up to 11.5 the CallManager key signs it."""
        signer = self.callmanager.certificate
        records = [
            build_record(Role.SAST, signer, dns_name="pub"),
            build_record(Role.TFTP, signer, dns_name="pub"),
            build_record(Role.CAPF, self.capf.certificate, dns_name="pub"),
            *(build_record(Role.TVS, self.tvs[node].certificate, dns_name=node) for node in NODES),
        ]
        return build_list(ListKind.ITL, records, self.callmanager, timestamp=timestamp)

    def answer(self, question: bytes) -> bytes:
        """What TVS of any node answers: it knows the certificates of its own cluster."""
        asked = read_message(question)
        if isinstance(asked, QueryRequest) and asked.serial == self.callmanager.identity.serial:
            roles = (Role.CCM_TFTP, Role.SAST)
            return QueryResponse.make(asked.session, self.callmanager.certificate, roles).to_bytes()
        return QueryResponse.unknown(asked.session).to_bytes()


class Offered(msgspec.Struct, frozen=True):
    """How the phone took a list: which one it holds now, and what it said, a sentence each."""

    held: TrustList
    said: tuple[str, ...]


def offer(held: TrustList, new: TrustList, cluster: Cluster) -> Offered:
    """A phone that holds a list is offered another one (domain.md §0, acceptance rule 3 to 6)."""
    verdict = new.verdict_for_holder_of(held)
    if isinstance(verdict, Holds):
        return Offered(new, ("I know the key that signed this list. Accepted.",))
    known = {record.certificate for record in held.with_role(Role.TVS)}
    said = ["I do not know the key that signed this list. I ask the TVS servers of my group."]
    for node in _GROUP:
        vouched, sentence = _ask(new, node, cluster, known)
        said.append(sentence)
        if vouched:
            return Offered(new, (*said, "Accepted."))
    said.append("Refused. I keep my old list, and whatever this cluster sends me from now on, I do not believe it.")
    return Offered(held, tuple(said))


def _ask(new: TrustList, node: str, cluster: Cluster, known: Set[bytes]) -> tuple[bool, str]:
    """Whether TVS of this node vouches for the list's signer, and the phone may believe it."""
    if cluster.tvs[node].certificate not in known:
        return False, f"TVS of {node} shows a certificate that I do not hold. I do not listen to it."
    signer = new.header.signer
    question = QueryRequest.make(1001, _DEVICE, signer.name, signer.issuer, signer.serial)
    reply = read_message(cluster.answer(question.to_bytes()))
    if not isinstance(reply, QueryResponse) or not reply.good or Role.SAST not in reply.roles:
        return False, f"TVS of {node} does not know it either."
    if not isinstance(
        judge(new.data, new.header, [build_record(Role.SAST, reply.certificates[0])], MAY_SIGN_LISTS), Holds
    ):
        return False, f"TVS of {node} vouches for the signer, but the signature does not hold."
    return True, f"TVS of {node}, whose certificate I hold, vouches for it, and the signature holds."


def tell() -> Iterator[str]:
    """The story, line by line, as it happens."""
    yield "One Cisco phone, and two ways to renew the certificates that it trusts."
    yield "Every key, list, question and signature below is real, made now and thrown away."
    yield "The cluster is one of release 9.1, which has no recovery key yet."
    before = Cluster.new()
    held = before.trust_list(_EVENING)
    yield from _before(held)
    yield ""
    yield "A careless night: everything expires this week, so everything is regenerated at once."
    careless = before.with_new_callmanager().with_new_tvs()
    yield from (
        "  admin:set cert regen CallManager",
        "  admin:set cert regen TVS            (on pub, sub1 and sub2)",
    )
    after_careless = offer(held, careless.trust_list(_EVENING + 3600), careless)
    yield from _phone(after_careless)
    yield from (
        "",
        "A planned night: one type at a time, and the next one only when the phone holds the new list.",
    )
    first = before.with_new_callmanager()
    yield "  admin:set cert regen CallManager"
    after_first = offer(held, first.trust_list(_EVENING + 3600), first)
    yield from _phone(after_first)
    second = first.with_new_tvs()
    yield "  admin:set cert regen TVS            (on pub, sub1 and sub2)"
    after_second = offer(after_first.held, second.trust_list(_EVENING + 7200), second)
    yield from _phone(after_second)
    yield from table(careless=after_careless.held.data != held.data, planned=after_second.held.data != held.data)


def _before(held: TrustList) -> Iterator[str]:
    yield from ("", "Before: the phone holds the trust list of pub, signed with the CallManager key of pub.")
    spoilt = bytearray(held.data)
    spoilt[-1] ^= 1
    verdict = read_list(bytes(spoilt)).verdict_for_holder_of(held)
    if isinstance(verdict, Broken):
        yield "  phone: Of a copy of it with one bit flipped I say: the signature does not hold. Refused."


def _phone(offered: Offered) -> Iterator[str]:
    for sentence in offered.said:
        yield f"  phone: {sentence}"


def table(*, careless: bool, planned: bool) -> Iterator[str]:
    """The end of the story: after which night the phone still listens."""
    yield from ("", "After         the phone listens")
    for night, listens in (("careless", careless), ("planned", planned)):
        yield f"  {night:<12}{'yes' if listens else 'no: somebody has to walk to it and erase its trust list'}"
