"""`ringtrust audit`: what it writes, where, and what its exit status is."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ringtrust.change.finding import Finding, Severity
from ringtrust.cli.audit import status
from ringtrust.cluster.snapshot import Snapshot, write_snapshot
from tests.cli.conftest import Run
from tests.support.snapshots import TAKEN, healthy, secured, with_certificate, with_failed_source

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
