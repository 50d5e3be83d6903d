"""What a restore would bring back, and whom it would cost: held against a restore in the lab (R4, H24)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import HandOver
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.snapshot import Backup, Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.recover.reached import Return
from ringtrust.plan.restore.restore import Restoration, restoration_of
from ringtrust.prove.steps import RESTORE
from ringtrust.report.restorations import restoration_document, restoration_lines
from tests.plan.recover.scene import Scene
from tests.prove.differential.worlds import Shape, topology

TFTP, TVS, CALLMANAGER = "Cisco Tftp", "Cisco Trust Verification Service", "Cisco CallManager"
PAIRS = (("sub1", "sub2"), ("sub2", "sub1"))
PHONES = 6


def _scene(release: str) -> Scene:
    found = Scene(topology(Shape(release, 3, 1, PAIRS), PHONES // len(PAIRS)))
    return found.remember()


def _renewed(found: Scene, unit: str, *services: str) -> Scene:
    """As a careful person does: everything has arrived, what loads it has started, and phones have the list of now."""
    found.regenerate(unit).sync()
    for service in services:
        found.restart(service)
    return found.sync().wave()


def _file(snapshot: Snapshot) -> str:
    assert isinstance(snapshot.backups, Known)
    return snapshot.backups.value[-1].file


def _told(found: Scene) -> Restoration:
    now, (then,) = found.snapshot(), found.before
    return restoration_of(now, then, _file(then), load_catalog())


def _back_after_it(found: Scene) -> set[str]:
    """Who is there with the list of then, when the restore has been done in the lab, and a wave behind it."""
    found.act(HandOver("restore"), RESTORE)
    found.sync().wave().sync()
    return {name for name in found.bench.exchange.phones if found.is_back(name)}


@pytest.mark.parametrize("release", ["12.5", "15.0"])
def test_phones_that_know_the_recovery_key_follow_the_cluster_back(release: str) -> None:
    found = _renewed(_scene(release), "CallManager", CALLMANAGER, TFTP)
    told = _told(found)
    assert told.lost == ()
    assert told.trusting == len(told.found)
    assert {each.unit for each in told.returns} == {"CallManager"}
    assert all(each.now != each.then for each in told.returns)
    assert _back_after_it(found) == set(told.found)


@pytest.mark.parametrize("release", ["12.5", "15.0"])
def test_h24_phones_whose_list_knows_none_of_the_old_keys_are_lost_and_named(release: str) -> None:
    found = _renewed(_scene(release), "CallManager", CALLMANAGER, TFTP)
    found = _renewed(_renewed(found, "ITLRecovery", TFTP), "TVS", TVS, TFTP)
    assert all(map(found.is_back, found.bench.exchange.phones)), "every phone is well before the restore"
    told = _told(found)
    assert set(told.found.values()) == {Return.NOT}
    assert {each.name for each in told.lost} == set(told.found)
    assert all(each.sure and each.well for each in told.lost)
    assert {each.unit for each in told.returns} == {"CallManager", "ITLRecovery", "TVS"}
    assert _back_after_it(found) == set()


def test_of_phones_that_are_off_nobody_can_tell_and_nobody_takes_them_for_well() -> None:
    found = _scene("15.0").switch(range(2), on=False)
    off = {phone.traits.device for phone in found.bench.phones[:2]}
    found = _renewed(found, "CallManager", CALLMANAGER, TFTP)
    found = _renewed(_renewed(found, "ITLRecovery", TFTP), "TVS", TVS, TFTP)
    told = _told(found)
    assert {told.found[name] for name in off} == {Return.PERHAPS}, "they may have been on meanwhile"
    assert {each.name for each in told.lost if not each.sure and not each.well} == off
    assert {each.name for each in told.lost if each.sure} == set(told.found) - off
    found.act(HandOver("restore"), RESTORE)
    found.sync().switch(range(2), on=True).sync()
    assert {name for name in told.found if found.is_back(name)} == off


@pytest.mark.shows("S59")
def test_where_a_backup_holds_no_keys_none_returns_and_that_is_said() -> None:
    found = _renewed(_scene("9.1"), "CallManager", CALLMANAGER, TFTP)
    told = _told(found)
    assert told.returns == ()
    assert any("does not bring back the keys" in note.text for note in told.notes)


@pytest.mark.shows("S60")
def test_what_is_to_be_done_around_it_is_said_in_its_order() -> None:
    told = _told(_renewed(_scene("15.0"), "CallManager", CALLMANAGER, TFTP))
    order = [
        "last resort",
        "still there",
        "Host names, IP addresses, DNS and version",
        "Restart every node",
        "Default CA certificates",
    ]
    texts = [note.text for note in told.notes]
    places = [next(place for place, text in enumerate(texts) if part in text) for part in order]
    assert places == sorted(places)
    assert all(note.sources for note in told.notes)
    assert not any("create the CTL anew" in text for text in texts)


def test_in_mixed_mode_the_ctl_has_to_be_made_anew_where_subscribers_were_not_restored() -> None:
    found = _renewed(_scene("15.0"), "CallManager", CALLMANAGER, TFTP)
    now = replace(found.snapshot(), security_mode=Known(0))
    then = replace(found.before[0], security_mode=Known(1))
    told = restoration_of(now, then, _file(then), load_catalog())
    assert any("create the CTL anew" in note.text for note in told.notes)
    assert any("security mode" in note.text for note in told.hindered)


def test_another_address_or_node_or_version_stands_in_the_way() -> None:
    found = _renewed(_scene("15.0"), "CallManager", CALLMANAGER, TFTP)
    now, (then,) = found.snapshot(), found.before
    other = replace(
        then,
        version=Known("15.0.1.10000-1"),
        nodes=(*(replace(node, address="10.9.9.9") for node in then.nodes[:1]), *then.nodes[1:-1]),
    )
    said = " ".join(note.text for note in restoration_of(now, other, _file(then), load_catalog()).hindered)
    for part in ("had 10.9.9.9", f"{then.nodes[-1].name} is new since", "version 15.0.1.10000-1"):
        assert part in said
    assert _told(found).hindered == ()


def test_a_backup_that_nobody_knows_or_that_failed_is_refused_with_those_that_there_are() -> None:
    found = _renewed(_scene("15.0"), "CallManager", CALLMANAGER, TFTP)
    now, (then,) = found.snapshot(), found.before
    with pytest.raises(RefusedError, match="No history tells") as caught:
        restoration_of(now, then, "other.tar", load_catalog())
    assert _file(then) in caught.value.advice
    assert isinstance(then.backups, Known)
    bad = replace(then, backups=Known((replace(then.backups.value[-1], result="ERROR"),)))
    with pytest.raises(RefusedError, match="ended with ERROR"):
        restoration_of(replace(now, backups=bad.backups), bad, _file(then), load_catalog())


def test_a_snapshot_of_another_time_does_not_tell_what_the_backup_holds() -> None:
    found = _renewed(_scene("15.0"), "CallManager", CALLMANAGER, TFTP)
    late = found.snapshot()
    now = replace(late, taken=late.taken + timedelta(hours=1))
    with pytest.raises(RefusedError, match="what is not in the backup: CallManager"):
        restoration_of(now, late, _file(late), load_catalog())
    with pytest.raises(RefusedError, match="not older"):
        restoration_of(late, now, _file(late), load_catalog())


def test_a_backup_without_a_date_is_taken_at_its_snapshot_and_that_is_said() -> None:
    found = _renewed(_scene("15.0"), "CallManager", CALLMANAGER, TFTP)
    now, (then,) = found.snapshot(), found.before
    undated = Known((Backup(_file(then), "SUCCESS", "UCM", Unread("CST means more than one zone.")),))
    told = restoration_of(replace(now, backups=undated), replace(then, backups=undated), _file(then), load_catalog())
    assert told.returns
    assert any("cannot be told" in note.text for note in told.notes)


def test_phones_that_could_not_be_read_are_not_phones_that_are_well() -> None:
    found = _renewed(_scene("15.0"), "CallManager", CALLMANAGER, TFTP)
    now, (then,) = found.snapshot(), found.before
    with pytest.raises(RefusedError, match="phones"):
        restoration_of(replace(now, phones=Unread("AXL is silent.")), then, _file(then), load_catalog())


def test_it_is_told_to_people_and_to_programs() -> None:
    found = _renewed(_scene("15.0"), "CallManager", CALLMANAGER, TFTP)
    found = _renewed(_renewed(found, "ITLRecovery", TFTP), "TVS", TVS, TFTP)
    told = _told(found)
    text = "\n".join(restoration_lines(told))
    assert f"{PHONES}  would be lost: their list knows none of the keys that return (H24)" in text
    assert "Do not restore it for their sake: 6 phones would be lost" in text
    assert told.lost[0].name in text
    document = restoration_document(told)
    assert document["format"] == "ringtrust.restoration/1"
    assert set(document["phones"].values()) == {"not"}
    assert document["trusting"] == 0
