"""`show cert`: rows, PEM, and both layouts of the decoded text where there is no PEM."""

import pytest

from ringtrust.connect.platform.certificates import DecodedText, Listed, read_certificate, read_listing
from ringtrust.errors import UnreadableError
from tests.connect.platform.transcripts import TRANSCRIPTS

OLD = TRANSCRIPTS["a certificate, up to 14SU1"]
NEW = TRANSCRIPTS["a certificate from 14SU2 on"]
WITHOUT_PEM = OLD.partition("-----BEGIN")[0]


def test_a_row_knows_its_path() -> None:
    (found,) = read_listing("CallManager-trust/a.pem: Signed: by somebody\n")
    assert found == Listed("CallManager-trust", "a.pem", "Signed: by somebody")
    assert found.path == "CallManager-trust/a.pem"
    assert read_listing("tomcat/tomcat.pem:\n") == (Listed("tomcat", "tomcat.pem", ""),)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "No certificates\n", "tomcat/tomcat.pem: good\ntomcat-trust/cut", "a/b/c.pem: x", "/a.pem: x"]
)
def test_what_is_no_listing_is_never_an_empty_one(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_listing(text)


def test_pem_wins_though_it_is_glued_to_the_text() -> None:
    assert read_certificate(OLD) == DecodedText(pem="-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")


def test_the_text_until_14su1() -> None:
    assert read_certificate(WITHOUT_PEM) == DecodedText(
        serial="523C32C09694B0A60168D6EE36A3B96E",
        subject="L=GB, ST=LN, CN=LAB-UC01-PUB, OU=LAB, O=Lab, C=GB",
        issuer="L=GB, ST=LN, CN=LAB-UC01-PUB, OU=LAB, O=Lab, C=GB",
        not_before_text="Sun Jul 08 13:05:19 BST 2018",
        not_after_text="Fri Jul 07 13:05:18 BST 2023",
    )


def test_the_text_from_14su2_on_has_a_decimal_serial_number() -> None:
    assert read_certificate(NEW) == DecodedText(
        serial="523EACA190A1179091032D56244F032E",
        subject="C=GB,O=Lab,CN=LAB-UC01-PUB",
        issuer="C=GB,O=Lab,CN=LAB-UC01-PUB",
        not_before_text="Mon Feb 03 10:11:12 UTC 2025",
        not_after_text="Sat Feb 02 10:11:11 UTC 2030",
    )


@pytest.mark.parametrize(
    ("old", "new", "serial"),
    [
        ("523C32C09694B0A60168D6EE36A3B96E", "00:0a:Bc", "0ABC"),
        ("523C32C09694B0A60168D6EE36A3B96E", "0", "00"),
        ("Serial Number: 523C32C09694B0A60168D6EE36A3B96E", "SerialNumber: -1", "FF"),
        ("Serial Number: 523C32C09694B0A60168D6EE36A3B96E", "SerialNumber: -129", "FF7F"),
    ],
)
def test_serial_numbers_have_one_form(old: str, new: str, serial: str) -> None:
    assert read_certificate(WITHOUT_PEM.replace(old, new)).serial == serial


def test_not_after_is_another_word_for_to() -> None:
    found = read_certificate(WITHOUT_PEM.replace("To:   Fri", "Not After : Fri"))
    assert found.not_after_text == "Fri Jul 07 13:05:18 BST 2023"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The certificate is gone.\n",
        OLD.partition("-----END")[0],
        OLD + OLD,
        "MIIB\n-----END CERTIFICATE-----\n",
        WITHOUT_PEM.replace("Subject Name:", "Subject:"),
        WITHOUT_PEM.replace("523C32C0", "0x3C32C0"),
        WITHOUT_PEM.replace("523C32C0", "5_3C32C0"),
        NEW.replace("109322119", "A"),
        NEW.replace("109322119", "1" * 5000),
    ],
)
def test_what_is_no_certificate_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_certificate(text)
