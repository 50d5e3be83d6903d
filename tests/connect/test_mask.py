"""No secret is in what is kept, however it was written: as typed, in XML, in JSON, in a path, or for HTTP."""

import base64
import json
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.connect.mask import Mask
from ringtrust.settings import Secret

SECRETS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20), min_size=1, max_size=4)
AROUND = st.binary(max_size=40)


def _ways(secret: str) -> list[bytes]:
    plain = secret.encode()
    return [
        *(plain, base64.b64encode(plain), base64.b64encode(f"admin:{secret}".encode())),
        *(escape(secret).encode(), quote(secret, safe="").encode(), json.dumps(secret)[1:-1].encode()),
    ]


@given(SECRETS, AROUND, AROUND, st.integers(0, 5))
def test_a_secret_is_taken_out_whatever_stands_around_it(
    secrets: list[str], left: bytes, right: bytes, way: int
) -> None:
    mask = Mask(map(Secret, secrets), ["admin"])
    for secret in secrets:
        masked = mask.bytes(left + _ways(secret)[way] + right + secret.encode())
        assert not any(each in masked for other in secrets for each in _ways(other))
    assert not any(each in mask.text("".join(secrets)) for each in secrets)


@pytest.mark.parametrize("secret", ["***", "***x", "a*", "#~^"])
def test_a_secret_like_the_mark_is_none_the_less_taken_out(secret: str) -> None:
    assert secret.encode() not in Mask([Secret(secret)]).bytes(secret.encode() + b"xxx***" + secret.encode() * 2)


@given(st.binary())
def test_without_a_secret_nothing_is_changed(data: bytes) -> None:
    kept = data.replace(b"assw", b"").replace(b"rivate", b"")
    assert Mask().bytes(kept) == kept
    assert Mask([Secret("")]).bytes(kept) == kept


@pytest.mark.parametrize(
    ("data", "masked"),
    [
        (b"<ns:password>s3cret</ns:password>", b"<ns:password>***</ns:password>"),
        (b'<ldapPassword a="b">s3\ncret</ldapPassword>', b'<ldapPassword a="b">***</ldapPassword>'),
        (b"<authenticationString>s3cret</authenticationString>", b"<authenticationString>***</authenticationString>"),
        (b'{"userPassword" : "s3\\"cret", "x": 1}', b'{"userPassword" : "***", "x": 1}'),
        (b"a-----BEGIN RSA PRIVATE KEY-----\ns3cret\n-----END RSA PRIVATE KEY-----b", b"a***b"),
        (b"-----BEGIN PRIVATE KEY-----\ns3cret", b"***"),
    ],
)
def test_what_looks_like_a_secret_goes_too(data: bytes, masked: bytes) -> None:
    assert Mask().bytes(data) == masked


def test_a_certificate_stays_what_it_is() -> None:
    pem = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    assert Mask([Secret("s3cret")]).bytes(pem) == pem
