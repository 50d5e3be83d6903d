"""Which services are restarted: what the seed says for its releases, and for later ones what any source says."""

import itertools

import pytest

from ringtrust.catalog.services import Restart, Restarted, Service, union
from ringtrust.catalog.units import Unit
from ringtrust.cluster.release import Release
from ringtrust.errors import RefusedError
from tests.catalog.cited import CATALOG, rows

RELEASES = [
    Release.of(name)
    for name in "8.0 8.5 8.6 9.0 9.1 10.0 10.5 11.0 11.5 12.0 12.5 14.0 15.0 15.1".split()  # noqa: SIM905 - easier to read
]
TFTP, TVS, HAPROXY = "Cisco Tftp", "Cisco Trust Verification Service", "Cisco HAProxy"
CALLMANAGER, CTI = "Cisco CallManager", "Cisco CTIManager"
CAPF = "Cisco Certificate Authority Proxy Function"
DRF = [("Cisco DRF Local", "every node"), ("Cisco DRF Master", "publisher")]


def _restarts(release: Release, name: str) -> list[tuple[str, str]]:
    return [(rule.service, rule.where) for rule in CATALOG.of(release).restarts(name)]


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        ("S144", "tomcat", [("Cisco Tomcat", "this node")]),
        ("S146", "CallManager", [(CALLMANAGER, "where active"), (TFTP, "where active"), (CTI, "where active")]),
        ("S147", "CAPF", [(CAPF, "publisher")]),
        ("S148", "TVS", [(TVS, "this node")]),
        ("S149", "ipsec", DRF),
        ("S150", "ipsec", DRF),
    ],
)
def test_what_the_seed_restarts(number: str, unit: str, expected: list[tuple[str, str]]) -> None:
    claim = next(claim for claim in rows(Restart, number) if claim.unit == unit)
    assert [(asked.name, asked.where) for asked in claim.services] == expected
    for release in (each for each in RELEASES if each < Release(12, 0)):
        assert _restarts(release, unit) == expected


def test_later_releases_restart_what_any_source_asks_for() -> None:
    assert [service for service, _ in _restarts(Release(12, 5), "CallManager")] == [CALLMANAGER, CTI, TFTP]
    assert [service for service, _ in _restarts(Release(14, 0), "CallManager")] == [
        CALLMANAGER,
        CTI,
        HAPROXY,
        TVS,
        TFTP,
    ]
    assert [service for service, _ in _restarts(Release(15, 0), "CallManager")] == [
        CALLMANAGER,
        CTI,
        TVS,
        TFTP,
        HAPROXY,
    ]
    assert _restarts(Release(12, 5), "TVS") == [(TVS, "every node"), (TFTP, "where active")]
    assert _restarts(Release(12, 5), "ITLRecovery") == [(TVS, "every node"), (TFTP, "where active")]
    assert _restarts(Release(12, 5), "CAPF") == [(CAPF, "publisher"), (TVS, "every node"), (TFTP, "where active")]
    assert _restarts(Release(12, 5), "ipsec") == [*DRF, ("Cisco Tomcat", "this node")]
    assert set(DRF) <= set(_restarts(Release(14, 0), "tomcat"))
    assert ("IPsec", "this node") in _restarts(Release(14, 0), "ipsec")


def test_a_rule_names_everybody_who_says_so() -> None:
    rule = next(rule for rule in CATALOG.of(Release(14, 0)).restarts("CallManager") if rule.service == CALLMANAGER)
    assert rule.sources == ("SG15", "RN14", "217138")
    assert len(rule.notes) == 2


def test_what_is_asked_for_with_a_feature_only_says_so() -> None:
    rules = {rule.service: rule.only_with for rule in CATALOG.of(Release(12, 5)).restarts("tomcat")}
    assert rules == {"Cisco Tomcat": "", CALLMANAGER: "SIP OAuth", "Cisco SSOSP Tomcat": "SSO or OAuth", TFTP: ""}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("SSO", "SSO", "SSO"), ("SSO", "", ""), ("", "SSO", ""), ("SSO", "OAuth", "SSO or OAuth")],
)
def test_where_sources_differ_the_wider_choice_counts(first: str, second: str, expected: str) -> None:
    claims = [
        Restart(unit="X", services=(Restarted("Cisco Tomcat", "this node", first),), sources=("S144",)),
        Restart(unit="X", services=(Restarted("Cisco Tomcat", "every node", second),), sources=("214231",)),
    ]
    (rule,) = union(claims, CATALOG.services)
    assert (rule.where, rule.only_with, rule.sources) == ("every node", expected, ("S144", "214231"))


@pytest.mark.parametrize("release", RELEASES)
def test_every_unit_of_every_release_has_its_restarts(release: Release) -> None:
    facts = CATALOG.of(release)
    for unit in facts.units:
        assert facts.restarts(unit.name), unit.name
    for unit in facts.units:
        if unit.trust_store:
            assert facts.restarts(unit.trust_store), unit.trust_store


@pytest.mark.parametrize("claim", CATALOG.restarts)
def test_a_claim_is_about_a_time_when_its_unit_and_its_services_are_there(claim: Restart) -> None:
    about = CATALOG.store(claim.unit) if claim.unit.endswith("-trust") else CATALOG.unit(claim.unit)
    begins = Release.of(claim.since)
    assert about.covers(begins)
    assert all(CATALOG.service(asked.name).covers(begins) for asked in claim.services)


@pytest.mark.parametrize("unit", CATALOG.units)
def test_no_two_sources_send_a_service_to_places_of_which_neither_holds_the_other(unit: Unit) -> None:
    for one, other in itertools.combinations((claim for claim in CATALOG.restarts if claim.unit == unit.name), 2):
        places = {asked.name: asked.where for asked in one.services}
        for asked in other.services:
            assert {places.get(asked.name, asked.where), asked.where} != {"this node", "publisher"}


@pytest.mark.parametrize(
    ("store", "services"),
    [
        ("tomcat-trust", ["Cisco Tomcat"]),
        ("CAPF-trust", [CAPF]),
        ("CallManager-trust", [CALLMANAGER, TFTP, CTI]),
        ("ipsec-trust", ["Cisco DRF Local", "Cisco DRF Master"]),
        ("TVS-trust", [TVS]),
        ("Phone-VPN-trust", []),
    ],
)
def test_a_deletion_wants_restarts_too(store: str, services: list[str]) -> None:
    for release in (Release(9, 1), Release(15, 0)):
        assert [service for service, _ in _restarts(release, store)] == services
    assert all("S143" in claim.sources for claim in CATALOG.restarts if claim.unit.endswith("-trust"))


def test_who_restarts_a_service_and_how() -> None:
    assert CATALOG.service("Cisco Tomcat").restart == "utils service restart Cisco Tomcat"
    assert CATALOG.service("IPsec").restart == "utils ipsec restart"
    assert {service.name for service in CATALOG.services if service.by == "CLI only"} == {
        "Cisco Tomcat", "Cisco SSOSP Tomcat", "Cisco UDS Tomcat", "Cisco HAProxy", "IPsec",
    }  # fmt: skip
    assert CATALOG.service(TVS).page == "Control Center - Network Services"
    assert {CATALOG.service(name).page for name in (CALLMANAGER, TFTP, CTI, CAPF)} == {
        "Control Center - Feature Services"
    }
    assert [service.name for service in CATALOG.services if (service.by == "CLI only") != (service.page == "")] == []


def test_one_service_has_two_spellings() -> None:
    service = CATALOG.service("Cisco DRF Primary")
    assert isinstance(service, Service)
    assert service == CATALOG.service("Cisco DRF Master")
    assert service.spellings == ("Cisco DRF Master", "Cisco DRF Primary")
    rule = next(rule for rule in CATALOG.of(Release(9, 1)).restarts("ipsec") if rule.where == "publisher")
    assert rule.aliases == ("Cisco DRF Primary",)
    assert CATALOG.of(Release(9, 1)).restarts("tomcat")[0].by == "CLI only"


def test_unknown_names_are_refused() -> None:
    with pytest.raises(RefusedError, match="service"):
        CATALOG.service("Cisco Unified Toaster")
    with pytest.raises(RefusedError, match="unit"):
        CATALOG.of(Release(9, 1)).restarts("ITLRecovery")
    with pytest.raises(RefusedError, match="trust store"):
        CATALOG.of(Release(9, 1)).restarts("toaster-trust")
