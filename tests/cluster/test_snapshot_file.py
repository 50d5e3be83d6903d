"""A snapshot as a file: what was seen, what was not, and nothing that was not written."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.cluster.facts import Known, Skipped, Unread, known
from ringtrust.cluster.snapshot import FORMAT, Health, Snapshot, Source, read_snapshot, write_snapshot
from ringtrust.errors import FormatError
from tests.plan.material import (
    PUB,
    RELEASES,
    SUB1,
    SUB2,
    V9,
    V15,
    campus,
    phone,
    served,
    with_certificate,
    with_node,
    with_phones,
)


def _varied() -> Snapshot:
    """Everything that may be unread is so somewhere."""
    snapshot = with_node(campus(V15), SUB1, services=Unread("no answer"), identities=Unread("no answer"))
    snapshot = with_node(snapshot, SUB2, itl=Unread("cut off"), version=Skipped("not asked"))
    snapshot = with_certificate(snapshot, "TVS", PUB, lambda _: Unread("no PEM"))
    failed = Source("cli", SUB1, "services", Health.FAILED, "no answer")
    return replace(
        with_phones(snapshot, replace(phone(1), registration=Unread("RIS is silent"))),
        rollback=Unread("no answer"),
        replication=Unread("no answer"),
        groups=Skipped("not asked"),
        sources=(*snapshot.sources, failed),
    )


@pytest.mark.parametrize("snapshot", [*map(campus, RELEASES), _varied()], ids=[*RELEASES, "varied"])
def test_what_is_written_is_read_again(snapshot: Snapshot) -> None:
    data = write_snapshot(snapshot)
    assert read_snapshot(data) == snapshot
    assert write_snapshot(read_snapshot(data)) == data
    assert json.loads(data)["format"] == FORMAT == "ringtrust.snapshot/4"


def test_what_could_not_be_read_is_not_empty_after_a_journey_through_a_file() -> None:
    found = read_snapshot(write_snapshot(_varied()))
    node = found.node(SUB1)
    assert node is not None
    assert node.services == Unread("no answer")
    assert node.services != Known(())
    assert not node.runs("Cisco Tftp")
    assert node.identity("TVS") is None
    assert [source.reason for source in found.failed] == ["no answer"]


def _refused(data: bytes) -> FormatError:
    with pytest.raises(FormatError) as refused:
        read_snapshot(data)
    assert refused.value.exit_status == 3
    assert refused.value.advice
    return refused.value


SPOILT: dict[str, Any] = {
    "a field more": lambda raw: raw.update(more=1),
    "a field more in a node": lambda raw: raw["nodes"][0].update(more=1),
    "a field more in a fact": lambda raw: raw["version"].update(reason="both"),
    "a field more in a certificate": lambda raw: _certificate(raw).update(trusted=True),
    "a field less": lambda raw: raw.pop("phones"),
    "an empty value in the place of a fact": lambda raw: raw.update(phones=[]),
    "null in the place of a fact": lambda raw: raw.update(phones=None),
    "a fact that nobody knows": lambda raw: raw["version"].update({"is": "guessed"}),
    "another format": lambda raw: raw.update(format="ringtrust.snapshot/1"),
    "a role that nobody knows": lambda raw: raw["nodes"][0].update(role="witness"),
    "a date that is none": lambda raw: raw.update(taken="yesterday"),
    "bytes that are no base64": lambda raw: raw["nodes"][0]["itl"]["value"].update(data="***"),
    "no object": lambda raw: raw["nodes"].append("pub"),
}


def _certificate(raw: dict[str, Any]) -> dict[str, Any]:
    found = raw["nodes"][0]["identities"]["value"][0]["certificate"]["value"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("kind", SPOILT)
def test_what_is_not_of_the_form_is_refused(kind: str) -> None:
    raw = json.loads(write_snapshot(campus(V9)))
    SPOILT[kind](raw)
    _refused(json.dumps(raw).encode())


def test_another_form_says_which() -> None:
    raw = json.loads(write_snapshot(campus(V9))) | {"format": "ringtrust.snapshot/9"}
    assert "'ringtrust.snapshot/9'" in _refused(json.dumps(raw).encode()).what


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0))
def test_a_file_that_was_cut_off_is_refused(length: int) -> None:
    data = write_snapshot(campus(V9))
    _refused(data[: length % (len(data) - 1)])


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=100).map(str.encode)))
def test_any_bytes_are_a_snapshot_or_a_format_error(data: bytes) -> None:
    _refused(data)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_a_damaged_byte_makes_another_snapshot_or_a_format_error_and_nothing_else(data: st.DataObject) -> None:
    spoilt = bytearray(write_snapshot(campus(V9)))
    place = data.draw(st.integers(0, len(spoilt) - 1))
    spoilt[place] ^= data.draw(st.integers(1, 255))
    try:
        found = read_snapshot(bytes(spoilt))
    except FormatError:
        return
    assert found.format == FORMAT


@pytest.mark.parametrize("data", [b"", b"null", b"[" * 100_000, b'{"format":' * 50_000, b'{"format":"\\ud800"}'])
def test_shapes_that_would_break_a_careless_reader(data: bytes) -> None:
    assert "This is no snapshot" in _refused(data).what


def test_facts_that_were_read() -> None:
    assert list(known([Known(1), Unread("no"), Skipped("no"), Known(2)])) == [1, 2]


def test_a_snapshot_knows_its_publisher_its_nodes_and_its_lists() -> None:
    snapshot = campus(V9)
    assert snapshot.publisher.name == PUB
    assert snapshot.node("nobody") is None
    assert list(snapshot.current_lists()) == [served(PUB).sha1, served(SUB1).sha1]
    with pytest.raises(FormatError, match="no publisher"):
        _ = replace(snapshot, nodes=snapshot.nodes[1:]).publisher


def test_a_moment_without_its_zone_can_be_compared_with_no_other_and_is_refused() -> None:
    data = write_snapshot(campus(V9))
    moments = (
        b'"taken": "2026-06-01T12:00:00',
        b'"not_after": "2026-07-01T12:00:00',
        b'"signed": "2026-06-01T12:00:00',
    )
    for moment in moments:
        assert moment + b'Z"' in data
        _refused(data.replace(moment + b'Z"', moment + b'"'))


def test_one_of_an_older_form_is_told_from_what_is_none_though_it_lacks_fields() -> None:
    with pytest.raises(FormatError) as refused:
        read_snapshot(b'{"format": "ringtrust.snapshot/3", "cluster": "campus"}')
    assert "of the form 'ringtrust.snapshot/3'" in refused.value.what
    assert refused.value.advice == "Scan again."
