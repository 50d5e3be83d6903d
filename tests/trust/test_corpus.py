"""Every file and message of the corpus is read and written back the same, or refused with the reason and offset."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ringtrust.errors import FormatError
from ringtrust.trust import capf
from ringtrust.trust.capf_elements import HeldCertificate
from ringtrust.trust.lists import TrustList, read_list
from ringtrust.trust.names import text
from ringtrust.trust.signed import SignedFile, read_signed
from ringtrust.trust.tlv import encode
from ringtrust.trust.tvs import Message, read_message
from tests.support.corpus import FOLDER, Case, cases

READ: Mapping[str, Callable[[bytes], Any]] = {
    "list": read_list,
    "signed": read_signed,
    "tvs": read_message,
    "capf": capf.read_message,
}
MESSAGES = ("tvs", "capf")


def _named(case: Case) -> str:
    return f"{case.kind}: {case.name}"


def _dotted(version: tuple[int, int] | None) -> str:
    return "" if version is None else f"{version[0]}.{version[1]}"


LIST_VALUES: Mapping[str, Callable[[TrustList], Any]] = {
    "filename": lambda found: found.header.filename,
    "version": lambda found: _dotted(found.header.version),
    "signer_version": lambda found: _dotted(found.header.signer_version),
    "timestamp": lambda found: -1 if found.header.timestamp is None else found.header.timestamp,
    "signer": lambda found: [
        text(found.header.signer.name),
        found.header.signer.serial.hex(),
        text(found.header.signer.issuer),
    ],
    "functions": lambda found: [record.function for record in found.records],
    "subjects": lambda found: [record.subject for record in found.records],
    "hosts": lambda found: [record.dns_name for record in found.records],
    "addresses": lambda found: [record.ip_text for record in found.records],
    "certificate_hashes": lambda found: [record.certificate_digest.hex() for record in found.records],
    "items": lambda found: list(found.records[0].layout.tags),
}
SIGNED_VALUES: Mapping[str, Callable[[SignedFile], Any]] = {
    "body": lambda found: found.body.hex(),
    "encrypted": lambda found: found.encrypted,
}


def _message_value(found: Message | capf.Message, key: str) -> Any:
    if key == "type":
        return type(found).__name__
    value = getattr(found, key)
    if isinstance(value, HeldCertificate):
        return [value.kind, value.der.hex()]
    if isinstance(value, tuple):
        return [each.hex() if isinstance(each, bytes) else each for each in value]
    return value.hex() if isinstance(value, bytes) else value


@pytest.mark.parametrize("case", [case for case in cases(*READ) if not case.error], ids=_named)
def test_what_must_be_read_is_written_back_the_same(case: Case) -> None:
    found = READ[case.kind](case.data)
    if case.kind in MESSAGES:
        assert found.to_bytes() == case.data
    elif case.kind == "signed":
        assert found.header.raw + found.body == case.data
    else:
        rewritten = [b"".join(encode(tag, value) for tag, value in record.items()) for record in found.records]
        assert found.header.raw + b"".join(rewritten) == case.data


@pytest.mark.parametrize("case", [case for case in cases(*READ) if case.values], ids=_named)
def test_what_is_read_has_the_values_that_stand_beside_it(case: Case) -> None:
    found = READ[case.kind](case.data)
    for key, expected in case.values.items():
        if case.kind in MESSAGES:
            assert _message_value(found, key) == expected, key
        elif case.kind == "signed":
            assert SIGNED_VALUES[key](found) == expected, key
        else:
            assert LIST_VALUES[key](found) == expected, key


@pytest.mark.parametrize("case", [case for case in cases(*READ) if case.error], ids=_named)
def test_what_must_be_refused_is_refused_with_the_reason_and_the_offset(case: Case) -> None:
    with pytest.raises(FormatError) as refused:
        READ[case.kind](case.data)
    assert case.error in refused.value.reason
    assert refused.value.offset == case.offset


def test_every_file_of_the_corpus_is_read_and_no_two_cases_share_a_name() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{kind}.toml" for kind in READ}
    names = [_named(case) for case in cases(*READ)]
    assert len(names) == len(set(names))
