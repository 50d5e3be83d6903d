"""What verdicts are made by, read from a snapshot once: whose identities, lists, chains and phones there are."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

from ringtrust.audit.seen import Seen, identities
from ringtrust.audit.verdicts.hosts import Hosts, host_of, organisation_of
from ringtrust.change.store_verdict import StorePlace
from ringtrust.cluster.certificate import Certificate, Identity
from ringtrust.cluster.doors import Door
from ringtrust.cluster.elsewhere import Elsewhere
from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.cluster.node import Node, ServedList
from ringtrust.cluster.phone import Phone
from ringtrust.trust.names import common_name

_SHA1_DIGITS: Final = 40
_NO_LSC: Final = frozenset({"", "None", "Delete Success"})
"""The words of the database that leave no LSC on a phone (trust-formats.md §5.8)."""
_OF_THE_DATABASE: Final = Door.AXL.value
_OWN_ONLY: Final = frozenset({"ipsec-trust", "TVS-trust"})


class Entry(NamedTuple):
    """A certificate in a store, and where."""

    store: str
    certificate: Fact[Certificate]
    places: tuple[StorePlace, ...]


class Index:
    """All of it, of one snapshot. What is asked for rarely is read when it is."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self.snapshot = seen.snapshot
        self.hosts = Hosts.of(seen.snapshot)
        self.owners: dict[str, str] = {}
        self.by_subject: dict[str, list[tuple[str, Certificate]]] = defaultdict(list)
        self.by_host: dict[str, list[tuple[str, Certificate]]] = defaultdict(list)
        for node in self.snapshot.nodes:
            for unit, certificate in identities(node):
                self._add(f"{unit} of {node.name}", certificate)

    def _add(self, whose: str, certificate: Certificate) -> None:
        self.owners.setdefault(certificate.sha256, whose)
        self.by_subject[certificate.subject].append((whose, certificate))
        if host := host_of(certificate.common_name):
            self.by_host[host].append((whose, certificate))

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """The identities that could not be read: a copy of one of those is told from nothing."""
        return tuple(text for node in self.snapshot.nodes for text in _unread(node))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every certificate of every store. One that could not be read stands by itself."""
        found: dict[tuple[str, str], tuple[Fact[Certificate], list[StorePlace]]] = {}
        for node in self.snapshot.nodes:
            for each in node.trusted.value if isinstance(node.trusted, Known) else ():
                fact = each.certificate
                key = fact.value.sha256 if isinstance(fact, Known) else f"{node.name} {each.file}"
                found.setdefault((each.store, key), (fact, []))[1].append(StorePlace(node.name, each.file))
        return tuple(Entry(store, fact, tuple(places)) for (store, _), (fact, places) in found.items())

    @cached_property
    def listed(self) -> Mapping[str, str]:
        """By the hash of a certificate, the list that is served with a record of it; the ITL first.

        Whoever signed a list, and whoever stands in a record with no SHA-1, is there by the serial number: a record may
        hold another hash, or none (trust-formats.md §1.4).
        """
        found: dict[str, str] = {}
        for node in self.snapshot.nodes:
            for kind, served in _lists(node):
                for key in _told_by(served):
                    found.setdefault(key, f"the {kind} of {node.name}")
        return found

    def list_with(self, certificate: Certificate) -> str:
        """The list that is served with it; empty where none is."""
        keys = certificate.sha1, certificate.sha256, _bare(certificate.serial)
        return next((self.listed[key] for key in keys if key in self.listed), "")

    @cached_property
    def lists_missing(self) -> tuple[str, ...]:
        """The lists that could not be read: nobody knows whose records they hold."""
        lists = ((node, kind, fact) for node in self.snapshot.nodes for kind, fact in _facts(node))
        return tuple(
            f"The {kind} of {node.name} could not be read: {fact.reason}"
            for node, kind, fact in lists
            if isinstance(fact, Unread)
        )

    def ports_unread(self, nodes: Collection[str]) -> Iterator[str]:
        """The ports of these nodes of which nobody knows what they show."""
        for node in self.snapshot.nodes:
            for each in node.served if node.name in nodes else ():
                if isinstance(each.certificate, Unread):
                    yield f"port {each.port} of {node.name}: {each.certificate.reason}"

    @cached_property
    def tokens(self) -> Mapping[str, str]:
        """By the SHA-1 of a certificate of an eToken that may sign the CTL, its name (S75)."""
        return {
            record.digest.upper(): token
            for node in self.snapshot.nodes
            for kind, served in _lists(node)
            if kind == "CTL"
            for record in served.records
            for token in served.tokens
            if token in record.subject and record.digest
        }

    @cached_property
    def issuers(self) -> Counter[str]:
        """How many phones have an LSC of whom, by the common name; "" where they have one and nobody tells whose."""
        found: Counter[str] = Counter()
        for phone in self.snapshot.all_phones():
            if isinstance(phone.lsc, Known) and phone.lsc.value.there:
                issuer = phone.lsc.value.issuer
                found[(common_name(issuer) if "=" in issuer else issuer).strip().casefold()] += 1
        return found

    @cached_property
    def lscs_unread(self) -> tuple[str, ...]:
        """The phones of which nobody knows who signed their LSC, or whether an earlier one is theirs still.

        Before 11.5 only the last thing that CAPF did is told: a failure leaves the LSC of before where it was.
        """
        return tuple(phone.name for phone in self.snapshot.all_phones() if _may_have_lsc(phone))

    @cached_property
    def behind(self) -> tuple[str, ...]:
        """The phones that hold a list which no node serves."""
        served = {
            digest for node in self.snapshot.nodes for _, each in _lists(node) for digest in (each.sha1, each.md5)
        }
        return tuple(phone.name for phone in self.snapshot.all_phones() if set(_held(phone)) - served)

    @cached_property
    def lists_unread(self) -> tuple[str, ...]:
        """The phones of which nobody knows which list they hold; unless the cluster is non-secure, the CTL counts."""
        mode = self.snapshot.security_mode
        ctl_counts = not isinstance(mode, Known) or self.snapshot.mixed
        phones = (phone for phone in self.snapshot.all_phones() if not phone.software)
        return tuple(
            phone.name
            for phone in phones
            if not isinstance(phone.itl, Known) or (ctl_counts and not isinstance(phone.ctl, Known))
        )

    @cached_property
    def above(self) -> Mapping[str, str]:
        """By the SHA-256 of a CA in a store, in whose chain it stands: by key identifier, else by name.

        Chains end where a CA is missing. Expressway goes by key identifiers too (domain.md §4a, 218034).
        """
        ours = [(whose, leaf) for each in self.by_subject.values() for whose, leaf in each if not leaf.self_signed]
        shown = [(f"what {each.asked} shows", each.certificate.value) for each in self._shown()]
        return dict(self._chains([*ours, *shown]))

    @cached_property
    def above_others(self) -> Mapping[str, str]:
        """The same of whatever else lies in the stores: whether that is in use is another question."""
        signed = [each.certificate.value for each in self.entries if isinstance(each.certificate, Known)]
        return dict(self._chains([(leaf.common_name, leaf) for leaf in signed if not leaf.self_signed]))

    def _chains(self, waiting: list[tuple[str, Certificate]]) -> Iterator[tuple[str, str]]:
        by_key, by_name = self._authorities
        done: set[str] = set()
        while waiting:
            whose, below = waiting.pop(0)
            for above in _parents(below, by_key, by_name):
                if above.sha256 not in done and above.sha256 != below.sha256:
                    done.add(above.sha256)
                    yield above.sha256, whose
                    waiting += [(whose, above)] if not above.self_signed else []

    @cached_property
    def _authorities(self) -> tuple[Mapping[str, list[Certificate]], Mapping[str, list[Certificate]]]:
        """The certificates of all stores by their key identifiers, and by their names, marked as CAs or not."""
        by_key: dict[str, list[Certificate]] = defaultdict(list)
        by_name: dict[str, list[Certificate]] = defaultdict(list)
        for entry in self.entries:
            if isinstance(entry.certificate, Known):
                found = entry.certificate.value
                by_name[found.subject].append(found)
                if found.key_id:
                    by_key[found.key_id].append(found)
        return by_key, by_name

    @cached_property
    def own_names(self) -> Mapping[str, str]:
        """Hosts with our organisation that ipsec-trust or TVS-trust has self-signed certificates of, and which has.

        Nobody but the nodes of the cluster get into those by themselves: a name there that is no node's was one.
        """
        found: dict[str, str] = {}
        for entry in self.entries:
            if entry.store in _OWN_ONLY and isinstance(entry.certificate, Known):
                certificate = entry.certificate.value
                host = host_of(certificate.common_name)
                if (
                    host
                    and certificate.self_signed
                    and organisation_of(certificate.subject) in self.hosts.organisations
                ):
                    found.setdefault(host, entry.store)
        return found

    @cached_property
    def _stored(self) -> Mapping[str, Sequence[Certificate]]:
        """What lies in each store, on any node."""
        found: dict[str, list[Certificate]] = defaultdict(list)
        for entry in self.entries:
            if isinstance(entry.certificate, Known):
                found[entry.store].append(entry.certificate.value)
        return found

    def vouches(self, store: str, certificate: Certificate) -> bool:
        """Whether a store knows a certificate, or the CA that signed it."""
        for each in self._stored.get(store, ()):
            keys = certificate.issuer_key_id, each.key_id
            signed = keys[0] == keys[1] if all(keys) else certificate.issuer == each.subject
            if each.sha256 == certificate.sha256 or (signed and not certificate.self_signed):
                return True
        return False

    @cached_property
    def elsewhere(self) -> Mapping[str, Elsewhere]:
        """What other servers showed, by the name that a store knows them by."""
        return {each.name.lower(): each for each in self.snapshot.elsewhere}

    @cached_property
    def shown_elsewhere(self) -> Mapping[str, str]:
        """By the SHA-256 of a certificate, the place that shows it."""
        return {each.certificate.value.sha256: each.asked for each in self._shown()}

    def _shown(self) -> Iterator["_Shown"]:
        for each in self.snapshot.elsewhere:
            if isinstance(each.certificate, Known):
                yield _Shown(each.asked, each.certificate)

    @cached_property
    def still_served(self) -> Mapping[str, str]:
        """By the SHA-256 of a certificate, the port of a node that shows it now, be it on its disk or not."""
        return {
            shown.certificate.value.sha256: f"port {shown.port} of {node.name}"
            for node in self.snapshot.nodes
            for shown in node.served
            if isinstance(shown.certificate, Known)
        }


class _Shown(NamedTuple):
    asked: str
    certificate: Known[Certificate]


def _parents(
    below: Certificate, by_key: Mapping[str, list[Certificate]], by_name: Mapping[str, list[Certificate]]
) -> Iterator[Certificate]:
    """Whoever has the key that signed it. Where one of the two names no key, the name has to do."""
    if below.issuer_key_id:
        yield from by_key.get(below.issuer_key_id, ())
    for each in by_name.get(below.issuer, ()):
        if not (below.issuer_key_id and each.key_id):
            yield each


def _facts(node: Node) -> tuple[tuple[str, Fact[ServedList]], ...]:
    return ("ITL", node.itl), ("CTL", node.ctl)


def _lists(node: Node) -> Iterator[tuple[str, ServedList]]:
    for kind, fact in _facts(node):
        if isinstance(fact, Known):
            yield kind, fact.value


def _told_by(served: ServedList) -> Iterator[str]:
    """What certificates of a list are found by."""
    for record in served.records:
        if record.digest:
            yield record.digest.upper()
        if len(record.digest) != _SHA1_DIGITS and record.serial:
            yield _bare(record.serial)
    if served.signer_serial:
        yield _bare(served.signer_serial)


def _bare(serial: str) -> str:
    return f"serial {serial.upper().lstrip('0')}"


def _may_have_lsc(phone: Phone) -> bool:
    if not isinstance(phone.lsc, Known):
        return True
    return not phone.lsc.value.there and phone.lsc.value.status not in _NO_LSC


def _held(phone: Phone) -> Iterator[str]:
    for fact in (phone.itl, phone.ctl):
        if isinstance(fact, Known) and fact.value:
            yield fact.value


def _unread(node: Node) -> Iterator[str]:
    if isinstance(node.identities, Unread):
        yield f"the identities of {node.name}: {node.identities.reason}"
    elif isinstance(node.identities, Known) and node.identities.source == _OF_THE_DATABASE:
        yield f"the identities on the disk of {node.name}: only those of the database were read (210541)"
    for each in node.identities.value if isinstance(node.identities, Known) else ():
        yield from _unread_one(node, each)


def _unread_one(node: Node, identity: Identity) -> Iterator[str]:
    if isinstance(identity.certificate, Unread):
        yield f"{identity.unit} of {node.name}: {identity.certificate.reason}"
