"""A recovery key is kept only when it is one by its outside; what is inside stays locked (RFC 7292)."""

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509 import load_der_x509_certificate
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.errors import FormatError
from ringtrust.trust.pkcs12 import BYTES_AT_MOST, refuse_unless_pkcs12
from tests.support.identities import identity


def container() -> bytes:
    """The key of a node in a container, as others make one."""
    found = identity("pub")
    certificate = load_der_x509_certificate(found.certificate)
    return serialize_key_and_certificates(b"ITLRecovery", found.key, certificate, None, BestAvailableEncryption(b"x"))


def test_one_that_others_have_made_is_one() -> None:
    refuse_unless_pkcs12(container())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"-----BEGIN CERTIFICATE-----\n",
        identity("pub").certificate,
        container()[:-1],
        container() + b"\n",
        container().replace(b"\x02\x01\x03", b"\x02\x01\x02", 1),
        b"\x30" * (BYTES_AT_MOST + 1),
    ],
)
def test_what_is_none_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        refuse_unless_pkcs12(data)
    assert "file get tftp ITLRecovery.p12" in caught.value.advice


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_are_one_and_nothing_else_happens(data: bytes) -> None:
    with pytest.raises(FormatError):
        refuse_unless_pkcs12(data)


@given(st.integers(0, len(container()) - 1), st.integers(0, 255))
def test_one_changed_byte_is_one_still_or_is_refused(place: int, byte: int) -> None:
    changed = bytearray(container())
    changed[place] = byte
    try:
        refuse_unless_pkcs12(bytes(changed))
    except FormatError as error:
        assert error.offset <= len(changed)
