"""clientAuth: which certificates will lose it, when, and what that breaks in this cluster."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from ringtrust.audit.years.authorities import signers
from ringtrust.change.finding import Severity
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER, TOMCAT
from ringtrust.cluster.snapshot import Snapshot
from tests.audit.found import codes, found, one, text
from tests.audit.years.scenes import BOTH, CAMPUS, DIGICERT, SECTIGO, WINDOWS, ca, foreign, signed, trusting
from tests.audit.years.seen import seen_of
from tests.support.snapshots import NODES, healthy, own, secured, with_identity

CODE = "years.client-eku"


def test_a_cluster_that_signs_for_itself_has_nothing_to_fear() -> None:
    assert codes(healthy()) == []


def test_a_renewal_after_the_last_day_comes_without() -> None:
    finding = one(signed(healthy(), "sub1", CALLMANAGER), CODE)
    assert (finding.severity, finding.where) == (Severity.MINOR, CALLMANAGER)
    assert "1 certificate with clientAuth of DigiCert, a public CA by its name, due by 2027-04-01." in finding.what
    assert "From 2027-03-01 on it signs none with clientAuth: renewed when it is due, it comes without." in finding.what
    assert finding.evidence[0].startswith("sub1: serverAuth, clientAuth, issuer DigiCert TLS RSA")
    assert "on request only since 2025-10-01" in finding.evidence[0]
    assert "SIP trunks" in finding.breaks[0]
    assert "private CA" in finding.advice
    assert {"FN74345", "225482", "DigiCertALERT53"} <= set(finding.sources)


def test_a_renewal_before_the_last_day_may_have_it_once_more() -> None:
    due = datetime(2026, 11, 30, tzinfo=UTC)
    finding = one(signed(healthy(), "sub1", TOMCAT, not_after=due), CODE)
    assert "it may have clientAuth once more, for at most 200 days" in finding.what


def test_where_the_last_day_has_passed_the_next_renewal_comes_without() -> None:
    finding = one(signed(healthy(), "sub1", TOMCAT, SECTIGO), CODE)
    assert "Since 2026-05-15 it signs none with clientAuth: the next renewal comes without." in finding.what
    assert "2027-02-10" in finding.what, "where sources disagree both are told"


def test_a_public_ca_without_a_date_of_its_own_goes_by_chrome_and_its_date_has_moved() -> None:
    finding = one(signed(healthy(), "sub1", TOMCAT, "CN=GlobalSign RSA OV SSL CA 2018,O=GlobalSign nv-sa"), CODE)
    assert "From 2027-03-15 on" in finding.what
    assert "It was 2026-06-15" in finding.what


@pytest.mark.parametrize("unit", [CALLMANAGER, TOMCAT])
def test_whoever_lacks_it_already_is_no_client_any_more(unit: str) -> None:
    finding = one(signed(healthy(), "sub1", unit, WINDOWS, purposes=("serverAuth",)), CODE)
    assert (finding.severity, finding.where) == (Severity.MAJOR, unit)
    assert finding.what == "1 certificate without clientAuth: no client any more, only a server."


@pytest.mark.parametrize("purposes", [(), BOTH, ("anyExtendedKeyUsage",)])
def test_a_private_ca_may_go_on(purposes: tuple[str, ...]) -> None:
    assert found(signed(healthy(), "sub1", TOMCAT, WINDOWS, purposes=purposes), CODE) == []


def test_where_a_name_does_not_tell_whose_ca_it_is_that_is_said() -> None:
    finding = one(signed(healthy(), "sub1", TOMCAT, CAMPUS), CODE)
    assert finding.severity is Severity.INFO
    assert "of Campus CA: whether it is a public CA its name does not tell." in finding.what
    assert "a private CA goes on" in finding.what


def test_a_ca_below_a_public_one_is_public() -> None:
    snapshot = trusting(
        signed(healthy(), "sub1", TOMCAT, CAMPUS), ca(issuer=DIGICERT, self_signed=False), "tomcat-trust"
    )
    assert one(snapshot, CODE).severity is Severity.MINOR
    other_key = ca(issuer=DIGICERT, self_signed=False, key_id="BB")
    snapshot = trusting(signed(healthy(), "sub1", TOMCAT, CAMPUS, issuer_key_id="AA"), other_key, "tomcat-trust")
    assert one(snapshot, CODE).severity is Severity.INFO, "a CA of that name with another key did not sign it"


def test_chains_that_bite_their_tails_end() -> None:
    first = ca("CN=A", issuer="CN=B", self_signed=False)
    second = ca("CN=B", issuer="CN=A", self_signed=False)
    snapshot = trusting(trusting(healthy(), first, "tomcat-trust"), second, "tomcat-trust")
    below = signed(snapshot, "sub1", TOMCAT, "CN=A")
    known = signers(seen_of(below))
    assert known.chain(replace(own(TOMCAT, "sub1"), issuer="CN=A", self_signed=False)) == (first, second)


def test_a_certificate_for_several_servers_is_one() -> None:
    snapshot = healthy()
    shared = replace(own(TOMCAT, "pub"), issuer=DIGICERT, self_signed=False, purposes=BOTH)
    for node in NODES:
        snapshot = with_identity(snapshot, node, TOMCAT, Known(shared))
    finding = one(snapshot, CODE)
    assert finding.what.startswith("1 certificate with")
    assert finding.evidence[0].startswith("pub, sub1, sub2: ")


def test_whom_this_cluster_meets_there_is_named() -> None:
    snapshot = signed(healthy(), "sub1", CALLMANAGER)
    snapshot = trusting(snapshot, foreign("expressway.campus.example"), "CallManager-trust")
    snapshot = trusting(snapshot, foreign("ldap.campus.example"), "tomcat-trust")
    (met,) = [each for each in one(snapshot, CODE).breaks if "trusts" in each]
    assert met == "Whom this cluster trusts in CallManager-trust: expressway.campus.example."


def test_peers_that_can_be_no_clients_are_told() -> None:
    gateway = foreign("cube.campus.example", purposes=("serverAuth",))
    finding = one(trusting(healthy(), gateway, "CallManager-trust", "pub", "sub1"), CODE)
    assert (finding.severity, finding.where) == (Severity.INFO, "peers in CallManager-trust")
    assert finding.evidence == ("cube.campus.example: serverAuth, CallManager-trust of pub, sub1",)
    assert found(trusting(healthy(), gateway, "tomcat-trust"), CODE) == []
    assert found(trusting(healthy(), replace(gateway, purposes=BOTH), "CallManager-trust"), CODE) == []
    assert found(trusting(healthy(), replace(gateway, authority=True), "CallManager-trust"), CODE) == []


def test_where_the_clients_certificate_is_apart_it_is_that_one_that_counts() -> None:
    version = "15.0.1.15900-12"
    apart = signed(secured(version), "pub", TOMCAT, purposes=("serverAuth",))
    assert one(apart, CODE).severity is Severity.MAJOR
    client = replace(own(TOMCAT, "pub"), sha256="C" * 64, issuer=WINDOWS, self_signed=False, purposes=("clientAuth",))
    assert found(with_identity(apart, "pub", "tomcat-client", Known(client)), CODE) == []
    bare = replace(client, purposes=("serverAuth",))
    assert one(with_identity(apart, "pub", "tomcat-client", Known(bare)), CODE).where == "tomcat-client"


@pytest.mark.parametrize(
    ("snapshot", "advice"),
    [(healthy("15.0.1.15900-12"), "This release can have"), (healthy("14.0.1.12900-161"), "From 15SU5 on")],
)
def test_the_advice_is_for_the_release(snapshot: Snapshot, advice: str) -> None:
    assert advice in text(one(signed(snapshot, "sub1", TOMCAT), CODE))
