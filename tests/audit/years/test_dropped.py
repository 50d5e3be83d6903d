"""Expired certificates that an upgrade leaves behind."""

from datetime import timedelta

import pytest

from ringtrust.change.finding import Severity
from ringtrust.cluster.names import CALLMANAGER, TOMCAT
from tests.audit.found import found, text
from tests.audit.years.scenes import CAMPUS, ca, foreign, signed, trusting
from tests.support.snapshots import TAKEN, healthy, own, secured, with_certificate, with_list, with_lscs

CODE = "years.upgrade-drops"
EXPIRED = TAKEN - timedelta(days=3)


def test_nothing_that_is_valid_is_dropped() -> None:
    assert found(trusting(healthy(), foreign("ldap.example"), "tomcat-trust"), CODE) == []


def test_what_nobody_leans_on_may_go() -> None:
    snapshot = trusting(healthy(), foreign("ldap.example", not_after=EXPIRED), "tomcat-trust", "pub", "sub2")
    (finding,) = found(snapshot, CODE)
    assert (finding.severity, finding.where) == (Severity.INFO, "trust stores, not in use")
    assert finding.evidence == ("ldap.example, expired 2026-05-29, tomcat-trust of pub, sub2",)
    assert "to 12.5(1)SU6, to 14SU2 or to a later release" in finding.what
    assert "SG15" in finding.sources


def test_an_expired_identity_whose_copies_would_go() -> None:
    (finding,) = found(with_certificate(healthy(), "sub1", TOMCAT, not_after=EXPIRED), CODE)
    assert (finding.severity, finding.where) == (Severity.MINOR, "trust stores, in use")
    assert finding.evidence[0].endswith(": it is tomcat of sub1")


def test_an_expired_capf_with_lscs_of_it() -> None:
    older = ca("CN=CAPF-00000001,O=Campus", not_after=EXPIRED)
    snapshot = with_lscs(trusting(secured(), older, "CAPF-trust"), issuer="CAPF-00000001")
    (finding,) = [each for each in found(snapshot, CODE) if each.severity is Severity.MINOR]
    assert "it signed the LSC of 2 phones" in text(finding)
    assert "new LSCs first" in finding.advice


def test_an_expired_ca_above_an_identity_or_a_peer() -> None:
    root = ca(not_after=EXPIRED)
    (finding,) = found(trusting(signed(healthy(), "sub1", TOMCAT, CAMPUS), root, "tomcat-trust"), CODE)
    assert finding.evidence[0].endswith("it signed tomcat of sub1")
    peer = foreign("cuc.example", issuer=CAMPUS, self_signed=False)
    (finding,) = found(trusting(trusting(healthy(), root, "tomcat-trust"), peer, "CallManager-trust"), CODE)
    assert finding.evidence[0].endswith("it signed 1 certificate in trust stores")


def test_a_ca_of_that_name_with_another_key_signed_nothing_here() -> None:
    root = ca(not_after=EXPIRED, key_id="AA")
    snapshot = signed(healthy(), "sub1", TOMCAT, CAMPUS, issuer_key_id="BB")
    (finding,) = found(trusting(snapshot, root, "tomcat-trust"), CODE)
    assert finding.where == "trust stores, not in use"


def test_whoever_signed_a_list_of_now() -> None:
    signer = foreign("eToken", not_after=EXPIRED)
    snapshot = with_list(trusting(healthy(), signer, "Phone-SAST-trust"), "sub1", signer_serial=f"0{signer.serial}")
    (finding,) = found(snapshot, CODE)
    assert finding.evidence[0].endswith("it signed the ITL of sub1")
    assert own(CALLMANAGER, "sub1").serial != signer.serial


@pytest.mark.parametrize(
    ("name", "store", "kept"),
    [
        ("CAP-RTP-001", "CAPF-trust", True),
        ("VeriSign_Class_3_Secure_Server_CA_-_G3", "tomcat-trust", False),
    ],
)
def test_what_was_there_from_installation_on(name: str, store: str, kept: bool) -> None:
    snapshot = trusting(healthy(), foreign(name, not_after=EXPIRED), store)
    (finding,) = found(snapshot, CODE)
    assert finding.severity is Severity.INFO
    assert ("MICs of old phones" in finding.evidence[0]) is kept
