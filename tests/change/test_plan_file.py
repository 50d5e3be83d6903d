"""A plan as a file: the same plan comes out, or none. Nobody edits what was reviewed."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import HandOver, Regenerate, ResetPhones, Restart, sentence
from ringtrust.change.gate import Condition
from ringtrust.change.plan import FORMAT, Plan, phases_of, read_plan, write_plan
from ringtrust.cluster.snapshot import read_snapshot, write_snapshot
from ringtrust.errors import FormatError, RefusedError
from ringtrust.plan.build import make_plan
from ringtrust.plan.goal import read_goal
from tests.plan.material import PUB, RELEASES, SUB1, SUB2, V9, V12, V15, campus, phone, planned, served, with_phones

Change = Callable[[dict[str, Any]], object]


@cache
def _plan() -> Plan:
    """Every kind of act and of gate, and a straggler too."""
    phones = (phone(1, "A", served(PUB).sha1), phone(2, "B", served(PUB).sha1, "UnRegistered"))
    return planned(with_phones(campus(V9), *phones), "tomcat@pub", "TVS@sub1", stragglers=1)


@cache
def _data() -> bytes:
    return write_plan(_plan())


def _edited(change: Change) -> bytes:
    raw = json.loads(_data())
    change(raw)
    return json.dumps(raw).encode()


def _refusal(data: bytes) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        read_plan(data)
    assert refused.value.exit_status == 2
    assert refused.value.advice
    return refused.value


@pytest.mark.parametrize("version", RELEASES)
def test_what_is_written_is_read_again(version: str) -> None:
    plan = planned(campus(version), "all")
    data = write_plan(plan)
    assert read_plan(data) == plan
    assert write_plan(read_plan(data)) == data
    assert json.loads(data)["format"] == FORMAT == "ringtrust.plan/6"


@pytest.mark.parametrize("version", RELEASES)
def test_the_same_snapshot_goal_and_time_make_the_same_plan_to_the_byte(version: str) -> None:
    made = [make_plan(campus(version), load_catalog(), read_goal(["all"]), campus().taken) for _ in range(2)]
    assert write_plan(made[0]) == write_plan(made[1])
    assert made[0].digest == made[1].digest


def test_another_snapshot_goal_or_time_makes_another_digest() -> None:
    snapshot = campus(V9)
    digests = {
        planned(snapshot, "TVS").digest,
        planned(snapshot, "TVS@pub", "TVS@sub1", "TVS@sub2").digest,
        planned(replace(snapshot, cluster="other"), "TVS").digest,
        make_plan(snapshot, load_catalog(), read_goal(["TVS"]), snapshot.taken + timedelta(seconds=1)).digest,
    }
    assert len(digests) == 4


def test_the_layout_of_the_file_is_no_part_of_it() -> None:
    assert read_plan(json.dumps(json.loads(_data()), indent=7).encode()) == _plan()
    assert read_plan(json.dumps(json.loads(_data()), sort_keys=True, ensure_ascii=True).encode()) == _plan()


def _swap(raw: dict[str, Any]) -> None:
    steps = raw["steps"]
    steps[1], steps[2] = steps[2], steps[1]


EDITS: dict[str, Change] = {
    "a step taken out": lambda raw: raw["steps"].pop(3),
    "the last step taken out": lambda raw: raw["steps"].pop(),
    "steps in another order": _swap,
    "a step twice": lambda raw: raw["steps"].append(deepcopy(raw["steps"][-1])),
    "another node": lambda raw: raw["steps"][1]["act"].update(node=SUB2),
    "another unit": lambda raw: raw["steps"][1]["act"].update(unit="ipsec"),
    "another serial number": lambda raw: raw["steps"][1]["act"].update(serial="00"),
    "another kind of act": lambda raw: raw["steps"][1].update(act={"do": "reset-phones"}),
    "a gate taken out": lambda raw: raw["steps"][0]["after"].pop(),
    "all gates taken out": lambda raw: raw["steps"][0].update(after=[]),
    "another patience": lambda raw: raw["steps"][1]["after"][0].update(patience=0),
    "endless patience": lambda raw: raw["steps"][1]["after"][0].update(patience=10**30),
    "another interval": lambda raw: raw["steps"][1]["after"][0].update(interval=1),
    "a weaker condition": lambda raw: raw["steps"][0]["after"][0]["condition"].update(hours=10**6),
    "a phone not waited for": lambda raw: raw["phones"].pop(),
    "a straggler hidden": lambda raw: raw["stragglers"].pop(),
    "a note hidden": lambda raw: raw["notes"].pop(0),
    "another cluster": lambda raw: raw.update(cluster="other"),
    "another snapshot": lambda raw: raw.update(snapshot="00"),
    "another moment": lambda raw: raw.update(made="2026-06-01T12:00:01Z"),
    "another digest": lambda raw: raw.update(digest="0" * 64),
    "no digest": lambda raw: raw.pop("digest"),
    "a field more": lambda raw: raw.update(force=True),
    "a field more in a step": lambda raw: raw["steps"][1].update(skip=True),
    "a field more in a gate": lambda raw: raw["steps"][1]["after"][0].update(optional=True),
    "a field less": lambda raw: raw.pop("phones"),
    "an unknown act": lambda raw: raw["steps"][1]["act"].update(do="delete"),
    "another format": lambda raw: raw.update(format="ringtrust.plan/1"),
    "a number as text": lambda raw: raw["steps"][1].update(number="2"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_plan_that_was_edited_is_none(edit: str) -> None:
    _refusal(_edited(EDITS[edit]))


def test_an_edited_plan_says_so_and_another_form_too() -> None:
    assert "edited after it was made" in _refusal(_edited(EDITS["a step taken out"])).what
    assert (
        "'ringtrust.plan/1', not ringtrust.plan/6: another ringtrust" in _refusal(_edited(EDITS["another format"])).what
    )
    assert "This is no plan" in _refusal(_edited(EDITS["a field more"])).what


def _leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a JSON value that holds a text or a number: its container and its key."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        if isinstance(inner, str | int):
            yield value, key
        yield from _leaves(inner)


def test_no_single_value_can_be_changed() -> None:
    count = len(list(_leaves(json.loads(_data()))))
    assert count > 100
    for number in range(count):
        raw = json.loads(_data())
        holder, key = list(_leaves(raw))[number]
        holder[key] = holder[key] + 1 if isinstance(holder[key], int) else f"{holder[key]} "
        _refusal(json.dumps(raw).encode())


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_one_byte_flipped_gives_the_same_plan_or_none(data: st.DataObject) -> None:
    spoilt = bytearray(_data())
    place = data.draw(st.integers(0, len(spoilt) - 1))
    spoilt[place] ^= data.draw(st.integers(1, 255))
    try:
        found = read_plan(bytes(spoilt))
    except RefusedError as refused:
        assert refused.exit_status == 2
    else:
        assert found == _plan()


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.integers(0, 4000).map(lambda length: _data()[:length])))
def test_what_is_no_plan_is_refused_and_nothing_else(data: bytes) -> None:
    _refusal(data)


def test_another_document_is_named_for_what_it_is() -> None:
    assert _refusal(write_snapshot(campus(V9))).what == "This is no plan, but a snapshot."
    with pytest.raises(FormatError, match="This is no snapshot, but a plan"):
        read_snapshot(write_plan(_plan()))


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"format":' * 50_000])
def test_shapes_that_would_break_a_careless_reader(data: bytes) -> None:
    assert "This is no plan" in _refusal(data).what


def test_phases_are_the_types_in_their_order_and_hold_every_step() -> None:
    plan = planned(campus(V15), "all")
    phases = list(phases_of(plan))
    assert [name for name, _ in phases][:3] == ["backup", "tomcat", "tomcat-ECDSA"]
    assert phases[-1][0] == "backup"
    assert tuple(step for _, steps in phases for step in steps) == plan.steps
    assert list(phases_of(replace(plan, steps=()))) == []


def test_every_act_is_a_sentence() -> None:
    assert sentence(Regenerate("TVS", SUB1, "01", "02")) == "regenerate TVS on sub1"
    assert sentence(Restart("Cisco Tftp", PUB, "TVS")) == "restart Cisco Tftp on pub"
    assert sentence(ResetPhones()) == "reset all phones"
    assert sentence(HandOver("look at it")) == "look at it"
    assert _plan().steps[1].title == "regenerate tomcat on pub"


def test_every_condition_has_a_name_of_its_own() -> None:
    kinds = Condition.__args__
    codes = [str(kind.__struct_config__.tag) for kind in kinds]
    assert len(codes) == len(set(codes)) == 36
    gates = [gate for step in planned(campus(V12), "all").steps for gate in (*step.before, *step.after)]
    assert {gate.code for gate in gates} <= set(codes)
    assert all(gate.code.startswith("G-") for gate in gates)
