"""The demo, as `make demo` tells it, with fewer phones."""

import html
import json
import re
from pathlib import Path

import pytest

from ringtrust.cli import demo
from ringtrust.demo.count import Count, table_lines
from tests.cli.conftest import Run
from tests.support.shared import ROOT

PHONES = 8
_NUMBER = re.compile(r"\d+")


def _shape(lines: list[str], night: str) -> list[str]:
    """What was told of one night, whatever the numbers."""
    told = (line.partition("|")[2] for line in lines if f"  {night} " in line)
    return [_NUMBER.sub("#", line.strip()) for line in told]


def _recorded() -> list[str]:
    svg = (ROOT / "docs/demo.svg").read_text()
    return [html.unescape(line) for line in re.findall(r"<text [^>]*>([^<]*)</text>", svg)]


def _rows(lines: list[str]) -> list[list[str]]:
    return [line.split() for line in lines if re.match(r"(careless|planned) +[AB] ", line)]


def test_the_careless_night_strands_every_phone_and_the_planned_one_none_and_so_it_was_recorded(run: Run) -> None:
    answer = run("demo", "--phones", PHONES)
    assert answer.status == 0, answer.out + answer.err
    lines = answer.out.splitlines()
    half = str(PHONES // 2)
    assert _rows(lines) == [
        ["careless", "A", half, half, "0", half],
        ["careless", "B", half, half, "0", half],
        ["planned", "A", half, half, half, "0"],
        ["planned", "B", half, half, half, "0"],
    ]
    minutes = next(int(found[1]) for line in lines if (found := re.search(r"done after (\d+) minutes", line)))
    assert minutes <= 15
    recorded = _recorded()
    for night in ("careless", "planned"):
        assert _shape(lines, night) == _shape(recorded, night), night
    assert [row[-1] for row in _rows(recorded)] == ["100", "100", "0", "0"]


def test_a_lab_that_does_not_start_is_told_with_its_reason(run: Run, tmp_path: Path) -> None:
    answer = run("demo", "--topology", str(tmp_path / "nowhere.toml"), "--json")
    assert answer.status == 3
    assert "The lab did not start" in answer.err
    assert "nowhere.toml" in answer.err


@pytest.mark.parametrize("stranded", [0, 3])
def test_the_table_says_what_was_counted(stranded: int) -> None:
    head, row = table_lines([Count("planned", "A", 100, 99, 97, stranded)])
    assert head.split()[-1] == "stranded"
    assert row.split() == ["planned", "A", "100", "99", "97", str(stranded)]
    assert len(head) == len(row)


def test_programs_get_the_counts(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    async def told(*_: object, **__: object) -> tuple[Count, ...]:
        return (Count("careless", "A", 2, 2, 0, 0), Count("planned", "A", 2, 2, 2, 0))

    monkeypatch.setattr(demo, "tell_story", told)
    answer = run("demo", "--json")
    assert answer.status == 1  # a careless night that strands nobody is not the story
    assert [count["night"] for count in json.loads(answer.out)["counts"]] == ["careless", "planned"]
