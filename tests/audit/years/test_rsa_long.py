"""RSA keys that models of phones may not take."""

from msgspec.structs import replace

from ringtrust.change.finding import Severity
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import CALLMANAGER, TOMCAT, TVS
from ringtrust.cluster.snapshot import Snapshot
from tests.audit.found import found, one
from tests.audit.years.scenes import CAMPUS, ca, signed, trusting, with_models
from tests.support.snapshots import healthy, phone, secured, with_certificate, with_phones

CODE = "years.rsa-long"


def _long() -> Snapshot:
    return with_certificate(with_certificate(healthy(), "pub", CALLMANAGER, bits=4096), "sub1", TVS, bits=3072)


def test_models_whose_guide_says_so_take_them() -> None:
    assert found(_long(), CODE) == []


def test_a_model_of_which_nobody_knows_is_unknown_and_not_fine() -> None:
    finding = one(with_models(_long(), "Cisco 7965", itl=Known("00")), CODE)
    assert (finding.severity, finding.where) == (Severity.MAJOR, "CallManager, TVS")
    assert finding.what == (
        "RSA keys of up to 4096 bits, and 4 phones of models of which nobody here knows whether they take them: "
        "Cisco 7965. 0 of these phones are registered now with a list of now."
    )
    assert finding.evidence[:2] == ("CallManager: 4096 bits on pub", "TVS: 3072 bits on sub1")
    assert "H20" in finding.sources
    assert "Phone Feature List" in finding.advice


def test_phones_that_are_there_with_a_list_of_now_are_counted_for_their_model() -> None:
    finding = one(with_models(_long(), "Cisco 6921"), CODE)
    assert finding.severity is Severity.MINOR
    assert finding.evidence[-1] == (
        "Cisco 6921: 4 phones, no guide that is known here says so; 4 registered now with a list of now"
    )
    away = replace(phone(9, "A", "", "UnRegistered"), model="Cisco 6921")
    assert one(with_phones(with_models(_long(), "Cisco 6921"), away), CODE).severity is Severity.MAJOR


def test_8821_is_unknown_for_a_defect_asks_for_its_row() -> None:
    assert one(with_models(_long(), "Cisco 8821"), CODE)


def test_phones_that_nobody_read_are_not_fine_either() -> None:
    finding = one(replace(_long(), phones=Unread("no answer")), CODE)
    assert finding.severity is Severity.UNREAD
    assert "cannot be told" in finding.what
    assert found(replace(_long(), phones=Known(())), CODE) == []


def test_keys_of_2048_bits_and_those_that_phones_do_not_meet_are_no_matter() -> None:
    old = with_models(healthy(), "Cisco 7965")
    assert found(old, CODE) == []
    assert found(with_certificate(old, "pub", TOMCAT, bits=4096), CODE) == []
    assert found(with_certificate(old, "pub", CALLMANAGER, key="EC", bits=3072), CODE) == []


def test_a_long_key_of_a_ca_in_mixed_mode() -> None:
    root = ca(bits=4096)
    finding = one(trusting(signed(secured(), "sub1", CALLMANAGER, CAMPUS), root, "CallManager-trust"), CODE)
    assert finding.severity is Severity.MAJOR
    assert finding.evidence == ("Campus CA of 4096 bits, above CallManager of sub1",)
    assert "CSCup54818" in finding.sources
    shorter = ca(bits=3072)
    assert found(trusting(signed(secured(), "sub1", CALLMANAGER, CAMPUS), shorter, "CallManager-trust"), CODE) == []
    assert found(trusting(signed(healthy(), "sub1", CALLMANAGER, CAMPUS), root, "CallManager-trust"), CODE) == []
