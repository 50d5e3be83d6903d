"""The fingerprint of a snapshot: what a plan for it leans on."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b, sha256
from typing import Final, TypeVar

from ringtrust.change.fingerprint import HASH_BYTES, Fingerprint, Kind, PhonesOf, Trait, Unseen
from ringtrust.cluster.certificate import Certificate, Identity, Trusted
from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.cluster.names import NEEDED_SERVICES, TVS
from ringtrust.cluster.node import Node, ServedList, Service
from ringtrust.cluster.phone import Group, Phone
from ringtrust.cluster.snapshot import MIXED, Backup, Snapshot
from ringtrust.trust.names import quoted

STORES: Final = frozenset({"CAPF-trust", "CallManager-trust", "Phone-SAST-trust"})
"""By what is in these phones are let in, and trust lists are vouched for (domain.md §1)."""
_DIGITS: Final = 16
Value = TypeVar("Value")
_Named = tuple[str, str]
_Found = Iterator[Trait | Unseen]


def fingerprint_of(snapshot: Snapshot) -> Fingerprint:
    """What is compared before the first act of a plan. What nobody asked for is no part of it."""
    found = {*_of_cluster(snapshot), *(each for node in snapshot.nodes for each in _of_node(node))}
    return Fingerprint(
        traits=tuple(sorted(each for each in found if isinstance(each, Trait))),
        phones=tuple(_phones(snapshot.all_phones())),
        unseen=tuple(sorted(each for each in found if isinstance(each, Unseen))),
    )


def hash_of(name: str) -> bytes:
    """What a phone is known by in a fingerprint."""
    return blake2b(name.encode(errors="surrogatepass"), digest_size=HASH_BYTES).digest()


def _traits(kind: Kind, node: str, fact: Fact[Value], named: Callable[[Value], Iterable[_Named]]) -> _Found:
    """Those that come out of one fact."""
    match fact:
        case Known(value=value):
            yield from (Trait(kind, node, name, text) for name, text in named(value))
        case Unread(reason=reason):
            yield Unseen(kind, node, reason)


def _of_cluster(snapshot: Snapshot) -> _Found:
    yield from _traits("mode", "", snapshot.security_mode, lambda mode: [("", _mode(mode))])
    yield from _traits("rollback", "", snapshot.rollback, lambda value: [("", str(value))])
    yield from _traits("group", "", snapshot.groups, _groups)
    yield from _traits("backup", "", snapshot.backups, _backups)
    yield from _traits("phones", "", snapshot.phones, lambda _: ())


def _of_node(node: Node) -> _Found:
    yield Trait("node", node.name, "", f"a {node.role.value}")
    yield from _traits("version", node.name, node.version, lambda version: [("", version)])
    yield from _traits("service", node.name, node.services, _services)
    yield from _traits("certificate", node.name, node.identities, _identities)
    yield from _unread_ones(node)
    yield from _traits("trusted", node.name, node.trusted, _trusted)
    for served in node.served:
        if served.unit == TVS:
            yield from _traits("loaded", node.name, served.certificate, lambda found: [(TVS, _certificate(found))])
    yield from _list("list", "list-file", node.name, node.itl)
    yield from _list("ctl", "ctl-file", node.name, node.ctl)


def _unread_ones(node: Node) -> _Found:
    """A certificate that is there, and could not be read: nobody can tell which it is."""
    for identity in node.identities.value if isinstance(node.identities, Known) else ():
        if isinstance(identity.certificate, Unread):
            yield Unseen("certificate", node.name, f"{identity.unit}: {identity.certificate.reason}")


def _list(kind: Kind, file: Kind, node: str, fact: Fact[ServedList]) -> _Found:
    """What is in it weighs; the file is made anew, with the same in it, whenever Cisco Tftp starts."""
    yield from _traits(kind, node, fact, lambda found: [("", _content(found))])
    if isinstance(fact, Known):
        yield Trait(file, node, "", f"SHA-1 {fact.value.sha1[:_DIGITS]}")


def _content(served: ServedList) -> str:
    records = "\n".join(sorted(f"{each.role} {_bare(each.serial)} {each.digest}" for each in served.records))
    inside = "emptied" if served.emptied else f"with {len(served.records)} records"
    valid = "" if served.valid else ", and not valid"
    hashed = sha256(records.encode(errors="surrogatepass")).hexdigest()[:_DIGITS]
    return f"signed by serial {_bare(served.signer_serial)}, {inside} ({hashed}){valid}"


def _bare(serial: str) -> str:
    """As every door writes it: a list and the CLI differ in zeros in front."""
    return serial.lstrip("0").upper()


def _mode(mode: int) -> str:
    return {0: "non-secure", MIXED: "mixed"}.get(mode, str(mode))


def _groups(groups: tuple[Group, ...]) -> Iterable[_Named]:
    return [(group.name, ", ".join(group.members) or "no member") for group in groups]


def _backups(backups: tuple[Backup, ...]) -> Iterable[_Named]:
    good = [each.completed.value for each in backups if each.good and isinstance(each.completed, Known)]
    return [("", f"of {max(good):%Y-%m-%d %H:%M %Z}")] if good else []


def _services(services: tuple[Service, ...]) -> Iterable[_Named]:
    return [(each.name, "activated") for each in services if each.activated and each.name in NEEDED_SERVICES]


def _identities(identities: tuple[Identity, ...]) -> Iterable[_Named]:
    known = ((each.unit, each.certificate) for each in identities)
    return [(unit, _certificate(found.value)) for unit, found in known if isinstance(found, Known)]


def _trusted(entries: tuple[Trusted, ...]) -> Iterable[_Named]:
    """By what it is, whatever its file is called: doors call it differently."""
    known = [(each.store, each.certificate.value) for each in entries if isinstance(each.certificate, Known)]
    return [
        (f"{quoted(found.common_name)} in {store}, {_certificate(found)}", "there")
        for store, found in known
        if store in STORES
    ]


def _certificate(found: Certificate) -> str:
    """Two may have one serial number; the hash tells them apart."""
    return f"serial {found.serial} ({found.sha256[:_DIGITS]})"


def _phones(phones: Iterable[Phone]) -> Iterator[PhonesOf]:
    alike: dict[tuple[str, str], set[bytes]] = defaultdict(set)
    for phone in phones:
        alike[phone.group, phone.profile.value if isinstance(phone.profile, Known) else ""].add(hash_of(phone.name))
    for (group, profile), hashes in sorted(alike.items()):
        yield PhonesOf(group, profile, b"".join(sorted(hashes)))
