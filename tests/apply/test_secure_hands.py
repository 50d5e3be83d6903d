"""New LSCs: asked for once, phone by phone; an act that was cut half-way goes on with those that have none."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from ringtrust.apply.hands import ClusterHands
from ringtrust.change.act import IssueLscs
from ringtrust.change.outcome import Done, Refused, Unclear
from ringtrust.cluster.node import Role
from ringtrust.cluster.phone import Lsc
from ringtrust.cluster.release import Release
from ringtrust.errors import RingtrustError, UnreadableError
from ringtrust.journal.records import Intended
from ringtrust.observe.eyes import Site
from tests.apply.world import VirtualTimer
from tests.journal.material import NOW
from tests.support.live import live

PHONES = ("SEP1", "SEP2", "SEP3")
ACT = IssueLscs(PHONES)
OLD = Lsc("CAPF-old", NOW, NOW, "No Pending Operation", "Upgrade Success", "By Null String")
NEW, WAITING = replace(OLD, issuer="CAPF-new"), replace(OLD, operation="Install/Upgrade")


class MemoryCluster:
    """AXL and the rows of LSCs. `done` is what was asked of AXL, in its order."""

    publisher = Site("pub", "10.0.0.1", Role.PUBLISHER)

    def __init__(self, failure: RingtrustError | None = None) -> None:
        self.rows: dict[str, Lsc] = dict.fromkeys(PHONES, OLD)
        self.done: list[tuple[Any, ...]] = []
        self.failure = failure

    @property
    def wire(self) -> "MemoryCluster":
        return self

    @property
    def axl(self) -> "MemoryCluster":
        return self

    async def version(self, node: str) -> str:
        assert node == "pub"
        return "12.5.1.14900-63"

    async def lscs(self, release: Release) -> Mapping[str, Lsc]:
        assert release == Release(12, 5)
        if not self.rows:
            raise UnreadableError("The database is silent.")
        return self.rows

    async def set_lsc_operation(self, names: Sequence[str], operation: str, authentication: str) -> int:
        self.done.append(("set", tuple(names), operation, authentication))
        if self.failure is not None:
            raise self.failure
        return len(names)

    async def apply_phones(self, names: Sequence[str]) -> None:
        self.done.append(("apply", tuple(names)))


def _hands(cluster: Any) -> ClusterHands:
    return ClusterHands(cluster, VirtualTimer())


@pytest.mark.shows("S173", "S174")
@live
async def test_the_operation_is_set_and_then_the_configuration_applied_each_once() -> None:
    cluster = MemoryCluster()
    assert isinstance(await _hands(cluster).carry_out(ACT), Done)
    assert cluster.done == [("set", PHONES, "Install/Upgrade", "By Null String"), ("apply", PHONES)]


@live
async def test_a_failure_half_way_is_unclear_and_applies_nothing() -> None:
    cluster = MemoryCluster(UnreadableError("1 of 3 certificate operations failed: no such phone.", advice="Look."))
    found = await _hands(cluster).carry_out(ACT)
    assert isinstance(found, Unclear)
    assert "1 of 3" in found.evidence[0]
    assert [each[0] for each in cluster.done] == ["set"]


@live
async def test_it_goes_on_with_the_phones_that_have_none_and_leaves_the_others_alone() -> None:
    cluster = MemoryCluster()
    hands = _hands(cluster)
    lost = Intended(1, 1, 1, ACT, await hands.before(ACT), NOW)
    cluster.rows = {"SEP1": NEW, "SEP2": WAITING, "SEP3": OLD}
    settled = await hands.settle(lost)
    assert isinstance(settled, Refused)
    assert "2 of 3 phones have no new LSC: SEP2, SEP3" in settled.evidence[0]
    assert isinstance(await hands.carry_out(ACT), Done)
    assert cluster.done[0][1] == ("SEP2", "SEP3")
    cluster.rows = dict.fromkeys(PHONES, NEW)
    assert isinstance(await hands.settle(lost), Done)


@live
async def test_what_cannot_be_read_settles_nothing() -> None:
    cluster = MemoryCluster()
    hands = _hands(cluster)
    lost = Intended(1, 1, 1, ACT, await hands.before(ACT), NOW)
    cluster.rows = {}
    assert isinstance(await hands.settle(lost), Unclear)
