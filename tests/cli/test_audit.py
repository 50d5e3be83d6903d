"""`ringtrust audit`: what it writes, where, and what its exit status is."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from ringtrust.catalog.load import load_catalog
from ringtrust.change.finding import Finding, Severity
from ringtrust.cli.audit import status
from ringtrust.cluster.snapshot import Snapshot, write_snapshot
from tests.cli.conftest import Run
from tests.support.shared import ROOT
from tests.support.snapshots import TAKEN, healthy, secured, with_certificate, with_failed_source, with_service

Save = Callable[[Snapshot], Path]
EXPIRED = with_certificate(healthy(), "sub1", "TVS", not_after=TAKEN)


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Writes a snapshot into a file."""

    def _save(snapshot: Snapshot) -> Path:
        path = tmp_path / "snapshot.json"
        path.write_bytes(write_snapshot(snapshot))
        return path

    return _save


def test_exit_status_of_a_healthy_cluster_is_0(run: Run, save: Save) -> None:
    answer = run("audit", save(healthy()))
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.endswith("\n\nEverything that was asked could be read.\n")


def test_exit_status_of_information_is_0_and_of_findings_1(run: Run, save: Save) -> None:
    assert run("audit", save(secured())).status == 0
    answer = run("audit", save(EXPIRED))
    assert answer.status == 1
    assert "CRITICAL certificate.expired" in answer.out


def test_exit_status_of_what_could_not_be_read_is_3(run: Run, save: Save) -> None:
    answer = run("audit", save(with_failed_source(EXPIRED, "cli", "pub", "things", "no answer")))
    assert answer.status == 3
    assert "things of pub: could not be read (cli): no answer" in answer.out


@pytest.mark.parametrize(
    ("severity", "expected"),
    [(Severity.CRITICAL, 1), (Severity.MAJOR, 1), (Severity.MINOR, 1), (Severity.UNREAD, 3), (Severity.INFO, 0)],
)
def test_every_severity_has_its_status(severity: Severity, expected: int) -> None:
    assert status([Finding("x.y", severity, "where", "what")]) == expected


def test_days_say_how_soon_is_soon(run: Run, save: Save) -> None:
    path = save(with_certificate(healthy(), "sub1", "TVS", not_after=TAKEN.replace(month=9)))
    assert run("audit", path).status == 0
    assert run("audit", path, "--days", "92").status == 1
    assert run("audit", path, "--days", "-1").status == 2
    assert run("audit", path, "--days", "9999999999").status == 2


def test_json_and_csv_are_for_programs(run: Run, save: Save) -> None:
    path = save(EXPIRED)
    document = json.loads(run("audit", path, "--json").out)
    assert document == json.loads(run("audit", path, "--format", "json").out)
    assert document["counts"]["critical"] == 1
    rows = list(csv.DictReader(run("audit", path, "--format", "csv").out.splitlines()))
    assert [row["where"] for row in rows] == ["TVS of sub1"]
    assert run("audit", path, "--format", "csv").status == 1


def test_json_is_no_csv(run: Run, save: Save) -> None:
    answer = run("audit", save(EXPIRED), "--json", "--format", "csv")
    assert answer.status == 2
    assert "exclude each other" in answer.err


def test_a_page_is_written_to_a_file_and_never_over_another(run: Run, save: Save, tmp_path: Path) -> None:
    path, page = save(EXPIRED), tmp_path / "audit.html"
    answer = run("audit", path, "--format", "html", "-o", page)
    assert answer.status == 1
    assert answer.out == f"Wrote {page}. Findings: 1 critical.\n"
    assert page.read_text().startswith("<!DOCTYPE html>")
    assert run("audit", path, "-o", page).status == 2
    assert run("audit", path, "-o", page, "--force").status == 1
    assert page.read_text().startswith("Cluster campus")
    assert run("audit", path, "-o", path, "--force").status == 2


def test_a_file_that_is_no_snapshot_is_status_3(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    path.write_text("{}")
    answer = run("audit", path)
    assert answer.status == 3
    assert "This is no snapshot" in answer.err


def test_what_is_no_file_is_a_cluster_of_ringtrust_toml(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ringtrust.toml").write_text("")
    answer = run("audit", "campus", "--config", tmp_path / "ringtrust.toml")
    assert answer.status == 2
    assert "campus" in answer.err


def test_standard_input_needs_neither_network_nor_keys() -> None:
    """What only a scan needs is not loaded: an audit of a file works where those libraries would not."""
    heavy = ("asyncssh", "sqlalchemy", "httpx", "lxml", "cryptography")
    program = (
        "import sys\nfrom ringtrust.cli.verbs import status_of\n"
        "status = status_of(['audit', '-', '--format', 'html'])\n"
        f"print(status, [name for name in {heavy!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=write_snapshot(EXPIRED), capture_output=True, check=True
    )
    assert done.stderr.decode().split("\n")[0] == "1 []"
    assert b"TVS of sub1" in done.stdout


# Profiles, suppressions, an older snapshot


SUPPRESS = """
[[suppress]]
code = "certificate.expired"
where = "TVS of *"
reason = "CHG-7: sub1 is retired"
until = 2026-06-30
"""


def test_what_is_suppressed_is_told_and_does_not_count(run: Run, save: Save, tmp_path: Path) -> None:
    path, file = save(EXPIRED), tmp_path / "live-with.toml"
    file.write_text(SUPPRESS)
    answer = run("audit", path, "--suppress", file)
    assert answer.status == 0
    assert "Suppressed: 1 finding, told at the end." in answer.out
    assert "CHG-7: sub1 is retired" in answer.out
    page = tmp_path / "audit.html"
    written = run("audit", path, "--suppress", file, "--format", "html", "-o", page)
    assert written.out == f"Wrote {page}. No findings. Suppressed: 1 finding, told at the end.\n"


def test_exit_status_3_cannot_be_suppressed(run: Run, save: Save, tmp_path: Path) -> None:
    file = tmp_path / "live-with.toml"
    file.write_text(SUPPRESS.replace("certificate.expired", "source.unread").replace("TVS of *", "*"))
    path = save(with_failed_source(healthy(), "cli", "pub", "things", "no answer"))
    answer = run("audit", path, "--suppress", file)
    assert answer.status == 3
    assert "things of pub: could not be read (cli): no answer" in answer.out


def test_audit_toml_beside_ringtrust_toml_is_read_unless_another_is_named(run: Run, save: Save, tmp_path: Path) -> None:
    path = save(EXPIRED)
    (tmp_path / "ringtrust.toml").write_text("")
    assert run("audit", path, "--config", tmp_path).status == 1
    (tmp_path / "audit.toml").write_text(SUPPRESS)
    assert run("audit", path, "--config", tmp_path).status == 0
    empty = tmp_path / "empty.toml"
    empty.write_text("")
    assert run("audit", path, "--config", tmp_path, "--suppress", empty).status == 1


@pytest.mark.parametrize("place", ["here", "named", "named file", "home"])
def test_it_is_found_wherever_ringtrust_toml_is(
    run: Run, save: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    path, home = save(EXPIRED), tmp_path / ".config/ringtrust"
    home.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(tmp_path if place == "here" else elsewhere)
    monkeypatch.setenv("HOME", str(tmp_path))
    named = {"named": tmp_path, "named file": tmp_path / "ringtrust.toml"}.get(place)
    monkeypatch.setenv("RINGTRUST_CONFIG", str(named) if named else "")
    folder = home if place == "home" else tmp_path
    (folder / "audit.toml").write_text(SUPPRESS)
    assert run("audit", path).status == 1
    (folder / "ringtrust.toml").write_text("")
    assert run("audit", path).status == 0


def test_a_file_that_is_wrong_says_so_before_anything_is_judged(run: Run, save: Save, tmp_path: Path) -> None:
    path, file = save(EXPIRED), tmp_path / "live-with.toml"
    file.write_text(SUPPRESS.replace("certificate.expired", "certificate.expird"))
    answer = run("audit", path, "--suppress", file)
    assert (answer.status, answer.out) == (2, "")
    assert "certificate.expired" in answer.err
    file.write_text(SUPPRESS.replace("until", "untill"))
    assert run("audit", path, "--suppress", file).status == 3
    assert run("audit", path, "--suppress", tmp_path / "none.toml").status == 3


def test_a_profile_shows_and_counts_its_own_findings(run: Run, save: Save) -> None:
    path = save(with_service(healthy(), "sub1", "Cisco Tftp", "STOPPED"))
    assert run("audit", path, "--profile", "expiry").status == 0
    assert run("audit", path, "--profile", "hygiene").status == 1
    assert run("audit", path, "--profile", "nonsense").status == 2


def test_since_compares_with_an_older_snapshot_of_the_same_cluster(run: Run, save: Save, tmp_path: Path) -> None:
    path, old = save(EXPIRED), tmp_path / "old.json"
    old.write_bytes(write_snapshot(healthy()))
    answer = run("audit", path, "--since", old)
    assert answer.status == 1
    assert "Since 2026-06-01 12:00 UTC: 1 new, 0 gone, 0 still there." in answer.out
    document = json.loads(run("audit", path, "--since", old, "--json").out)
    assert document["since"]["counts"] == {"new": 1, "still there": 0, "gone": 0}
    old.write_bytes(write_snapshot(replace(healthy(), cluster="berlin")))
    refused = run("audit", path, "--since", old)
    assert refused.status == 2
    assert "Compare snapshots of one cluster." in refused.err
    assert run("audit", "-", "--since", "-").status == 2


def test_sarif_is_one_run_with_all_rules(run: Run, save: Save) -> None:
    answer = run("audit", save(EXPIRED), "--format", "sarif")
    assert answer.status == 1
    (made,) = json.loads(answer.out)["runs"]
    assert [result["ruleId"] for result in made["results"]] == ["certificate.expired"]
    assert len(made["tool"]["driver"]["rules"]) == len(load_catalog().rules)


# The table


def test_rules_are_listed_and_explained_without_a_cluster(run: Run) -> None:
    listed = run("audit", "--rules")
    assert listed.status == 0
    assert len(listed.out.splitlines()) == len(load_catalog().rules)
    assert "MUST    certificate.expired " in listed.out
    document = json.loads(run("audit", "--rules", "--json").out)
    assert document["format"] == "ringtrust.rules/1"
    assert document["rules"][0]["page"] == "docs/rules/certificate.expired.md"
    assert "certificate.expired" not in run("audit", "--rules", "--profile", "years").out
    page = run("audit", "--explain", "ctl.provider")
    assert (page.status, page.out) == (0, (ROOT / "docs/rules/ctl.provider.md").read_text())


def test_a_code_that_nobody_knows_and_a_table_of_another_form_are_refused(run: Run) -> None:
    answer = run("audit", "--explain", "certificate.expird")
    assert answer.status == 2
    assert "Perhaps it is certificate.expired" in answer.err
    assert run("audit", "--rules", "--format", "sarif").status == 2
    assert run("audit", "campus", "--rules").status == 2
    assert run("audit").status == 2
