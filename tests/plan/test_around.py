"""A plan asks for what its scan could read, and says what it leaves out (domain.md §6a)."""

import pytest
from msgspec.structs import replace

from ringtrust.change.gate import (
    CertificatesFit,
    ClocksFollow,
    DatabaseMatches,
    NoAlarms,
    NoBackupRuns,
    NoUpgradeRuns,
    OnDisk,
    PhoneInteractionIs,
    SsoIs,
)
from ringtrust.change.plan import Plan
from ringtrust.cluster.certificate import Registered
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.cluster.surroundings import Parameter, Progress, Surroundings
from tests.plan.material import TAKEN, V15, campus, conditions, planned

ALL = Surroundings(
    clock=Known(value=True),
    backup=Known(value=False),
    upgrade=Known(Progress.ENDED),
    trouble=Known(3),
    interaction=Known(Parameter("PhoneInteraction", "1")),
    sso=Known(("sub1",)),
)
_NOT = Unread("The node knows no such command.")
NOTHING = Surroundings(clock=_NOT, backup=_NOT, upgrade=_NOT, trouble=_NOT, interaction=_NOT, sso=_NOT)


def _with(surroundings: Surroundings) -> Snapshot:
    return replace(campus(V15), surroundings=surroundings)


def _notes(plan: Plan) -> str:
    return "\n".join(note.text for note in plan.notes)


def test_what_could_be_read_is_asked_before_the_first_act() -> None:
    plan = planned(_with(ALL), "TVS@sub1")
    first = conditions(plan.steps[0].after)
    for condition in (
        *(ClocksFollow(), NoBackupRuns(), NoUpgradeRuns(), NoAlarms(TAKEN), SsoIs(("sub1",)), CertificatesFit()),
        PhoneInteractionIs("PhoneInteraction", "1"),
    ):
        assert condition in first, condition
    assert "Single sign-on is on at sub1" in _notes(plan)
    assert "No gate of this plan asks" not in _notes(plan)


def test_nothing_else_may_have_come_up_before_each_stretch_nor_a_list_have_grown_before_a_wave() -> None:
    plan = planned(_with(ALL), "TVS")
    firsts = [step for step in plan.steps if "regenerate" in step.title]
    assert len(firsts) == 3
    for step in firsts:
        assert {NoBackupRuns, NoUpgradeRuns} <= {type(each) for each in conditions(step.before)}
        assert NoAlarms not in {type(each) for each in conditions(step.before)}  # a restart may raise some
    waves = [step for step in plan.steps if "reset all phones" in step.title]
    assert waves
    assert all(CertificatesFit() in conditions(step.before) for step in waves)


def test_what_could_not_be_read_stops_no_plan_and_is_said() -> None:
    plan = planned(_with(NOTHING), "TVS@sub1")
    asked = {gate.code for step in plan.steps for gate in (*step.before, *step.after)}
    assert not asked & {"G-NTP", "G-DRS-RUN", "G-UPG", "G-ALM", "G-PAR", "G-SSO", "G-DBFS"}
    note = next(note for note in plan.notes if note.text.startswith("No gate of this plan asks"))
    assert set(note.sources) == {"G-NTP", "G-DRS-RUN", "G-UPG", "G-ALM", "G-PAR", "G-SSO"}
    assert "whether an upgrade is under way" in note.text


def test_an_upgrade_that_nobody_understands_is_no_gate_either() -> None:
    plan = planned(_with(replace(ALL, upgrade=Known(Progress.UNCLEAR))), "TVS@sub1")
    assert "G-UPG" not in {gate.code for step in plan.steps for gate in (*step.before, *step.after)}
    assert "No gate of this plan asks, as the scan could not read it: whether an upgrade is under way." in _notes(plan)


@pytest.mark.parametrize(
    ("surroundings", "said"),
    [
        (replace(ALL, clock=Known(value=False)), "the clock of the publisher follows no server"),
        (replace(ALL, backup=Known(value=True)), "a backup is under way"),
        (replace(ALL, upgrade=Known(Progress.RUNS)), "an upgrade is under way"),
    ],
)
def test_what_will_not_let_it_begin_is_said_beforehand(surroundings: Surroundings, said: str) -> None:
    assert f"this plan will not begin, for {said}." in _notes(planned(_with(surroundings), "TVS@sub1"))


def test_the_database_is_asked_for_what_it_names_and_phones_go_by() -> None:
    snapshot = campus(V15)
    names = ("TVS", "ipsec", "tomcat", "TVS-trust", "CallManager")
    rows = Known(tuple(Registered(name, "0A", "CN=x") for name in names))
    nodes = tuple(replace(node, registered=rows) if node.name != "sub2" else node for node in snapshot.nodes)
    plan = planned(replace(snapshot, nodes=nodes), "tomcat@sub1")
    [found] = [each for each in conditions(plan.steps[0].after) if isinstance(each, DatabaseMatches)]
    assert found.certificates == tuple(
        OnDisk(unit, node) for node in ("pub", "sub1") for unit in ("CallManager", "TVS", "tomcat")
    )
