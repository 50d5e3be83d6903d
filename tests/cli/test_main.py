"""The command itself: help without delay, and a status that tells the truth."""

import subprocess
import sys
from pathlib import Path

import pytest

from ringtrust import __version__
from ringtrust.cli.verbs import VERBS
from tests.cli.conftest import Run

HEAVY = ("asyncssh", "sqlalchemy", "httpx", "lxml", "dbos", "starlette", "pydantic", "asyncio", "cryptography.x509")


def test_help_lists_every_verb(run: Run) -> None:
    answer = run("--help")
    assert answer.status == 0
    for verb, (_, text) in VERBS.items():
        assert verb in answer.out
        assert text in " ".join(answer.out.split())


def test_every_verb_has_help_of_its_own(run: Run) -> None:
    for verb in VERBS:
        assert run(verb, "--help").status == 0


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").out == f"ringtrust, version {__version__}\n"


@pytest.mark.parametrize("words", [["fly"], ["trustlist", "fly"], ["trustlist", "verify"], ["--fly"]])
def test_wrong_usage_is_status_2(run: Run, words: list[str]) -> None:
    answer = run(*words)
    assert answer.status == 2
    assert "ringtrust: " in answer.err
    assert "Usage: " in answer.err


@pytest.mark.parametrize(
    ("words", "forbidden"),
    [(["--help"], (*HEAVY, "cryptography", "msgspec")), (["trustlist", "verify", "-"], HEAVY)],
    ids=["--help", "trustlist"],
)
def test_a_quick_verb_loads_no_heavy_library(words: list[str], forbidden: tuple[str, ...]) -> None:
    script = f"import sys; from ringtrust.cli.verbs import status_of; status_of({words!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], input=b"", capture_output=True, check=True)
    loaded = set(done.stdout.decode().splitlines()[-1].split())
    assert "click" in loaded
    assert loaded & set(forbidden) == set()


@pytest.mark.parametrize(
    "command",
    [[sys.executable, "-m", "ringtrust"], [str(Path(sys.executable).with_name("ringtrust"))]],
    ids=["python -m ringtrust", "ringtrust"],
)
def test_the_installed_command_ends_with_the_status_of_its_verb(command: list[str]) -> None:
    done = subprocess.run([*command, "trustlist", "verify", "-"], input=b"<xml/>", capture_output=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith(b"ringtrust: standard input: ")
    assert done.stdout == b""
