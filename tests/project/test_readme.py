"""What README.md and CONTRIBUTING.md say is so."""

import re

import pytest

from ringtrust.cli.verbs import status_of
from tests.support.shared import ROOT

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/trust-lists.md",
    "docs/lab.md",
    "docs/renewal.md",
    "docs/rehearsal.md",
    "docs/alarms.md",
    "docs/audit.md",
    "docs/cert.md",
    "docs/scan.md",
    "docs/phones.md",
    "docs/years.md",
    "docs/lab-coverage.md",
    "docs/clusters.md",
    "docs/journal.md",
    "docs/coverage.md",
    "docs/sources.md",
]


def test_every_make_target_that_is_named_exists_and_explains_itself() -> None:
    targets = set(re.findall(r"^([a-z]+):.* ## ", MAKEFILE, re.MULTILINE))
    named = {each for page in PAGES for each in re.findall(r"(?:^    |`)make ([a-z]+)", _text(page), re.MULTILINE)}
    assert {"demo", "test", "bench", "soak", "lock"} <= named <= targets


def _text(page: str) -> str:
    return (ROOT / page).read_text()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_into_the_project_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", _text(page)):
        assert ((ROOT / page).parent / target).exists(), target


GROUPS = "trustlist|signed|lab|runs"
SINGLE = "scan|audit|plan|rehearse|apply|verify|demo"


@pytest.mark.parametrize(
    "page",
    ["README.md", "docs/trust-lists.md", "docs/lab.md", "docs/renewal.md", "docs/rehearsal.md", "docs/journal.md"],
)
def test_every_verb_that_is_named_exists(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    verbs = {tuple(words) for words in re.findall(rf"ringtrust +({GROUPS}) +([a-z-]+)", _text(page))}
    verbs |= {(word,) for word in re.findall(r"^    (?:\.venv/bin/)?ringtrust +([a-z]+)", _text(page), re.MULTILINE)}
    assert verbs
    for verb in verbs:
        assert status_of([*verb, "--help"]) == 0, verb
    capsys.readouterr()


VERBS = [
    *((f"trustlist {verb}", "docs/trust-lists.md") for verb in ("show", "verify", "diff", "build")),
    *((f"signed {verb}", "docs/trust-lists.md") for verb in ("show", "verify")),
    *((f"lab {verb}", "docs/lab.md") for verb in ("up", "status", "phones", "muster", "down", "list")),
    *((verb, "docs/renewal.md") for verb in SINGLE.split("|") if verb != "demo"),
    ("scan", "docs/clusters.md"),
    ("audit", "docs/audit.md"),
    ("rehearse", "docs/rehearsal.md"),
]


@pytest.mark.parametrize(("verb", "page"), VERBS)
def test_every_option_that_is_named_exists(verb: str, page: str, capsys: pytest.CaptureFixture[str]) -> None:
    status_of([*verb.split(), "--help"])
    known = set(re.findall(r"--[a-z]+", capsys.readouterr().out))
    lines = [line.partition("#")[0] for line in _text(page).splitlines() if f"ringtrust {verb}" in line]
    assert lines
    assert {option for line in lines for option in re.findall(r" (--[a-z]+)", line)} <= known
