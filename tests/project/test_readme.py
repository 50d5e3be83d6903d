"""What README.md and CONTRIBUTING.md say is so."""

import re
import runpy

import pytest

from ringtrust.cli.verbs import status_of
from ringtrust.demo.story import tell
from tests.support.shared import ROOT

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/trust-lists.md", "docs/coverage.md", "docs/sources.md"]


def test_the_recorded_demo_is_the_demo() -> None:
    recording = runpy.run_path(str(ROOT / "scripts/recording.py"))
    assert recording["TARGET"].read_text() == recording["picture"](tell())


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


@pytest.mark.parametrize("page", ["README.md", "docs/trust-lists.md"])
def test_every_verb_that_is_named_exists(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    verbs = {tuple(words) for words in re.findall(r"ringtrust +(trustlist|signed) +([a-z]+)", _text(page))}
    assert verbs
    for verb in verbs:
        assert status_of([*verb, "--help"]) == 0, verb
    capsys.readouterr()


def test_every_option_that_is_named_exists(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in (
        "trustlist show",
        "trustlist verify",
        "trustlist diff",
        "trustlist build",
        "signed show",
        "signed verify",
    ):
        status_of([*verb.split(), "--help"])
        known = set(re.findall(r"--[a-z]+", capsys.readouterr().out))
        lines = [line for line in _text("docs/trust-lists.md").splitlines() if f"ringtrust {verb}" in line]
        assert lines, verb
        assert {option for line in lines for option in re.findall(r" (--[a-z]+)", line)} <= known, verb


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert "    make test " in README
    assert (ROOT / ".ci/run").read_text().splitlines()[-1] == "exec make test"
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_no_page_and_no_file_of_the_project_carries_a_place_of_one_machine() -> None:
    files = [
        path
        for folder in ("src", "tests", "docs", "bench", "scripts", "requirements")
        for path in (ROOT / folder).rglob("*")
    ]
    files += [path for path in ROOT.iterdir() if path.suffix in {".md", ".toml"} or path.name == "Makefile"]
    for path in files:
        if path.is_file() and path.suffix != ".pyc" and ".egg-info" not in str(path):
            found = re.search(r"/(?:root|home|opt|work)/|https?://[^\s\"']*/simple", path.read_text(errors="replace"))
            assert found is None or path.name == "test_readme.py", f"{path}: {found}"
