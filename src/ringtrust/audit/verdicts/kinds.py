"""What a certificate of a trust store is, by what tells it for certain first (domain.md §4a)."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from ringtrust.audit.verdicts.hosts import host_of, is_capf, names_in, organisation_of
from ringtrust.audit.verdicts.index import Entry, Index
from ringtrust.catalog.stores import Preloaded
from ringtrust.change.store_verdict import Kind
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known
from ringtrust.trust.names import counted, quoted, some

_ANY_CLUSTER: Final = frozenset({"CallManager-trust", "Phone-SAST-trust"})
"""Stores in which other clusters of the same company lie, too (EMCC, SG15)."""


class What(NamedTuple):
    """What it is, whose, what tells so, and what speaks against it."""

    kind: Kind
    whose: str = ""
    evidence: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


Judge = Callable[[Index, Certificate], What | None]


def what_is(index: Index, entry: Entry) -> What:
    """What an entry is. One that could not be read is unknown: its name proves nothing."""
    if not isinstance(entry.certificate, Known):
        return What(Kind.UNKNOWN, doubts=(f"It could not be read: {entry.certificate.reason}",), sources=("S151",))
    found = entry.certificate.value
    told = (judge(index, found) for judge in _JUDGES)
    return next((each for each in told if each is not None), _unknown(index, found))


def _identity(index: Index, found: Certificate) -> What | None:
    whose = index.owners.get(found.sha256)
    if whose is None:
        return None
    return What(Kind.IN_USE, whose, (f"It is the certificate that {whose} uses now.",), (), ("S151", "S152"))


def _cisco(index: Index, found: Certificate) -> What | None:
    for row in index.seen.catalog.preloaded:
        if row.sha256 == found.sha256 and (row.keep or not _has_signed(index, found)):
            evidence = (
                f"Its SHA-256 is that of {row.name}, as it comes with CUCM.",
                *((row.note,) if row.note else ()),
            )
            return What(Kind.CISCO if row.keep else Kind.OBSOLETE, row.name, evidence, (), row.sources)
    if found.sha256 in index.snapshot.declared.cisco_cas:
        evidence = ("Its SHA-256 stands in ringtrust.toml under cisco_cas: somebody knows it to be Cisco's.",)
        return What(Kind.CISCO, found.common_name, evidence, (), ("S156", "S157"))
    return None


def _has_signed(index: Index, found: Certificate) -> bool:
    """Whether something chains to it after all: then that decides."""
    return found.sha256 in index.above or found.sha256 in index.above_others


def impersonated(index: Index, found: Certificate) -> Preloaded | None:
    """The preloaded certificate whose name it bears, without being it."""
    if found.sha256 in index.snapshot.declared.cisco_cas:
        return None
    rows = index.seen.catalog.preloaded
    return next((row for row in rows if row.name == found.common_name and row.sha256 != found.sha256), None)


def _impostor(index: Index, found: Certificate) -> What | None:
    row = impersonated(index, found)
    if row is None:
        return None
    doubt = (
        f"It is called {row.name}, and is not the certificate of that name that comes with CUCM: its SHA-256 begins "
        f"with {found.sha256[:16]}, not with {row.sha256[:16]}."
    )
    return What(Kind.IMPOSTOR, "", (), (doubt,), row.sources)


def _listed(index: Index, found: Certificate) -> What | None:
    """Whoever stands in a list that is served is in use; eTokens that sign the CTL above all (S49, S75)."""
    where = index.list_with(found)
    if not where:
        return None
    token = index.tokens.get(found.sha1, "")
    whose = f"eToken {token}" if token else found.common_name
    return What(Kind.IN_USE, whose, (f"It stands in {where}.",), (), ("S49", "S75", "I1"))


def _chained(index: Index, found: Certificate) -> What | None:
    whose = index.above.get(found.sha256)
    if whose is None:
        return None
    evidence = (f"{whose} chains to it: by key identifier where both name one, else by name.",)
    return What(Kind.CHAIN, whose, evidence, (), ("L03", "217138", "SG15"))


def _signs_lscs(index: Index, found: Certificate) -> What | None:
    """A CA that signs LSCs in place of CAPF, by the name that the database has for their issuer (200860)."""
    count = index.issuers.get(found.common_name.casefold(), 0)
    if not count or is_capf(found.common_name):
        return None
    evidence = (f"The LSCs of {counted(count, 'phone')} are signed by a CA of this name.",)
    return What(Kind.CHAIN, f"LSCs of {counted(count, 'phone')}", evidence, (), ("H17", "200860"))


def _stale(index: Index, found: Certificate) -> What | None:
    """An older one of a node of now, by its whole name or by its host. What is newer than the identity is not older."""
    host = host_of(found.common_name)
    alike = (index.by_subject.get(found.subject) or index.by_host.get(host, [])) if host else []
    if not alike and not index.hosts.is_ours(host):
        return None
    whose = ", ".join(sorted({owner.partition(" of ")[2] for owner, _ in alike})) or host
    if alike and all(found.not_before > now.not_before for _, now in alike):
        doubt = (
            f"It has the name of {whose}, and began after every certificate that {whose} has now: either that was "
            "read before a change, or somebody else made this one."
        )
        return What(Kind.UNKNOWN, whose, (), (doubt,), ("S151",))
    evidence = (f"It has the name of {whose}, and another serial number than anything that {whose} uses now.",)
    doubts = *_blind(index), *_other_organisation(index, found), *_another_name(index, found, whose)
    return What(Kind.STALE, whose, evidence, doubts, ("S152", "S153"))


def _another_name(index: Index, found: Certificate, whose: str) -> Iterator[str]:
    if other := index.hosts.bears_another(found):
        yield f"Its name is {other}: it may be that of a server of this name, and none of {whose}."


def _other_organisation(index: Index, found: Certificate) -> tuple[str, ...]:
    if found.subject in index.by_subject or not found.self_signed:
        return ()
    if organisation_of(found.subject) in index.hosts.organisations:
        return ()
    return ("Its organisation is not that of this cluster: another cluster may have a node of that name.",)


def _older_capf(index: Index, found: Certificate) -> What | None:
    """A new CAPF has a new name (S119): an older one is told by the LSCs that it signed, and by its organisation."""
    if not is_capf(found.common_name):
        return None
    now = [(owner, one) for each in index.by_subject.values() for owner, one in each if is_capf(one.common_name)]
    count = index.issuers.get(found.common_name.casefold(), 0)
    if count:
        evidence = (f"The LSCs of {counted(count, 'phone')} are signed by it.",)
        return What(Kind.STALE, "CAPF", evidence, (), ("S119", "H17"))
    if organisation_of(found.subject) not in {organisation_of(one.subject) for _, one in now}:
        if index.unread:
            return What(Kind.UNKNOWN, "", (), _blind(index), ("S151",))
        evidence = ("It is a CAPF, and no CAPF of this cluster has its organisation: another cluster's.",)
        return What(Kind.FOREIGN, found.common_name, evidence, (), ("S167", "SG15"))
    if all(found.not_before > one.not_before for _, one in now):
        doubt = "It is a CAPF of your organisation, and younger than that of now: perhaps another cluster's."
        return What(Kind.UNKNOWN, "", (), (doubt,), ("S151",))
    evidence = ("It is a CAPF with the organisation of this cluster, older than that of now.",)
    return What(Kind.STALE, "CAPF", evidence, (*_blind(index), *_another_cluster(index)), ("S119", "S152"))


def _leftover(index: Index, found: Certificate) -> What | None:
    """An old host or domain name: somebody says so, or only our own nodes could have put it there (S165, S166)."""
    host = host_of(found.common_name)
    if not host:
        return None
    if former := index.hosts.said_to_be_former(host):
        evidence = (f"{former} stands in ringtrust.toml under former: the cluster does not use that name any more.",)
        return What(Kind.LEFTOVER, host, evidence, tuple(_other_names(index, found)), ("S165", "S166"))
    if not found.self_signed or organisation_of(found.subject) not in index.hosts.organisations:
        return None
    if host in index.own_names:
        where = index.own_names[host]
        told = (
            f"It has the organisation of this cluster, no node is called {host}, and {where} has that name too: only "
            "nodes of this cluster get there by themselves."
        )
        doubts = *_blind(index), *((_say_former(host),) if found.not_after > index.snapshot.taken else ())
        return What(Kind.LEFTOVER, host, (told,), doubts, ("S165", "S166"))
    if index.hosts.old_domain(host):
        evidence = (f"{host.partition('.')[0]} is a node, and no node is in the domain {host.partition('.')[2]}.",)
        return What(Kind.LEFTOVER, host, evidence, (_say_former(host),), ("S165", "S166"))
    return What(Kind.UNKNOWN, host, (), (_say_former(host),), ("S151", "S166", "S167"))


def _other_names(index: Index, found: Certificate) -> Iterator[str]:
    """A server may bear an old name beside the one that it has now."""
    others = [name for name in names_in(found) if "." in name and not index.hosts.said_to_be_former(name)]
    if others:
        yield f"It is also for {some(others)}, and nobody has said that those are former names."


def _say_former(host: str) -> str:
    return (
        f"It has the organisation of this cluster: either {host} was the name of one of its nodes, or it is a node of "
        f'another cluster of yours. If it was, write former = ["{host}"] into the entry of ringtrust.toml.'
    )


def _foreign(index: Index, found: Certificate) -> What | None:
    """Another server, by its name; a CA that has signed for one. Whether it is in use only that server tells (S167)."""
    below = index.above_others.get(found.sha256)
    if below is not None:
        evidence = (f"It signed {quoted(below)}, which lies in a trust store too.",)
        return What(Kind.FOREIGN, f"the CA of {below}", evidence, (), ("L03", "S167"))
    if host := host_of(found.common_name):
        evidence = (f"{host} is no node of this cluster.",)
        return What(Kind.FOREIGN, host, evidence, (), ("S167", "S168"))
    return None


def _unknown(index: Index, found: Certificate) -> What:
    named = f"Its name, {quoted(found.common_name or found.subject)}, is neither that of a node nor that of a server"
    doubt = f"{named}, and nothing that was seen chains to it: whoever imported it has to say what for."
    return What(Kind.UNKNOWN, "", (), (doubt, *_blind(index)), ("S151",))


def _blind(index: Index) -> tuple[str, ...]:
    return tuple(f"It may be a copy of what could not be read: {each}" for each in index.unread[:2])


def _another_cluster(index: Index) -> tuple[str, ...]:
    """Where nodes of our organisation lie that are none of ours, an older CAPF may be theirs (EMCC, SG15)."""
    return tuple(dict.fromkeys(_strangers(index)))[:1]


def _strangers(index: Index) -> Iterator[str]:
    for entry in index.entries:
        if entry.store in _ANY_CLUSTER and isinstance(entry.certificate, Known):
            found = entry.certificate.value
            host = host_of(found.common_name)
            alike = host and found.self_signed and organisation_of(found.subject) in index.hosts.organisations
            known = index.hosts.is_ours(host) or index.hosts.said_to_be_former(host) or host in index.own_names
            if alike and not known:
                yield f"It may be the CAPF of the cluster that {host} belongs to."


_JUDGES: Final[tuple[Judge, ...]] = (
    *(_identity, _cisco, _impostor, _listed, _chained, _signs_lscs, _stale, _older_capf, _leftover, _foreign),
)
