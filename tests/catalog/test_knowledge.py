"""Orders, hazards, defects, and where another procedure takes over."""

import pytest

from ringtrust.catalog.knowledge import Defect, HandOff
from ringtrust.catalog.stores import Preloaded
from ringtrust.cluster.release import Release
from ringtrust.errors import RefusedError
from tests.catalog.cited import CATALOG, row


def _handed(number: str) -> tuple[str, str]:
    handoff = row(HandOff, number)
    return handoff.topic, handoff.document


@pytest.mark.shows("S60", "S65", "S107", "S155")
def test_where_backup_ctl_regeneration_and_call_home_are_described() -> None:
    assert _handed("S60") == ("backup and restore", "Disaster Recovery System Administration Guide for CUCM")
    assert _handed("S65") == ("updating the CTL", "CUCM Security Guide of the release")
    assert _handed("S107") == ("one type at a time", "214231")
    assert _handed("S155") == ("Smart Call Home", "215210")
    assert "215210" in row(Preloaded, "S155").note


@pytest.mark.shows("S179", "S180", "S181", "S182", "S183", "S184")
def test_which_document_takes_over() -> None:
    assert _handed("S179") == ("regeneration by type", "214231")
    assert _handed("S180") == ("ITLRecovery", "215402")
    assert row(HandOff, "S180").since == "12.0"
    assert _handed("S181") == ("certificates signed by a CA", "217138")
    assert _handed("S182") == ("one certificate for several servers, signed by a CA", "118731")
    assert _handed("S183") == ("IM and Presence", "215333")
    assert _handed("S184") == ("UCCX", "118855")


@pytest.mark.shows("S185", "S186", "S187")
def test_which_videos_take_over_for_expressway() -> None:
    assert _handed("S185")[0] == "Expressway: server certificate"
    assert "installing the server certificate" in _handed("S185")[1]
    assert _handed("S186")[0] == "Expressway: CSR"
    assert "MRA" in _handed("S186")[1]
    assert _handed("S187")[0] == "Expressway: trust"
    assert "between Expressway-C and Expressway-E" in _handed("S187")[1]


def test_every_order_is_of_units_and_one_is_followed() -> None:
    assert [order.followed for order in CATALOG.orders].count(True) == 1
    assert all(CATALOG.unit(unit) for order in CATALOG.orders for unit in order.units)
    assert set(CATALOG.order.units) == {unit.name for unit in CATALOG.units}
    assert CATALOG.order.units[-1] == "ITLRecovery"


def test_the_order_followed_agrees_with_the_guides_on_regeneration() -> None:
    for source in ("214231", "217138"):
        published = next(order for order in CATALOG.orders if source in order.sources)
        assert [unit for unit in CATALOG.order.units if unit in published.units] == list(published.units)
    security_guides = next(order for order in CATALOG.orders if "SG15" in order.sources)
    assert security_guides.units == ("TVS", "CallManager")


def test_the_hazards_are_h01_to_h32() -> None:
    assert [hazard.id for hazard in CATALOG.hazards] == [f"H{number:02}" for number in range(1, 33)]
    assert "vouch" in CATALOG.hazard("H01").text
    with pytest.raises(RefusedError) as refused:
        CATALOG.hazard("H33")
    assert "H32" in refused.value.advice


@pytest.mark.parametrize(
    ("version", "there", "absent"),
    [
        ("9.1", {"H01", "H05", "H15"}, {"H03", "H04", "H14", "H28", "H30"}),
        ("10.5", {"H14", "H25", "H28"}, {"H03", "H26"}),
        ("11.5", {"H14", "H22", "H26"}, {"H03", "H19"}),
        ("12.5", {"H03", "H04", "H19"}, {"H14", "H26", "H30"}),
        ("15.0", {"H01", "H03", "H30", "H32"}, {"H15", "H25"}),
    ],
)
def test_which_hazards_a_release_has(version: str, there: set[str], absent: set[str]) -> None:
    found = {hazard.id for hazard in CATALOG.of(Release.of(version)).hazards}
    assert there <= found
    assert not absent & found


@pytest.mark.parametrize(
    ("number", "defect", "part"),
    [
        ("S61", "CSCtn50405", "hold no certificates"),
        ("S110", "CSCut58407", "restart when a certificate is deleted"),
        ("S112", "CSCto86463", "come back"),
    ],
)
def test_the_defects_that_the_seed_names(number: str, defect: str, part: str) -> None:
    assert row(Defect, number) == CATALOG.defect(defect)
    assert part in CATALOG.defect(defect).text


def test_defects_have_a_way_around_and_their_releases() -> None:
    assert len(CATALOG.defects) >= 18
    assert len({defect.id for defect in CATALOG.defects}) == len(CATALOG.defects)
    assert all(defect.workaround and defect.known for defect in CATALOG.defects)
    assert CATALOG.defect("CSCtn50405") in CATALOG.of(Release(8, 5)).defects
    assert CATALOG.defect("CSCtn50405") not in CATALOG.of(Release(8, 6)).defects
    with pytest.raises(RefusedError):
        CATALOG.defect("CSCzz00000")
