"""Whenever apply is killed, the next process goes on at the right step: no act is done twice, and none is left out."""

import asyncio
import os
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from ringtrust.lab.topology import read_topology
from tests.apply.kill.match import expected, play
from tests.support import postgres
from tests.support.farm import TOPOLOGY

SOAK = "RINGTRUST_SOAK" in os.environ
GOAL = ["all"] if SOAK else ["TVS@pub"]
"""In `make soak` a renewal of everything, and every gate a boundary too."""


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_a_kill_at_every_boundary(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ExitStack() as stack:
        journal = str(tmp_path / "journal.db")
        if database == "PostgreSQL":
            journal = stack.enter_context(postgres.database())
        cluster = read_topology(TOPOLOGY)
        plan, score = asyncio.run(play(tmp_path, cluster, GOAL, journal, monkeypatch, at_gates=SOAK))
    tried, acts = len(score.boundaries), len(expected(plan))
    with capsys.disabled():
        told = f"{database}: {acts} acts, {tried} boundaries tried, {score.resumed} resumed correctly"
        sys.stderr.write(f"\n{told}\n")
    assert score.ending.startswith("This plan was carried out to its end")  # it died once more, right behind that
    assert score.done == expected(plan)
    assert score.resumed == tried
    assert not [each for each, times in Counter(score.boundaries).items() if times > 1]
