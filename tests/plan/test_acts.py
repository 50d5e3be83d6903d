"""The guard rails of single acts: pure judgements, for every release."""

import pytest
from msgspec.structs import replace

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.load import load_catalog
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.release import Release
from ringtrust.connect.certificates import certificate_of
from ringtrust.errors import RefusedError
from ringtrust.plan.acts import (
    I_KNOW,
    REPLACE_CA_SIGNED,
    Allowed,
    Identity,
    Insight,
    Judgement,
    Refused,
    cli_takes_multi_server,
    is_multi_server,
    may_regenerate,
    may_replace,
    unit_named,
)
from ringtrust.plan.afterwards import restarts
from ringtrust.plan.deletions import Entry, Uses, afterwards, may_delete, store_named
from tests.support.identities import identity

CATALOG = load_catalog()
RELEASES = ("8.0", "9.1", "10.5", "11.5", "12.0", "12.5", "14.0", "15.0")
OWN = certificate_of(identity("pub").certificate)
BY_CA = replace(OWN, self_signed=False, issuer="CN=Our CA")
KNOWN, REPLACED = Insight(known=True), Insight(replace_ca_signed=True)
CISCO = {
    "S158": "CAP-RTP-001",
    "S159": "CAP-RTP-002",
    "S160": "Cisco_Root_CA_2048",
    "S161": "Cisco_Root_CA_M2",
    "S162": "ACT2_SUDI_CA",
    "S163": "Cisco_Manufacturing_CA",
    "S164": "Cisco_Manufacturing_CA_SHA2",
}
every_release = pytest.mark.parametrize("release", RELEASES)


def _facts(release: str) -> ReleaseFacts:
    return CATALOG.of(Release.of(release))


def _of(unit: str, now: object = OWN, *, publisher: bool = True) -> Identity:
    return Identity(unit, "pub" if publisher else "sub1", publisher, now)  # type: ignore[arg-type]


def _said(judgement: Judgement) -> str:
    assert isinstance(judgement, Allowed)
    return " ".join(note.text for note in judgement.notes)


@every_release
@pytest.mark.shows("S108", "S109")
def test_nothing_in_a_trust_store_can_be_regenerated_whatever_somebody_knows(release: str) -> None:
    facts = _facts(release)
    for store in ("CallManager-trust", "tomcat-trust", "Phone-SAST-TRUST"):
        found = may_regenerate(facts, _of(store), Insight(known=True, replace_ca_signed=True))
        assert isinstance(found, Refused)
        assert (found.lifted_by, found.source) == ("", "S108, S109")
        with pytest.raises(RefusedError, match="only deleted"):
            unit_named(facts, store)


@every_release
def test_what_phones_trust_by_is_renewed_by_a_plan_unless_somebody_knows(release: str) -> None:
    facts = _facts(release)
    for unit in facts.units:
        found = may_regenerate(facts, _of(unit.name), Insight())
        assert isinstance(found, Refused) is unit.in_itl, unit.name
        if isinstance(found, Refused):
            assert found.lifted_by == I_KNOW
            assert f"ringtrust plan CLUSTER --renew {unit.name}@pub" in found.reason
        assert isinstance(may_regenerate(facts, _of(unit.name), KNOWN), Allowed)
    assert {unit.name for unit in facts.units if unit.in_itl} >= {"CallManager", "TVS", "CAPF"}


@every_release
@pytest.mark.shows("S128", "S129")
def test_a_ca_signed_identity_is_not_overwritten_without_a_word(release: str) -> None:
    facts = _facts(release)
    found = may_regenerate(facts, _of("tomcat", BY_CA), KNOWN)
    assert isinstance(found, Refused)
    assert (found.source, found.lifted_by) == ("S128, S129", REPLACE_CA_SIGNED)
    assert "CN=Our CA" in found.reason
    assert "will be self-signed" in _said(may_regenerate(facts, _of("tomcat", BY_CA), REPLACED))
    assert isinstance(may_replace(facts, _of("tomcat", BY_CA), BY_CA, Insight()), Allowed)
    assert isinstance(may_replace(facts, _of("tomcat", BY_CA), OWN, Insight()), Refused)
    assert isinstance(may_replace(facts, _of("tomcat", BY_CA), OWN, REPLACED), Allowed)


def test_the_anchors_are_guarded_too_where_one_is_imported() -> None:
    facts = _facts("12.5")
    found = may_replace(facts, _of("CallManager"), BY_CA, Insight())
    assert isinstance(found, Refused)
    assert found.lifted_by == I_KNOW
    assert isinstance(may_replace(facts, _of("CallManager"), BY_CA, KNOWN), Allowed)
    assert isinstance(may_replace(facts, _of("tomcat-trust"), BY_CA, KNOWN), Refused)


@pytest.mark.parametrize(("release", "unit"), [("14.0", "CAPF"), ("12.5", "ITLRecovery")])
def test_a_subscriber_has_none_of_what_is_the_publisher_s(release: str, unit: str) -> None:
    facts = _facts(release)
    for judgement in (
        may_regenerate(facts, _of(unit, publisher=False), KNOWN),
        may_replace(facts, _of(unit, publisher=False), BY_CA, KNOWN),
    ):
        assert isinstance(judgement, Refused)
        assert "is the publisher's" in judgement.reason
    assert isinstance(may_regenerate(facts, _of(unit), KNOWN), Allowed)


@every_release
@pytest.mark.shows("S113", "S114", "S115", "S116")
def test_a_wave_of_phones_is_announced_with_every_renewal(release: str) -> None:
    facts = _facts(release)
    for unit in facts.units:
        said = _said(may_regenerate(facts, _of(unit.name), KNOWN))
        expected = "Phones of the whole cluster reset by themselves"
        assert (expected in said) is (unit.resets_phones == "expected")
        assert expected in said or "Phones of the whole cluster may reset by themselves" in said
        assert ("Phone Interaction on Certificate Update" in said) is not facts.reset_is_automatic


@pytest.mark.parametrize(
    ("name", "names", "several"),
    [
        ("pub-ms.lab", (), True),
        ("pub.lab", ("pub.lab", "SUB1.lab"), True),
        ("pub.lab", ("pub.lab", "lab"), False),
    ],
)
def test_a_multi_server_certificate_is_known_by_its_name_or_those_of_other_nodes(
    name: str, names: tuple[str, ...], several: bool
) -> None:
    assert is_multi_server(replace(BY_CA, common_name=name, names=names), {"sub1", "sub1.lab", "10.0.0.2"}) is several


@pytest.mark.parametrize(
    ("version", "takes"),
    [
        ("12.5.1.14900-63", True),
        ("14.0.1.11900-132", True),
        ("14.0.1.12900-161", False),
        ("14.0.1.13900-155", False),
        ("15.0.1.12900-234", False),
    ],
)
def test_from_14su2_on_the_cli_takes_no_multi_server_certificate(version: str, takes: bool) -> None:
    assert cli_takes_multi_server(version) is takes


def test_a_unit_is_known_in_whichever_case_it_is_typed() -> None:
    assert unit_named(_facts("9.1"), "callmanager").name == "CallManager"
    with pytest.raises(RefusedError, match="has no unit"):
        unit_named(_facts("9.1"), "ITLRecovery")


# Deletions.


def _entry(store: str, file: str, name: str = "somebody", *serves: str) -> Entry:
    return Entry(store, file, name, Known(Uses(serves)))


@pytest.mark.shows("S157", "S158", "S159", "S160", "S161", "S162", "S163", "S164")
@pytest.mark.parametrize("store", ["CallManager-trust", "CAPF-trust"])
@pytest.mark.parametrize(("number", "file"), CISCO.items())
def test_the_seven_stay_unless_somebody_knows(number: str, file: str, store: str) -> None:
    row = next(each for each in CATALOG.preloaded if each.file == file)
    entries = (
        *(_entry(store, f"{file}.pem"), _entry(store, f"{file}_6A6967B3.pem")),
        _entry(store, "under-another-name.pem", row.name),
    )
    for release in RELEASES:
        for entry in entries:
            found = may_delete(CATALOG, _facts(release), entry, Insight())
            assert isinstance(found, Refused)
            assert (found.lifted_by, found.source) == (I_KNOW, f"S157, {number}")
            assert isinstance(may_delete(CATALOG, _facts(release), entry, KNOWN), Allowed)


@pytest.mark.shows("S154")
def test_the_one_of_verisign_may_go() -> None:
    entry = _entry("tomcat-trust", "VeriSign_Class_3_Secure_Server_CA_-_G3.pem")
    assert "215210" in _said(may_delete(CATALOG, _facts("9.1"), entry, Insight()))


@every_release
def test_a_copy_of_what_the_node_uses_stays_unless_somebody_knows(release: str) -> None:
    signer = Entry("tomcat-trust", "ca.pem", "Our CA", Known(Uses(signed=("tomcat of sub1",))))
    for entry, says in (
        (_entry("tomcat-trust", "pub.pem", "pub", "tomcat of pub"), "tomcat of pub uses now"),
        (signer, "has signed the certificate that tomcat of sub1 uses now"),
    ):
        found = may_delete(CATALOG, _facts(release), entry, Insight())
        assert isinstance(found, Refused)
        assert (found.lifted_by, says in found.reason) == (I_KNOW, True)
        assert isinstance(may_delete(CATALOG, _facts(release), entry, KNOWN), Allowed)


@every_release
def test_could_not_read_is_not_nobody_uses_it(release: str) -> None:
    entry = Entry("CallManager-trust", "pub.pem", "", Unread("sub1 could not be asked (no answer)."))
    found = may_delete(CATALOG, _facts(release), entry, Insight())
    assert isinstance(found, Refused)
    assert (found.lifted_by, "Nobody can tell who uses" in found.reason) == (I_KNOW, True)
    assert isinstance(may_delete(CATALOG, _facts(release), entry, KNOWN), Allowed)


@every_release
@pytest.mark.shows("S110")
def test_deletions_after_which_devices_restart_say_so(release: str) -> None:
    for store in ("CAPF-trust", "CallManager-trust", "TVS-trust", "tomcat-trust", "ipsec-trust"):
        said = _said(may_delete(CATALOG, _facts(release), _entry(store, "old.pem"), Insight()))
        assert ("CSCut58407" in said) is (store in {"CAPF-trust", "CallManager-trust", "TVS-trust"})


@every_release
@pytest.mark.shows("S112")
def test_deletions_that_come_back_say_so_with_the_way_round(release: str) -> None:
    said = _said(may_delete(CATALOG, _facts(release), _entry("tomcat-trust", "old.pem"), Insight()))
    old = Release.of(release) < Release.of("11.0")
    assert ("CSCto86463" in said) is old
    assert ("This deletes it on this node only." in said) is old
    assert ("Stop before, on all nodes: Cisco Certificate Change Notification" in said) is (
        Release.of(release) < Release.of("12.0")
    )


@pytest.mark.parametrize("unit", ["CAPF", "CallManager", "ipsec", "tomcat", "TVS"])
def test_a_store_may_be_written_with_trust_or_without_in_whichever_case(unit: str) -> None:
    for name in (unit, f"{unit}-trust", unit.upper(), f"{unit}-TRUST"):
        assert store_named(_facts("9.1"), name).name == f"{unit}-trust"


def test_units_of_a_curve_share_the_store_of_their_rsa_sisters() -> None:
    assert store_named(_facts("12.5"), "CallManager-ECDSA").name == "CallManager-trust"
    with pytest.raises(RefusedError, match="has no trust store"):
        store_named(_facts("12.5"), "nothing")
    with pytest.raises(RefusedError, match="has no trust store"):
        store_named(_facts("12.5"), "ITLRecovery")


# What comes after.


@every_release
@pytest.mark.shows("S111", "S143")
def test_what_is_to_be_restarted_is_told_after_renewals_and_after_deletions(release: str) -> None:
    facts = _facts(release)
    for name in ("tomcat", "tomcat-trust"):
        assert any("utils service restart Cisco Tomcat" in note.text for note in restarts(facts, name)), name
    for unit in facts.units:
        told = restarts(facts, unit.name)
        assert told
        assert all(note.sources for note in told)
        assert any("DRS backup" in note.text for note in told)
        assert [n for n, note in enumerate(told) if "CTL does not follow" in note.text] == ([0] if unit.in_ctl else [])
    assert not any("DRS backup" in note.text for note in restarts(facts, "tomcat-trust"))
    (none,) = restarts(facts, "Phone-VPN-trust")
    assert "No source names a service" in none.text


@every_release
def test_what_was_stopped_for_a_deletion_is_started_again(release: str) -> None:
    facts = _facts(release)
    told = " ".join(note.text for note in afterwards(facts, "tomcat-trust"))
    stopped = bool(facts.deletion("tomcat-trust").stop)
    assert ("Start again on all nodes what was stopped for this: Cisco Certificate Change" in told) is stopped
    assert ("again in half an hour" in told) is (Release.of(release) < Release.of("11.0"))


def test_a_store_of_the_publisher_is_emptied_there() -> None:
    entry = replace(_entry("Phone-Edge-trust", "old.pem"), publisher=False)
    found = may_delete(CATALOG, _facts("15.0"), entry, KNOWN)
    assert isinstance(found, Refused)
    assert "on the publisher" in found.reason
    assert isinstance(may_delete(CATALOG, _facts("15.0"), replace(entry, publisher=True), Insight()), Allowed)


@pytest.mark.shows("S145")
def test_what_uccx_needs_after_tomcat_is_told() -> None:
    assert any("118855" in note.text for note in restarts(_facts("9.1"), "tomcat"))
