"""A plan for people: everything that is in it, and nothing that their terminal would obey."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ringtrust.change.act import HandOver, Regenerate, ResetPhones
from ringtrust.change.plan import Plan
from ringtrust.cluster.phone import Phone
from ringtrust.report.plans import plan_lines
from tests.plan.material import PUB, RELEASES, V9, acts, campus, phone, planned, served, with_phones


def _text(plan: Plan, *, explain: bool = False) -> str:
    """The lines as one text, for a sentence runs over several."""
    return " ".join(" ".join(line.split()) for line in plan_lines(plan, explain=explain))


@pytest.mark.parametrize("version", RELEASES)
def test_it_says_what_happens_in_which_order(version: str) -> None:
    plan = planned(campus(version), "all")
    lines = list(plan_lines(plan))
    assert lines[0] == f"Plan for campus (version {version}): all identity certificates."
    assert (
        f"{len(acts(plan, Regenerate))} certificates renewed, phones reset {len(acts(plan, ResetPhones))}" in lines[1]
    )
    assert lines[2] == "It waits for 2 phones; 0 cannot be waited for."
    assert lines[-1] == f"Digest {plan.digest}."
    steps = [line for line in lines if line[:4].strip().isdigit()]
    assert [line.split()[0] for line in steps] == [str(step.number) for step in plan.steps]
    assert all(line.endswith(step.title) for line, step in zip(steps, plan.steps, strict=True))
    assert [line[4:9] == "  you" for line in steps] == [isinstance(step.act, HandOver) for step in plan.steps]


@pytest.mark.parametrize("explain", [False, True])
def test_every_note_is_shown_with_its_sources_before_the_first_step(explain: bool) -> None:
    plan = planned(campus(V9), "all")
    beforehand = _text(plan, explain=explain).partition("take a DRS backup")[0]
    for note in plan.notes:
        assert f"{' '.join(note.text.split())} [{', '.join(note.sources)}]" in beforehand


def test_every_step_says_what_it_waits_for() -> None:
    plan = planned(campus(V9), "TVS@pub")
    said = _text(plan)
    for step in plan.steps:
        assert not step.after or f"then: {'; '.join(gate.what for gate in step.after)}" in said


@pytest.mark.parametrize("version", RELEASES)
def test_explained_it_names_why_and_sources_of_every_step_and_code_patience_and_sources_of_every_gate(
    version: str,
) -> None:
    plan = planned(campus(version), "all")
    said = _text(plan, explain=True)
    at = 0
    for step in plan.steps:
        at = _found(said, f"{step.number} ", at)
        at = _found(said, step.title, at)
        at = _found(said, f"why: {step.why} [{', '.join(step.sources)}]", at)
        for moment, gates in (("before", step.before), ("then", step.after)):
            for gate in gates:
                patience = {0: "at once", 600: "within 10 min", 1800: "within 30 min", 3600: "within 1 h"}.get(
                    gate.patience, f"within {gate.patience // 3600} h"
                )
                sources = ", ".join(gate.sources)
                at = _found(said, f"{moment}: {gate.what} ({gate.code}, {patience}) [{sources}]", at)


def _found(said: str, part: str, start: int) -> int:
    place = said.find(part, start)
    assert place >= 0, part
    return place


def test_without_explanation_it_is_shorter() -> None:
    plan = planned(campus(V9), "all")
    assert "why:" not in _text(plan)
    assert len(list(plan_lines(plan))) < len(list(plan_lines(plan, explain=True)))


def test_lines_fit_on_a_screen() -> None:
    assert max(map(len, plan_lines(planned(campus(V9), "all"), explain=True))) <= 110


def _named(text: str) -> Plan:
    """A plan in which every foreign name is this text."""
    snapshot = with_phones(
        replace(campus(V9), cluster=text),
        phone(1, "A", served(PUB).sha1),
        Phone(text, text, text, "A", phone(1).registration, phone(1, held=text).itl),
    )
    return planned(snapshot, "TVS@pub", stragglers=1)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_foreign_names_are_never_obeyed_by_a_terminal(text: str) -> None:
    for explain in (False, True):
        for line in plan_lines(_named(text), explain=explain):
            assert line.isprintable()


def test_an_escape_is_shown_as_text() -> None:
    shown = "\n".join(plan_lines(_named("campus\x1b[2J\r\nDigest 00.\u202e")))
    assert "\x1b" not in shown
    assert "\\x1b[2J" in shown
    assert "\nDigest 00." not in shown
    assert "\u202e" not in shown
