"""Who takes the backups of a plan, to which device, and what would cost the one from before (S58, S61, S189)."""

from typing import Any

import pytest
from msgspec.structs import replace

from ringtrust.change.act import HandOver, TakeBackup
from ringtrust.change.gate import BackedUp
from ringtrust.change.plan import Plan
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.cluster.surroundings import BackupDevice, Drs, Schedule, Surroundings
from ringtrust.errors import RefusedError
from ringtrust.plan.backups import Backups
from ringtrust.plan.build import Wish, make_plan
from ringtrust.plan.goal import read_goal
from tests.plan.material import PUB, RELEASES, TAKEN, V8, V15, campus, catalog, noted

DEVICE = BackupDevice("nightly", "NETWORK", "/backup")


def _with(snapshot: Snapshot, *devices: BackupDevice, schedules: tuple[Schedule, ...] = ()) -> Snapshot:
    return replace(snapshot, surroundings=Surroundings(drs=Known(Drs(devices, schedules))))


def _planned(snapshot: Snapshot, **wanted: Any) -> Plan:
    wish = Wish(backups=Backups(**{"by": "ringtrust", **wanted}))
    return make_plan(snapshot, catalog(), read_goal(("TVS@sub1",)), TAKEN, wish)


@pytest.mark.shows("S58")
@pytest.mark.shows("S189")
@pytest.mark.parametrize("version", RELEASES)
def test_ringtrust_takes_the_first_and_the_last_step_and_waits_for_each_to_be_whole(version: str) -> None:
    plan = _planned(_with(campus(version), DEVICE))
    first, last = plan.steps[0], plan.steps[-1]
    assert first.act == TakeBackup(PUB, "nightly", "CCM", 2)
    assert last.act == TakeBackup(PUB, "nightly", "CCM", 2, again=True)
    for step in (first, last):
        assert step.after[0].condition == BackedUp(48, whole=True)
        assert "utils disaster_recovery backup network CCM nightly" in step.command
        assert step.if_it_fails
    assert "S58" in first.sources
    assert "S189" in last.sources
    assert plan.weighed[0].verdict == "holds"


def test_a_person_takes_them_unless_somebody_says_otherwise() -> None:
    plan = _planned(_with(campus(), DEVICE), by="person")
    assert isinstance(plan.steps[0].act, HandOver)
    assert isinstance(plan.steps[-1].act, HandOver)
    assert "2026-06-01.tar" in noted(plan, "S189"), "the last way back is named as of the scan"


@pytest.mark.parametrize("devices", [(), (DEVICE, replace(DEVICE, name="other")), (replace(DEVICE, kind="TAPE"),)])
def test_the_device_is_asked_for_where_it_is_not_clear(devices: tuple[BackupDevice, ...]) -> None:
    with pytest.raises(RefusedError, match="not clear") as caught:
        _planned(_with(campus(), *devices))
    assert "--backup-device" in caught.value.advice
    named = _planned(_with(campus(), *devices), device="other")
    assert isinstance(named.steps[0].act, TakeBackup)
    assert named.steps[0].act.device == "other"


def test_a_device_that_could_not_be_read_is_not_one_that_is_not_there() -> None:
    unread = replace(campus(), surroundings=Surroundings(drs=Unread("The agent is down.")))
    with pytest.raises(RefusedError, match="The agent is down"):
        _planned(unread)


@pytest.mark.shows("S189")
def test_a_device_that_keeps_one_copy_is_refused_before_anything_is_begun() -> None:
    with pytest.raises(RefusedError, match="keeps one backup only") as caught:
        _planned(_with(campus(), DEVICE), copies=1)
    assert "--backup person" in caught.value.advice
    assert _planned(_with(campus(), DEVICE), copies=1, by="person")


@pytest.mark.shows("S189")
def test_backups_by_schedule_count_too_and_that_is_said() -> None:
    schedules = (Schedule("weekly", "nightly", enabled=True), Schedule("idle", "nightly", enabled=False))
    said = noted(_planned(_with(campus(), DEVICE, schedules=schedules)), "S189")
    assert "(weekly)" in said
    assert "schedule disable NAME" in said
    assert "by schedule" not in noted(_planned(_with(campus(), DEVICE)), "S189")
    other = (Schedule("weekly", "elsewhere", enabled=True),)
    assert "by schedule" not in noted(_planned(_with(campus(), DEVICE, schedules=other)), "S189")


@pytest.mark.shows("S61")
@pytest.mark.parametrize("by", ["person", "ringtrust"])
def test_where_no_backup_holds_certificates_own_copies_come_first(by: str) -> None:
    said = noted(_planned(_with(campus(V8), DEVICE), by=by), "CSCtn50405")
    assert "Take copies of the certificates before the first step" in said
    assert "Take copies of the certificates" not in noted(_planned(_with(campus(V15), DEVICE), by=by), "S61")
