"""The identity units: who has them, what the system copies, what is typed, and what stops when they have expired."""

import pytest

from ringtrust.catalog.row import Effect
from ringtrust.catalog.stores import Store
from ringtrust.catalog.units import Copy, Owning, Unit
from ringtrust.cluster.release import Release
from ringtrust.errors import RefusedError
from tests.catalog.cited import CATALOG, row, rows

SEED = {"CallManager", "CAPF", "ipsec", "tomcat", "TVS", "ITLRecovery"}
EVERYWHERE = {"CallManager", "tomcat", "ipsec", "TVS", "CAPF"}
FIND = "OS Admin > Security > Certificate Management > Find"


@pytest.mark.shows("S6", "S7", "S16")
def test_which_units_there_are_and_who_has_them() -> None:
    assert {unit.name for unit in rows(Unit, "S6")} == SEED
    recovery = row(Unit, "S7")
    assert (recovery.name, recovery.since) == ("ITLRecovery", "10.0")
    assert not recovery.covers(Release(9, 1))
    assert recovery.covers(Release(10, 0))
    assert {unit.name for unit in rows(Unit, "S16")} == EVERYWHERE
    assert [owning.who for owning in rows(Owning, "S16")] == ["every node"] * 5
    assert all(CATALOG.of(Release(9, 1)).owners(unit) == "every node" for unit in EVERYWHERE)


def test_from_14_on_capf_is_the_publishers_and_from_12_5_on_itlrecovery_is() -> None:
    for release, capf, recovery in (
        (Release(12, 0), "every node", "every node"),
        (Release(12, 5), "every node", "publisher"),
        (Release(14, 0), "publisher", "publisher"),
        (Release(15, 0), "publisher", "publisher"),
    ):
        facts = CATALOG.of(release)
        assert (facts.owners("CAPF"), facts.owners("ITLRecovery")) == (capf, recovery)


def test_ecdsa_units_are_there_from_11_0_on() -> None:
    for name in ("CallManager-ECDSA", "tomcat-ECDSA"):
        assert (CATALOG.unit(name).key, CATALOG.unit(name).since) == ("EC", "11.0")


def _command(number: str) -> tuple[str, str]:
    unit = row(Unit, number)
    return unit.name, unit.command


def _copies(number: str) -> list[str]:
    return [copy.store for copy in rows(Copy, number)]


@pytest.mark.shows("S117", "S124", "S125", "S126", "S127")
def test_what_is_typed_to_regenerate() -> None:
    assert _command("S117") == ("CAPF", "set cert regen CAPF")
    assert _command("S124") == ("CallManager", "set cert regen CallManager")
    assert _command("S125") == ("ipsec", "set cert regen ipsec")
    assert _command("S126") == ("tomcat", "set cert regen tomcat")
    assert _command("S127") == ("TVS", "set cert regen TVS")


@pytest.mark.shows("S118", "S119", "S124", "S125", "S126", "S127")
def test_which_stores_the_system_copies_to() -> None:
    assert row(Unit, "S118").name == "CAPF"
    assert _copies("S118") == ["CAPF-trust", "CallManager-trust"]
    assert _copies("S124") == ["CallManager-trust"]
    assert _copies("S125") == ["ipsec-trust"]
    assert _copies("S126") == ["tomcat-trust"]
    assert row(Unit, "S127").copies == ()
    assert [unit.name for unit in CATALOG.units if unit.unique_subject] == [row(Unit, "S119").name] == ["CAPF"]


@pytest.mark.shows("S131", "S132", "S133", "S134", "S135")
def test_the_way_through_the_web_pages() -> None:
    assert row(Unit, "S131").gui == f"{FIND} > CAPF > Regenerate"
    assert row(Unit, "S131").unique_subject
    assert row(Unit, "S132").gui == f"{FIND} > CallManager > Regenerate"
    assert row(Unit, "S133").gui == f"{FIND} > ipsec > Regenerate"
    assert row(Unit, "S134").gui == f"{FIND} > tomcat > Regenerate"
    assert row(Unit, "S135").gui == f"{FIND} > TVS > Regenerate"
    assert _copies("S131") == ["CAPF-trust", "CallManager-trust"]
    assert [_copies(number) for number in ("S132", "S133", "S134")] == [
        ["CallManager-trust"],
        ["ipsec-trust"],
        ["tomcat-trust"],
    ]


def _deletion(number: str) -> tuple[str, str]:
    unit = row(Unit, number)
    assert row(Store, number).name == unit.trust_store
    return unit.trust_store, unit.delete_command


@pytest.mark.shows("S136", "S137", "S138", "S139", "S140", "S141")
def test_a_deletion_names_the_unit_and_acts_on_its_trust_store() -> None:
    assert _deletion("S136") == ("CAPF-trust", "set cert delete CAPF <name>.pem")
    assert _deletion("S137") == ("CallManager-trust", "set cert delete CallManager <name>.pem")
    assert _deletion("S138") == ("ipsec-trust", "set cert delete ipsec <name>.pem")
    assert _deletion("S139") == ("tomcat-trust", "set cert delete tomcat <name>.pem")
    assert _deletion("S140") == ("TVS-trust", "set cert delete TVS <name>.pem")
    assert len(rows(Unit, "S141")) == 5
    assert all("-trust" not in unit.delete_command for unit in rows(Unit, "S141"))


@pytest.mark.shows("S114", "S115")
def test_which_units_reset_phones() -> None:
    assert {unit.name for unit in rows(Unit, "S115")} == {"CAPF", "CallManager"}
    assert {unit.resets_phones for unit in rows(Unit, "S115")} == {"expected"}
    assert row(Unit, "S114").name == "CallManager"
    assert row(Unit, "S116").resets_phones == "possible"
    assert row(Unit, "S116").name == "tomcat"


def test_whose_new_certificate_makes_lists_be_built_anew() -> None:
    changed = {unit.name for unit in CATALOG.units if unit.changes_lists(publisher=True)}
    assert changed == {"CallManager", "CallManager-ECDSA", "CAPF", "TVS", "ITLRecovery"}
    assert changed == {unit.name for unit in CATALOG.units if unit.in_itl}
    assert not CATALOG.unit("CAPF").changes_lists(publisher=False)
    assert CATALOG.unit("TVS").changes_lists(publisher=False)


@pytest.mark.parametrize(
    ("unit", "number", "part"),
    [
        ("CallManager", "S30", "TFTP"),
        ("CallManager", "S31", "services"),
        ("CallManager", "S32", "SIP trunks"),
        ("CallManager", "S33", "AXL"),
        ("tomcat", "S34", "corporate directory"),
        ("tomcat", "S35", "service pages"),
        ("tomcat", "S36", "Extension Mobility"),
        ("tomcat", "S37", "12.5"),
        ("tomcat", "S38", "intermediates"),
        ("tomcat", "S39", "Finesse"),
        ("CAPF", "S40", "802.1X"),
        ("CAPF", "S41", "LSC"),
        ("CAPF", "S42", "encrypted"),
        ("ipsec", "S43", "Disaster Recovery System"),
        ("ipsec", "S44", "tunnels"),
        ("TVS", "S45", "HTTPS"),
        ("TVS", "S46", "configuration files"),
    ],
)
def test_what_stops_when_a_unit_has_expired(unit: str, number: str, part: str) -> None:
    effect = row(Effect, number)
    assert part in effect.text
    assert effect in CATALOG.unit(unit).breaks


def test_every_unit_says_what_stops() -> None:
    assert all(unit.breaks for unit in CATALOG.units)


def test_change_notification_carries_some_of_the_copies() -> None:
    facts = CATALOG.of(Release(9, 1))
    assert facts.copies("CallManager") == ("CallManager-trust", "Phone-SAST-trust") == facts.propagated("CallManager")
    assert facts.propagated("CAPF") == ("CallManager-trust",)
    assert facts.propagated("tomcat") == ("tomcat-trust",)
    assert facts.propagated("ipsec") == ()
    assert facts.propagated("TVS") == facts.copies("TVS") == ()


def test_an_unknown_unit_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RefusedError) as refused:
        CATALOG.unit("callmanager-trust")
    assert all(unit.name in refused.value.advice for unit in CATALOG.units)
    with pytest.raises(RefusedError) as refused:
        CATALOG.of(Release(9, 1)).owners("ITLRecovery")
    assert "9.1" in refused.value.what
    assert "ITLRecovery" not in refused.value.advice
