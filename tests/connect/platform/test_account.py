"""`show myself`: who has logged in, and whether that may change something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.connect.platform.account import Account, read_account
from ringtrust.errors import RefusedError, UnreadableError

MYSELF = """
Machine Name    : cucm-pub
account name    : admin
privilege level : 4
command count   : disabled
logging setting : disabled
"""


@pytest.mark.parametrize(("level", "writes"), [(0, False), (1, True), (4, True)])
def test_the_account_and_how_far_it_goes(level: int, writes: bool) -> None:
    found = read_account(MYSELF.replace(": 4", f": {level}"))
    assert found == Account("admin", level)
    assert found.writes is writes
    assert read_account(MYSELF.replace(": 4", f" : {level}").upper()).level == level


@pytest.mark.parametrize("text", ["", "account name : admin\n", MYSELF.replace(": 4", ": four"), MYSELF + MYSELF])
def test_what_does_not_say_it_is_unread(text: str) -> None:
    with pytest.raises(UnreadableError, match="privilege level"):
        read_account(text)


def test_a_release_that_does_not_know_the_command_refuses_it() -> None:
    with pytest.raises(RefusedError, match="knows no command"):
        read_account("No valid command entered\n")


@given(st.text(max_size=300))
def test_whatever_it_shows_there_is_an_account_or_a_sentence(text: str) -> None:
    try:
        assert 0 <= read_account(text).level <= 9
    except (UnreadableError, RefusedError) as error:
        assert error.what
