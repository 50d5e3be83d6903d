"""Somebody was at the cluster between plan and apply, on the wire: what moved is told, and whether the proof holds."""

import contextlib
from collections.abc import Callable
from contextlib import closing
from copy import copy
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from ringtrust.apply.moved import Stale, compared, refuse_if_stale, to_be_compared
from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import HandOver, ResetPhones, SetRollback
from ringtrust.change.fingerprint import Weight
from ringtrust.change.outcome import Failed
from ringtrust.change.plan import Plan, Step
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.journal.journal import Journal
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.database import key
from ringtrust.lab.state.parameters import ROLLBACK
from ringtrust.plan.standing import HoldsNoMore, StillHolds
from tests.apply.world import PLAN, STEPS, Killed, World, gate
from tests.journal.material import NOW, a_plan
from tests.support.live import live
from tests.support.night import Night, brisk, night

Change = Callable[[Cluster], object]


def renewed(unit: str, name: str) -> Change:
    """Somebody has typed `set cert regen`."""

    def change(cluster: Cluster) -> None:
        found = cluster.release.unit(unit)
        assert found is not None
        cluster.regenerate(cluster.node(name), found)

    return change


def one_more_phone(cluster: Cluster) -> None:
    (row,) = cluster.database.publisher.rows("select * from device limit 1")
    new = (key("device", "SEP00000000ABCD"), "SEP00000000ABCD", "A new desk", *row[3:])
    cluster.database.write(((f"insert or replace into device values ({', '.join('?' * len(row))})", new),))  # noqa: S608


def one_more_node(cluster: Cluster) -> None:
    """The publisher knows of it; nothing answers there yet."""
    new = copy(cluster.node("sub2"))
    new.name, new.address = "sub3", "127.9.9.77"
    cluster.nodes = (*cluster.nodes, new)


def a_member_less(cluster: Cluster) -> None:
    gone = cluster.topology.groups[0]
    member = key("member", gone.name, gone.members[-1])
    cluster.database.write((("delete from callmanagergroupmember where pkid = ?", (member,)),))


def upgraded(cluster: Cluster) -> None:
    cluster.release = msgspec.structs.replace(cluster.release, version="9.1.2.13900-10")


def flipped(cluster: Cluster) -> None:
    cluster.set_parameter(ROLLBACK, "T")


async def looked(made: Night, plan: Plan) -> tuple[Stale, Snapshot]:
    """What apply compares before its first act."""
    now, _ = await made.scan()
    return compared(plan, now, load_catalog()), now


@pytest.mark.parametrize("topology", ["campus-9.1", "campus-14", "secure-9.1", "secure-14"])
@live
async def test_a_cluster_that_nobody_was_at_has_not_moved_however_late_it_is(tmp_path: Path, topology: str) -> None:
    async with night(tmp_path, brisk(topology)) as made:
        plan = await made.plan("ipsec")
        await made.wire.advance(3 * 86_400)
        stale, _ = await looked(made, plan)
        assert stale == Stale(())
        refuse_if_stale(plan, stale, accepted=False)


@pytest.mark.parametrize(
    ("change", "goal", "weight", "says", "standing"),
    [
        (renewed("TVS", "sub1"), "TVS", "breaks", "The certificate TVS of sub1 was serial ", None),
        (renewed("ipsec", "sub2"), "tomcat@pub", "weighs", "The certificate ipsec of sub2 was serial ", StillHolds),
        (flipped, "tomcat@pub", "breaks", "The rollback parameter was False, and is True now.", None),
        (upgraded, "tomcat@pub", "breaks", "The version of pub, sub1, sub2 was 9.1", None),
        (a_member_less, "TVS", "weighs", "The CM group ", HoldsNoMore),
        (one_more_node, "tomcat@pub", "breaks", "The node sub3 was not there, and is a subscriber now.", None),
    ],
    ids=["TVS renewed", "ipsec renewed", "rollback parameter", "upgrade", "CM group", "node"],
)
@live
async def test_what_somebody_has_changed_stops_apply_before_its_first_act(
    tmp_path: Path, change: Change, goal: str, weight: Weight, says: str, standing: type | None
) -> None:
    async with night(tmp_path) as made:
        plan = await made.plan(goal)
        change(made.wire.cluster)
        await made.wire.advance(60)
        stale, _ = await looked(made, plan)
        assert not stale.unread
        (found,) = [each for each in stale.moved if says in each.what]
        assert found.weight == weight
        assert standing is None or isinstance(stale.standing, standing), stale
        with pytest.raises(RefusedError) as refused:
            refuse_if_stale(plan, stale, accepted=False)
        assert found.what in refused.value.what
        assert "The cluster has moved since it was scanned for this plan, on 2026-11-" in refused.value.what
        assert "old proof" in refused.value.what
        assert "plan anew" in refused.value.advice
        assert ("--moved" in refused.value.advice) == stale.acceptable == (standing is StillHolds)
        if stale.acceptable:
            refuse_if_stale(plan, stale, accepted=True)
        else:
            with pytest.raises(RefusedError, match="--moved does not help here"):
                refuse_if_stale(plan, stale, accepted=True)


@live
async def test_a_phone_that_comes_and_a_backup_are_told_and_nothing_is_refused(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        plan = await made.plan("tomcat@pub")
        one_more_phone(made.wire.cluster)
        await made.wire.advance(60)
        stale, now = await looked(made, plan)
        assert "SEP00000000ABCD" in [each.name for each in now.all_phones()]
        (told,) = stale.moved
        assert "no wave of this plan waits for them: 1 phone (SEP00000000ABCD)" in told.what
        refuse_if_stale(plan, stale, accepted=False)


@live
async def test_a_service_that_somebody_has_restarted_has_moved_nothing(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        plan = await made.plan("tomcat@pub")
        await made.stop("Cisco Tftp", "sub1")
        await made.start("Cisco Tftp", "sub1")
        stale, _ = await looked(made, plan)
        assert stale == Stale(())


@live
async def test_a_node_that_is_silent_now_is_not_taken_for_one_that_has_changed(tmp_path: Path) -> None:
    async with night(tmp_path, seconds=5) as made:
        plan = await made.plan("ipsec")
        await made.stop("Cisco Tftp", "sub1")
        stale, _ = await looked(made, plan)
        assert stale.weighing == ()
        assert [each.what.partition(":")[0] for each in stale.unread] == ["The ITL of sub1 could not be read now"]
        for accepted in (False, True):
            with pytest.raises(UnreadableError, match="nobody can tell") as caught:
                refuse_if_stale(plan, stale, accepted=accepted)
            assert "The ITL of sub1 could not be read now" in caught.value.what
            assert caught.value.exit_status == 3


@live
async def test_only_a_plan_that_is_about_to_begin_is_compared(tmp_path: Path) -> None:
    """One that has begun goes on; what another run has done, or owes, is refused elsewhere, with what to do."""
    world = World(tmp_path)
    world.shown[31] = [Failed(("not so",))]
    with closing(Journal(world.journal)) as journal:
        assert to_be_compared(PLAN, "campus", journal)
        await world.apply(PLAN)
        assert not to_be_compared(PLAN, "campus", journal)
        older, newer = (a_plan(*STEPS[:2], made=NOW + timedelta(hours=hours)) for hours in (0, 9))
        assert not to_be_compared(older, "campus", journal)
        assert not to_be_compared(newer, "campus", journal)
        assert to_be_compared(newer, "campus", journal, instead_of=1)
        assert to_be_compared(older, "elsewhere", journal)


BY_PERSON = a_plan(
    Step(1, "backup", HandOver("take a backup"), "", after=(gate(11), gate(12))),
    Step(2, "rollback", SetRollback(value=True), "", after=(gate(21),)),
    Step(3, "rollback", ResetPhones(), ""),
)


@live
async def test_whoever_was_told_to_set_the_rollback_parameter_has_not_moved_the_cluster_by_it(tmp_path: Path) -> None:
    """Wherever the tool is killed: nobody writes down what a person does, and when."""
    seen = set()
    for kill_at in range(1, 30):
        world = World(tmp_path / f"{kill_at}")
        world.journal.parent.mkdir()
        world.kill_at = kill_at
        with contextlib.suppress(Killed):
            await world.apply(BY_PERSON)
        with closing(Journal(world.journal)) as journal:
            compared_again = to_be_compared(BY_PERSON, "campus", journal)
        asked = ("gate", 21) in world.log
        seen.add(asked)
        assert not (asked and compared_again), kill_at
        if ("gate", 12) not in world.log:
            assert compared_again, kill_at
    assert seen == {True, False}
