"""What nothing answers is counted, and no stranger can fill the memory with it."""

from ringtrust.lab.state.unknown import Unknown


def test_the_same_question_is_counted_and_a_long_one_is_cut() -> None:
    unknown = Unknown()
    unknown.note("rest", "GET x")
    unknown.note("cli", "GET x")
    unknown.note("rest", "GET x")
    unknown.note("http", "y" * 500)
    assert list(unknown) == [("rest", "GET x", 2), ("cli", "GET x", 1), ("http", "y" * 200, 1)]


def test_only_so_many_different_questions_are_kept_and_those_go_on_being_counted() -> None:
    unknown = Unknown()
    for number in range(1_500):
        unknown.note("http", str(number))
    unknown.note("http", "3")
    counts = {what: count for _, what, count in unknown}
    assert len(counts) == 1_000
    assert counts["3"] == 2
