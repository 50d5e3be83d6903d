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
    (r"^  [0-9a-f]{4}: [0-9a-f ]+\[.*\]$", "  HEX"),  # first: what bytes spell may look like anything else below
    (rf"{_DAY} \w{{3}} [ \d]\d \d\d:\d\d:\d\d (?:[A-Z]{{3,4}} |[+-]\d\d )?\d{{4}}", "DATE"),
    (r"\d{4}(?:[-_]\d\d){4,5}", "STAMP"),
    (r"\b\d{1,3}(?:\.\d{1,3}){3}\b(?!-)", "ADDRESS"),
    (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UUID"),
    (r"\S+ \S+ (Publisher|Subscriber) ", r"HOST NODE \1 "),
    (r"-trust/[\w.-]+\.pem", "-trust/FILE"),
    (r"\b\d+\.\d+\.\d+\.\d+-\d+\b", "VERSION"),
    (r"\bccm\d+(?:_\d+)+", "ccmVERSION"),
    (r"\b(L|ST|CN|OU|O|C)=[^,;\n]*", r"\1=X"),
    (r"(Serial Number: |Key value: |keyID: )[0-9A-Fa-f]+", r"\1HEX"),
    (r"^[0-9a-f]{32,40}\(", "HEX("),
    (r"^[A-Za-z0-9+/=]{60,}$|^MII.*$|^[A-Za-z0-9+/]+={1,2}$", "BASE64"),
    (r"(HeaderLength:|file:|SIGNERID\s+2)\s+\d+", r"\1 NUMBER"),
    (r"\b(?:TAPE|NETWORK)\b", "DEVICE"),
    (r"\b\d Servers", "N Servers"),
    (r"GHz|\(R\) .* CPU .*", "CPU"),
    (r"host: \S+,", "host: NODE,"),
    (r"^(?:[0-9a-f]{1,2}  ){7}[0-9a-f]{1,2}$", "BYTES"),
    (
        r"^(\d+\s+(?:SIGNERNAME|CANAME|SUBJECTNAME|ISSUERNAME|SERIALNUMBER|CERTIFICATE|DNSNAME))\s+\d+\s+.*$",
        r"\1 VALUE",
    ),
    (r"(View from )\S+", r"\1NODE"),
    (r"^(?:pub|sub\d|cucm-0\d|CUCM\w+)(\s|$)", r"NODE\1"),
    (r"(?<=\S)[ \t]+", " "),
    (r"^UUID [0-9a-f]+ ADDRESS \S+ [\w-]+ \S+=X.*$", "ROW"),
    (r"^(?:ADDRESS|NODE) \S+(?: ADDRESS)? \d$", "ROW"),
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


PLAYED = [case for case in CASES if "release" in case]


async def _answer(case: dict[str, Any]) -> str:
    """What the lab answers to what was typed; for `login` what it shows before anybody has typed anything."""
    made = bench(small(case["release"], phones=0))
    console = Console(made, case.get("node", "pub"))
    if case.get("login"):
        return await console.types("")
    for command, seconds in case.get("before", []):
        await console.runs(command)
        made.time.advance(seconds)
    shown = await console.runs(case["typed"])
    if "answer" in case:
        shown += (await console.types(f"{case['answer']}\r")).removesuffix("admin:")
    if "seconds" in case:
        made.time.advance(case["seconds"])
        shown += (await console.types("")).removesuffix("admin:")
    return shown


def _in_order(expected: list[str], found: list[str]) -> list[str]:
    """The lines that do not stand in the answer, in this order."""
    rest = iter(found)
    return [line for line in expected if line not in rest]


@pytest.mark.parametrize("case", PLAYED, ids=[case["name"] for case in PLAYED])
@live
async def test_the_lab_answers_as_real_clusters_do(case: dict[str, Any]) -> None:
    shown = await _answer(case)
    expected, found = _shape(case["text"].rstrip("\n")), _shape(shown.rstrip("\n"))
    match case.get("how"):
        case "literal":
            assert shown == case["text"]
        case "start":
            assert found[: len(expected)] == expected
        case "lines":
            assert _in_order(expected, found) == []
        case None:
            assert found == expected
        case other:
            pytest.fail(f"{other} is no way to compare")


def test_whatever_the_bytes_of_a_signature_spell_they_are_bytes() -> None:
    spelt = "  0030: f6 52 9c 9a 87 d2 14 e0 43 28 05 9c 43 3d e9 67 [.R......C(..C=.g]"
    assert _shape(spelt) == _shape("  0000: 38 8f 5a 00 [8.Z.]")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Proceed with regeneration (yes|no)? ", "Proceed with regeneration (y/n)? "),
        ("Cisco Tftp[STARTED]", "Cisco Tftp [STARTED]"),
        ("L=GB, ST=LN, CN=A, OU=B, O=C, C=GB", "C=GB, O=C, OU=B, CN=A, ST=LN, L=GB"),
        ("3       SIGNERID        2       149", "3       SIGNERID        149"),
        (
            "2009-12-10-10-30-17.tar TAPE Thu Dec 10 10:35:22 CST 2009 SUCCESS",
            "2009-12-10-10-30-17.tar TAPE 10:35 SUCCESS",
        ),
        ("Executed command unsuccessfully", "Command failed"),
        ("paramname paramvalue", "PARAMNAME PARAMVALUE"),
    ],
)
def test_a_shape_tells_right_from_wrong(right: str, wrong: str) -> None:
    assert _shape(right) != _shape(wrong)


def test_a_shape_still_tells_transcripts_apart() -> None:
    texts = {name: _shape(case["text"]) for name, case in ((case["name"], case) for case in CASES)}
    for name, shape in texts.items():
        alike = [other for other, theirs in texts.items() if theirs == shape]
        assert alike == [name]
