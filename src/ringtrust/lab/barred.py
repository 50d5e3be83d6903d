"""Whether a secure phone could register at all: counted from what it holds and what the cluster has.

As if every service ran with what is on disk, everything under way had arrived, and the phone had fetched every list and
certificate that it can. What is wrong then is not over by itself: somebody has to do something on the servers, on the
phone, or on a partner. Whether somebody must walk to a phone for its lists, `stranded` tells.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from ringtrust.lab.phone.acceptance import Accepted, MustAsk, is_held, knows_server, list_opinion
from ringtrust.lab.phone.enrolment import would_go
from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.state import admission, files
from ringtrust.lab.state.arriving import Place, known_in_the_end
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.services import CALLMANAGER, CAPF
from ringtrust.lab.state.vouching import roles_of
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.header import SignerId
from ringtrust.trust.lists import ListKind, TrustList
from ringtrust.trust.names import same_name
from ringtrust.trust.roles import Role

_MAY_REGISTER = frozenset({Role.CCM, Role.CCM_TFTP})
_STORE = "CallManager-trust"
_INSTALL = 2  # Install/Upgrade, as the database numbers operations
_NON_SECURE = 1


class Able(msgspec.Struct, frozen=True):
    """It could."""

    reason = ""


class NoNetwork(msgspec.Struct, frozen=True):
    """Its switch does not let it in (802.1X, H18)."""

    why: str

    @property
    def reason(self) -> str:
        """In a sentence without its end."""
        return f"the network does not let it in: {self.why}"


class NotListed(msgspec.Struct, frozen=True):
    """The Unified CM shows a certificate that no list has which it can get (H13)."""

    node: str

    @property
    def reason(self) -> str:
        """In a sentence without its end."""
        return f"CallManager of {self.node} is in no list that it can get"


class NotTaken(msgspec.Struct, frozen=True):
    """The Unified CM does not know who issued what it shows (H17)."""

    node: str
    shows: str
    issuer: str

    @property
    def reason(self) -> str:
        """In a sentence without its end."""
        return f"{self.node} does not trust {self.issuer}, the issuer of its {self.shows}"


class Ended(msgspec.Struct, frozen=True):
    """What it shows has ended, or its issuer has (S120)."""

    shows: str
    when: datetime
    issuer: str = ""

    @property
    def reason(self) -> str:
        """In a sentence without its end."""
        whose = f"{self.issuer}, the issuer of its {self.shows}," if self.issuer else f"its {self.shows}"
        return f"{whose} has expired on {self.when:%Y-%m-%d}"


class ServerEnded(msgspec.Struct, frozen=True):
    """The Unified CM shows a certificate that has ended (domain.md §1a, CallManager)."""

    node: str

    @property
    def reason(self) -> str:
        """In a sentence without its end."""
        return f"CallManager of {self.node} has expired"


class NothingToShow(msgspec.Struct, frozen=True):
    """It has no certificate."""

    reason = "it has neither LSC nor MIC, and cannot get one"


Answer = Able | NoNetwork | NotListed | NotTaken | Ended | ServerEnded | NothingToShow


class Bars:
    """What bars phones as the cluster is now. Lists are judged once for all phones of a group that hold the same."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._now = cluster.time.now()
        written, release = cluster.publisher.replica, cluster.release
        self._known: Mapping[str, tuple[Place, ...]] = {
            node.name: tuple(known_in_the_end(node, written, release)) for node in cluster.nodes
        }
        self._believed = {
            name: tuple(dict.fromkeys(certificate for store, certificate in known if store == _STORE))
            for name, known in self._known.items()
        }
        self._offered = {ListKind.CTL: self._ctl(), ListKind.ITL: self._served(ListKind.ITL)}
        self._lists: dict[tuple[tuple[str, ...], tuple[bytes, ...], bool], tuple[TrustList, ...]] = {}

    def of(self, phone: Phone, group: Sequence[str]) -> Answer:
        """What bars this phone, whose CM group has these members."""
        if isinstance(barred := self._network(phone), NoNetwork):
            return barred
        secured = self._cluster.publisher.directory.secured(phone.traits.device)
        if secured.mode == _NON_SECURE:
            return Able()
        lists = self._in_the_end(phone, tuple(group))
        renewed = self._renews(phone, lists, group)
        answers = [self._member(phone, name, lists, renewed=renewed) for name in group]
        return next((each for each in answers if isinstance(each, Able)), answers[0])

    def _network(self, phone: Phone) -> Able | NoNetwork:
        kind = phone.traits.kind
        if not kind.dot1x or kind.wireless:
            return Able()
        shown = phone.papers.shown
        if shown is None:
            return NoNetwork("it has no certificate")
        match self._cluster.partners.judge(shown.certificate, self._now):
            case admission.UnknownIssuer(issuer=issuer):
                return NoNetwork(f"RADIUS does not know {issuer}, the issuer of its {phone.papers.name}")
            case admission.Ended(when=when):
                return NoNetwork(f"its {phone.papers.name} or the issuer of that has expired on {when:%Y-%m-%d}")
            case _:
                return Able()

    def _member(self, phone: Phone, name: str, lists: Sequence[TrustList], *, renewed: bool) -> Answer:
        """Whether it and a member of its group take each other."""
        node = self._cluster.node(name)
        listed = is_held(node.identities["CallManager"].certificate, lists, _MAY_REGISTER)
        if not listed or not node.services.activated(CALLMANAGER):
            return NotListed(name)
        if admission.has_ended(node.identities["CallManager"].certificate, self._now):
            return ServerEnded(name)
        return self._new_lsc(name) if renewed else self._taken(phone, name)

    def _taken(self, phone: Phone, name: str) -> Answer:
        shown, shows = phone.papers.shown, phone.papers.name
        if shown is None:
            return NothingToShow()
        match admission.judge(shown.certificate, self._believed[name], self._now):
            case admission.UnknownIssuer(issuer=issuer):
                return NotTaken(name, shows, issuer)
            case admission.Ended(when=when, issuer=issuer):
                return Ended(shows, when, issuer)
            case _:
                return Able()

    def _new_lsc(self, name: str) -> Answer:
        """An LSC that CAPF would sign now is as good as its issuer is there."""
        capf = self._cluster.publisher.identities["CAPF"].certificate
        match admission.judge(capf, (*self._believed[name], capf), self._now):
            case admission.Ended(when=when):
                return Ended("new LSC", when, "CAPF")
            case _:
                return Able() if capf in self._believed[name] else NotTaken(name, "new LSC", "CAPF")

    def _renews(self, phone: Phone, lists: Sequence[TrustList], group: Sequence[str]) -> bool:
        """Whether an installation is scheduled for it that it does by itself, with a CAPF that it knows."""
        rows = self._cluster.publisher.replica.rows(
            "select tkcertificateoperation, tkauthenticationmode from device where name = ?", phone.traits.device
        )
        capf = self._cluster.publisher
        if not rows or rows[0][0] != _INSTALL or not would_go(phone, rows[0][1]) or not capf.services.activated(CAPF):
            return False
        certificate = capf.identities["CAPF"].certificate
        asked = self._tvs(phone, lists, group)
        return is_held(certificate, lists, frozenset({Role.CAPF})) or any(
            Role.CAPF in roles_of(self._known[name], certificate) for name in asked
        )

    def _in_the_end(self, phone: Phone, group: tuple[str, ...]) -> tuple[TrustList, ...]:
        """The lists that it holds when it has fetched those that it takes."""
        held = tuple(phone.held.values())
        key = (group, tuple(each.data for each in held), phone.traits.kind.tvs)
        if key not in self._lists:
            self._lists[key] = self._fetched(phone, group)
        return self._lists[key]

    def _fetched(self, phone: Phone, group: tuple[str, ...]) -> tuple[TrustList, ...]:
        held = dict(phone.held)
        for kind in (ListKind.CTL, ListKind.ITL) if phone.traits.kind.tvs else (ListKind.CTL,):
            offered = self._offered[kind]
            if offered is None:
                continue
            opinion = list_opinion(kind, offered, tuple(held.values()))
            what = opinion.what if isinstance(opinion, Accepted | MustAsk) else None
            vouched = isinstance(opinion, MustAsk) and self._vouched(phone, tuple(held.values()), group, opinion)
            if isinstance(what, TrustList) and (vouched or isinstance(opinion, Accepted)):
                held[kind] = what
        return tuple(held.values())

    def _vouched(self, phone: Phone, lists: Sequence[TrustList], group: Sequence[str], question: MustAsk) -> bool:
        return any(
            question.roles.intersection(roles_of(self._known[name], certificate))
            for name in self._tvs(phone, lists, group)
            for _, certificate in self._known[name]
            if _is(certificate, question.signer)
        )

    def _tvs(self, phone: Phone, lists: Sequence[TrustList], group: Sequence[str]) -> Iterator[str]:
        """The nodes of its group whose TVS it knows."""
        for name in group if phone.traits.kind.tvs else ():
            if knows_server(self._cluster.node(name).identities["TVS"].certificate, lists):
                yield name

    def _ctl(self) -> bytes | None:
        """The CTL that every node serves once it has arrived."""
        found = self._cluster.ctl.in_the_end()
        return found.data if found is not None else None

    def _served(self, kind: ListKind) -> bytes | None:
        served = (files.served(self._cluster, node, kind.filename) for node in self._cluster.tftp_order)
        return next((data for data in served if data is not None), None)


def _is(certificate: bytes, signer: SignerId) -> bool:
    facts = CertificateFacts.of(certificate)
    return facts.serial == signer.serial.lstrip(b"\0") and same_name(facts.issuer, signer.issuer)
