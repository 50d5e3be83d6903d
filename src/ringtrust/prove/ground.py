"""What of a snapshot a proof stands on: whose certificates stand where, and who holds which list."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.ground import UNKNOWN, Copy, FirstList, Ground, GroundNode, PhoneClass, Start, item, token
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.names import CALLMANAGER, ITLRECOVERY, TFTP_SERVICE, TVS
from ringtrust.cluster.node import BYTES_FOR_PHONES, RECORDS_FOR_PHONES, ListRecord, Node, ServedList
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.prove.moves import PHONE_SAST
from ringtrust.prove.secured import PLAIN, Character, Secured

_ADVICE: Final = "Mend that, and scan again: a proof stands on what was seen."
_EXAMPLES: Final = 3
Names = Mapping[str, str]
Value = TypeVar("Value")


def ground_of(
    snapshot: Snapshot,
    facts: ReleaseFacts,
    left_behind: frozenset[str] = frozenset(),
    *,
    canary: frozenset[str] = frozenset(),
    into_mixed: bool = False,
    older: Names = MappingProxyType({}),
) -> Ground:
    """What a proof stands on. `left_behind` are phones that no wave waits for, `canary` those that go first in each.

    `into_mixed`: the night takes the cluster into mixed mode, where secure profiles begin to count. `older` are the
    short names of certificates of before, by their hashes, as far as anybody has seen them.

    Raises RefusedError where something that matters was not seen.
    """
    shared = tuple(unit.name for unit in facts.units if facts.owners(unit.name) == "publisher")
    sasts = tuple(unit for unit in (facts.signing.itl, facts.signing.second) if unit)
    names = {**older, **dict(names_now(snapshot))}
    mixed = _known(snapshot.security_mode, "The security mode is not known") != 0
    secured = (Secured(snapshot, facts, names),) if mixed or into_mixed else ()
    return Ground(
        cluster=snapshot.cluster,
        version=_known(snapshot.version, "Which release runs is not known"),
        mixed=mixed,
        rollback=_known(snapshot.rollback, "The rollback parameter is not known"),
        signer=facts.signing.itl,
        sasts=sasts,
        recovery=facts.signing.second,
        ctl_signer=facts.signing.ctl,
        ctl_second=facts.signing.second_ctl,
        shared=shared,
        vouched=tuple(unit for unit in (CALLMANAGER, ITLRECOVERY) if _carried(facts, unit)),
        deletes_everywhere=facts.deletion(PHONE_SAST).reach == "every node",
        keys_restored=facts.backup_holds_keys,
        publisher=snapshot.publisher.name,
        nodes=tuple(_node(snapshot, facts, node, names, secured) for node in snapshot.nodes),
        classes=tuple(_classes(snapshot, _Named(left_behind, canary), secured)),
        copies=tuple(dict.fromkeys((*_copies(snapshot, names), *(each for one in secured for each in one.copies())))),
        ctl=tuple(each for one in secured if mixed for each in one.ctls()),
        expired=tuple(each for one in secured for each in one.expired()),
    )


def _known(fact: Known[Value] | Unread | Skipped, sentence: str) -> Value:
    if not isinstance(fact, Known):
        raise RefusedError(f"{sentence}: {fact.reason}", advice=_ADVICE)
    return fact.value


def _carried(facts: ReleaseFacts, unit: str) -> bool:
    return any(each.name == unit for each in facts.units) and PHONE_SAST in facts.propagated(unit)


def names_now(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """The short name of every identity on disk, by its hashes as lists and stores show them."""
    for node in snapshot.nodes:
        if not isinstance(node.identities, Known):
            raise RefusedError(
                f"The certificates of {node.name} could not be read: {node.identities.reason}", advice=_ADVICE
            )
        for identity in node.identities.value:
            if isinstance(identity.certificate, Known):
                short = token(item(identity.unit, node.name), 0)
                yield identity.certificate.value.sha1, short
                yield identity.certificate.value.sha256, short


def _node(
    snapshot: Snapshot, facts: ReleaseFacts, node: Node, names: Names, secured: tuple[Secured, ...]
) -> GroundNode:
    if not isinstance(node.services, Known):
        raise RefusedError(f"The services of {node.name} could not be read: {node.services.reason}", advice=_ADVICE)
    if isinstance(node.itl, Unread):
        raise RefusedError(f"The trust list of {node.name} could not be read: {node.itl.reason}", advice=_ADVICE)
    units = tuple(unit.name for unit in facts.units if node.publisher or facts.owners(unit.name) == "every node")
    serves = node.has(TFTP_SERVICE)
    return GroundNode(
        name=node.name,
        units=units,
        services=tuple(service.name for service in node.services.value if service.activated),
        tvs=_runs_with(node, names),
        serves=(first_list(snapshot, facts, node, names),) if serves else (),
        issuers=tuple(each for one in secured for each in one.issuers(node)),
    )


def _runs_with(node: Node, names: Names) -> str:
    """The certificate that its TVS has loaded; that of its disk where nobody could see it."""
    place, disk = item(TVS, node.name), node.identity(TVS)
    for served in node.served:
        if served.unit == TVS and isinstance(served.certificate, Known):
            shown = served.certificate.value
            return token(place, 0) if _same(shown, disk) else names.get(shown.sha256, token(place, -1))
    return token(place, 0)


def _same(one: Certificate, other: Certificate | None) -> bool:
    return other is None or one.sha256 == other.sha256


def first_list(snapshot: Snapshot, facts: ReleaseFacts, node: Node, names: Names) -> FirstList:
    """The list that it serves, or the one that it will build, where it serves none yet."""
    if not isinstance(node.itl, Known):
        units = [unit for unit in (facts.signing.itl, facts.signing.second) if unit]
        owners = [snapshot.publisher.name if facts.owners(unit) == "publisher" else node.name for unit in units]
        sasts = tuple(token(item(unit, owner), 0) for unit, owner in zip(units, owners, strict=True))
        return FirstList(sasts[0], sasts, tuple(token(item(TVS, each.name), 0) for each in snapshot.nodes))
    served = node.itl.value
    sasts = tuple(_token(snapshot, facts, node, record, names) for record in served.records if record.role == "SAST")
    tvs = tuple(_token(snapshot, facts, node, record, names) for record in served.records if record.role == TVS)
    return FirstList(
        signer=_signer(snapshot, facts, node, served, names),
        sasts=sasts,
        tvs=tuple(each for each in tvs if each),
        emptied=served.emptied,
        large=len(served.records) > RECORDS_FOR_PHONES or served.size > BYTES_FOR_PHONES,
    )


def _token(snapshot: Snapshot, facts: ReleaseFacts, node: Node, record: ListRecord, names: Names) -> str:
    """The short name of a record's certificate; one that is not on disk any more is from before the beginning."""
    if record.digest in names:
        return names[record.digest]
    if record.role == TVS:
        host = next((each.name for each in snapshot.nodes if record.host.lower() in _hosts(each)), "")
        return token(item(TVS, host), -1) if host and record.digest else ""
    if ITLRECOVERY.lower() in record.subject.lower():
        owner = snapshot.publisher.name if facts.owners(ITLRECOVERY) == "publisher" else node.name
        return token(item(ITLRECOVERY, owner), -1)
    return token(item(CALLMANAGER, node.name), -1)


def _hosts(node: Node) -> tuple[str, ...]:
    return (node.name.lower(), node.address.lower())


def _signer(snapshot: Snapshot, facts: ReleaseFacts, node: Node, served: ServedList, names: Names) -> str:
    for record in served.records:
        if record.role == "SAST" and record.serial.lstrip("0") == served.signer_serial.lstrip("0"):
            return _token(snapshot, facts, node, record, names)
    return UNKNOWN


def _copies(snapshot: Snapshot, names: Names) -> Iterator[Copy]:
    for node in snapshot.nodes:
        for trusted in node.trusted.value if isinstance(node.trusted, Known) else ():
            if trusted.store == PHONE_SAST and isinstance(trusted.certificate, Known):
                short = names.get(trusted.certificate.value.sha256, "")
                if short:
                    yield Copy(trusted.file, short, trusted.store)


class _Named(NamedTuple):
    """The phones that are not as the others of their CM group."""

    left_behind: frozenset[str]
    canary: frozenset[str]


def _classes(snapshot: Snapshot, named: _Named, secured: tuple[Secured, ...]) -> Iterator[PhoneClass]:
    """Phones by CM group, by what they hold now, by whether waves wait for them, and by whether they go first."""
    if not isinstance(snapshot.phones, Known):
        raise RefusedError(f"The phones could not be read: {snapshot.phones.reason}", advice=_ADVICE)
    if not isinstance(snapshot.groups, Known):
        raise RefusedError(f"The CM groups could not be read: {snapshot.groups.reason}", advice=_ADVICE)
    members = {group.name: group.members for group in snapshot.groups.value}
    served = {digest: node.name for node in snapshot.nodes for digest in _digests(node)}
    serving = tuple(node.name for node in snapshot.nodes if node.has(TFTP_SERVICE))
    if snapshot.phones.value and not serving:
        raise RefusedError(
            "Cisco Tftp is activated on no node: where phones have their lists from nobody knows.", advice=_ADVICE
        )
    alike: dict[_Kind, list[Phone]] = defaultdict(list)
    for phone in snapshot.phones.value:
        alike[_kind(phone, served, secured, named)].append(phone)
    for kind, phones in sorted(alike.items()):
        yield _class(kind, phones, members.get(kind.group, ()), served, serving)


class _Kind(NamedTuple):
    """What makes phones alike."""

    group: str
    start: Start
    left_behind: bool
    character: Character
    canary: bool

    @property
    def name(self) -> str:
        start = "" if self.start == "a list of now" else f" with {self.start}"
        asks = "" if self.character.asks else ", without TVS"
        by = self.character.issuer.partition("@")[0]
        secure = f", secure by {by}" if self.character.secure else ""
        when = f"{', left behind' if self.left_behind else ''}{', canary' if self.canary else ''}"
        return f"group {self.group}{start}{asks}{secure}{when}"


def _kind(phone: Phone, served: Names, secured: tuple[Secured, ...], named: _Named) -> _Kind:
    character = next((one.character(phone) for one in secured), PLAIN)
    itl = _start(phone, served)
    start = next((one.start(phone, itl, asks=character.asks) for one in secured), itl)
    return _Kind(phone.group, start, phone.name in named.left_behind, character, phone.name in named.canary)


def _class(
    kind: _Kind, phones: list[Phone], members: tuple[str, ...], served: Names, serving: tuple[str, ...]
) -> PhoneClass:
    seen = [phone.itl.value for phone in phones if isinstance(phone.itl, Known)]
    held = tuple(dict.fromkeys(served[digest] for digest in seen if digest in served))
    return PhoneClass(
        name=kind.name,
        group=kind.group,
        members=members,
        phones=len(phones),
        start=kind.start,
        lists=held if len(seen) == len(phones) else serving,
        waited=not kind.left_behind,
        examples=tuple(phone.name for phone in phones[:_EXAMPLES]),
        asks=kind.character.asks,
        secure=kind.character.secure,
        issuer=kind.character.issuer,
        canary=kind.canary,
    )


def _digests(node: Node) -> tuple[str, ...]:
    return (node.itl.value.sha1, node.itl.value.md5) if isinstance(node.itl, Known) else ()


def _start(phone: Phone, served: Names) -> Start:
    """A phone whose list nobody can see is taken to hold one of now: the proof says so among what it assumes."""
    if not isinstance(phone.itl, Known) or phone.itl.value in served:
        return "a list of now"
    return "a list that no node serves" if phone.itl.value else "no list"
