"""A snapshot for people: a table of nodes, who serves what, how the phones are, and what could not be read."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final

from ringtrust.cluster.certificate import Identity
from ringtrust.cluster.facts import Fact, Known, Unread, known
from ringtrust.cluster.node import Node, ServedList
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Health, Snapshot
from ringtrust.trust.names import counted, printable

_NAMED_AT_MOST: Final = 3


def snapshot_lines(snapshot: Snapshot) -> Iterator[str]:
    """Line by line; nothing in it that a terminal would obey."""
    yield from map(printable, _lines(snapshot))


def _lines(snapshot: Snapshot) -> Iterator[str]:
    yield f"{snapshot.cluster}: version {_told(snapshot.version)}, scanned {snapshot.taken:%Y-%m-%d %H:%M} UTC."
    yield f"Security mode {_told(snapshot.security_mode)}, rollback parameter {_told(snapshot.rollback)}."
    yield ""
    for node in snapshot.nodes:
        yield from _node(node, snapshot)
    yield from _groups(snapshot)
    yield from _phones(snapshot)
    yield from _unread(snapshot)


def _told(fact: Fact[str] | Fact[int] | Fact[bool]) -> str:
    return str(fact.value) if isinstance(fact, Known) else "unknown"


def _node(node: Node, snapshot: Snapshot) -> Iterator[str]:
    yield f"  {node.name:<12} {node.role.value:<11} {node.address:<15} {_list(node)}"
    if not isinstance(node.identities, Known):
        yield f"    certificates: {node.identities.reason}"
        return
    for identity in node.identities.value:
        yield f"    {identity.unit:<18} {_certificate(identity, snapshot)}"


def _list(node: Node) -> str:
    ctl = f"; CTL {_stands(node.ctl.value)}" if isinstance(node.ctl, Known) else ""
    if isinstance(node.itl, Known):
        return f"serves ITL {_stands(node.itl.value)}{ctl}"
    return f"{node.itl.reason}{ctl}"


def _stands(found: ServedList) -> str:
    checksum = found.sha1 or found.md5
    return f"{f'{checksum[:8]}, ' if checksum else ''}{'valid' if found.valid else found.verdict}"


def _certificate(identity: Identity, snapshot: Snapshot) -> str:
    if not isinstance(identity.certificate, Known):
        return identity.certificate.reason
    found = identity.certificate.value
    days = (found.not_after - snapshot.taken).days
    left = f"{days} days left" if days >= 0 else "EXPIRED"
    kind = "self-signed" if found.self_signed else "signed by a CA"
    return f"until {found.not_after:%Y-%m-%d}  {left:<14} {found.key} {found.bits} {found.digest:<7} {kind}"


def _groups(snapshot: Snapshot) -> Iterator[str]:
    yield ""
    if not isinstance(snapshot.groups, Known):
        yield f"CM groups: {snapshot.groups.reason}"
        return
    for group in snapshot.groups.value:
        count = sum(phone.group == group.name for phone in snapshot.all_phones())
        phones = counted(count, "phone") if isinstance(snapshot.phones, Known) else "phones unread"
        yield f"CM group {group.name}: {', '.join(group.members)}; {phones}."


def _phones(snapshot: Snapshot) -> Iterator[str]:
    if not isinstance(snapshot.phones, Known):
        yield f"Phones: {snapshot.phones.reason}"
        return
    phones = snapshot.phones.value
    unread = any(isinstance(node.itl, Unread) for node in snapshot.nodes)
    lists = {digest for itl in known(node.itl for node in snapshot.nodes) for digest in (itl.sha1, itl.md5)}
    held = Counter(_held(phone, lists, unread=unread) for phone in phones)
    told = ", ".join(f"{count} {what}" for what, count in held.most_common())
    registered = sum(phone.registered for phone in phones)
    silent = sum(not isinstance(phone.registration, Known) for phone in phones)
    maybe = f", of {silent} it is unknown" if silent else ""
    yield f"{counted(len(phones), 'phone')}: {registered} registered{maybe}{f'; {told}' if told else ''}."


def _held(phone: Phone, lists: Collection[str], *, unread: bool) -> str:
    """What a phone holds. Where the list of a TFTP node could not be read, another one may be that of now."""
    if not isinstance(phone.itl, Known):
        return "do not tell"
    if phone.itl.value in lists:
        return "hold a list of now"
    if not phone.itl.value:
        return "hold none"
    return "hold a list that may be of now" if unread else "hold another list"


def _unread(snapshot: Snapshot) -> Iterator[str]:
    """A line for each reason of each node: what it kept from being read stands behind it, or is counted."""
    failed = snapshot.failed
    yield ""
    yield f"{len(snapshot.sources)} sources, {len(failed)} of them could not be read."
    mute = {source.node for source in failed if source.node} - {
        source.node for source in snapshot.sources if source.health is Health.READ
    }
    for node in sorted({source.node for source in failed}):
        here = [source for source in failed if source.node == node]
        if node in mute:
            yield f"  {node} tells nothing: {here[0].reason}"
            continue
        for reason in dict.fromkeys(source.reason for source in here):
            same = [source for source in here if source.reason == reason]
            doors = ", ".join(dict.fromkeys(source.interface for source in same))
            what = ", ".join(source.what for source in same)
            told = what if len(same) <= _NAMED_AT_MOST else f"{len(same)} questions"
            yield f"  {f'{node} ' if node else ''}{doors}, {told}: {reason}"
    for each in snapshot.disagreements:
        said = "; ".join(f"{said.source} says {said.text}" for said in each.said)
        yield f"  {each.node}, {each.what}: {said}."
