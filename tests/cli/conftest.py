"""The command line as a person meets it: words in; text, errors and a status out. And a folder to try it on."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509 import load_der_x509_certificate

from ringtrust.cli.verbs import status_of
from ringtrust.clock import StoppedClock
from tests.support.identities import NOW, identity, itl


class Answer(NamedTuple):
    """What the command said."""

    status: int
    out: str
    err: str


Run = Callable[..., Answer]
PASSWORD = "not a secret"  # noqa: S105 - as it says


@pytest.fixture(autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for what ringtrust keeps for its user: here not in his home."""
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in this process."""

    def _run(*words: str | Path) -> Answer:
        status = status_of([str(word) for word in words], StoppedClock(NOW))
        return Answer(status, *capsys.readouterr())

    return _run


def _pem(key: RSAPrivateKey, encryption: KeySerializationEncryption) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def _chain(*ders: bytes) -> bytes:
    return b"".join(load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in ders)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """ITLs before and after each kind of night, a changed one, and the signer's certificate and key."""
    spoilt = bytearray(itl().data)
    spoilt[-1] ^= 1
    for name, data in {
        "old.tlv": itl().data,
        "planned.tlv": itl("sub1").data,
        "careless.tlv": itl("sub1", tvs=("x", "y")).data,
        "changed.tlv": bytes(spoilt),
        "cut.tlv": itl().data[:1000],
        "signer.der": identity("pub").certificate,
        "key.pem": _pem(identity("pub").key, NoEncryption()),
        "locked.pem": _pem(identity("pub").key, BestAvailableEncryption(PASSWORD.encode())),
        "tvs.der": identity("tvs-pub").certificate,
        "chain.pem": _chain(identity("tvs-pub").certificate, identity("pub").certificate),
    }.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path
