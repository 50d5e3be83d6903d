"""Whether a snapshot is fit to plan from: what was not seen is never taken for what is not there (design.md §4.2)."""

from collections.abc import Iterator
from typing import Final

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.names import CALLMANAGER, CALLMANAGER_SERVICE, CAPF, CAPF_SERVICE, TFTP_SERVICE, TVS
from ringtrust.cluster.node import BYTES_FOR_PHONES, RECORDS_FOR_PHONES, Node
from ringtrust.cluster.phone import Group
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import MIXED, Snapshot
from ringtrust.cluster.surroundings import Progress
from ringtrust.errors import RefusedError

_NON_SECURE: Final = 0
_SCAN: Final = "Mend that, and scan again."
_TWO: Final = 2
"""Members of a CM group: one vouches while the other changes (H09)."""


def facts_for(snapshot: Snapshot, catalog: Catalog) -> ReleaseFacts:
    """What holds for the release that runs. Raises RefusedError where it is not known, or nobody has described it."""
    facts = catalog.of(Release.of(version_of(snapshot)))
    if not facts.known:
        raise RefusedError(facts.reason, advice="ringtrust plans for no release that nobody has described.")
    return facts


def services_known(snapshot: Snapshot, facts: ReleaseFacts) -> frozenset[str]:
    """The names that a runbook may use: those of the release, and those that any node was seen to have."""
    seen = {each.name for node in snapshot.nodes if isinstance(node.services, Known) for each in node.services.value}
    return frozenset(seen | {service.name for service in facts.services})


def version_of(snapshot: Snapshot) -> str:
    """The version of the cluster. Raises RefusedError."""
    if not isinstance(snapshot.version, Known):
        raise RefusedError(f"Which release runs is not known: {snapshot.version.reason}", advice=_SCAN)
    return snapshot.version.value


def refuse_unfit(snapshot: Snapshot) -> None:
    """Raises RefusedError where no plan from this snapshot could be trusted, and says why."""
    _refuse_unknown_mode(snapshot)
    publishers = [node.name for node in snapshot.nodes if node.publisher]
    if len(publishers) != 1:
        raise RefusedError(f"The snapshot has {len(publishers)} publishers: a cluster has one.", advice="Scan again.")
    for node in snapshot.nodes:
        _refuse_unseen(node)
        _refuse_other_product(node)
        _refuse_other_release(node, snapshot)
    _refuse_unknown_members(snapshot)


def _refuse_unknown_mode(snapshot: Snapshot) -> None:
    """What a plan does about a CTL hangs on it (S62, S64)."""
    mode = snapshot.security_mode
    if not isinstance(mode, Known):
        raise RefusedError(f"The security mode is not known: {mode.reason}", advice=_SCAN)
    if mode.value not in {_NON_SECURE, MIXED}:
        raise RefusedError(
            f"The security mode is {mode.value}: S63 knows 0 and 1.", advice="Look at the enterprise parameter."
        )


def _refuse_unseen(node: Node) -> None:
    """Without its services nobody knows what to restart; without its list, what phones may hold."""
    if not isinstance(node.services, Known):
        raise RefusedError(f"The services of {node.name} could not be read: {node.services.reason}", advice=_SCAN)
    if isinstance(node.itl, Unread):
        raise RefusedError(f"The trust list of {node.name} could not be read: {node.itl.reason}", advice=_SCAN)


def _refuse_other_product(node: Node) -> None:
    """Every node of CUCM has a TVS since 8.0; IM and Presence has other certificates, and other rules."""
    if isinstance(node.identities, Known) and all(each.unit != TVS for each in node.identities.value):
        raise RefusedError(
            f"{node.name} has no TVS certificate: it seems to be no node of CUCM (IM and Presence?).",
            advice="ringtrust does not plan for clusters with other nodes yet.",
        )


def _refuse_other_release(node: Node, snapshot: Snapshot) -> None:
    """In the midst of an upgrade no certificate is to be touched (G-UPG)."""
    if isinstance(node.version, Known) and Release.of(node.version.value) != Release.of(version_of(snapshot)):
        raise RefusedError(
            f"{node.name} runs {node.version.value}, and the cluster {version_of(snapshot)}.",
            advice="Finish the upgrade, and scan again.",
        )


def _refuse_unknown_members(snapshot: Snapshot) -> None:
    """Whoever vouches for phones has to be among the nodes that the plan watches (I1)."""
    if not isinstance(snapshot.groups, Known):
        raise RefusedError(f"The CM groups could not be read: {snapshot.groups.reason}", advice=_SCAN)
    for group in snapshot.groups.value:
        for member in group.members:
            if snapshot.node(member) is None:
                raise RefusedError(
                    f"CM group {group.name} counts on {member}, which is none of the nodes that were scanned.",
                    advice="A plan needs every node: add it to the cluster in ringtrust.toml, and scan again.",
                )


def refuse_alone(snapshot: Snapshot) -> None:
    """On a single node nobody vouches for phones while its TVS changes (H09, IPC). Raises RefusedError."""
    if len(snapshot.nodes) == 1 and snapshot.all_phones():
        raise RefusedError(
            "The cluster has one node: nobody vouches for its phones while that node changes (H09).",
            advice="Cisco's way for it is the rollback parameter (S82 to S95): --strategy rollback. What the mechanism "
            "bears is told by --basis mechanism.",
        )


def lonely(snapshot: Snapshot) -> tuple[Group, ...]:
    """The CM groups that have phones and fewer than two members."""
    used = {phone.group for phone in snapshot.all_phones()}
    groups = snapshot.groups.value if isinstance(snapshot.groups, Known) else ()
    return tuple(group for group in groups if group.name in used and len(group.members) < _TWO)


def in_the_way(snapshot: Snapshot, *, alone: bool = False) -> Iterator[str]:
    """What the gates before the first step will not let pass, as far as the snapshot tells; a person may mend it.

    `alone`: a CM group of one member is not in the way.
    """
    if isinstance(snapshot.rollback, Known) and snapshot.rollback.value:
        yield "the rollback parameter is True"
    if isinstance(snapshot.replication, Known):
        yield from (f"the database of {row.node} does not follow" for row in snapshot.replication.value if not row.good)
    if isinstance(snapshot.unauthenticated, Known):
        yield from (f"{name} is not authenticated" for name in snapshot.unauthenticated.value)
    yield from _down(snapshot)
    yield from (f"CM group {group.name} has fewer than two members" for group in (() if alone else lonely(snapshot)))
    yield from (f"the list of {node.name} is not valid" for node in snapshot.nodes if _serves_rubbish(node))
    yield from (f"the list of {node.name} has more than phones load" for node in snapshot.nodes if _is_large(node))
    yield from _under_way(snapshot)
    yield from _ctl_in_the_way(snapshot)
    for fact in (snapshot.rollback, snapshot.replication, snapshot.unauthenticated):
        if isinstance(fact, Unread | Skipped):
            yield f"not known: {fact.reason}"


def _down(snapshot: Snapshot) -> Iterator[str]:
    for node in snapshot.nodes:
        for service in node.services.value if isinstance(node.services, Known) else ():
            if service.missed:
                yield f"{service.name} of {node.name} does not run"


def _serves_rubbish(node: Node) -> bool:
    return isinstance(node.itl, Known) and not node.itl.value.valid


def _is_large(node: Node) -> bool:
    """More certificates, or more bytes (H19)."""
    if not isinstance(node.itl, Known):
        return False
    return len(node.itl.value.records) > RECORDS_FOR_PHONES or node.itl.value.size > BYTES_FOR_PHONES


def _under_way(snapshot: Snapshot) -> Iterator[str]:
    told = snapshot.surroundings
    if isinstance(told.clock, Known) and not told.clock.value:
        yield "the clock of the publisher follows no server"
    if isinstance(told.backup, Known) and told.backup.value:
        yield "a backup is under way"
    if isinstance(told.upgrade, Known) and told.upgrade.value is Progress.RUNS:
        yield "an upgrade is under way"


def _ctl_in_the_way(snapshot: Snapshot) -> Iterator[str]:
    """One CTL everywhere, valid, and with the certificates of now: else somebody forgot to update it (H13)."""
    if not snapshot.mixed:
        return
    served = {node.name: node.ctl.value for node in snapshot.nodes if isinstance(node.ctl, Known)}
    yield from (f"the CTL of {name} is not valid" for name, found in served.items() if not found.valid)
    told = {name: found.sha1 for name, found in served.items() if found.sha1}  # 9.1 prints none of what it cannot serve
    if len(set(told.values())) > 1:
        yield f"{', '.join(told)} serve different CTLs"
    held = {record.digest for found in served.values() for record in found.records}
    publisher = snapshot.publisher
    for node in snapshot.nodes:
        for unit in (CALLMANAGER, *((CAPF,) if node.publisher and node.has(CAPF_SERVICE) else ())):
            found = node.identity(unit)
            meant = unit == CAPF or node.has(CALLMANAGER_SERVICE) or node.has(TFTP_SERVICE)
            if meant and found is not None and not {found.sha1, found.sha256} & held:
                yield f"the CTL does not hold {unit} of {node.name}: update it on {publisher.name} (H13)"
