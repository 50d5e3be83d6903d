"""Certificates that expire: how bad it is on which day, and what it breaks, in words."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from ringtrust.audit.audit import audit
from ringtrust.change.finding import Severity
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.phone import Lsc
from ringtrust.cluster.snapshot import Snapshot
from tests.audit.found import catalog, codes, found, one, preloaded, text
from tests.support.snapshots import (
    TAKEN,
    UNITS,
    certificate,
    copy_of,
    healthy,
    with_certificate,
    with_identity,
    with_trusted,
    without_store,
)

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def _expired(unit: str) -> Snapshot:
    return with_certificate(healthy(), "sub1", unit, not_after=TAKEN - DAY)


def _breaks(unit: str) -> str:
    return " ".join(one(_expired(unit), "certificate.expired").breaks)


def test_a_healthy_cluster_has_no_findings() -> None:
    assert audit(healthy(), catalog()) == ()


@pytest.mark.parametrize(
    ("left", "code", "severity"),
    [
        (timedelta(0), "certificate.expired", Severity.CRITICAL),
        (SECOND, "certificate.expiring", Severity.MAJOR),
        (30 * DAY - SECOND, "certificate.expiring", Severity.MAJOR),
        (30 * DAY, "certificate.expiring", Severity.MINOR),
        (60 * DAY, "certificate.expiring", Severity.MINOR),
    ],
)
def test_how_bad_it_is_on_which_day(left: timedelta, code: str, severity: Severity) -> None:
    finding = one(with_certificate(healthy(), "sub1", "TVS", not_after=TAKEN + left), code)
    assert (finding.severity, finding.where) == (severity, "TVS of sub1")


def test_what_expires_later_is_no_finding_unless_asked_for() -> None:
    snapshot = with_certificate(healthy(), "sub1", "TVS", not_after=TAKEN + 60 * DAY + SECOND)
    assert audit(snapshot, catalog()) == ()
    (finding,) = audit(snapshot, catalog(), soon_days=61)
    assert finding.what == "expires on 2026-07-31, in 60 days."
    assert finding.advice == "Plan the renewal: `ringtrust plan campus --renew expiring --days 61`."


def test_the_finding_says_which_certificate_when_and_what_to_do() -> None:
    finding = one(_expired("CallManager"), "certificate.expired")
    serial = certificate("CallManager of sub1").serial
    assert finding.what == "expired on 2026-05-31, 1 day ago."
    assert finding.evidence == (f"serial {serial}",)
    assert finding.advice == "Plan the renewal: `ringtrust plan campus --renew expiring`."
    assert {"S21", "S28", "S30"} <= set(finding.sources)


def test_nodes_of_one_unit_stand_together() -> None:
    snapshot = healthy()
    for unit in ("TVS", "CallManager"):
        for node in ("sub2", "pub", "sub1"):
            snapshot = with_certificate(snapshot, node, unit, not_after=TAKEN)
    where = [finding.where for finding in found(snapshot, "certificate.expired")]
    assert where == [f"{unit} of {node}" for unit in ("CallManager", "TVS") for node in ("pub", "sub1", "sub2")]


@pytest.mark.shows("S28", "S29")
def test_every_certificate_counts_and_the_configuration_decides_how_much_breaks() -> None:
    for unit in UNITS:
        assert "Keep all certificates current" in _breaks(unit)
        assert "how much breaks depends on the cluster's configuration" in _breaks(unit)


@pytest.mark.shows("S30", "S31", "S32", "S33")
def test_what_an_expired_callmanager_breaks() -> None:
    breaks = _breaks("CallManager")
    assert "Phones do not trust the TFTP server any more" in breaks
    assert "refuse signed configuration files and trust lists" in breaks
    assert "services that phones use may suffer" in breaks
    assert "Secure SIP trunks and secure media resources" in breaks
    assert "AXL have their requests fail" in breaks


@pytest.mark.shows("S34", "S35", "S36", "S37", "S38", "S39")
def test_what_an_expired_tomcat_breaks() -> None:
    breaks = _breaks("tomcat")
    assert "Phones cannot open HTTPS services of a node, such as the corporate directory" in breaks
    assert "from one node the service pages of another cannot be opened" in breaks
    assert "Extension Mobility, within the cluster or across clusters" in breaks
    assert "UCCX 12.5 or later do not trust this cluster unless their tomcat-trust holds" in breaks
    assert "UCCX needs that root and its intermediates in tomcat-trust" in breaks
    assert "Agents cannot log in to the Finesse desktop" in breaks


@pytest.mark.shows("S40", "S41", "S42")
def test_what_an_expired_capf_breaks() -> None:
    breaks = _breaks("CAPF")
    assert "Phones cannot prove who they are to phone VPN, to 802.1X or to a phone proxy" in breaks
    assert "Phones cannot be given an LSC" in breaks
    assert "encrypted configuration files cannot use them" in breaks


@pytest.mark.shows("S43", "S44")
def test_what_an_expired_ipsec_breaks() -> None:
    breaks = _breaks("ipsec")
    assert "The Disaster Recovery System makes no backup and restores none" in breaks
    assert "IPsec tunnels to gateways and to other clusters stay down" in breaks


@pytest.mark.shows("S45", "S46")
def test_what_an_expired_tvs_breaks() -> None:
    breaks = _breaks("TVS")
    assert "Phones cannot check HTTPS services" in breaks
    assert "Phones cannot check configuration files, and that touches nearly everything" in breaks


@pytest.mark.shows("S53", "S54")
def test_what_becomes_of_phones_with_an_lsc_or_a_mic() -> None:
    finding = one(_expired("CAPF"), "lsc.issuer")
    assert finding.severity is Severity.INFO
    assert "Without a valid LSC or MIC: The phone does not register" in text(finding)
    assert "Without a valid LSC or MIC: The phone is not let in by phone VPN, by a phone proxy or by 802.1X" in text(
        finding
    )


def test_phones_with_an_lsc_of_an_expired_capf_are_refused_until_they_have_a_new_one() -> None:
    finding = one(_expired("CAPF"), "lsc.issuer")
    assert "Phones that use an LSC of an expired CAPF cannot register: CUCM refuses their certificate" in text(finding)
    assert "get new LSCs from the new one" in finding.advice
    assert "CAPF, which signs LSCs, has expired." in finding.what
    soon = with_certificate(healthy(), "sub1", "CAPF", not_after=TAKEN + 60 * DAY)
    assert one(soon, "lsc.issuer").what == "CAPF, which signs LSCs, expires soon."
    assert "lsc.issuer" not in codes(_expired("TVS"))


def test_a_certificate_that_is_not_valid_yet_is_a_matter_of_clocks() -> None:
    finding = one(with_certificate(healthy(), "pub", "TVS", not_before=TAKEN + SECOND), "certificate.future")
    assert "Compare the clocks" in finding.advice
    assert codes(with_certificate(healthy(), "pub", "TVS", not_before=TAKEN)) == []


def test_a_certificate_of_a_ca_goes_back_to_the_ca() -> None:
    snapshot = with_certificate(healthy(), "pub", "tomcat", not_after=TAKEN, self_signed=False, issuer="CN=Campus CA")
    assert "signing request" in one(snapshot, "certificate.expired").advice


def test_a_unit_that_nobody_knows_expires_all_the_same() -> None:
    snapshot = with_identity(healthy(), "pub", "authz", Known(certificate("authz of pub", not_after=TAKEN)))
    assert one(snapshot, "certificate.expired").where == "authz of pub"


def test_what_only_the_publisher_owns_is_not_told_of_subscribers() -> None:
    old = certificate("CAPF of sub1", not_after=TAKEN)
    assert found(with_identity(healthy("14.0.1.10000-20"), "sub1", "CAPF", Known(old)), "certificate.expired") == []
    assert len(found(with_identity(healthy("12.5.1.10000-20"), "sub1", "CAPF", Known(old)), "certificate.expired")) == 1
    assert len(found(with_identity(healthy("14.0.1.10000-20"), "pub", "CAPF", Known(old)), "certificate.expired")) == 1


def test_a_certificate_that_was_not_read_is_no_certificate_in_order() -> None:
    assert codes(with_identity(healthy(), "pub", "TVS", Unread("no PEM"))) == ["source.unread"]


# Trust stores


def _in_store(store: str, left: timedelta = -DAY) -> Snapshot:
    entry = copy_of(certificate("someone", not_after=TAKEN + left), store)
    return with_trusted(with_trusted(healthy(), "sub1", entry), "pub", entry)


def test_a_foreign_certificate_is_found_once_wherever_it_lies() -> None:
    finding = one(_in_store("tomcat-trust"), "trust.expired")
    assert finding.severity is Severity.MINOR
    assert finding.where == "someone.pem in tomcat-trust"
    assert "tomcat-trust of pub, sub1" in finding.evidence
    assert "Renew it on the server that it belongs to and import it here" in finding.advice
    assert len(found(_in_store("tomcat-trust", timedelta(0)), "trust.expired")) == 1
    assert one(_in_store("tomcat-trust", 60 * DAY), "trust.expiring").severity is Severity.MINOR
    assert codes(_in_store("tomcat-trust", 60 * DAY + SECOND)) == ["trust.undecided"]


@pytest.mark.shows("S47")
@pytest.mark.parametrize("store", ["Phone-VPN-trust", "phone-vpn-trust"])
def test_what_an_expired_certificate_of_a_vpn_gateway_breaks(store: str) -> None:
    assert "Phones cannot use phone VPN: they cannot check its HTTPS address" in text(
        one(_in_store(store), "trust.expired")
    )


@pytest.mark.shows("S49")
def test_what_an_expired_etoken_breaks() -> None:
    breaks = text(one(_in_store("Phone-SAST-trust"), "trust.expired"))
    assert "eTokens and CTL clients of earlier days can neither update nor change the CTL" in breaks


@pytest.mark.shows("S51")
@pytest.mark.parametrize("store", ["Phone-trust", "Phone-CTL-trust"])
def test_what_an_expired_certificate_of_unity_breaks(store: str) -> None:
    assert "no visual voicemail from Unity or Unity Connection" in text(one(_in_store(store), "trust.expired"))


@pytest.mark.shows("S48", "S50", "S52")
@pytest.mark.parametrize("store", ["Phone-VPN-trust", "Phone-SAST-trust", "Phone-trust", "Phone-CTL-trust"])
def test_a_store_for_phones_that_is_absent_is_no_finding(store: str) -> None:
    assert codes(without_store(healthy(), store)) == []
    with_one = with_trusted(healthy(), "pub", copy_of(certificate("someone"), store))
    assert codes(without_store(with_one, store)) == []


def test_a_copy_of_an_identity_points_at_the_identity() -> None:
    finding = one(_expired("CallManager"), "trust.expired")
    assert finding.severity is Severity.INFO
    assert finding.evidence == ("sub1.pem in CallManager-trust, Phone-SAST-trust: CallManager of sub1",)
    assert finding.advice == "Delete nothing: regenerate the identities, and their copies follow."
    assert "S153" in finding.sources


def _left_behind(common_name: str, organisation: str = "Campus", **changes: Any) -> Snapshot:
    """A cluster whose CAPF has been renewed, as its name shows, and an expired certificate in a store."""
    made = with_certificate(healthy(), "pub", "CAPF", subject="CN=CAPF-2b3c,O=Campus", common_name="CAPF-2b3c")
    subject = f"CN={common_name},O={organisation}"
    left = certificate("left", subject=subject, common_name=common_name, not_after=TAKEN, **changes)
    without = Known(Lsc("", None, None, "No Pending Operation", "None", "By Null String"))
    phones = tuple(msgspec.structs.replace(phone, lsc=without) for phone in made.all_phones())
    made = msgspec.structs.replace(made, phones=Known(phones))
    return with_trusted(made, "pub", msgspec.structs.replace(copy_of(left, "CAPF-trust"), file="left.pem"))


@pytest.mark.parametrize(
    ("common_name", "self_signed", "whose"),
    [("sub1", True, "sub1"), ("sub1", False, "sub1"), ("CAPF-1a2b", True, "CAPF")],
)
def test_what_an_identity_was_before_its_renewal_is_not_looked_for_elsewhere(
    common_name: str, self_signed: bool, whose: str
) -> None:
    finding = one(_left_behind(common_name, self_signed=self_signed), "trust.expired")
    assert finding.severity is Severity.INFO
    assert finding.evidence == (f"left.pem in CAPF-trust: by its name an older one of {whose}",)
    assert "`ringtrust stores` says of each whether it may go" in finding.advice
    assert {"S119", "H17"} <= set(finding.sources)


def test_what_may_be_another_clusters_is_looked_for_there() -> None:
    finding = one(_left_behind("sub1", "Other"), "trust.expired")
    assert finding.severity is Severity.MINOR
    assert "Its organisation is not that of this cluster" in finding.what
    assert "Find out whose it is" in finding.advice


def test_where_not_every_identity_was_read_an_older_one_may_be_a_copy_of_that() -> None:
    """`ringtrust alarm` leaves to a person what `ringtrust stores` leaves to one: nothing of this may go unasked."""
    other, same = _left_behind("sub1", "Other"), _left_behind("CAPF-1a2b")
    unread = Unread("It is down.")
    for snapshot in (
        with_identity(other, "sub1", "TVS", unread),
        with_identity(same, "sub1", "TVS", unread),
        msgspec.structs.replace(
            other, nodes=tuple(msgspec.structs.replace(node, identities=unread) for node in other.nodes)
        ),
    ):
        finding = one(snapshot, "trust.expired")
        assert "It may be a copy of what could not be read" in finding.what
        assert "Find out whose it is" in finding.advice
        assert "trust.removable" not in codes(snapshot)


def test_a_preloaded_certificate_that_cisco_wants_kept_is_information_only() -> None:
    entry = copy_of(preloaded("CAP-RTP-001", not_after=TAKEN), "CAPF-trust")
    finding = one(with_trusted(healthy(), "pub", entry), "trust.expired")
    assert finding.severity is Severity.INFO
    assert "there from installation on" in finding.what
    assert "Cisco advises against deleting it" in finding.advice
    assert {"S157", "S158"} <= set(finding.sources)


def test_a_preloaded_certificate_that_nobody_uses_may_go_wherever_it_lies() -> None:
    made = preloaded("VeriSign Class 3 Secure Server CA - G3", not_after=TAKEN)
    for store in ("tomcat-trust", "ipsec-trust"):
        snapshot = with_trusted(healthy(), "pub", copy_of(made, store))
        finding = one(snapshot, "trust.expired")
        assert finding.severity is Severity.MINOR
        assert finding.advice == "It may be deleted, in a maintenance window."
        assert "trust.removable" in codes(snapshot)


@pytest.mark.parametrize("name", ["CAP-RTP-001", "VeriSign Class 3 Secure Server CA - G3"])
def test_the_name_of_a_preloaded_certificate_proves_nothing(name: str) -> None:
    snapshot = with_trusted(healthy(), "pub", copy_of(certificate(name, not_after=TAKEN), "CAPF-trust"))
    finding = one(snapshot, "trust.expired")
    assert f"It is called {name}, and is not the certificate of that name" in finding.what
    assert "Find out whose it is" in finding.advice
    assert one(snapshot, "trust.impostor").severity is Severity.MAJOR
    assert "trust.removable" not in codes(snapshot)
    assert "trust.undecided" not in codes(snapshot)
