"""The ground of a wreck: the cluster as it is, what does not run, and phones by all that they may hold."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.ground import Ground, GroundNode, Held, PhoneClass, item
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.names import CALLMANAGER, CHANGE_NOTIFICATION, ITLRECOVERY, TFTP_SERVICE
from ringtrust.cluster.node import Node
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.prove.ground import ground_of
from ringtrust.prove.moves import PHONE_SAST
from ringtrust.prove.secured import PLAIN, Character, Secured
from ringtrust.prove.wreck.before import Before, before_of
from ringtrust.prove.wreck.held import Holders

_ON_ITS_WAY: Final = timedelta(hours=2)
"""Change Notification takes half an hour (210541): what is not there after that does not come by itself."""
_EXAMPLES: Final = 3


class Wreck(msgspec.Struct, frozen=True):
    """The ground, the class of each phone by its name, and what is known of before."""

    ground: Ground
    kinds: Mapping[str, PhoneClass]
    before: Before


class _Kind(NamedTuple):
    """What makes phones alike here: `here` are those that hear of a wave."""

    group: str
    here: bool
    character: Character
    holds: tuple[Held, ...]
    order: tuple[str, ...]


def wreck_of(snapshot: Snapshot, facts: ReleaseFacts, earlier: Sequence[Snapshot], since: datetime) -> Wreck:
    """What a proof of a recovery stands on: every phone has gone astray, and those that are here are waited for.

    Raises RefusedError where something that matters was not seen.
    """
    before = before_of(snapshot, facts, earlier, since)
    plain = ground_of(snapshot, facts, older=before.names)
    secured = (Secured(snapshot, facts, before.names),) if plain.mixed else ()
    holders = Holders(snapshot, facts, before, secured)
    alike: dict[_Kind, list[str]] = defaultdict(list)
    orders = _orders(snapshot)
    for phone in snapshot.all_phones():
        character = next((one.character(phone) for one in secured), PLAIN)
        here = phone.registered and not phone.software
        holds = holders.of(phone, asks=character.asks)
        alike[_Kind(phone.group, here, character, holds, orders.get(phone.name, ()))].append(phone.name)
    members = {each.name: each.members for each in snapshot.groups.value} if isinstance(snapshot.groups, Known) else {}
    classes = {kind: _class(number, kind, names, members) for number, (kind, names) in enumerate(_sorted(alike), 1)}
    ground = replace(
        plain,
        nodes=tuple(_node(snapshot, facts, node) for node in plain.nodes),
        classes=tuple(classes.values()),
        ctls_before=holders.ctls_before,
        saved=tuple(_saved(snapshot, facts, before)),
    )
    return Wreck(ground, {name: classes[kind] for kind, names in alike.items() for name in names}, before)


def without_unserved(snapshot: Snapshot) -> Snapshot:
    """A node whose Cisco Tftp does not run serves no list: it is no gap that nobody could read it."""
    return replace(snapshot, nodes=tuple(map(_unserved, snapshot.nodes)))


def _unserved(node: Node) -> Node:
    if node.runs(TFTP_SERVICE) or not node.has(TFTP_SERVICE) or not isinstance(node.itl, Unread):
        return node
    return replace(node, itl=Skipped(f"{TFTP_SERVICE} does not run here."))


def _sorted(alike: Mapping[_Kind, list[str]]) -> list[tuple[_Kind, list[str]]]:
    return sorted(alike.items(), key=lambda each: each[0])


def _class(number: int, kind: _Kind, names: Sequence[str], members: Mapping[str, tuple[str, ...]]) -> PhoneClass:
    asks = "" if kind.character.asks else ", without TVS"
    secure = f", secure by {kind.character.issuer.partition('@')[0]}" if kind.character.secure else ""
    away = "" if kind.here else ", not there"
    return PhoneClass(
        name=f"group {kind.group}{asks}{secure}{away}, kind {number}",
        group=kind.group,
        members=members.get(kind.group, ()),
        phones=len(names),
        start="a list that no node serves",
        waited=kind.here,
        examples=tuple(names[:_EXAMPLES]),
        asks=kind.character.asks,
        secure=kind.character.secure,
        issuer=kind.character.issuer,
        holds=kind.holds,
        order=kind.order,
        astray=True,
    )


def _orders(snapshot: Snapshot) -> Mapping[str, tuple[str, ...]]:
    """The TFTP nodes as each phone asks them: as its page tells, else as most others have them."""
    nodes = {node.address: node.name for node in snapshot.nodes}
    told = {phone.name: _order(phone, nodes) for phone in snapshot.all_phones()}
    usual = Counter(each for each in told.values() if each).most_common(1)
    return {name: order or (usual[0][0] if usual else ()) for name, order in told.items()}


def _order(phone: Phone, nodes: Mapping[str, str]) -> tuple[str, ...]:
    if not isinstance(phone.tftp, Known):
        return ()
    return tuple(nodes[address] for address in phone.tftp.value if address in nodes)


def _node(snapshot: Snapshot, facts: ReleaseFacts, node: GroundNode) -> GroundNode:
    seen = snapshot.node(node.name)
    if seen is None:
        return node
    services = seen.services.value if isinstance(seen.services, Known) else ()
    stopped = tuple(each.name for each in services if each.missed)
    return replace(node, stopped=stopped, forgets=tuple(_forgotten(snapshot, facts, seen)))


def _forgotten(snapshot: Snapshot, facts: ReleaseFacts, node: Node) -> Iterator[str]:
    """The signers that its TVS does not know, and will not come to know by itself (H05).

    While Change Notification is down anywhere, nobody can tell what it would bring.
    """
    notifying = not any(_is_down(each, CHANGE_NOTIFICATION) for each in snapshot.nodes)
    if not isinstance(node.trusted, Known) or not notifying:
        return
    known = {
        each.certificate.value.sha256
        for each in node.trusted.value
        if each.store == PHONE_SAST and isinstance(each.certificate, Known)
    }
    for other in snapshot.nodes:
        for unit in (CALLMANAGER, ITLRECOVERY):
            found = other.identity(unit)
            carried = any(each.name == unit for each in facts.units) and PHONE_SAST in facts.propagated(unit)
            late = found is not None and snapshot.taken - found.not_before < _ON_ITS_WAY
            if other is not node and found is not None and carried and not late and found.sha256 not in known:
                yield item(unit, other.name)


def _is_down(node: Node, service: str) -> bool:
    return node.has(service) and not node.runs(service)


def _saved(snapshot: Snapshot, facts: ReleaseFacts, before: Before) -> Iterator[str]:
    """What the last good backup would bring back, where that is not what is there now (R4)."""
    backups = snapshot.backups.value if isinstance(snapshot.backups, Known) else ()
    good = [each.completed.value for each in backups if each.good and isinstance(each.completed, Known)]
    if good and facts.backup_holds_keys:
        yield from (change.old for change in before.changes if change.made > good[-1])
