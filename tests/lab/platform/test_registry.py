"""Which command a line begins, and which releases have it."""

import pytest

from ringtrust.lab.platform.call import Call
from ringtrust.lab.platform.registry import Command, behind, command, find, registered


async def _nothing(_: Call) -> None:
    raise AssertionError


def test_the_longest_name_wins() -> None:
    commands = registered([(command("show cert", _nothing), command("show cert list", _nothing))])
    for line, name in (("show cert list own", "show cert list"), ("show cert own", "show cert"), ("show", None)):
        found = find(commands, line.split())
        assert (found.name if found else None) == name


@pytest.mark.parametrize(("release", "there"), [("9.1", False), ("10.0", True), ("12.5", True), ("14.0", False)])
def test_a_command_is_there_from_its_first_release_to_its_last(release: str, there: bool) -> None:
    assert Command(("utils",), _nothing, since="10.0", until="12.5").known_in(release) is there


def test_no_two_commands_have_one_name() -> None:
    with pytest.raises(ValueError, match="show itl"):
        registered([(command("show itl", _nothing),), (command("show itl", _nothing),)])


def test_words_that_may_follow_are_named_once_with_a_star_where_more_follow() -> None:
    names = ("set cert regen", "set cert import", "set commandcount", "set csr gen")
    assert list(behind([command(name, _nothing) for name in names], ["set"])) == ["cert*", "commandcount", "csr*"]
