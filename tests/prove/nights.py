"""Runbooks on made-up clusters, and what became of them."""

from datetime import UTC, datetime

from ringtrust.change.ground import Ground
from ringtrust.change.plan import Basis
from ringtrust.change.proof import Holds, Proof, Refuted
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.prove.ground import ground_of
from ringtrust.prove.prove import Subject, prove
from ringtrust.prove.runbook import read_runbook
from tests.plan.material import catalog

MADE = datetime(2026, 6, 1, 12, tzinfo=UTC)


def night(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def grounds(snapshot: Snapshot, left_behind: frozenset[str] = frozenset()) -> Ground:
    return ground_of(snapshot, catalog().of(Release.of(_version(snapshot))), left_behind)


def _version(snapshot: Snapshot) -> str:
    return getattr(snapshot.version, "value", "")


def proved(text: str, snapshot: Snapshot, basis: Basis = "mechanism") -> Proof:
    return proved_on(text, grounds(snapshot), basis)


def proved_on(text: str, ground: Ground, basis: Basis = "mechanism") -> Proof:
    stages = read_runbook(text, ground, frozenset())
    return prove(ground, stages, basis, Subject("night.txt", "0" * 64), MADE)


def holds(text: str, snapshot: Snapshot, basis: Basis = "mechanism") -> bool:
    return isinstance(proved(text, snapshot, basis).verdict, Holds)


def refuted(text: str, snapshot: Snapshot, basis: Basis = "mechanism") -> Refuted:
    """Its refutation; there has to be one."""
    verdict = proved(text, snapshot, basis).verdict
    assert isinstance(verdict, Refuted), "it holds"
    return verdict


def hazards(text: str, snapshot: Snapshot) -> set[str]:
    """What the documents forbid of it."""
    return {each.hazard for each in refuted(text, snapshot, "documented").violations}


def stranding_line(verdict: Refuted) -> str:
    """What the first story says took the last trust."""
    return verdict.stories[0].told[-2]
