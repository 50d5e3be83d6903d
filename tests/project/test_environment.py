"""Setting up: an interpreter that does not suit is told, and a lock is installed with its hashes or not at all."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.shared import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that setting up needs, without a .venv."""
    for folder in ("scripts", "requirements"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def _set_up(checkout: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    command = ["sh", "scripts/environment.sh", "run"]
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("python", ["/nonexistent/python", "/bin/true", "/bin/false"])
def test_an_interpreter_that_does_not_suit_is_not_replaced_by_another(checkout: Path, python: str) -> None:
    done = _set_up(checkout, PYTHON=python)
    assert done.returncode == 1
    assert f"ringtrust needs Python 3.11 or later with its venv module; {python} is not that." in done.stderr
    assert "make PYTHON=" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_machine_without_python_is_told_what_to_install(checkout: Path) -> None:
    tools = checkout / "tools"
    tools.mkdir()
    for tool in ("sh", "rm", "touch"):
        (tools / tool).symlink_to(shutil.which(tool) or "")
    done = _set_up(checkout, PATH=str(tools), PYTHON="")
    assert done.returncode == 1
    assert "apt install python3 python3-venv" in done.stderr


def test_packages_are_installed_from_the_lock_with_their_hashes_and_ringtrust_from_here() -> None:
    script = (ROOT / "scripts/environment.sh").read_text()
    installs = [line for line in script.splitlines() if "pip install" in line]
    assert [" --require-hashes -r " in line for line in installs] == [True, False]
    assert " --no-index " in installs[1]
    assert " --no-build-isolation " in installs[1]
