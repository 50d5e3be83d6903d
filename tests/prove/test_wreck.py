"""What a phone may hold whose list nobody serves any more: by earlier snapshots, or by what is new."""

from datetime import timedelta

import pytest

from ringtrust.change.ground import UNKNOWN, Held
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.prove.wreck.ground import Wreck, without_unserved, wreck_of
from tests.plan.material import facts
from tests.plan.recover.scene import Scene
from tests.prove.differential.worlds import Shape, topology

WEEK = timedelta(days=7)
TFTP = "Cisco Tftp"


@pytest.fixture
def old() -> Scene:
    return Scene(topology(Shape("9.1", 2, 1, (("sub1", "pub"), ("sub1",))), 2))


def seen(found: Scene, *earlier: Snapshot) -> Wreck:
    now = without_unserved(found.snapshot())
    return wreck_of(now, facts(getattr(now.version, "value", "")), earlier, now.taken - WEEK)


def holds(found: Wreck) -> set[tuple[Held, ...]]:
    return {kind.holds for kind in found.kinds.values()}


def test_a_list_that_is_served_is_known(old: Scene) -> None:
    assert holds(seen(old)) == {(Held("pub", ("CallManager@pub#0",), ("TVS@pub#0", "TVS@sub1#0")),)}


def test_a_list_of_an_earlier_snapshot_is_known_by_its_checksum(old: Scene) -> None:
    before = old.snapshot()
    old.stop(TFTP, "pub").later(3600).regenerate("CallManager", "pub").regenerate("TVS", "sub1").sync()
    assert holds(seen(old, before)) == {(Held("pub", ("CallManager@pub#-2",), ("TVS@pub#0", "TVS@sub1#-2")),)}


def test_without_one_any_mixture_of_old_and_new_may_be_held(old: Scene) -> None:
    old.stop(TFTP, "pub").later(3600).regenerate("CallManager", "pub").sync()
    found = holds(seen(old))
    assert {each.sasts for kind in found for each in kind} == {("CallManager@pub#-1",), ("CallManager@pub#0",)}


def test_a_list_that_was_strange_to_the_earlier_snapshot_too_stays_strange(old: Scene) -> None:
    """TVS is renewed twice, and the snapshot in between sees phones that have not followed."""
    old.stop(TFTP, "pub").later(3600).regenerate("TVS", "sub1").sync()
    between = old.snapshot()
    old.later(3600).regenerate("TVS", "sub1").sync()
    assert all(UNKNOWN in each.sasts for kind in holds(seen(old, between)) for each in kind)


def test_who_is_not_there_may_hold_what_he_held_or_anything_since(old: Scene) -> None:
    before = old.snapshot()
    old.switch([0], on=False).later(3600).regenerate("TVS", "pub").sync()
    found = seen(old, before)
    (kind,) = {each.name: each for each in found.kinds.values() if not each.waited}.values()
    tvs = {frozenset(held.tvs) for held in kind.holds}
    assert frozenset({"TVS@sub1#0", "TVS@pub#-2"}) in tvs
    assert frozenset({"TVS@sub1#0", "TVS@pub#0"}) in tvs


def test_what_does_not_run_and_who_is_not_known_stands_in_the_ground(old: Scene) -> None:
    old.stop(TFTP, "pub")
    assert seen(old).ground.node("pub").stopped == (TFTP,)
    assert not seen(old).ground.node("sub1").forgets
