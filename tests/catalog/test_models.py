"""Models of phones: who asks TVS, who has an ITL, who verifies SHA-1 only, and which keys erase a list."""

import pytest

from ringtrust.cluster.release import Release
from tests.catalog.cited import CATALOG

FACTS = CATALOG.of(Release(12, 5))


@pytest.mark.parametrize(
    "model",
    [
        *("Cisco 7940", "Cisco 7960", "cisco 7960", "Cisco ATA 190", "Cisco ATA 191"),
        *("Cisco Unified Client Services Framework", "Cisco Dual Mode for iPhone", "Cisco Dual Mode for Android"),
        *("Cisco Jabber for Tablet", "Cisco TelePresence SX80", "Cisco TelePresence DX70"),
    ],
)
def test_devices_without_security_by_default_ask_no_tvs(model: str) -> None:
    assert not FACTS.asks_tvs(model)


@pytest.mark.parametrize("model", ["Cisco 7941", "Cisco 7961", "Cisco 7921", "Cisco 8861", "Cisco 7841", "", "Other"])
def test_every_other_model_asks_tvs(model: str) -> None:
    assert FACTS.asks_tvs(model)


def test_jabber_has_no_itl() -> None:
    assert not FACTS.has_itl("Cisco Jabber for Tablet")
    assert FACTS.has_itl("Cisco 7960")


def test_old_phones_verify_sha_1_only() -> None:
    assert [FACTS.verifies_sha512(f"Cisco {each}") for each in (7965, 8945, 9971, 8861, 7841)] == [
        *(False, False, False, True, True)
    ]


def test_which_keys_erase_a_list() -> None:
    found = FACTS.erasure("Cisco 8861")
    assert found is not None
    assert (found.itl, found.ctl) == ("Applications, 5, 4, 2, Soft3", "Applications, 5, 4, 4, Soft3")
    assert FACTS.erasure("Cisco TelePresence SX80") is None


def test_a_model_of_its_own_comes_before_its_family() -> None:
    wireless, conference = FACTS.erasure("Cisco 8821"), FACTS.erasure("Cisco 8831")
    assert wireless is not None
    assert wireless.itl.startswith("Settings app")
    assert wireless.reset.endswith("123456789*0#")
    assert conference is not None
    assert conference.itl.startswith("Apps")


def test_the_catalog_answers_so_for_every_release() -> None:
    for release in (Release(8, 0), Release(9, 1), Release(11, 5), Release(15, 0)):
        assert not CATALOG.of(release).asks_tvs("Cisco 7940")
