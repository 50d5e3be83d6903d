"""The lab answers in the shape of real clusters: every transcript of tests/transcripts/platform.toml, typed at its CLI.

Shape: what differs from cluster to cluster (names, addresses, dates, numbers, hexadecimal) is replaced by a word for
its kind, blanks between columns count as one, and rows that are then alike count once.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.clusters import bench, small
from tests.support.console import Console
from tests.support.live import live

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).resolve().parents[2] / "transcripts/platform.toml").read_text()
)["case"]

_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_KINDS = (
    (rf"{_DAY} \w{{3}} [ \d]\d \d\d:\d\d:\d\d (?:[A-Z]{{3,4}} )?\d{{4}}", "DATE"),
    (r"\d{4}(?:[-_]\d\d){4,5}", "STAMP"),
    (r"\b\d{1,3}(?:\.\d{1,3}){3}\b(?!-)", "ADDRESS"),
    (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UUID"),
    (r"\S+ \S+ (Publisher|Subscriber) ", r"HOST NODE \1 "),
    (r"-trust/[\w.-]+\.pem", "-trust/FILE"),
    (r"\b\d+\.\d+\.\d+\.\d+-\d+\b", "VERSION"),
    (r"\bccm\d+(?:_\d+)+", "ccmVERSION"),
    (r"\b(?:L|ST|CN|OU|O|C)=[^,\n]*", "NAME"),
    (r"NAME(?:,\s*NAME)*", "NAMES"),
    (r"(Serial Number: |Key value: |keyID: )[0-9A-Fa-f]+", r"\1HEX"),
    (r"^[0-9a-f]{32,40}\(", "HEX("),
    (r"^  [0-9a-f]{4}: [0-9a-f ]+\[.*\]$", "  HEX"),
    (r"^[A-Za-z0-9+/=]{60,}$|^MII.*$|^[A-Za-z0-9+/]+={1,2}$", "BASE64"),
    (r"(HeaderLength:|file:|SIGNERID\s+2)\s+\d+", r"\1 NUMBER"),
    (r"\b(?:TAPE|NETWORK)\b", "DEVICE"),
    (r"\S*,(?:CCM|UCM)\b", "FEATURES"),
    (r"(View from )\S+", r"\1NODE"),
    (r"^(?:pub|sub\d|cucm-0\d|CUCM\w+)(\s|$)", r"NODE\1"),
    (r"(?<=\S)[ \t]+", " "),
    (r"UUID [0-9a-f]+ ADDRESS \S+ [\w-]+ NAMES", "ROW"),
    (r"={4,}", "===="),
)


def _shape(text: str) -> list[str]:
    for pattern, kind in _KINDS:
        text = re.sub(pattern, kind, text, flags=re.MULTILINE)
    lines: list[str] = []
    for line in text.split("\n"):
        if not line.strip() or [line.rstrip()] != lines[-1:]:
            lines.append(line.rstrip())
    return lines


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
@live
async def test_the_lab_answers_as_real_clusters_do(case: dict[str, Any]) -> None:
    made = bench(small(case["release"], phones=0))
    console = Console(made, case.get("node", "pub"))
    shown = await console.runs(case["typed"])
    if "answer" in case:
        shown += (await console.types(f"{case['answer']}\r")).removesuffix("admin:")
    if "seconds" in case:
        made.time.advance(case["seconds"])
        shown += (await console.types("")).removesuffix("admin:")
    if case.get("literal"):
        assert shown == case["text"]
        return
    expected, found = _shape(case["text"].rstrip("\n")), _shape(shown.rstrip("\n"))
    if case.get("lines"):
        assert [line for line in expected if line not in found] == []
    elif case.get("part"):
        assert found[: len(expected)] == expected
    else:
        assert found == expected


def test_a_shape_still_tells_texts_apart() -> None:
    texts = {name: _shape(case["text"]) for name, case in ((case["name"], case) for case in CASES)}
    for name, shape in texts.items():
        alike = [other for other, theirs in texts.items() if theirs == shape]
        assert alike == [name]
