"""XML from a network: read, or refused with one typed error, and never followed anywhere."""

import contextlib
import socket
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


@pytest.mark.parametrize(
    "document",
    [
        "<!DOCTYPE a [<!ENTITY % p SYSTEM '{url}'> %p;]><a/>",
        "<!DOCTYPE a PUBLIC '-//x' '{url}'><a/>",
        "<!DOCTYPE a [<!ENTITY e SYSTEM '{url}'>]><a b='&e;'/>",
        "<!DOCTYPE a [<!ATTLIST a b CDATA 'from the type'>]><a/>",
        "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
    ],
    ids=["parameter", "public", "attribute", "default", "internal"],
)
def test_nothing_is_fetched_and_no_entity_is_put_in(document: str) -> None:
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        with pytest.raises(FormatError):
            read_xml(document.format(url=f"http://127.0.0.1:{server.getsockname()[1]}/x").encode())
        with contextlib.suppress(BlockingIOError):
            heard.append(server.accept())
    assert heard == []


def test_an_xinclude_and_a_stylesheet_are_only_words() -> None:
    root = read_xml(
        b"<?xml-stylesheet href='http://127.0.0.1:9/x'?><a xmlns:xi='http://www.w3.org/2001/XInclude'>"
        b"<xi:include href='/etc/hostname' parse='text'/></a>"
    )
    assert [(local_name(child), child.text) for child in root] == [("include", None)]


@pytest.mark.parametrize(
    "data",
    [
        b"<a b='" + b"x" * (11 * 1024 * 1024) + b"'/>",
        b"<a>" + b"x" * (11 * 1024 * 1024) + b"</a>",
        b"<" + b"a" * (11 * 1024 * 1024) + b"/>",
        b"<a>" * 100_000 + b"</a>" * 100_000,
        b"<a>" * 300 + b"</a>" * 300,
        b" " * (64 * 1024 * 1024 + 1),
    ],
    ids=["attribute", "text", "name", "deep", "too deep", "large"],
)
def test_what_is_huge_or_deep_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_xml(data)


def test_a_text_is_whole_whatever_stands_inside_it() -> None:
    assert text(read_xml(b"<a><b>SEP<!-- x -->001<?y?>122<![CDATA[<&>]]></b></a>"), "b") == "SEP001122<&>"


@given(st.binary(max_size=200) | st.text(alphabet="<>/ab&;!\"' [", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_xml(data)
    except FormatError:
        return
