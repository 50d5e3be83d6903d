"""The order of a clean-up on every release: what brings back stops, then all goes everywhere, and somebody looks."""

from collections.abc import Iterable, Sequence

import pytest

from ringtrust.change.act import AwaitNotification, Delete, HandOver, Restart, StartService, StopService
from ringtrust.change.gate import CopiesGone, CopiesKept, Copy, CopyIs
from ringtrust.change.plan import Plan, Step
from ringtrust.change.store_verdict import Fate
from ringtrust.cluster.facts import Known
from ringtrust.plan.clean.build import clean_plan
from tests.support.clusters import START
from tests.support.sown import CATALOG, CLUSTERS, judged, sown

NOTIFICATION = "Cisco Certificate Change Notification"
CALLMANAGER, TFTP, CTI = "Cisco CallManager", "Cisco Tftp", "Cisco CTIManager"
CAPF, TVS = "Cisco Certificate Authority Proxy Function", "Cisco Trust Verification Service"
TOMCAT, DRF_LOCAL, DRF_MASTER = "Cisco Tomcat", "Cisco DRF Local", "Cisco DRF Master"
THIRTY_FIVE_MINUTES = 35 * 60
RESTARTED = {
    "tomcat-trust": [TOMCAT],
    "CallManager-trust": [CALLMANAGER, TFTP, CTI],
    "CAPF-trust": [CAPF],
    "TVS-trust": [TVS],
    "ipsec-trust": [DRF_LOCAL, DRF_MASTER],
}


def _plan(release: str, *words: str) -> Plan:
    return clean_plan(sown(release).snapshot, CATALOG, words, START)


def _of(plan: Plan, kind: type) -> list[Step]:
    return [step for step in plan.steps if isinstance(step.act, kind)]


def _nodes(release: str) -> list[str]:
    return [node.name for node in sown(release).snapshot.nodes]


def _services(steps: Iterable[Step]) -> list[tuple[str, str]]:
    return [
        (step.act.service, step.act.node)
        for step in steps
        if isinstance(step.act, Restart | StopService | StartService)
    ]


def _order(plan: Plan) -> list[type]:
    """The kinds of acts, each once for as long as it goes on."""
    kinds = [type(step.act) for step in plan.steps]
    return [kind for place, kind in enumerate(kinds) if place == 0 or kinds[place - 1] is not kind]


def _numbers(steps: Sequence[Step]) -> list[int]:
    return [step.number for step in steps]


@pytest.mark.shows("S112")
@pytest.mark.parametrize("store", ["CallManager-trust", "tomcat-trust", "Phone-SAST-trust"])
@pytest.mark.parametrize(("release", "stopped"), [("9.1", True), ("11.5", True), ("12.5", False), ("15", False)])
def test_change_notification_stands_still_on_every_node_where_it_would_bring_back(
    release: str, store: str, stopped: bool
) -> None:
    plan = _plan(release, store)
    everywhere = [(NOTIFICATION, node) for node in _nodes(release)] if stopped else []
    assert sorted(_services(_of(plan, StopService))) == sorted(everywhere)
    assert sorted(_services(_of(plan, StartService))) == sorted(everywhere)
    if stopped:
        deleted = _numbers(_of(plan, Delete))
        assert max(_numbers(_of(plan, StopService))) < min(deleted)
        assert max(deleted) < min(_numbers(_of(plan, StartService)))


@pytest.mark.parametrize("release", CLUSTERS)
def test_for_directory_trust_it_stands_still_on_every_release(release: str) -> None:
    assert len(_of(_plan(release, "directory-trust"), StopService)) == len(_nodes(release))
    assert len(_of(_plan(release, "all"), StartService)) == len(_nodes(release))


@pytest.mark.parametrize("store", ["TVS-trust", "CAPF-trust", "ipsec-trust"])
@pytest.mark.parametrize(("release", "stopped"), [("9.1", True), ("11.5", False), ("12.5", False), ("15", False)])
def test_what_is_a_node_s_own_nobody_brings_back_from_11_0_on(release: str, store: str, stopped: bool) -> None:
    assert bool(_of(_plan(release, store), StopService)) is stopped


@pytest.mark.parametrize("release", CLUSTERS)
def test_everything_comes_in_its_order_between_two_backups(release: str) -> None:
    plan = _plan(release, "all")
    assert _order(plan) == [
        *(HandOver, StopService, Delete, StartService, Restart),
        *(AwaitNotification, HandOver),
    ]
    assert isinstance(plan.steps[0].act, HandOver)
    assert "backup" in plan.steps[0].title


@pytest.mark.shows("S109")
@pytest.mark.parametrize("release", CLUSTERS)
def test_it_goes_from_every_node_that_has_it_if_it_is_the_one_that_was_read(release: str) -> None:
    plan = _plan(release, "all")
    due = {
        (each.store, place.file, place.node, each.certificate.value.sha256)
        for each in judged(sown(release).snapshot)
        if each.fate is Fate.FREE and isinstance(each.certificate, Known)
        for place in each.places
    }
    steps = _of(plan, Delete)
    acts = [step.act for step in steps if isinstance(step.act, Delete)]
    assert len(acts) == len(due)
    assert {(act.store, act.file, act.node, act.sha256) for act in acts} == due
    for step, act in zip(steps, acts, strict=True):
        asked = [gate.condition.copy for gate in step.before if isinstance(gate.condition, CopyIs)]
        assert Copy(act.node, act.store, act.file, act.sha256) in asked
        assert {(each.store, each.file) for each in asked} == {(act.store, act.file)}
        unit = act.store.removesuffix("-trust")
        assert step.command == f"set cert delete {unit} {act.file} (CLI of {act.node})"
        assert "ringtrust runs deleted RUN" in step.if_it_fails


@pytest.mark.shows("S143", "S144", "S146", "S147", "S148", "S149", "S150")
@pytest.mark.parametrize("release", ["9.1", "11.5"])
@pytest.mark.parametrize("store", RESTARTED)
def test_the_services_that_have_read_a_store_are_restarted_after_it_is_emptied(release: str, store: str) -> None:
    plan = _plan(release, store)
    restarts = _of(plan, Restart)
    found = _services(restarts)
    assert list(dict.fromkeys(service for service, _ in found)) == RESTARTED[store]
    assert len(found) == len(set(found))
    assert min(_numbers(restarts)) > max(_numbers(_of(plan, Delete)))
    assert max(_numbers(restarts)) < _of(plan, AwaitNotification)[0].number
    for only in (CAPF, DRF_MASTER):
        assert {node for service, node in found if service == only} <= {"pub"}
    if store == "ipsec-trust":
        assert {node for service, node in found if service == DRF_LOCAL} == set(_nodes(release))


@pytest.mark.shows("S112")
@pytest.mark.parametrize("release", CLUSTERS)
def test_after_thirty_five_minutes_every_node_is_listed_once_more(release: str) -> None:
    plan = _plan(release, "all")
    (last,) = _of(plan, AwaitNotification)
    assert last.act == AwaitNotification(THIRTY_FIVE_MINUTES)
    assert "CSCto86463" in last.sources
    (gone,) = [gate.condition.copies for gate in last.after if isinstance(gate.condition, CopiesGone)]
    acts = [step.act for step in _of(plan, Delete) if isinstance(step.act, Delete)]
    assert {(each.node, each.store, each.file) for each in gone} == {(act.node, act.store, act.file) for act in acts}
    (kept,) = [gate.condition.kept for gate in last.after if isinstance(gate.condition, CopiesKept)]
    assert {each.node for each in kept} == set(_nodes(release))
    files = {(each.node, each.store, file) for each in kept for file in each.files}
    there = {
        (node.name, each.store, each.file)
        for node in sown(release).snapshot.nodes
        for each in (node.trusted.value if isinstance(node.trusted, Known) else ())
    }
    assert files == there - {(each.node, each.store, each.file) for each in gone}


def _said(release: str, *words: str) -> str:
    return " ".join(note.text for note in _plan(release, *words).notes)


@pytest.mark.shows("S110")
@pytest.mark.parametrize("release", CLUSTERS)
def test_where_phones_may_reset_by_themselves_a_window_is_asked_for(release: str) -> None:
    for store in ("CallManager-trust", "CAPF-trust", "TVS-trust"):
        said = _said(release, store)
        assert "CSCut58407" in said
        assert "maintenance window: phones may reset by themselves" in said
    assert "CSCut58407" not in _said(release, "directory-trust")


@pytest.mark.shows("S112")
@pytest.mark.parametrize(("release", "known"), [("9.1", True), ("11.5", False), ("12.5", False), ("15", False)])
def test_where_deleted_certificates_come_back_the_defect_and_its_workaround_are_named(
    release: str, known: bool
) -> None:
    said = _said(release, "tomcat-trust")
    assert ("CSCto86463" in said) is known
    assert ("Stop Change Notification on all nodes, delete on every node, start it again" in said) is known


def test_what_stays_is_counted_and_who_says_why_is_named() -> None:
    said = _said("9.1", "all")
    held = [each for each in judged(sown().snapshot) if each.fate is Fate.HELD]
    asked = [each for each in judged(sown().snapshot) if each.fate is Fate.ASK]
    assert f"Left for now, {len(held)} certificates: tomcat-trust/ldap1.corp.example.pem" in said
    assert f"Left until a person decides, {len(asked)} certificates: " in said
    assert "`ringtrust stores` says why." in said
