"""Every file and message of the corpus is read and written back the same, or refused with the reason and offset."""

import pytest

from ringtrust.errors import FormatError
from ringtrust.trust.lists import read_list
from ringtrust.trust.signed import read_signed
from ringtrust.trust.tvs import read_message
from tests.support.corpus import FOLDER, Case, cases

KINDS = ("list", "signed", "tvs")


def _round_trip(case: Case) -> bytes:
    """What comes out of reading and writing again: from the values, not from the bytes kept beside them."""
    if case.kind == "tvs":
        return read_message(case.data).to_bytes()
    if case.kind == "signed":
        signed = read_signed(case.data)
        return signed.header.raw + signed.body
    found = read_list(case.data)
    return found.header.raw + b"".join(record.raw for record in found.records)


def _named(case: Case) -> str:
    return f"{case.kind}: {case.name}"


@pytest.mark.parametrize("case", [case for case in cases(*KINDS) if not case.error], ids=_named)
def test_what_must_be_read_is_written_back_the_same(case: Case) -> None:
    assert _round_trip(case) == case.data


@pytest.mark.parametrize("case", [case for case in cases(*KINDS) if case.error], ids=_named)
def test_what_must_be_refused_is_refused_with_the_reason_and_the_offset(case: Case) -> None:
    with pytest.raises(FormatError) as refused:
        _round_trip(case)
    assert case.error in refused.value.reason
    assert refused.value.offset == case.offset


def test_every_file_of_the_corpus_is_read_and_no_two_cases_share_a_name() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{kind}.toml" for kind in KINDS}
    names = [_named(case) for case in cases(*KINDS)]
    assert len(names) == len(set(names))
