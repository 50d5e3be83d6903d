"""ITLs that come near what phones can load."""

from ringtrust.change.finding import Severity
from tests.audit.found import found, one
from tests.audit.years.scenes import longer
from tests.support.snapshots import healthy, with_list

CODE = "years.list-size"


def test_a_list_that_is_near_says_how_many_nodes_fit_in_still() -> None:
    finding = one(with_list(healthy(), "sub1", records=longer(33), size=33_000), CODE)
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
    finding = one(with_list(healthy(), "sub1", records=longer(20), size=60_000), CODE)
    assert "room for 1 certificate more" in finding.what


def test_small_ones_and_those_that_are_over_it_are_not_told_here() -> None:
    assert found(with_list(healthy(), "sub1", records=longer(31)), CODE) == []
    over = with_list(healthy(), "sub1", records=longer(40))
    assert found(over, CODE) == []
    assert found(over, "itl.large")
    assert found(with_list(healthy(), "sub1", records=longer(33), emptied=True), CODE) == []


def test_several_lists_are_one_finding() -> None:
    snapshot = with_list(with_list(healthy(), "sub1", records=longer(33)), "pub", records=longer(36))
    finding = one(snapshot, CODE)
    assert finding.where == "ITL of pub, sub1"
    assert finding.what.startswith("36 certificates")
    assert len(finding.evidence) == 2
