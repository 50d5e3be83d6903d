"""The tree is the one of the design, and its contracts are not only written down: each is broken once, and says so."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ringtrust
from tests.support.shared import ROOT

SOURCE = ROOT / "src/ringtrust"
ROOMS = (
    *("cluster", "change", "trust", "catalog", "connect", "observe", "audit", "plan", "prove", "verify", "journal"),
    *("apply", "rehearse", "watch", "report", "web", "cli", "demo", "lab"),
)
BESIDE = ("settings",)
LINES_AT_MOST = 450


def test_every_room_of_the_design_is_there_and_says_what_it_is_for() -> None:
    assert {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()} == {*ROOMS, *BESIDE}
    for room in (*ROOMS, *BESIDE):
        assert ast.get_docstring(ast.parse((SOURCE / room / "__init__.py").read_text())), room


def test_files_stay_short_enough_to_hold_in_the_head() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in SOURCE.rglob("*.py")}
    assert [path.name for path, length in lengths.items() if length > LINES_AT_MOST] == []


@pytest.mark.parametrize(
    ("room", "line", "contract"),
    [
        ("cluster", "import ringtrust.trust.tlv", "cluster imports nothing of ours but errors"),
        ("trust", "import ringtrust.connect", "change, trust and catalog import cluster"),
        ("trust", "import ringtrust.catalog", "change, trust and catalog stand side by side"),
        ("audit", "import socket", "audit, plan and prove are pure"),
        ("prove", "import time", "audit, plan and prove are pure"),
        ("plan", "import ringtrust.clock", "audit, plan and prove are pure"),
        ("prove", "import ringtrust.plan", "prove never imports plan"),
        ("lab", "import ringtrust.catalog", "lab imports cluster, trust, errors and clock"),
        ("web", "import ringtrust.lab", "only demo, rehearse and cli know the lab"),
        ("observe", "import ringtrust.apply", "the road goes from left to right"),
        ("apply", "import ringtrust.rehearse", "the road goes from left to right"),
    ],
)
def test_a_contract_that_is_broken_says_so(room: str, line: str, contract: str, tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "ringtrust", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "ringtrust" / room / "__init__.py").open("a") as file:
        file.write(f"\n{line}\n")
    command = [Path(sys.executable).with_name("lint-imports"), "--config", ROOT / "pyproject.toml", "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "COLUMNS": "200"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    broken = [row for row in done.stdout.splitlines() if row.endswith("BROKEN")]
    assert done.returncode == 1
    assert any(row.startswith(contract) for row in broken), done.stdout


def test_the_version_is_one() -> None:
    assert f'version = "{ringtrust.__version__}"' in (ROOT / "pyproject.toml").read_text()
