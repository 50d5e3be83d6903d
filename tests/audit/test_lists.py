"""The ITL of every TFTP node; and certificates at ports and in the stores of other nodes."""

import pytest
from msgspec.structs import replace

from ringtrust.change.finding import Severity
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.names import CALLMANAGER, CAPF, TOMCAT, TVS
from ringtrust.cluster.node import Served
from ringtrust.cluster.snapshot import Snapshot
from tests.audit.found import codes, found, one
from tests.support.snapshots import (
    certificate,
    copy_of,
    healthy,
    node_of,
    own,
    record,
    renewed,
    with_identity,
    with_list,
    with_node,
    with_trusted,
    without_store,
)

LISTED = node_of(healthy(), "sub1").itl
assert isinstance(LISTED, Known)
RECORDS = LISTED.value.records


def test_a_list_that_does_not_hold_is_critical() -> None:
    finding = one(with_list(healthy(), "sub1", valid=False, verdict="the signature is broken"), "itl.invalid")
    assert (finding.severity, finding.where) == (Severity.CRITICAL, "ITL of sub1")
    assert finding.what == "does not hold in itself: the signature is broken."


def test_the_signer_up_to_11_5_is_callmanager_of_the_node_as_it_is_today() -> None:
    finding = one(with_list(healthy(), "sub1", signer_serial="ABCD"), "itl.signer")
    assert finding.what == "is not signed by CallManager of sub1 as it is today."
    zeros = "0" + own(CALLMANAGER, "sub1").serial.lower()
    assert codes(with_list(healthy(), "sub1", signer_serial=zeros)) == []


def test_the_signer_from_12_0_on_is_itlrecovery_of_the_publisher() -> None:
    recovery = certificate("ITLRecovery of pub")
    snapshot = with_identity(healthy("12.5.1.14900-63"), "pub", "ITLRecovery", Known(recovery))
    assert [finding.where for finding in found(snapshot, "itl.signer")] == ["ITL of pub", "ITL of sub1"]
    for name in ("pub", "sub1"):
        snapshot = with_list(snapshot, name, signer_serial=recovery.serial)
    assert found(snapshot, "itl.signer") == []


def test_a_signer_that_nobody_has_any_more_is_a_finding_and_one_that_was_not_read_is_not() -> None:
    assert len(found(healthy("12.5.1.14900-63"), "itl.signer")) == 2
    unread = with_identity(healthy("12.5.1.14900-63"), "pub", "ITLRecovery", Unread("no answer"))
    assert found(unread, "itl.signer") == []
    assert "source.unread" in codes(unread)


@pytest.mark.parametrize(
    ("node", "unit", "lists"),
    [
        ("sub1", CALLMANAGER, ["ITL of sub1"]),
        ("sub2", CALLMANAGER, []),
        ("sub2", TVS, ["ITL of pub", "ITL of sub1"]),
        ("pub", CAPF, ["ITL of pub", "ITL of sub1"]),
        ("sub1", CAPF, []),
        ("sub1", TOMCAT, []),
    ],
)
def test_a_list_is_stale_when_it_lacks_a_certificate_of_now(node: str, unit: str, lists: list[str]) -> None:
    findings = found(renewed(healthy(), node, unit), "itl.stale")
    assert [finding.where for finding in findings] == lists
    serial = certificate(f"new {unit} of {node}").serial
    assert all(finding.evidence == (f"lacks {unit} of {node}, serial {serial}",) for finding in findings)


def test_a_record_may_hold_a_hash_and_has_to_be_of_the_right_role() -> None:
    tvs = own(TVS, "sub2")
    others = tuple(each for each in RECORDS if each.digest != tvs.sha1)
    hashed = replace(record("TVS", "sub2", tvs), digest=tvs.sha256)
    assert codes(with_list(healthy(), "sub1", records=(*others, hashed))) == []
    assert codes(with_list(healthy(), "sub1", records=(*others, record("SAST", "sub2", tvs)))) == ["itl.stale"]


def test_a_list_without_capf_is_not_asked_for_it() -> None:
    records = tuple(each for each in RECORDS if each.role != "CAPF")
    assert codes(with_list(healthy(), "sub1", records=records)) == []


def test_a_list_has_39_certificates_at_most() -> None:
    more = [record("TVS", f"x{number}", certificate(f"x{number}")) for number in range(39 - len(RECORDS))]
    assert found(with_list(healthy(), "sub1", records=(*RECORDS, *more)), "itl.large") == []
    finding = one(with_list(healthy(), "sub1", records=(*RECORDS, *more, RECORDS[0])), "itl.large")
    assert finding.what.startswith("has 40 certificates")
    assert "H19" in finding.sources


def test_a_list_has_64_kilobytes_at_most() -> None:
    assert found(with_list(healthy(), "sub1", size=65_536), "itl.large") == []
    assert one(with_list(healthy(), "sub1", size=65_537), "itl.large").breaks == (
        "Phones cannot load it, and do not register.",
    )


def test_an_emptied_list_says_what_phones_cannot_do_and_nothing_else() -> None:
    snapshot = with_list(healthy(), "sub1", emptied=True, valid=False, records=(), signer_serial="")
    assert codes(snapshot) == ["itl.emptied"]
    assert "Every HTTPS request from phones and to phones fails." in one(snapshot, "itl.emptied").breaks


def test_a_list_that_was_not_read_is_not_in_order() -> None:
    assert codes(with_node(healthy(), "sub2", itl=Unread("timed out"))) == ["source.unread"]


# Ports


def test_a_port_with_another_certificate_than_the_disk_waits_for_a_restart() -> None:
    finding = one(renewed(healthy(), "sub2", TVS), "served.other")
    assert finding.where == "TVS of sub2"
    assert "port 2445 shows another certificate than the one on disk: a restart is due" in finding.what
    assert finding.evidence[0] == f"shown serial {own(TVS, 'sub2').serial}"
    tomcat = one(renewed(healthy(), "sub2", TOMCAT), "served.other")
    assert tomcat.advice == "Restart the service that loads it: `utils service restart Cisco Tomcat`."


def test_tvs_is_not_restarted_before_phones_have_the_list_that_names_the_new_one() -> None:
    """H01: restarted too early it is a stranger to every phone, and vouches for nothing."""
    advice = one(renewed(healthy(), "sub2", TVS), "served.other").advice
    first, then = advice.index("every phone holds the list of now"), advice.index("utils service restart Cisco Trust")
    assert first < then


def test_a_web_page_may_show_either_of_its_certificates() -> None:
    elliptic = certificate("tomcat-ECDSA of pub")
    shown = (Served(TOMCAT, 8443, Known(elliptic)),)
    snapshot = with_node(with_identity(healthy(), "pub", "tomcat-ECDSA", Known(elliptic)), "pub", served=shown)
    assert codes(snapshot) == []
    unread = with_node(with_identity(healthy(), "pub", "tomcat-ECDSA", Unread("?")), "pub", served=shown)
    assert codes(unread) == ["source.unread"]


def test_a_port_that_was_not_read_is_not_in_order() -> None:
    assert codes(with_node(healthy(), "pub", served=(Served(TVS, 2445, Unread("refused")),))) == ["source.unread"]


# Stores of other nodes


def _lost(store: str, node: str, unit: str, owner: str) -> Snapshot:
    trusted = node_of(healthy(), node).trusted
    assert isinstance(trusted, Known)
    gone = copy_of(own(unit, owner), store)
    return with_node(healthy(), node, trusted=Known(tuple(each for each in trusted.value if each != gone)))


@pytest.mark.parametrize(
    ("store", "unit"),
    [("CallManager-trust", CALLMANAGER), ("CallManager-trust", CAPF), ("tomcat-trust", TOMCAT)],
)
def test_an_identity_that_has_not_reached_another_node_is_found(store: str, unit: str) -> None:
    finding = one(_lost(store, "sub2", unit, "pub"), "copy.missing")
    assert finding.where == f"{unit} of pub"
    assert finding.evidence[1:] == (f"{store} of sub2 lacks it",)
    assert "30 minutes" in finding.advice


def test_a_renewed_certificate_is_compared_by_content_not_by_name() -> None:
    finding = one(renewed(healthy(), "pub", TOMCAT), "copy.missing")
    assert finding.evidence[1:] == ("tomcat-trust of sub1 lacks it", "tomcat-trust of sub2 lacks it")


def test_stores_that_do_not_travel_lack_nothing() -> None:
    for unit in ("ipsec", TVS):
        assert found(renewed(healthy(), "pub", unit), "copy.missing") == []


def test_a_store_for_phones_that_is_absent_lacks_nothing_and_any_other_does() -> None:
    assert codes(without_store(healthy(), "Phone-SAST-trust")) == []
    assert len(found(without_store(healthy(), "tomcat-trust"), "copy.missing")) == 3


def test_a_store_that_was_not_read_whole_is_not_said_to_lack_anything() -> None:
    unread = replace(copy_of(certificate("x"), "tomcat-trust"), certificate=Unread("no PEM"))
    assert codes(with_trusted(_lost("tomcat-trust", "sub2", TOMCAT, "pub"), "sub2", unread)) == ["source.unread"]
    assert codes(with_node(healthy(), "sub2", trusted=Unread("no answer"))) == ["source.unread"]
    assert codes(with_node(healthy(), "sub2", trusted=Skipped("not asked"))) == []
