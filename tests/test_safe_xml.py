"""XML from a network: read, or refused with one typed error, and never followed anywhere."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.errors import FormatError
from ringtrust.safe_xml import children, first, local_name, read_xml, text

BOMB = (
    "<!DOCTYPE a [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(9))
    + "]><a>&a9;</a>"
)


def test_a_document_is_read_whatever_its_namespaces() -> None:
    root = read_xml(b'<x:a xmlns:x="urn:x"><x:b> one </x:b><b>two</b><!-- no --><?no?></x:a>')
    assert local_name(root) == "a"
    assert [text(child) for child in children(root, "b")] == ["one", "two"]
    assert text(root, "b") == "one"
    assert text(root, "c", "d") == ""
    assert first(root, "c") is None


def test_files_of_this_machine_stay_on_it(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    with pytest.raises(FormatError, match="document type"):
        read_xml(f"<!DOCTYPE a [<!ENTITY e SYSTEM '{tmp_path / 'secret'}'>]><a>&e;</a>".encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"no", b"<a>", BOMB.encode(), b"<!DOCTYPE a SYSTEM 'urn:x'><a/>", b"\0<a/>", b"<a>" * 5000],
    ids=["nothing", "no XML", "not closed", "a bomb", "an external type", "a NUL", "deep"],
)
def test_everything_else_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_xml(data)


@given(st.binary(max_size=200) | st.text(alphabet="<>/ab&;!\"' [", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_xml(data)
    except FormatError:
        return
