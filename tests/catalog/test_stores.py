"""Trust stores, what was preloaded in them, how a deletion is done, and the certificates of phones."""

import pytest

from ringtrust.catalog.row import Effect
from ringtrust.catalog.stores import Preloaded, Store
from ringtrust.catalog.units import Endpoint
from ringtrust.cluster.release import Release
from ringtrust.errors import RefusedError
from tests.catalog.cited import CATALOG, row, rows

NOTIFICATION = "Cisco Certificate Change Notification"


@pytest.mark.shows("S8")
def test_the_stores_for_phones() -> None:
    names = {store.name.lower() for store in rows(Store, "S8")}
    assert names == {"phone-vpn-trust", "phone-sast-trust", "phone-trust", "phone-ctl-trust"}


@pytest.mark.parametrize(
    ("number", "stores"),
    [("S48", ["Phone-VPN-trust"]), ("S50", ["Phone-SAST-trust"]), ("S52", ["Phone-trust", "Phone-CTL-trust"])],
)
def test_a_store_for_phones_may_be_empty(number: str, stores: list[str]) -> None:
    assert [store.name for store in rows(Store, number)] == stores
    assert all(store.absent_is_fine for store in rows(Store, number))


@pytest.mark.parametrize(
    ("number", "store", "part"),
    [
        ("S47", "Phone-VPN-trust", "phone VPN"),
        ("S49", "Phone-SAST-trust", "CTL"),
        ("S51", "Phone-trust", "visual voicemail"),
        ("S51", "Phone-CTL-trust", "visual voicemail"),
    ],
)
def test_what_stops_when_a_store_has_expired(number: str, store: str, part: str) -> None:
    effect = next(effect for effect in CATALOG.store(store).breaks if number in effect.sources)
    assert part in effect.text


@pytest.mark.shows("S156", "S158", "S159", "S160", "S161", "S162", "S163", "S164")
def test_what_is_never_to_be_deleted() -> None:
    assert row(Preloaded, "S158").name == "CAP-RTP-001"
    assert row(Preloaded, "S159").name == "CAP-RTP-002"
    assert row(Preloaded, "S160").name == "Cisco Root CA 2048"
    assert row(Preloaded, "S160").file == "Cisco_Root_CA_2048"
    assert row(Preloaded, "S161").name == "Cisco Root CA M2"
    assert row(Preloaded, "S161").file == "Cisco_Root_CA_M2"
    assert row(Preloaded, "S162").file == "ACT2_SUDI_CA"
    assert row(Preloaded, "S163").file == "Cisco_Manufacturing_CA"
    assert row(Preloaded, "S164").file == "Cisco_Manufacturing_CA_SHA2"
    assert rows(Preloaded, "S156") == rows(Preloaded, "S157")
    assert len(rows(Preloaded, "S156")) == 7
    assert all(each.keep for each in rows(Preloaded, "S157"))
    assert all(each.stores == ("CallManager-trust", "CAPF-trust") for each in rows(Preloaded, "S157"))


@pytest.mark.shows("S20", "S154")
def test_preloaded_certificates_that_stay_and_that_may_go() -> None:
    assert "2029" in row(Preloaded, "S20").note
    obsolete = row(Preloaded, "S154")
    assert (obsolete.file, obsolete.stores) == ("VeriSign_Class_3_Secure_Server_CA_-_G3", ("tomcat-trust",))
    assert not obsolete.keep


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("CallManager-trust/Cisco_Manufacturing_CA.pem", "Cisco Manufacturing CA"),
        ("Cisco_Manufacturing_CA_6A6967B3000000000003.pem", "Cisco Manufacturing CA"),
        ("Cisco_Manufacturing_CA_SHA2.pem", "Cisco Manufacturing CA SHA2"),
        ("Cisco_Manufacturing_CA_SHA2_02.pem", "Cisco Manufacturing CA SHA2"),
        ("Cisco_Root_CA_2048.pem", "Cisco Root CA 2048"),
        ("Cisco_Root_CA_2048_5FF87B282B54DC8D42A315B568C9ADFF.pem", "Cisco Root CA 2048"),
        ("Cisco_Root_CA_M2", "Cisco Root CA M2"),
        ("ACT2_SUDI_CA.pem", "ACT2 SUDI CA"),
        ("Cisco_Root_CA.pem", None),
        ("Cisco_Root_CA_2099.pem", None),
        ("_.pem", None),
        ("", None),
    ],
)
def test_a_file_is_known_for_what_it_is(file: str, name: str | None) -> None:
    found = [each.name for each in CATALOG.preloaded if each.is_stored_as(file)]
    assert found == ([name] if name else [])


@pytest.mark.parametrize(
    ("release", "store", "reach", "stop"),
    [
        (Release(9, 1), "tomcat-trust", "own node", (NOTIFICATION,)),
        (Release(10, 5), "CAPF-trust", "own node", (NOTIFICATION,)),
        (Release(11, 5), "CallManager-trust", "every node", (NOTIFICATION,)),
        (Release(12, 0), "CallManager-trust", "every node", ()),
        (Release(12, 0), "CAPF-trust", "own node", ()),
        (Release(12, 5), "CAPF-trust", "every node", ()),
        (Release(15, 0), "ipsec-trust", "own node", ()),
        (Release(15, 0), "Phone-Edge-trust", "publisher", ()),
    ],
)
def test_how_far_a_deletion_reaches(release: Release, store: str, reach: str, stop: tuple[str, ...]) -> None:
    deletion = CATALOG.of(release).deletion(store)
    assert (deletion.reach, deletion.stop) == (reach, stop)
    assert bool(deletion.stop_on_imp) == bool(stop)


@pytest.mark.shows("S9", "S55", "S56", "S57")
def test_the_certificates_of_phones() -> None:
    assert [endpoint.name for endpoint in rows(Endpoint, "S9")] == ["LSC", "MIC"]
    lsc, mic = row(Endpoint, "S56"), row(Endpoint, "S55")
    assert (lsc.name, lsc.signer) == ("LSC", "CAPF")
    assert "five years" in lsc.life
    assert mic.name == "MIC"
    assert "most phone models" in mic.text
    assert row(Effect, "S57") in mic.tips
    assert all(part in row(Effect, "S57").text for part in ("Cisco IP Communicator", "Jabber", "no MIC"))


@pytest.mark.shows("S175", "S176", "S178")
def test_what_helps_in_front_of_a_phone() -> None:
    tips = CATALOG.endpoint("LSC").tips
    assert {row(Effect, number) for number in ("S175", "S176", "S178")} <= set(tips)
    assert "Settings > (6) Security Configuration > (4) LSC > **# > Update > Submit" in row(Effect, "S175").text
    assert "**# unlocks" in row(Effect, "S176").text
    assert "Update is not shown before" in row(Effect, "S176").text
    assert "third-party CA" in row(Effect, "S178").text
    assert "7921" in row(Effect, "S177").text


@pytest.mark.parametrize(("number", "part"), [("S53", "register"), ("S54", "802.1X")])
def test_what_stops_when_the_certificate_of_a_phone_has_expired(number: str, part: str) -> None:
    for endpoint in CATALOG.endpoints:
        assert part in next(effect.text for effect in endpoint.breaks if number in effect.sources)


def test_an_unknown_store_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RefusedError) as refused:
        CATALOG.store("tomcat")
    assert all(store.name in refused.value.advice for store in CATALOG.stores)
    with pytest.raises(RefusedError, match=r"9\.1"):
        CATALOG.of(Release(9, 1)).store("Phone-Edge-trust")
    with pytest.raises(RefusedError, match="certificate of a phone"):
        CATALOG.endpoint("CAPF")
