"""A command that failed is told from one that was never taken, and both from an answer."""

import pytest

from ringtrust.connect.platform.failures import lines_of, refuse_failed
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("No valid command entered\n", RefusedError, "knows no command `show itl`"),
        ("Executed command unsuccessfully\nNo valid command entered\n", RefusedError, "knows no command"),
        ("\nIncorrect number of mandatory parameters entered for show\n", RefusedError, "other parameters"),
        ("Enter valid values.\nExecuted command unsuccessfully\n", UnreadableError, "Enter valid values."),
        ("Executed command unsuccessfully\n", UnreadableError, "gives no reason"),
        ("Bad \x1b[2J\nExecuted command unsuccessfully", UnreadableError, r"Bad \x1b[2J"),
        ("^CControl-C pressed\n", UnreadableError, "interrupted"),
    ],
)
def test_failures(text: str, kind: type[RingtrustError], words: str) -> None:
    with pytest.raises(RingtrustError) as caught:
        refuse_failed(text, "show itl")
    assert type(caught.value) is kind
    assert words in caught.value.what
    assert caught.value.advice


@pytest.mark.parametrize("text", ["", "done\n", "Executed command unsuccessfully\none\ntwo\n"])
def test_the_same_words_inside_an_answer_are_no_failure(text: str) -> None:
    refuse_failed(text, "file view x")


def test_an_error_is_short_however_long_the_answer() -> None:
    with pytest.raises(UnreadableError) as caught:
        refuse_failed("x" * 100_000 + "\nExecuted command unsuccessfully", "y" * 100_000)
    assert len(caught.value.what) < 600


def test_an_answer_without_end_is_not_read() -> None:
    with pytest.raises(UnreadableError, match="more than is read"):
        lines_of("x" * (4 * 1024 * 1024 + 1), "show itl")
