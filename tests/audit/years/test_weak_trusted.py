"""SHA-1 and short RSA keys among those whom the cluster trusts."""

from datetime import timedelta

from msgspec.structs import replace

from ringtrust.change.finding import Severity
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER, CAPF, TOMCAT
from tests.audit.found import codes, found, one, preloaded
from tests.audit.years.scenes import CAMPUS, ca, foreign, signed, trusting
from tests.support.snapshots import (
    TAKEN,
    copy_of,
    healthy,
    secured,
    with_certificate,
    with_lscs,
    with_trusted,
)

SHA1, SHORT = "years.sha1", "years.rsa-short"


def test_a_peer_with_a_sha_1_signature() -> None:
    peer = foreign("cuc.campus.example", digest="sha1", issuer=CAMPUS, self_signed=False)
    finding = one(trusting(healthy(), peer, "CallManager-trust", "pub", "sub1"), SHA1)
    assert (finding.severity, finding.where) == (Severity.MINOR, "trust stores")
    assert finding.what == "1 certificate signed with SHA-1 or older."
    (line,) = finding.evidence
    assert line.startswith(
        "cuc.campus.example (RSA of 2048 bits, SHA1), until 2030-05-31, CallManager-trust of pub, sub1:"
    )
    assert "2016" in finding.breaks[0]


def test_the_signature_of_what_is_trusted_as_it_is_nobody_checks() -> None:
    assert found(trusting(healthy(), ca(digest="sha1"), "tomcat-trust"), SHA1) == []


def test_a_short_key_is_weak_in_a_root_too_and_who_hangs_on_it_is_told() -> None:
    snapshot = trusting(signed(healthy(), "sub1", TOMCAT, CAMPUS), ca(bits=1024), "tomcat-trust")
    finding = one(snapshot, SHORT)
    assert finding.what == "1 certificate with RSA keys of less than 2048 bits."
    assert finding.evidence[0].endswith("tomcat-trust of pub: it signed tomcat of sub1")


def test_nobody_who_leans_on_it_is_said_too() -> None:
    (line,) = one(trusting(healthy(), foreign("old.example", bits=1024), "tomcat-trust"), SHORT).evidence
    assert line.endswith("nobody is seen to lean on it; it is another system's")


def test_what_another_rule_tells_is_not_told_here() -> None:
    own_identity = with_certificate(healthy(), "sub1", CALLMANAGER, bits=1024, digest="sha1", self_signed=False)
    assert found(own_identity, "certificate.weak")
    assert found(own_identity, SHA1) == found(own_identity, SHORT) == []
    expired = foreign("old.example", bits=1024, not_after=TAKEN - timedelta(days=1))
    assert found(trusting(healthy(), expired, "tomcat-trust"), SHORT) == []
    assert found(trusting(healthy(), foreign("ec.example", key="EC", bits=256), "tomcat-trust"), SHORT) == []


def test_what_was_there_from_installation_on_is_ciscos() -> None:
    made = preloaded("Cisco Root CA 2048", bits=1024, digest="sha1", self_signed=False)
    entry = replace(copy_of(made, "CallManager-trust"), file="Cisco_Root_CA_2048.pem", certificate=Known(made))
    assert codes(with_trusted(healthy(), "pub", entry)) == []


def test_an_older_capf_counts_while_lscs_hang_on_it() -> None:
    older = ca("CN=CAPF-00000001,O=Campus", bits=1024)
    snapshot = trusting(secured(), older, "CAPF-trust")
    assert found(snapshot, SHORT) == []
    (line,) = one(with_lscs(snapshot, issuer="CAPF-00000001"), SHORT).evidence
    assert line.endswith("it signed the LSC of 2 phones")


def test_a_key_of_another_capf_is_weak_only_if_it_is() -> None:
    assert found(trusting(secured(), ca("CN=CAPF-00000002"), "CAPF-trust"), SHORT) == []
    assert found(with_certificate(secured(), "pub", CAPF, bits=2048), SHORT) == []
