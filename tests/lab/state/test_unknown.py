"""What nobody serves is counted, within bounds (`lab coverage`)."""

from hypothesis import given
from hypothesis import strategies as st

from ringtrust.lab.state.unknown import OTHERS, Unknown


def test_the_most_frequent_comes_first() -> None:
    unknown = Unknown()
    for interface, what in (("cli", "show me"), ("axl", "addPhone"), ("axl", "addPhone")):
        unknown.note(interface, what)
    assert list(unknown) == [("axl", "addPhone", 2), ("cli", "show me", 1)]


def test_kinds_and_texts_are_bounded_and_every_question_is_counted() -> None:
    unknown = Unknown()
    for number in range(1_000):
        unknown.note("cli", f"{number} {'x' * 1_000}")
    assert len(unknown) == 201
    assert sum(count for _, _, count in unknown) == 1_000
    assert max(len(what) for _, what, _ in unknown) == 120
    assert ("cli", OTHERS, 800) in list(unknown)


@given(st.text())
def test_nothing_that_is_kept_moves_a_terminal(text: str) -> None:
    unknown = Unknown()
    unknown.note("cli", text)
    assert all(what.isprintable() for _, what, _ in unknown)
