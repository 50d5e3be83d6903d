"""Signed configuration files: what a phone accepts from whom."""

import pytest

from ringtrust.errors import FormatError
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind, build_list
from ringtrust.trust.record import build_record
from ringtrust.trust.roles import Role
from ringtrust.trust.signature import Broken, Holds, SignerUnknown, Unjudged
from ringtrust.trust.signed import build_signed, read_signed
from tests.support.identities import TIMESTAMP, identity, itl

NAME = "SEP001122334455.cnf.xml.sgn"
BODY = b"<device><x>1</x></device>\n"


@pytest.mark.parametrize("digest", [Digest.SHA1, Digest.SHA512])
@pytest.mark.parametrize("body", [BODY, b"", bytes(range(256)) * 1000])
def test_a_signed_file_is_the_header_and_the_file_unchanged(body: bytes, digest: Digest) -> None:
    found = build_signed(NAME, body, identity("pub"), timestamp=TIMESTAMP, digest=digest)
    again = read_signed(found.data)
    assert (again.body, again.header.filename, again.header.version) == (body, NAME, (1, 0))
    assert (again.header.timestamp, again.header.method.digest_code) == (TIMESTAMP, digest.value)
    assert not again.encrypted
    assert isinstance(again.verdict_for_holder_of(itl()), Holds)


def test_firmware_is_signed_with_a_key_that_no_list_holds() -> None:
    found = build_signed("a.loads", BODY, identity("pub"), timestamp=TIMESTAMP)
    firmware = read_signed(found.data.replace(b"\1\0\2\1\0", b"\1\0\2\1\1", 1))
    assert isinstance(firmware.verdict_for_holder_of(itl()), Unjudged)


def test_a_changed_body_is_refused() -> None:
    found = build_signed(NAME, BODY, identity("pub"), timestamp=TIMESTAMP)
    changed = read_signed(found.data.replace(b"<x>1", b"<x>2"))
    assert isinstance(changed.verdict_for_holder_of(itl()), Broken)


def test_a_file_of_a_server_whose_certificate_the_phone_does_not_hold_is_refused() -> None:
    found = build_signed(NAME, BODY, identity("sub1"), timestamp=TIMESTAMP)
    verdict = found.verdict_for_holder_of(itl())
    assert isinstance(verdict, SignerUnknown)
    assert "CN=sub1" in verdict.reason


def test_a_phone_of_a_mixed_mode_cluster_believes_either_of_its_lists() -> None:
    found = build_signed(NAME, BODY, identity("sub1"), timestamp=TIMESTAMP)
    assert isinstance(found.verdict_for_holder_of(itl(), itl("sub1")), Holds)


def test_a_trust_list_is_no_signed_file() -> None:
    with pytest.raises(FormatError, match="no signed file") as refused:
        read_signed(itl().data)
    assert "ringtrust trustlist" in refused.value.advice


def test_the_right_to_sign_lists_is_not_the_right_to_sign_files() -> None:
    signer = identity("pub")
    only_sast = build_list(ListKind.ITL, [build_record(Role.SAST, signer.certificate)], signer, timestamp=TIMESTAMP)
    found = build_signed(NAME, BODY, signer, timestamp=TIMESTAMP)
    assert isinstance(found.verdict_for_holder_of(only_sast), SignerUnknown)
