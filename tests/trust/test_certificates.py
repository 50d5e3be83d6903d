"""Certificates from foreign files: what lists store of them, or one FormatError."""

import pytest

from ringtrust.errors import FormatError
from ringtrust.trust.certificates import CertificateFacts, certificate_der
from tests.support.identities import ec_certificate, identity

COMMON_NAME = bytes.fromhex("0603550403")
UTF8_STRING, BIT_STRING = b"\x0c", b"\x03"


def test_a_name_that_is_a_bit_string_is_refused_like_any_other_damage() -> None:
    """Found by fuzzing: the library raises a TypeError here."""
    der = identity("pub").certificate
    spoilt = der.replace(COMMON_NAME + UTF8_STRING, COMMON_NAME + BIT_STRING)
    assert spoilt != der
    with pytest.raises(FormatError, match="names in the certificate"):
        CertificateFacts.of(spoilt)


def test_a_version_that_does_not_exist_is_refused_like_any_other_damage() -> None:
    """Found by fuzzing: the library raises an exception of its own here."""
    version_3 = bytes.fromhex("a003020102")
    spoilt = identity("pub").certificate.replace(version_3, bytes.fromhex("a003020103"), 1)
    with pytest.raises(FormatError, match="certificate cannot be read"):
        CertificateFacts.of(spoilt)


@pytest.mark.parametrize("length", [0, 1, 3, 5, 12])
def test_a_certificate_cut_short_is_refused_with_an_offset_inside_it(length: int) -> None:
    with pytest.raises(FormatError) as refused:
        CertificateFacts.of(identity("pub").certificate[:length])
    assert 0 <= refused.value.offset <= length


def test_the_key_of_an_elliptic_curve_is_stored_as_its_point() -> None:
    point = CertificateFacts.of(ec_certificate("pub-EC")).public_key
    assert (len(point), point[0]) == (97, 4)


def test_a_file_may_hold_a_certificate_as_pem_or_as_der() -> None:
    der = identity("pub").certificate
    assert certificate_der(der) == der
    with pytest.raises(FormatError):
        certificate_der(b"-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n")
    with pytest.raises(FormatError):
        certificate_der(b"nothing")
