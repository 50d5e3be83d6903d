"""The locks install the same bytes everywhere, and name no place to fetch them from."""

import re
import tomllib

import pytest

from tests.support.shared import ROOT

LOCKS = ("run", "develop", "heavy")
_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*")
_PINNED = re.compile(r"([a-z0-9][a-z0-9.-]*)==(\S+?)(?: ; [^\\]+)? \\(?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+\n")


def _lock(name: str) -> str:
    return (ROOT / f"requirements/{name}.txt").read_text()


def _pins(name: str) -> dict[str, str]:
    return dict(match.group(1, 2) for match in _PINNED.finditer(_lock(name)))


def _asked_for(name: str) -> set[str]:
    """The names in a .in file, and in those that it includes."""
    found: set[str] = set()
    for line in (ROOT / f"requirements/{name}.in").read_text().splitlines():
        if line.startswith("-r "):
            found |= _asked_for(line.removeprefix("-r ").removesuffix(".in"))
        elif match := _NAME.match(line):
            found.add(match[0].lower())
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_is_nothing_but_pinned_names_with_hashes(name: str) -> None:
    assert _PINNED.sub("", _lock(name)) == ""
    assert _pins(name)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address_no_host_and_no_path(name: str) -> None:
    for forbidden in ("/", "://", "index", "find-links", "@", "localhost"):
        assert forbidden not in _lock(name)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_all_that_was_asked_for_and_the_build_backend(name: str) -> None:
    assert _asked_for(name) | {"setuptools"} <= _pins(name).keys()


def test_the_larger_locks_hold_the_smaller_ones_unchanged() -> None:
    assert _pins("run").items() <= _pins("develop").items() <= _pins("heavy").items()


def test_what_the_package_says_it_needs_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    assert {match[0].lower() for text in needed if (match := _NAME.match(text))} == _asked_for("run")
