"""A change that makes certificates anew is prepared so that no phone is lost, or refused with the reason (P16)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ringtrust.change.act import HandOver, ResetCtl, SetRollback, UpdateCtl
from ringtrust.change.preparation import Check, Preparation, write_preparation
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.before.asked import is_change, read_change
from ringtrust.plan.before.prepare import prepare
from ringtrust.plan.before.ways import AS_IT_IS, EMPTY, OTHER_KEY, SIMPLY, UPDATE
from ringtrust.report.preparations import preparation_lines
from tests.plan.material import PUB, SUB1, SUB2, TAKEN, V9, V12, V15, campus, catalog, with_node
from tests.prove.mixed import Kind, secured
from tests.prove.nights import holds

V11 = "11.5.1.10000-6"
ONE = {"A": (PUB,)}
SECURE = (Kind("A", 5), Kind("B", 5))


def _prepared(snapshot: Snapshot, change: str) -> Preparation:
    return prepare(snapshot, catalog(), read_change((change,)), TAKEN)


def _alone(version: str) -> Snapshot:
    return campus(version, nodes=(PUB,), tftp=(PUB,), groups=ONE)


def _check(found: Preparation, word: str) -> Check:
    (check,) = [each for each in found.checks if word in each.what]
    return check


@pytest.mark.parametrize("version", [V9, V11, V12, V15])
@pytest.mark.parametrize("change", ["hostname=sub1:branch7", "domain=new.example", "fips=on", "fips=off"])
def test_a_cluster_of_several_nodes_is_brought_through_node_by_node(version: str, change: str) -> None:
    found = _prepared(campus(version), change)
    assert found.prepared.holds
    assert found.way == AS_IT_IS
    changed = [line for line in found.runbook.splitlines() if line.startswith("rename")]
    assert changed == [f"rename {node}" for node in found.nodes]
    assert found.runbook.count("wave complete") == len(found.nodes)


@pytest.mark.parametrize("version", [V9, V11, V12, V15])
def test_the_night_that_is_printed_is_the_night_that_is_proved(version: str) -> None:
    assert holds(_prepared(campus(version), "domain=new.example").runbook, campus(version))


@pytest.mark.parametrize("version", [V9, V11])
def test_all_nodes_at_once_is_told_to_cost_phones_their_trust_where_it_does(version: str) -> None:
    found = _prepared(campus(version), "domain=new.example")
    assert found.unprepared.lost == 2
    assert any("H23" in text for text in found.unprepared.forbidden)


@pytest.mark.parametrize("version", [V9, V11, V12, V15])
@pytest.mark.parametrize("change", ["hostname=pub:hq1", "fips=on"])
def test_a_single_node_goes_through_an_empty_list(version: str, change: str) -> None:
    found = _prepared(_alone(version), change)
    acts = [step.act for step in found.steps]
    true, false = acts.index(SetRollback(value=True)), acts.index(SetRollback(value=False))
    assert found.way == EMPTY
    assert [true < number < false for number, act in enumerate(acts) if isinstance(act, HandOver) and "pub" in act.what]
    assert found.prepared.holds
    assert any("H11" in note.sources for note in found.notes)


def test_a_single_node_without_it_loses_every_phone_where_callmanager_signs() -> None:
    assert _prepared(_alone(V9), "hostname=pub:hq1").unprepared.lost == 1
    assert _prepared(_alone(V12), "hostname=pub:hq1").unprepared.lost == 0


def test_by_the_mechanism_alone_a_single_node_of_12_5_needs_no_empty_list_for_a_host_name() -> None:
    asked = read_change(("hostname=pub:hq1",))
    assert prepare(_alone(V12), catalog(), asked, TAKEN, basis="mechanism").way == AS_IT_IS
    assert prepare(_alone(V9), catalog(), asked, TAKEN, basis="mechanism").way == EMPTY


def test_a_group_of_one_member_goes_through_an_empty_list_where_nobody_else_vouches() -> None:
    found = _prepared(campus(V9, groups={"A": (SUB1,), "B": (SUB1, SUB2)}), "hostname=sub1:branch7")
    assert found.way == EMPTY
    assert (_check(found, "two members").sight, found.ready) == ("fail", False)


@pytest.mark.parametrize("version", [V11, V12, V15])
def test_in_mixed_mode_the_ctl_follows_before_phones_do(version: str) -> None:
    found = _prepared(secured(version, *SECURE), "hostname=sub1:branch7")
    acts = [step.act for step in found.steps]
    assert found.way == UPDATE
    assert UpdateCtl(PUB) in acts
    assert found.prepared.holds
    assert not any(isinstance(act, SetRollback) for act in acts)
    assert _check(found, "two who may sign").sight == "pass"


def test_a_device_that_asks_no_tvs_is_brought_through_by_the_other_key_of_the_ctl() -> None:
    found = _prepared(secured(V11), "hostname=pub:hq1")
    assert found.way == OTHER_KEY
    assert ResetCtl(PUB) in [step.act for step in found.steps]


def test_where_both_signers_of_a_ctl_change_at_once_and_nobody_asks_tvs_it_is_refused() -> None:
    with pytest.raises(RefusedError, match="No preparation is known") as refused:
        _prepared(secured(V12), "fips=on")
    assert "1 phone" in refused.value.what


@pytest.mark.parametrize(
    ("version", "makes"),
    [("12.5", True), ("12.5.1.11900-146", True), ("12.5.1.13900-152", False), ("14.0", False), ("15.0", False)],
)
def test_an_upgrade_makes_itlrecovery_anew_up_to_12_5_1_su2(version: str, makes: bool) -> None:
    found = _prepared(campus(V11), f"upgrade={version}")
    assert (found.makes == ("ITLRecovery of pub",)) is makes
    assert found.prepared.holds


def test_an_upgrade_in_mixed_mode_has_the_ctl_signed_by_its_other_key_first() -> None:
    found = _prepared(secured(V11, *SECURE), "upgrade=12.5")
    assert found.way == OTHER_KEY
    assert "ctl reset localkey" in found.runbook
    assert any("FN70613" in note.sources for note in found.notes)
    assert _prepared(secured(V11, *SECURE), "upgrade=12.5.1.13900-152").way == SIMPLY


def test_a_restore_of_what_phones_have_left_behind_is_refused_and_names_the_backup() -> None:
    snapshot = campus(V9)
    old = replace(snapshot.backups.value[0], completed=Known(TAKEN - timedelta(days=2000)))  # type: ignore[union-attr]
    with pytest.raises(RefusedError, match="restore") as refused:
        _prepared(replace(snapshot, backups=Known((old,))), "restore")
    assert "take a new one now" in refused.value.advice


def test_a_restore_of_what_is_there_is_no_danger() -> None:
    found = _prepared(campus(V9), "restore")
    assert found.prepared.holds
    assert found.makes == ()


def test_a_restore_without_a_backup_is_refused() -> None:
    for backups in (Known(()), Unread("no answer")):
        with pytest.raises(RefusedError, match="No good backup"):
            _prepared(replace(campus(V9), backups=backups), "restore")


def test_set_web_security_touches_no_phone_unless_tomcat_is_reused_for_callmanager() -> None:
    snapshot = campus(V15)
    found = _prepared(snapshot, "web-security=sub1")
    assert found.makes == ("tomcat of sub1",)
    assert "wave" not in found.runbook
    node = snapshot.node(SUB1)
    assert node is not None
    assert isinstance(node.identities, Known)
    (signs,) = [each.certificate for each in node.identities.value if each.unit == "CallManager"]
    reused = tuple(
        replace(each, certificate=signs) if each.unit == "tomcat" else each for each in node.identities.value
    )
    with pytest.raises(RefusedError, match="H30"):
        _prepared(with_node(snapshot, SUB1, identities=Known(reused)), "web-security=sub1")


def test_itlrecovery_of_fips_mode_is_made_anew_on_12_5_and_not_on_15() -> None:
    assert "ITLRecovery of pub" in _prepared(campus(V12), "fips=on").makes
    assert "ITLRecovery of pub" not in _prepared(campus(V15), "fips=on").makes


def test_what_the_snapshot_does_not_tell_is_no_pass() -> None:
    found = _prepared(campus(V9), "hostname=sub1:branch7")
    assert (_check(found, "single sign-on").sight, found.ready) == ("unknown", False)
    known = replace(campus(V9).surroundings, sso=Known(()))
    assert _prepared(replace(campus(V9), surroundings=known), "hostname=sub1:branch7").ready


def test_phones_that_are_not_there_are_named() -> None:
    snapshot = campus(V9)
    first, second = snapshot.all_phones()
    gone = replace(snapshot, phones=Known((first, replace(second, registration=Skipped("never seen")))))
    found = prepare(gone, catalog(), read_change(("fips=on",)), TAKEN, stragglers=1)
    assert [each.name for each in found.stragglers] == [second.name]
    assert second.name in _check(found, "every phone").told
    with pytest.raises(RefusedError, match=second.name):
        _prepared(gone, "fips=on")


@pytest.mark.parametrize(
    "text",
    [
        *("hostname=sub1", "hostname=sub1:", "hostname=:x", "hostname=sub1:9x", "hostname=sub1:a_b", "hostname"),
        *("domain=", "domain=a b", "fips=yes", "fips", "upgrade=new", "restore=", "restore=x", "web-security=", "x=y"),
    ],
)
def test_what_is_no_change_is_refused_with_the_grammar(text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_change((text,))
    assert refused.value.advice


def test_several_at_once_are_refused() -> None:
    with pytest.raises(RefusedError, match="H23"):
        read_change(("hostname=sub1:a", "hostname=sub2:b"))
    assert not is_change("old.json")


@pytest.mark.parametrize("change", ["hostname=sub7:branch7", "hostname=sub1:SUB2", "web-security=sub7", "upgrade=9.1"])
def test_what_does_not_fit_the_cluster_is_refused(change: str) -> None:
    with pytest.raises(RefusedError):
        _prepared(campus(V9), change)


@pytest.mark.shows("S165")
@pytest.mark.parametrize("change", ["hostname=sub1:branch7", "domain=new.example"])
def test_certificates_of_the_old_name_are_left_in_trust_stores_and_deleted_last(change: str) -> None:
    steps = _prepared(campus(V9), change).steps
    (last,) = [step for step in steps if "trust stores still hold of the old" in step.title]
    assert {"S165", "S166"} <= set(last.sources)
    assert all(step.number < last.number for step in steps if step.phase == "the change")


def test_it_is_told_to_people_and_to_programs() -> None:
    found = _prepared(campus(V12), "fips=on")
    text = "\n".join(preparation_lines(found, explain=True))
    assert "utils fips enable (CLI of pub)" in text
    assert "Not certain:" in text
    assert "ringtrust verify campus" in text
    assert "apply again" not in text
    assert all(len(line) <= 110 for line in text.splitlines())
    assert b'"ringtrust.preparation/1"' in write_preparation(found)
