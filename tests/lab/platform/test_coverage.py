"""coverage/cli.toml says what the shell does: the commands that it serves, and no other."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import ringtrust.lab
from ringtrust.lab.platform.shell import COMMANDS
from ringtrust.lab.releases import known_releases
from tests.support.shared import shared_path

ROWS: list[dict[str, Any]] = tomllib.loads((Path(ringtrust.lab.__file__).parent / "coverage/cli.toml").read_text())[
    "row"
]
BUILT_IN = {"help", "quit", "exit"}
SERVED = {row["name"]: row for row in ROWS if row["extent"] != "not served"}


def test_every_command_has_one_row_that_says_how_far_it_is_served() -> None:
    assert SERVED.keys() == {command.name for command in COMMANDS.values()} | BUILT_IN
    names = [row["name"] for row in ROWS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_a_row_has_the_fields_of_all_rows_and_says_what_is_missing(row: dict[str, Any]) -> None:
    assert list(row) == ["name", "section", "extent", "since", "until", "note"]
    assert row["extent"] in {"served", "in part", "not served"}
    assert re.fullmatch(r"1\.\d+|6", row["section"])
    assert bool(row["note"]) == (row["extent"] != "served")


def test_the_releases_of_a_row_are_those_of_the_command() -> None:
    for command in COMMANDS.values():
        row = SERVED[command.name]
        assert (row["since"], row["until"]) == (command.since, command.until), command.name
    for command in COMMANDS.values():
        assert any(command.known_in(release) for release in known_releases())


def test_every_command_that_the_reference_names_has_a_row() -> None:
    text = shared_path("reference/interfaces.md").read_text()
    section = text[text.index("## 1. Platform CLI") : text.index("## 2. ")]
    named = set(re.findall(r"`((?:set|show|utils|file|run) [a-z_{|}-]+[^`]*)`", section))
    assert len(named) > 50
    missing = [quoted for quoted in sorted(named) if not any(_stands_for(row["name"], quoted) for row in ROWS)]
    assert missing == []


def _stands_for(name: str, quoted: str) -> bool:
    """Whether a row is one of the commands that a quotation, with its choices, names."""
    for word, there in zip(name.split(), quoted.split(), strict=False):
        if there.startswith(("<", "…", "[")) or word.lower() == there.lower():
            continue
        if word not in re.split(r"[{}|/]", there):
            return False
    return True
