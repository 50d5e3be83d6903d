"""The phone of the lab, against a CAPF that somebody else has built: the same messages bring the same answers.

Its keys say what was recorded of the keys of then. A proof is looked up by what it is over: a wrong one is not found.
"""

from collections.abc import Iterator
from functools import partial

import pytest

from ringtrust.lab.phone.capf_client import BY_LSC, BY_STRING, CapfClient, Introduction
from ringtrust.lab.phone.keys import Credential, Key, KeyWanted, Papers
from ringtrust.trust.capf import AuthResponse, FetchResponse, KeyGenerateResponse, read_message
from ringtrust.trust.capf_proof import PublicKey, device_data, phone_key, sudi_data
from ringtrust.trust.certificates import public_key_of
from ringtrust.trust.digests import Digest
from tests.support.recorded import CAPF, PHONE, recorded_key, spoken, turns

DEVICE = "SEP001122334455"
_STRINGS = {"install-rsa2048-authstring": "123456", "wrong-authstring": "111111"}
_EXISTING = "install-ec-p256-existing-cert-lsc"


def _said(name: str) -> list[object]:
    return [read_message(data) for who, data in spoken("capf-sessions", name) if who == PHONE]


def _signed(response: AuthResponse) -> Iterator[tuple[bytes, bytes]]:
    """What the key has signed, by its hash."""
    shown = response.evidence
    assert shown is not None
    assert shown.sha2 is not None
    assert shown.sudi is not None
    data = device_data(DEVICE, shown.certificate.der)
    yield Digest.SHA1.of(data), shown.sha1
    yield Digest.SHA512.of(data), shown.sha2.proof
    data = sudi_data(response.session, shown.sudi.certificate)
    yield Digest.SHA1.of(data), shown.sudi.sha1
    yield Digest.SHA512.of(data), shown.sudi.sha512


def _papers(name: str) -> Papers:
    """What the phone of then held."""
    papers = Papers()
    for message in _said(name):
        match message:
            case AuthResponse(evidence=evidence) if evidence is not None:
                certificate = evidence.certificate.der
                key = recorded_key(_public(certificate), dict(_signed(message)))
                papers = Papers(partial(Credential, certificate, key), partial(Credential, certificate, key))
            case FetchResponse(certificate=held_certificate) if held_certificate is not None:
                papers.lsc = Credential(held_certificate.der, recorded_key(_public(held_certificate.der)))
    if name == "delete-nullstring":
        papers.lsc = Credential(b"whatever it was", recorded_key(_new_key("install-ec-p384-nullstring")))
    return papers


def _public(certificate: bytes) -> PublicKey:
    key = public_key_of(certificate)
    assert isinstance(key, PublicKey)
    return key


def _new_key(name: str) -> PublicKey:
    made = next(each for each in _said(name) if isinstance(each, KeyGenerateResponse))
    return phone_key(made.public_key)


@pytest.mark.parametrize("name", CAPF)
def test_what_the_phone_says_is_what_was_recorded(name: str) -> None:
    wanted: list[KeyWanted] = []

    def make_key(each: KeyWanted) -> Key:
        wanted.append(each)
        return recorded_key(_new_key(name))

    mode = BY_STRING if name in _STRINGS else BY_LSC if name == _EXISTING else 2
    client = CapfClient(Introduction(DEVICE, mode, _STRINGS.get(name, "")), _papers(name), make_key)
    messages = spoken("capf-sessions", name)
    said: list[bytes] = []
    for who, data in messages:
        if who != PHONE:
            assert not said
            said = list(client.take(data))
        else:
            assert said.pop(0) == data
    assert client.ended is not None
    assert client.stored is name.startswith("install")
    assert [(each.bits, each.curve) for each in wanted] == _WANTED.get(name, [])


_WANTED = {
    "install-rsa2048-authstring": [(2048, False)],
    "install-ec-p384-nullstring": [(384, True)],
    _EXISTING: [(256, True)],
}


def test_the_recorded_phone_speaks_in_every_conversation() -> None:
    assert all(list(turns(spoken("capf-sessions", name), PHONE)) for name in CAPF)
