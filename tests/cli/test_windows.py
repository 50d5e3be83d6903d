"""Windows at the command line: what a plan takes of them, and why a step does not begin."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ringtrust.apply.window import Go, NoNight, NotBefore, Over, TooLong
from ringtrust.change.plan import write_plan
from ringtrust.change.window import parse_window
from ringtrust.cli.apply.window import may_text, nights_text
from ringtrust.cluster.snapshot import write_snapshot
from tests.apply.test_window import ALL
from tests.cli.conftest import Run
from tests.plan.material import V9, campus

BERLIN = (parse_window("Sat 22:00-06:00 Europe/Berlin"),)
EVENING = datetime(2026, 11, 28, 21, tzinfo=UTC)
TOML = """
[clusters.campus]
publisher = "pub"
windows = [{}]
[clusters.campus.platform]
user = "admin"
"""


def planned_text(run: Run, folder: Path, windows: str, *more: str) -> str:
    """What `plan` says below the digest."""
    snapshot, config = folder / "snapshot.json", folder / "ringtrust.toml"
    snapshot.write_bytes(write_snapshot(campus(V9)))
    config.write_text(TOML.format(windows))
    answer = run("plan", snapshot, "--renew", "all", "--config", config, *more)
    assert answer.status == 0, answer.err
    return answer.out.partition("\nDigest ")[2].partition("\n")[2]


def test_a_plan_says_how_many_windows_of_its_cluster_it_takes(run: Run, tmp_path: Path) -> None:
    said = planned_text(run, tmp_path, '"Sat 22:00-06:00 Europe/Berlin"')
    assert said.startswith("Windows of campus: Sat 22:00-06:00 Europe/Berlin.\n  With every step at its longest")
    assert " the plan takes 2 windows: it begins on Sat " in said
    assert "Europe/Berlin. It stops between two steps only, and goes on when it is called again." in said
    assert "takes 1 window: it begins" in planned_text(run, tmp_path, '"Fri 20:00-Mon 06:00 UTC"')
    said = planned_text(run, tmp_path, '"Sat 22:00-23:00 UTC"')
    assert "There is no window to come that is long enough for steps 2 to 7, regenerate tomcat on pub first, " in said
    said = planned_text(run, tmp_path, '"2020-01-01T00:00..2020-01-01T06:00 UTC"')
    assert "The last of these windows is over." in said


def test_where_no_windows_are_known_a_plan_says_nothing_of_them(run: Run, tmp_path: Path) -> None:
    assert planned_text(run, tmp_path, "") == ""
    (tmp_path / "snapshot.json").write_bytes(write_snapshot(campus(V9)))
    for config in (tmp_path / "nowhere.toml", tmp_path):
        (tmp_path / "ringtrust.toml").write_text("broken [")
        answer = run("plan", tmp_path / "snapshot.json", "--renew", "all", "--config", config)
        assert (answer.status, "Windows of" in answer.out) == (0, False)


@pytest.mark.parametrize(
    ("window", "sentence"),
    [("tonight", "'tonight' is no window"), ("Sat 22:00-06:00 Europe/Atlantis", "is no time zone")],
)
def test_what_is_no_window_is_a_sentence(run: Run, tmp_path: Path, window: str, sentence: str) -> None:
    plan = tmp_path / "plan.json"
    plan.write_bytes(write_plan(ALL))
    answer = run("apply", plan, "--yes", "--window", window)
    assert answer.status == 2
    assert sentence in answer.err
    assert "What to do:" in answer.err


def test_a_step_that_does_not_begin_says_until_when_and_why() -> None:
    step = ALL.steps[1]
    assert may_text(Go(60, 2), step, BERLIN) == ""
    assert may_text(NotBefore(EVENING), step, BERLIN) == (
        "Step 2, regenerate tomcat on pub, waits for its window, which opens on Sat 2026-11-28 at 22:00 Europe/Berlin."
    )
    late = TooLong(EVENING + timedelta(hours=8), 3900, 7, (), owed=False)
    assert may_text(late, step, BERLIN) == (
        "Step 2, regenerate tomcat on pub, takes 1 h 5 min with what is due behind it, up to step 7; the window closes "
        "on Sun 2026-11-29 at 06:00 Europe/Berlin."
    )
    owed = may_text(TooLong(EVENING, 40, 2, (), owed=True), step, ())
    assert owed.endswith(
        "takes 40 s; the window closes on Sat 2026-11-28 at 21:00 UTC. It is due from what has been done: phones keep "
        "their trust meanwhile."
    )
    assert "the last window is over" in may_text(Over(), step, BERLIN)
    assert "for step 2, regenerate tomcat on pub first, which may take 10 h" in nights_text(
        NoNight(step, 2, 36_000), BERLIN
    )


def test_what_is_no_rehearsal_is_refused_before_anything_is_asked(run: Run, tmp_path: Path) -> None:
    plan, other = tmp_path / "plan.json", tmp_path / "other.json"
    plan.write_bytes(write_plan(ALL))
    other.write_text("{}")
    (tmp_path / "ringtrust.toml").write_text(TOML.format(""))
    answer = run("apply", plan, "--yes", "--rehearsal", other, "--config", tmp_path)
    assert answer.status == 2
    assert "This is no rehearsal" in answer.err
