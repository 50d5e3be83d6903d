"""What is restarted, where and when: what the release asks for, on the nodes where it runs, and nowhere else."""

import pytest

from ringtrust.change.act import Regenerate, Restart
from ringtrust.change.gate import PhonesBack, ServedIs, ServicesRun
from ringtrust.cluster.node import Service
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from tests.plan.material import (
    CALLMANAGER,
    CAPF,
    CTI,
    DRF_LOCAL,
    DRF_MASTER,
    EVERYWHERE,
    NODES,
    PUB,
    SUB1,
    SUB2,
    TFTP,
    TOMCAT,
    TVS,
    V9,
    V12,
    V14,
    V15,
    acts,
    campus,
    conditions,
    planned,
    step_of,
    with_services,
)

HAPROXY, AXL, LBM = "Cisco HAProxy", "Cisco AXL Web Service", "Cisco Location Bandwidth Manager"
ILS, EM, UDS = "Cisco Intercluster Lookup Service", "Cisco Extension Mobility", "Cisco UDS Tomcat"
SEED = (V9, "8.0.3.10000-8", "11.5.1.10000-6")

Places = list[tuple[str, str]]


def _all_run(version: str) -> Snapshot:
    """Every service runs where it may; Cisco Tftp on pub and sub1."""
    extra = (HAPROXY, AXL, LBM, ILS, EM, UDS) if version in {V14, V15} else (AXL,)
    running = dict.fromkeys(NODES, (*EVERYWHERE, *extra))
    running[PUB] = (*running[PUB], CAPF, DRF_MASTER)
    return campus(version, services=running)


def _restarted(snapshot: Snapshot, *goal: str) -> Places:
    return [(act.service, act.node) for act in acts(planned(snapshot, *goal), Restart)]


def _on(service: str, *nodes: str) -> Places:
    return [(service, node) for node in nodes]


@pytest.mark.shows("S111", "S144")
@pytest.mark.parametrize("version", SEED)
def test_tomcat_restarts_where_its_certificate_is_new(version: str) -> None:
    assert _restarted(_all_run(version), "tomcat") == _on(TOMCAT, *NODES)
    assert _restarted(_all_run(version), "tomcat@sub1") == _on(TOMCAT, SUB1)


@pytest.mark.shows("S146")
@pytest.mark.parametrize("version", SEED)
def test_callmanager_tftp_and_ctimanager_restart_in_this_order_where_they_are_active(version: str) -> None:
    snapshot = _all_run(version)
    assert _restarted(snapshot, "CallManager@sub1") == [(CALLMANAGER, SUB1), (TFTP, SUB1), (CTI, SUB1)]
    assert _restarted(snapshot, "CallManager@sub2") == [(CALLMANAGER, SUB2), (CTI, SUB2)]
    idle = with_services(snapshot, SUB1, Service(CTI, "STOPPED", "Service Not Activated"))
    assert _restarted(idle, "CallManager@sub1") == [(CALLMANAGER, SUB1), (TFTP, SUB1)]


@pytest.mark.shows("S147")
@pytest.mark.parametrize("version", SEED)
def test_capf_restarts_on_the_publisher_only(version: str) -> None:
    snapshot = with_services(_all_run(version), SUB1, Service(CAPF, "STARTED"))
    assert _restarted(snapshot, "CAPF") == _on(CAPF, PUB)
    assert _restarted(snapshot, "CAPF@sub1") == _on(CAPF, PUB)


@pytest.mark.shows("S148")
@pytest.mark.parametrize("version", SEED)
def test_tvs_restarts_on_the_respective_node(version: str) -> None:
    assert _restarted(_all_run(version), "TVS@sub2") == _on(TVS, SUB2)
    assert _restarted(_all_run(version), "TVS") == _on(TVS, *NODES)


@pytest.mark.shows("S149", "S150")
@pytest.mark.parametrize("version", SEED)
@pytest.mark.parametrize("master", [DRF_MASTER, "Cisco DRF Primary"])
def test_after_ipsec_drf_local_restarts_everywhere_and_master_on_the_publisher_by_its_own_name(
    version: str, master: str
) -> None:
    running = dict.fromkeys(NODES, EVERYWHERE) | {PUB: (*EVERYWHERE, master)}
    snapshot = with_services(campus(version, services=running), SUB1, Service(master, "STARTED"))
    assert _restarted(snapshot, "ipsec") == [*_on(DRF_LOCAL, *NODES), (master, PUB)]
    assert _restarted(snapshot, "ipsec@sub1") == [*_on(DRF_LOCAL, *NODES), (master, PUB)]


LATER: dict[tuple[str, str], Places] = {
    (V12, "tomcat@sub1"): [(TOMCAT, SUB1), *_on(TFTP, PUB, SUB1)],
    (V12, "ipsec@sub1"): [*_on(DRF_LOCAL, *NODES), (DRF_MASTER, PUB), (TOMCAT, SUB1)],
    (V12, "CAPF@pub"): [(CAPF, PUB), *_on(TVS, *NODES), *_on(TFTP, PUB, SUB1)],
    (V12, "CallManager@sub1"): [(CALLMANAGER, SUB1), (CTI, SUB1), (TFTP, SUB1)],
    (V12, "CallManager-ECDSA@sub1"): [(CALLMANAGER, SUB1), (TFTP, SUB1)],
    (V12, "TVS@sub2"): [(TVS, SUB2), *_on(TFTP, PUB, SUB1)],
    (V12, "ITLRecovery"): [*_on(TVS, *NODES), *_on(TFTP, PUB, SUB1)],
    (V15, "tomcat-ECDSA@sub1"): [
        *((TOMCAT, SUB1), *_on(DRF_LOCAL, *NODES), (DRF_MASTER, PUB)),
        *((UDS, SUB1), *_on(AXL, *NODES)),
    ],
    (V15, "tomcat@sub1"): [
        *((TOMCAT, SUB1), *_on(ILS, *NODES), *_on(LBM, *NODES), *_on(DRF_LOCAL, *NODES), (DRF_MASTER, PUB)),
        *(*_on(EM, *NODES), *_on(AXL, *NODES), *_on(TFTP, PUB, SUB1)),
    ],
    (V15, "CallManager@sub1"): [(CALLMANAGER, SUB1), (CTI, SUB1), (TVS, SUB1), (TFTP, SUB1), (HAPROXY, SUB1)],
    (V15, "TVS@sub1"): [(TVS, SUB1), *_on(TFTP, PUB, SUB1)],
    (V15, "CAPF"): [(CAPF, PUB), *_on(TVS, *NODES), *_on(TFTP, PUB, SUB1)],
    (V14, "CallManager@sub2"): [(CALLMANAGER, SUB2), (CTI, SUB2), (HAPROXY, SUB2), (TVS, SUB2)],
}


@pytest.mark.shows("S146", "S147", "S148", "S149", "S150")
@pytest.mark.parametrize(("version", "goal"), LATER)
def test_later_releases_ask_for_more(version: str, goal: str) -> None:
    assert _restarted(_all_run(version), goal) == LATER[version, goal]


@pytest.mark.parametrize("version", [V9, V12, V15])
def test_what_runs_nowhere_is_restarted_nowhere(version: str) -> None:
    bare = campus(version, services=dict.fromkeys(NODES, ()))
    assert {service for service, _ in _restarted(bare, "all")} <= {TFTP}
    plan = planned(bare, "TVS@sub2")
    assert [type(step.act).__name__ for step in plan.steps][-2] == "ResetPhones"


@pytest.mark.shows("S111")
@pytest.mark.parametrize("version", [V9, V12, V15])
def test_every_restart_comes_after_the_renewal_that_it_loads(version: str) -> None:
    """A service that is restarted before would go on with the old certificate."""
    plan = planned(_all_run(version), "all")
    renewed = [
        (step.number, step.act.unit.removesuffix("-ECDSA")) for step in plan.steps if isinstance(step.act, Regenerate)
    ]
    for unit in {name for _, name in renewed} - {"tomcat"}:
        restarts = [
            step.number for step in plan.steps if isinstance(step.act, Restart) and step.act.unit.startswith(unit)
        ]
        assert restarts, unit
        assert min(number for number, name in renewed if name == unit) < min(restarts)


def test_a_restart_shows_that_it_runs_and_serves_what_is_new_and_waits_for_the_phones_after_callmanager() -> None:
    plan = planned(_all_run(V9), "tomcat@sub1", "CallManager@sub1", "TVS@sub1")
    tomcat = step_of(plan, Restart, service=TOMCAT)
    assert conditions(tomcat.after)[:2] == [ServicesRun(), ServedIs("tomcat", SUB1)]
    assert conditions(step_of(plan, Restart, service=TVS).after) == [ServicesRun(), ServedIs("TVS", SUB1)]
    assert conditions(step_of(plan, Restart, service=CALLMANAGER).after) == [ServicesRun(), PhonesBack()]


def test_what_only_some_clusters_use_is_a_note_and_no_step() -> None:
    plan = planned(_all_run(V12), "tomcat")
    assert (CALLMANAGER, PUB) not in _restarted(_all_run(V12), "tomcat")
    assert [note for note in plan.notes if note.text == "With SIP OAuth, restart Cisco CallManager after tomcat too."]


def test_a_publisher_without_callmanager_restarts_what_it_has() -> None:
    snapshot = campus(V9, tftp=(SUB1,), services={PUB: (TVS, TOMCAT, CAPF)})
    assert _restarted(snapshot, "CallManager@pub", "TVS@pub") == [(TVS, PUB)]


def test_a_service_in_the_midst_of_its_start_is_not_taken_for_one_that_is_off() -> None:
    snapshot = with_services(campus(V9), SUB1, Service(TFTP, "STARTING"))
    with pytest.raises(RefusedError, match="Cisco Tftp of sub1 is activated and does not run"):
        planned(snapshot, "CallManager@sub1")
    assert planned(snapshot, "CallManager@sub2").steps


def test_services_that_the_change_does_not_concern_may_stand_still() -> None:
    snapshot = with_services(
        campus(V9), SUB2, Service("Cisco Extension Mobility", "STOPPED", "Commanded Out of Service")
    )
    assert planned(snapshot, "all").steps
