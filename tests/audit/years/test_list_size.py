"""ITLs that come near what phones can load."""

from ringtrust.change.finding import Severity
from ringtrust.cluster.facts import Known
from tests.audit.found import found, one
from tests.support.snapshots import certificate, healthy, node_of, record, with_list

CODE = "years.list-size"
LISTED = node_of(healthy(), "sub1").itl
assert isinstance(LISTED, Known)
RECORDS = LISTED.value.records


def _more(count: int) -> tuple[object, ...]:
    names = (f"x{number}" for number in range(count - len(RECORDS)))
    return (*RECORDS, *(record("TVS", name, certificate(name)) for name in names))


def test_a_list_that_is_near_says_how_many_nodes_fit_in_still() -> None:
    finding = one(with_list(healthy(), "sub1", records=_more(33), size=33_000), CODE)
    assert (finding.severity, finding.where) == (Severity.MINOR, "ITL of sub1")
    assert (
        "33 certificates and 33,000 bytes in the fullest, of at most 39 and 65,536: room for 6 certificates"
        in finding.what
    )
    assert finding.what.endswith(
        "That is 3 nodes if each brings 2 as the others do today, and 1 node if each brings 4."
    )
    assert "take 2 certificates out of it" in finding.advice
    assert "H19" in finding.sources


def test_a_list_may_be_near_by_its_bytes_alone() -> None:
    finding = one(with_list(healthy(), "sub1", records=_more(20), size=60_000), CODE)
    assert "room for 1 certificate more" in finding.what


def test_small_ones_and_those_that_are_over_it_are_not_told_here() -> None:
    assert found(with_list(healthy(), "sub1", records=_more(31)), CODE) == []
    over = with_list(healthy(), "sub1", records=_more(40))
    assert found(over, CODE) == []
    assert found(over, "itl.large")
    assert found(with_list(healthy(), "sub1", records=_more(33), emptied=True), CODE) == []


def test_several_lists_are_one_finding() -> None:
    snapshot = with_list(with_list(healthy(), "sub1", records=_more(33)), "pub", records=_more(36))
    finding = one(snapshot, CODE)
    assert finding.where == "ITL of pub, sub1"
    assert finding.what.startswith("36 certificates")
    assert len(finding.evidence) == 2
