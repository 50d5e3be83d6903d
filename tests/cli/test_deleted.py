"""What a run has deleted from trust stores is in the journal, and comes back by the command that is printed."""

import asyncio
import json
import shlex
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from ringtrust.apply.news import Finished
from ringtrust.apply.store_hands import NOT_THERE
from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import Delete
from ringtrust.change.outcome import Done, Refused
from ringtrust.cli.verbs import status_of
from ringtrust.clock import StoppedClock
from ringtrust.connect.certificates import certificate_of
from ringtrust.journal.journal import Journal
from ringtrust.lab.certificates.text import pem
from ringtrust.plan.clean.build import clean_plan
from ringtrust.settings import FILE
from tests.cli.conftest import Run
from tests.journal.material import NOW, a_plan
from tests.support.live import live
from tests.support.night import Night, night
from tests.support.store_seeds import LATELY, LONG_AGO, made, named

STORE = "tomcat-trust"
YOUNG, ENDED = "cm-old.campus.example", "cm-older.campus.example"
VARIABLE = "LAB_PASSWORD"


def _seed(name: str, begin: datetime) -> bytes:
    return made(named(name, "Campus"), begin).der


async def _cleaned(at: Night, *ders: bytes) -> None:
    """Those lie on every node, the administrator knows them to be of former days, and a run deletes them."""
    for der in ders:
        for node in at.wire.cluster.nodes:
            node.trust(STORE, der)
    snapshot, _ = await at.scan()
    snapshot = replace(snapshot, declared=replace(snapshot.declared, former=(YOUNG, ENDED)))
    words = [f"{STORE}/{certificate_of(der).common_name}.pem" for der in ders]
    applied = await at.apply(clean_plan(snapshot, load_catalog(), words, at.timer.now()))
    assert isinstance(applied.ending, Finished), applied.ending


def _within_reach(at: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lab as an entry of ringtrust.toml."""
    (at.entry.folder / FILE).write_text(
        f'[clusters.campus]\npublisher = "{at.entry.settings.publisher}"\nssh_port = {at.entry.settings.ssh_port}\n'
        f'platform = {{user = "{at.wire.lab.platform.user}", password_variable = "{VARIABLE}"}}\n'
    )
    monkeypatch.setenv(VARIABLE, at.wire.lab.platform.password)
    monkeypatch.setenv("RINGTRUST_CONFIG", str(at.entry.folder))


@live
async def test_what_is_printed_brings_a_deleted_certificate_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    young, ended = _seed(YOUNG, LATELY), _seed(ENDED, LONG_AGO)
    files = tmp_path / "what was deleted"
    async with night(tmp_path) as at:
        await _cleaned(at, young, ended)
        _within_reach(at, monkeypatch)
        clock = StoppedClock(at.timer.now())
        assert status_of(["runs", "deleted", "1", "-o", str(files)], clock) == 0
        out = capsys.readouterr().out
        written = {file.read_text() for file in files.iterdir()}
        assert written == {pem(young), pem(ended)}
        assert len(list(files.iterdir())) == len(at.wire.cluster.nodes) * 2
        assert "It expired on 2021-02-28, and nodes take no expired one: only the backup of before has it." in out
        (command,) = (line for line in out.splitlines() if line.startswith("  ringtrust cert import campus pub "))
        words = shlex.split(command)[1:]
        pub = at.wire.cluster.publisher
        assert f"{YOUNG}.pem" not in pub.trusts[STORE]
        status = await asyncio.to_thread(status_of, [*words, "--yes"], clock)
        assert (status, pub.trusts[STORE][f"{YOUNG}.pem"]) == (0, young), capsys.readouterr()


# --- what the journal has ---


def _delete(der: bytes, file: str = "a.pem", node: str = "pub") -> Delete:
    found = certificate_of(der)
    return Delete(STORE, file, node, found.serial, found.sha256)


class Kept:
    """A journal with one run, in which deletions end one way or another."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "journal.db"
        with closing(Journal(self.place)) as journal:
            self._run = journal.begin("pub at 10.0.0.1:22", a_plan(), NOW)

    def write(self, act: Delete, before: str, outcome: Done | Refused | None) -> None:
        """One deletion; None where the process ended before it was written down what became of it."""
        with closing(Journal(self.place)) as journal:
            intended = journal.intend(self._run, 1, act, before, NOW)
            if outcome is not None:
                journal.conclude(intended, outcome, NOW)

    def shown(self, run: Run) -> list[tuple[str, str, str]]:
        """The node, the file and the PEM of what was deleted."""
        answer = run("runs", "deleted", 1, "--journal", self.place, "--json")
        assert (answer.status, answer.err) == (0, "")
        document = json.loads(answer.out)
        assert (document["format"], document["run"]) == ("ringtrust.deleted/1", 1)
        return [(each["node"], each["file"], each["pem"]) for each in document["deleted"]]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_what_was_refused_or_was_not_there_was_not_deleted(run: Run, kept: Kept) -> None:
    der, other = _seed("x", LATELY), _seed("y", LATELY)
    kept.write(_delete(der), pem(other), Refused(("a.pem is another certificate by now: it stays.",)))
    kept.write(_delete(der), NOT_THERE, Done(("there was nothing to delete.",)))
    answer = run("runs", "deleted", 1, "--journal", kept.place)
    assert (answer.status, "Run 1 has deleted nothing." in answer.err) == (2, True)
    kept.write(_delete(der), pem(der), Done())
    assert kept.shown(run) == [("pub", "a.pem", pem(der))]


def test_one_that_was_done_twice_stands_there_once(run: Run, kept: Kept, tmp_path: Path) -> None:
    """The process was killed, it had not happened, and it was done again."""
    der = _seed("x", LATELY)
    kept.write(_delete(der), pem(der), Refused(("It has not happened.",)))
    kept.write(_delete(der), pem(der), Done())
    kept.write(_delete(der, node="sub1"), pem(der), None)
    assert kept.shown(run) == [("pub", "a.pem", pem(der)), ("sub1", "a.pem", pem(der))]
    assert run("runs", "deleted", 1, "--journal", kept.place, "-o", tmp_path / "out").status == 0


def test_two_with_the_same_serial_number_are_two_files(run: Run, kept: Kept, tmp_path: Path) -> None:
    ders = [_seed("x", LATELY), _seed("y", LATELY)]
    for number, der in enumerate(ders):
        kept.write(replace(_delete(der, f"{number}.pem"), serial="01"), pem(der), Done())
    folder = tmp_path / "out"
    assert run("runs", "deleted", 1, "--journal", kept.place, "-o", folder).status == 0
    assert {file.read_text() for file in folder.iterdir()} == {pem(der) for der in ders}
    again = run("runs", "deleted", 1, "--journal", kept.place, "-o", folder)
    assert (again.status, "--force" in again.err) == (2, True)
    assert run("runs", "deleted", 1, "--journal", kept.place, "-o", folder, "--force").status == 0


def test_the_command_names_the_cluster_as_its_user_does_and_nothing_in_it_is_obeyed(run: Run, kept: Kept) -> None:
    der = made(named("x", "Corp"), NOW - timedelta(days=1)).der
    kept.write(_delete(der, "evil\x1b[2J.pem"), pem(der), Done())
    out = run("runs", "deleted", 1, "--journal", kept.place).out
    assert f"ringtrust cert import {a_plan().cluster} pub trust tomcat pub_{STORE}_" in out
    assert r"evil\x1b[2J.pem from tomcat-trust of pub" in out
    assert "The files are written with -o FOLDER." in out
    assert all(line.isprintable() for line in out.splitlines())
