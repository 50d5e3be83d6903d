"""A plan that deletes takes nothing that has come under the same name since, and owes no deletion when it is left."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ringtrust.apply.due import is_stuck, owed
from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import Delete, StartService, StopService
from ringtrust.change.gate import CopyIs
from ringtrust.change.outcome import Done, Failed, Passed
from ringtrust.change.plan import Plan, Step
from ringtrust.cluster.certificate import Trusted
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Looked
from ringtrust.plan.clean.build import clean_plan
from tests.audit.verdicts.test_attacks import older
from tests.support.snapshots import NODES, TAKEN, certificate, healthy, with_trusted

CATALOG = load_catalog()


def _with(store: str, *nodes: str, release: str) -> Snapshot:
    snapshot, found = healthy(release), older("pub")
    for node in nodes:
        snapshot = with_trusted(snapshot, node, Trusted(store, "pub_old.pem", Known(found)))
    return snapshot


def _planned(store: str, *nodes: str, release: str = "11.5.1.14900-11") -> Plan:
    return clean_plan(_with(store, *nodes, release=release), CATALOG, ["all"], TAKEN)


def _deletions(plan: Plan) -> list[Step]:
    return [step for step in plan.steps if isinstance(step.act, Delete)]


def _looked_at(step: Step) -> list[str]:
    return [gate.condition.copy.node for gate in step.before if isinstance(gate.condition, CopyIs)]


def test_before_a_deletion_that_reaches_every_node_every_node_is_looked_at() -> None:
    """One of them may have renewed its own meanwhile, and nobody else has that one yet."""
    first, *others = _deletions(_planned("tomcat-trust", *NODES))
    assert sorted(_looked_at(first)) == sorted(NODES)
    assert [_looked_at(each) for each in others] == [["sub1"], ["sub2"]]


def test_even_those_that_do_not_have_it() -> None:
    assert sorted(_looked_at(_deletions(_planned("tomcat-trust", "pub"))[0])) == sorted(NODES)


def test_where_two_older_ones_of_one_name_go_each_node_is_asked_for_its_own() -> None:
    snapshot = _with("tomcat-trust", "pub", release="11.5.1.14900-11")
    other = older("pub", "an even older one")
    snapshot = with_trusted(snapshot, "sub1", Trusted("tomcat-trust", "pub_old.pem", Known(other)))
    for step in _deletions(clean_plan(snapshot, CATALOG, ["all"], TAKEN)):
        copies = [gate.condition.copy for gate in step.before if isinstance(gate.condition, CopyIs)]
        assert {each.node: each.sha256 for each in copies}["sub1"] == other.sha256


def test_before_one_that_reaches_its_own_node_that_one_is() -> None:
    assert [_looked_at(each) for each in _deletions(_planned("TVS-trust", "pub", "sub1"))] == [["pub"], ["sub1"]]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(tmp_path / "journal.db")) as made:
        yield made


def test_a_run_that_was_left_owes_the_services_that_it_has_stopped_and_no_deletion(journal: Journal) -> None:
    plan = _planned("tomcat-trust", *NODES)
    run = journal.begin("campus", plan, TAKEN)
    stops = [step for step in plan.steps if isinstance(step.act, StopService)]
    assert stops
    for step in plan.steps[: stops[-1].number]:
        journal.conclude(journal.intend(run, step.number, step.act, "", TAKEN), Done(), TAKEN)
    due = owed(run, journal)
    assert not [step for step in due if isinstance(step.act, Delete)]
    assert [step.act.node for step in due if isinstance(step.act, StartService)] == list(NODES)


def test_a_run_whose_file_has_become_another_certificate_cannot_go_on(journal: Journal) -> None:
    plan = _planned("tomcat-trust", *NODES)
    run = journal.begin("campus", plan, TAKEN)
    step = _deletions(plan)[0]
    for gate in step.before:
        if isinstance(gate.condition, CopyIs):
            journal.note(run, Looked(step.number, "before", gate.condition, Passed(()), TAKEN))
    assert not is_stuck(run, journal)
    journal.note(run, Looked(step.number, "before", gate.condition, Failed(("It was renewed.",)), TAKEN))
    assert is_stuck(run, journal)


def test_what_only_another_node_has_of_a_store_of_the_publisher_is_refused() -> None:
    found = Trusted("Phone-Edge-trust", "root.pem", Known(certificate("a root of Corp Root CA")))
    snapshot = with_trusted(healthy("14.0.1.10000-20"), "sub1", found)
    with pytest.raises(RefusedError, match="lies on sub1 and not on pub"):
        clean_plan(snapshot, CATALOG, ["Phone-Edge-trust/root.pem"], TAKEN)
    both = with_trusted(snapshot, "pub", found)
    plan = clean_plan(both, CATALOG, ["Phone-Edge-trust/root.pem"], TAKEN)
    assert [step.act.node for step in plan.steps if isinstance(step.act, Delete)] == ["pub"]
