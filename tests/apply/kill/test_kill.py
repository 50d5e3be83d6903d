"""Whenever apply is killed, the next process goes on at the right step: no act is done twice, and none is left out."""

import asyncio
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.apply.kill.match import expected, play
from tests.support import postgres
from tests.support.night import brisk


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_a_kill_at_every_boundary(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with ExitStack() as stack:
        journal = str(tmp_path / "journal.db")
        if database == "PostgreSQL":
            journal = stack.enter_context(postgres.database())
        plan, score = asyncio.run(
            play(tmp_path, brisk("campus-9.1"), ["TVS@pub"], journal, monkeypatch, at_gates=False)
        )
    with capsys.disabled():
        tried = len(score.boundaries)
        print(f"\n{database}: {tried} boundaries tried, {score.resumed} resumed correctly")  # noqa: T201 - asked for
    assert score.ending.startswith("This plan was carried out to its end")  # it died once more, right behind that
    assert score.resumed == len(score.boundaries)
    assert score.done == expected(plan)
    assert not [each for each, times in Counter(score.boundaries).items() if times > 1]
