"""A hurried night that strands every phone, and the plan that brings them back, by apply itself on the wire (R1)."""

from pathlib import Path

from ringtrust.apply.news import Finished
from ringtrust.catalog.load import load_catalog
from ringtrust.plan.recover.recovery import Recovery, Wish, recovery_of
from tests.support.live import live
from tests.support.night import Night, brisk, night

TFTP, TVS = "Cisco Tftp", "Cisco Trust Verification Service"


async def hurried(evening: Night) -> None:
    """CallManager and TVS at once, and loaded, while every phone is off (H01)."""
    lab, cluster = evening.wire.lab, evening.wire.cluster
    for desk in lab.desks:
        lab.power_off(desk)
    await evening.wire.advance(1)
    for node in cluster.nodes:
        for name in ("CallManager", "TVS"):
            unit = cluster.release.unit(name)
            assert unit is not None
            cluster.regenerate(node, unit)
    await evening.wire.advance(600)
    for node in cluster.nodes:
        for name in (TVS, TFTP):
            found = node.services.find(name)
            assert found is not None
            if found.activated:
                node.services.restart(found)
    await evening.wire.advance(300)
    for desk in lab.desks:
        lab.power_on(desk)
    await evening.wire.all_tried()


async def recovery(evening: Night) -> Recovery:
    snapshot, _ = await evening.scan()
    return recovery_of(snapshot, load_catalog(), evening.timer.now(), Wish())


@live
async def test_apply_carries_a_recovery_out(tmp_path: Path) -> None:
    async with night(tmp_path, brisk("branch-11.5")) as evening:
        await hurried(evening)
        assert evening.current() == 0
        (plan,) = (await recovery(evening)).plan
        assert len(plan.phones) == len(evening.wire.lab.desks)
        applied = await evening.apply(plan)
        assert isinstance(applied.ending, Finished), applied.ending
        assert evening.current() == len(plan.phones)
        assert not (await recovery(evening)).plan
