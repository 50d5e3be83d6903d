"""Which certificates a change makes anew on this cluster, and what documents leave open about that."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.events import Event
from ringtrust.change.ground import item
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER, ITLRECOVERY, TOMCAT
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.before.asked import Asked
from ringtrust.prove.frame import ANCHORS

_MENDED: Final = 13_900
"""The build of 12.5(1)SU3, 12.5.1.13900, from which on an upgrade keeps ITLRecovery (FN70613)."""
_BUILD: Final = re.compile(r"12\.5\.1\.([0-9]{5})")


class Made(msgspec.Struct, frozen=True):
    """Places of certificates that are made anew; for a restore those that come back. `file` is the backup then."""

    places: tuple[str, ...]
    uncertain: tuple[str, ...] = ()
    file: str = ""

    def on(self, node: str) -> tuple[str, ...]:
        """The units of a node."""
        return tuple(unit for unit, _, owner in (place.partition("@") for place in self.places) if owner == node)

    @property
    def anchors(self) -> bool:
        """Whether phones trust by any of them."""
        return any(place.partition("@")[0] in ANCHORS for place in self.places)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Each in words."""
        return tuple(place.replace("@", " of ") for place in self.places)


def made_by(asked: Asked, event: Event, snapshot: Snapshot, facts: ReleaseFacts, nodes: Sequence[str]) -> Made:
    """What it makes anew. Raises RefusedError where it touches what nobody would expect (H30)."""
    match asked.event:
        case "upgrade":
            return _by_upgrade(asked, event, snapshot)
        case "restore":
            return _by_restore(snapshot)
        case "web-security":
            _refuse_reused(snapshot, nodes[0])
        case _:
            pass
    units = event.makes_anew(facts.release)
    places = tuple(item(unit, node) for node in nodes for unit in units if _owns(snapshot, facts, unit, node))
    return Made(places, event.uncertain(facts.release))


def _owns(snapshot: Snapshot, facts: ReleaseFacts, unit: str, node: str) -> bool:
    if unit not in {each.name for each in facts.units}:
        return False
    return facts.owners(unit) != "publisher" or node == snapshot.publisher.name


def _by_upgrade(asked: Asked, event: Event, snapshot: Snapshot) -> Made:
    """From 12.0 or earlier to a 12.5 that is not known to be 12.5(1)SU3 or later."""
    now = Release.of(snapshot.version.value) if isinstance(snapshot.version, Known) else Release(0, 0)
    then = Release.of(asked.value)
    if then <= now:
        raise RefusedError(f"The cluster runs {now.name} already.", advice="Write the version that it is upgraded to.")
    build = _BUILD.match(asked.value)
    mended = build is not None and int(build[1]) >= _MENDED
    if then != Release(12, 5) or now >= then or mended:
        return Made((), ("No document says that this upgrade makes certificates anew (FN70613).",))
    return Made((item(ITLRECOVERY, snapshot.publisher.name),), event.uncertain(then))


def _by_restore(snapshot: Snapshot) -> Made:
    """What was made since the last good backup comes back in its older form. Raises RefusedError without a backup."""
    rows = snapshot.backups.value if isinstance(snapshot.backups, Known) else ()
    good = [(row.file, row.completed.value) for row in rows if row.good and isinstance(row.completed, Known)]
    if not good:
        raise RefusedError(
            "No good backup is known of, so nobody can say what a restore would bring back.",
            advice="See `utils disaster_recovery history backup`, and scan again.",
        )
    file, completed = good[-1]
    young = (place for place, made in _begun(snapshot) if made > completed)
    return Made(tuple(young), (f"That is the backup {file} of {completed:%Y-%m-%d %H:%M} UTC.",), file)


def _begun(snapshot: Snapshot) -> Iterator[tuple[str, datetime]]:
    for node in snapshot.nodes:
        for each in node.identities.value if isinstance(node.identities, Known) else ():
            if isinstance(each.certificate, Known):
                yield item(each.unit, node.name), each.certificate.value.not_before


def _refuse_reused(snapshot: Snapshot, name: str) -> None:
    node = snapshot.node(name)
    web, signs = (None, None) if node is None else (node.identity(TOMCAT), node.identity(CALLMANAGER))
    if web is not None and signs is not None and web.sha256 == signs.sha256:
        raise RefusedError(
            f"On {name} the tomcat certificate is reused for CallManager: set web-security changes both (H30).",
            advice="Plan it as a renewal: ringtrust plan CLUSTER --renew CallManager.",
        )
