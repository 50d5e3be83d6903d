"""What the catalog knows of the coming years."""

from itertools import pairwise

from tests.catalog.cited import CATALOG

YEARS = CATALOG.years


def test_limits_fall_and_stand_in_the_order_of_their_dates() -> None:
    assert all(one.since < other.since and one.days > other.days for one, other in pairwise(YEARS.limits))


def test_no_public_ca_signs_client_certificates_for_longer_than_chrome_lets_it() -> None:
    assert all(row.ends <= YEARS.chrome.ends for row in YEARS.authorities if row.ends is not None)


def test_words_of_public_cas_are_each_of_one_ca() -> None:
    words = [word.lower() for row in YEARS.authorities for word in row.words]
    assert len(set(words)) == len(words)
    assert all(len(word) > 3 for word in words)


def test_what_units_are_clients_for() -> None:
    tomcat, callmanager = YEARS.use_of("tomcat"), YEARS.use_of("CallManager")
    assert tomcat is not None
    assert callmanager is not None
    assert "SIP trunks" in callmanager.text
    assert callmanager.stores == ("CallManager-trust",)
    assert YEARS.use_of("TVS") is None


def test_models_that_take_long_keys_are_those_whose_guides_say_so() -> None:
    takes = [row for row in CATALOG.models if row.trait == "takes RSA 4096"]
    assert all(any(row.cover(model) for row in takes) for model in ("Cisco 8861", "Cisco 7841", "Cisco 9871"))
    assert not any(row.cover(model) for row in takes for model in ("Cisco 8821", "Cisco 8831", "Cisco 7965", ""))
