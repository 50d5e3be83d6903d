"""What there was before: from earlier snapshots where there are some, else from when certificates were made.

A phone tells the hash of its list, and no more. An earlier snapshot has seen that list when it was served. Where none
has, the list is taken for one that was served while certificates changed: what was made before then stands in it as it
is now, and of the others any may be old or new.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import product

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.ground import FirstCtl, FirstList, Held, item, token
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import TFTP_SERVICE, TVS
from ringtrust.cluster.node import ServedList
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.prove.frame import ANCHORS
from ringtrust.prove.ground import Names, first_list, names_now
from ringtrust.prove.secured import Secured

_UNSEEN = -1
"""The number of a certificate that was there before, and that nobody has seen."""


class Change(msgspec.Struct, frozen=True):
    """A certificate that phones trust by and that took the place of another one: its place, when, and the old one."""

    place: str
    made: datetime
    old: str


class Before(msgspec.Struct, frozen=True):
    """All of it. `names` are short names by hashes; `lists` and `ctls` those of before, by their checksums.

    `seen` is whether an earlier snapshot tells, `changes` are those since then in their order, and `held` the checksums
    of what each phone held when it was seen last. `lately` are those that the last of them has seen.
    """

    seen: bool
    names: Names
    changes: tuple[Change, ...]
    lists: Mapping[str, Held]
    ctls: Mapping[str, FirstCtl]
    held: Mapping[str, tuple[str, str]]
    lately: frozenset[str]


def before_of(snapshot: Snapshot, facts: ReleaseFacts, earlier: Sequence[Snapshot], since: datetime) -> Before:
    """What is known. `earlier` are snapshots of the same cluster; without any, what was made `since` is what changed.

    Raises RefusedError where an earlier one lacks what a proof stands on.
    """
    told = sorted((each for each in earlier if each.taken < snapshot.taken), key=lambda each: each.taken)
    names = _numbered(snapshot, told)
    changes = _changed(snapshot, told[-1], names) if told else _young(snapshot, since)
    lists: dict[str, Held] = {}
    ctls: dict[str, FirstCtl] = {}
    held: dict[str, tuple[str, str]] = {}
    for each in told:
        lists |= dict(_lists(each, facts, names))
        ctls |= dict(_ctls(each, facts, names))
        held |= dict(_held(each))
    ordered = sorted(changes, key=lambda each: (each.made, each.place))
    lately = frozenset(name for each in told[-1:] for name, _ in _held(each))
    return Before(bool(told), names, tuple(ordered), lists, ctls, held, lately)


def _numbered(snapshot: Snapshot, told: Sequence[Snapshot]) -> Names:
    """Short names by hashes: #0 is there now; those of earlier snapshots go down from #-2, the newest first."""
    now = dict(names_now(snapshot))
    found: dict[str, str] = {}
    count: dict[str, int] = {}
    for each in reversed(told):
        for place, certificate in _identities(each):
            if certificate.sha256 not in now and certificate.sha256 not in found:
                count[place] = count.get(place, _UNSEEN) - 1
                found |= dict.fromkeys((certificate.sha1, certificate.sha256), token(place, count[place]))
    return found | now


def _identities(snapshot: Snapshot) -> Iterator[tuple[str, Certificate]]:
    for node in snapshot.nodes:
        for identity in node.identities.value if isinstance(node.identities, Known) else ():
            if isinstance(identity.certificate, Known):
                yield item(identity.unit, node.name), identity.certificate.value


def _changed(snapshot: Snapshot, last: Snapshot, names: Names) -> Iterator[Change]:
    old = dict(_identities(last))
    for place, now in _anchors(snapshot):
        if place in old and old[place].sha256 != now.sha256:
            yield Change(place, now.not_before, names.get(old[place].sha256, token(place, _UNSEEN)))


def _young(snapshot: Snapshot, since: datetime) -> Iterator[Change]:
    for place, now in _anchors(snapshot):
        if now.not_before > since:
            yield Change(place, now.not_before, token(place, _UNSEEN))


def _anchors(snapshot: Snapshot) -> Iterator[tuple[str, Certificate]]:
    return ((place, found) for place, found in _identities(snapshot) if place.partition("@")[0] in ANCHORS)


def _lists(snapshot: Snapshot, facts: ReleaseFacts, names: Names) -> Iterator[tuple[str, Held]]:
    for node in snapshot.nodes:
        if node.has(TFTP_SERVICE) and isinstance(node.itl, Known):
            held = as_held(node.name, first_list(snapshot, facts, node, names))
            yield from ((digest, held) for digest in checksums(node.itl.value))


def as_held(node: str, found: FirstList) -> Held:
    """A list that is served, as a phone holds it."""
    return Held(node, found.sasts, found.tvs, emptied=found.emptied)


def checksums(found: ServedList) -> tuple[str, ...]:
    """Those that a phone may tell."""
    return tuple(each for each in (found.sha1, found.md5) if each)


def _ctls(snapshot: Snapshot, facts: ReleaseFacts, names: Names) -> Iterator[tuple[str, FirstCtl]]:
    if snapshot.mixed:
        secured = Secured(snapshot, facts, names)
        for node in snapshot.nodes:
            for found in secured.ctls_of(node):
                yield from ((digest, found[1]) for digest in checksums(found[0]))


def _held(snapshot: Snapshot) -> Iterator[tuple[str, tuple[str, str]]]:
    """The checksums of the lists of each phone that told; empty ones where it holds none."""
    for phone in snapshot.all_phones():
        if isinstance(phone.itl, Known):
            yield phone.name, (phone.itl.value, phone.ctl.value if isinstance(phone.ctl, Known) else "")


def lists_since(
    snapshot: Snapshot, facts: ReleaseFacts, changes: Sequence[Change], members: Sequence[str]
) -> Iterator[Held]:
    """The lists that any TFTP node may have served while certificates changed, as far as they matter to a CM group.

    Every mixture of old and new: news arrives late, and lists do not follow ITLRecovery by themselves (P9).
    """
    old = {change.place: change.old for change in changes}
    for node in snapshot.nodes:
        if node.has(TFTP_SERVICE):
            sasts, tvs = _places(snapshot, facts, node.name, members)
            for chosen in product(*(_either(place, old) for place in (*sasts, *tvs))):
                yield Held(node.name, chosen[: len(sasts)], chosen[len(sasts) :])


def _places(
    snapshot: Snapshot, facts: ReleaseFacts, node: str, members: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Whose certificates stand in the list of a node, as SASTs and as TVS of a CM group."""
    units = [unit for unit in (facts.signing.itl, facts.signing.second) if unit]
    publisher = snapshot.publisher.name
    sasts = tuple(item(unit, publisher if facts.owners(unit) == "publisher" else node) for unit in units)
    return sasts, tuple(item(TVS, each) for each in dict.fromkeys(members))


def _either(place: str, old: Mapping[str, str]) -> tuple[str, ...]:
    now = token(place, 0)
    return (old[place], now) if place in old else (now,)


def _cuts(changes: Sequence[Change]) -> Iterator[Mapping[str, str]]:
    """Which certificates are old ones still, one change after the other."""
    for place in range(len(changes) + 1):
        yield {change.place: change.old for change in changes[place:]}


def ctls_since(served: FirstCtl, changes: Sequence[Change]) -> Iterator[FirstCtl]:
    """The CTLs that may have been served while certificates changed: made like the one of now, the oldest first."""
    for old in _cuts(changes):

        def then(certificates: tuple[str, ...], old: Mapping[str, str] = old) -> tuple[str, ...]:
            return tuple(old.get(each.partition("#")[0], each) if "#" in each else each for each in certificates)

        yield FirstCtl(then((served.signer,))[0], then(served.sasts), then(served.servers), served.capf)
