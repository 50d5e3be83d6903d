"""Many clusters: by one process on a file, by workers on PostgreSQL, one of which is killed; one table in the end."""

import asyncio
import json
import signal
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ringtrust.change.outcome import Done
from ringtrust.cli.verbs import status_of
from ringtrust.journal.chain import breaks
from ringtrust.journal.export import entries, heads
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import FINISHED
from ringtrust.journal.store import place_of
from tests.support import postgres
from tests.support.crew import Crew, crew
from tests.support.farm import Grown, farm
from tests.support.live import live

SPEED = 150.0
LEASE = "15"


async def _converged(grown: Grown) -> None:
    """Nobody is stranded, and every phone holds a list that is served now."""
    for cluster in await grown.muster():
        assert (cluster["stranded"], cluster["current"]) == (0, cluster["phones"]), cluster


def _each_act_once(url: str, clusters: int) -> None:
    """By the journal: every run came to its end, each act of it was meant once and done once, and the chains hold."""
    with closing(Journal(place_of(url))) as journal:
        ends = heads(journal.store)
        assert list(breaks(entries(journal.store, ends), ends)) == []
        runs = [run for name, _, _ in ends for run in journal.runs(name)]
        assert [run.ending for run in runs] == [FINISHED] * clusters
        for run in runs:
            done = Counter(each.intended.step for each in journal.carried(run) if isinstance(each.outcome, Done))
            assert set(done.values()) == {1}
            assert journal.open_intents(run) == ()


@live
async def test_workers_that_are_killed_or_ended_are_replaced_and_every_cluster_ends_converged(tmp_path: Path) -> None:
    with postgres.database() as url:
        head = f'[journal]\ndatabase = "{url.replace("postgres:@", "postgres@")}"\n[fleet]\nat_once = 4\n'
        names = [f"c{place}" for place in range(4)]
        async with farm(tmp_path, names, speed=SPEED, processes=2, head=head) as grown:
            async with crew(grown, 3, "--at-once", "2", "--lease", LEASE) as made:
                scanned = await made.orders("scan", "tag:farm", "-o", str(tmp_path / "snapshots"), "--leave-it")
                assert (scanned.status, len(scanned.document["clusters"])) == (0, 4), scanned.errors
                planned = await _planned(made, tmp_path)
                assert planned.status == 0, planned.errors
                applying = asyncio.create_task(made.orders("apply", str(tmp_path / "plans"), "--yes", "--leave-it"))
                killed = (await made.until_at_work())[0]
                made.end(made.kill(killed["worker"]))
                applied = await applying
                assert applied.status == 0, applied
                again = {job["name"]: job["worker"] for job in applied.document["clusters"]}
                assert again[killed["name"]] != killed["worker"]
            await _converged(grown)
        _each_act_once(url, len(names))


async def _planned(made: Crew, folder: Path) -> Any:
    return await made.orders("plan", str(folder / "snapshots"), "--renew", "TVS", "-o", str(folder / "plans"))


@live
async def test_one_process_on_a_file_and_a_cluster_that_fails_stops_no_other(tmp_path: Path) -> None:
    async with farm(tmp_path, ["a", "b"], speed=SPEED, processes=1) as grown:
        text = (tmp_path / "ringtrust.toml").read_text()
        dead = text[text.index("[clusters.a]") : text.index("[clusters.b]")].replace("clusters.a", "clusters.dead")
        publisher = dead.split('publisher = "')[1].split('"')[0]
        dead = dead.replace(publisher, "127.255.255.1").replace("seconds = 120", "seconds = 2")
        (tmp_path / "ringtrust.toml").write_text(text + dead)
        made = Crew(grown.environment, [])
        scanned = await made.orders("scan", "*", "-o", str(tmp_path / "snapshots"))
        found = {each["name"]: each["status"] for each in scanned.document["clusters"]}
        assert (scanned.status, found) == (3, {"a": 0, "b": 0, "dead": 3})
        audited = await made.orders("audit", str(tmp_path / "snapshots"))
        assert (audited.status, len(audited.document["clusters"])) == (1, 2)
        planned = await _planned(made, tmp_path)
        assert planned.status == 0, planned.errors
        again = json.loads((tmp_path / "plans" / "b.plan").read_text())
        (tmp_path / "plans" / "b.plan").write_text(json.dumps({**again, "goal": "something else"}))
        edited = await made.orders("apply", str(tmp_path / "plans"), "--yes")
        assert (edited.status, "edited" in edited.errors) == (2, True)
        (tmp_path / "plans" / "b.plan").unlink()
        await _look_after_an_interruption(made, tmp_path)
        applied = await made.orders("apply", str(tmp_path / "plans"), "--yes")
        assert (applied.status, len(applied.document["clusters"])) == (0, 1), applied
        once_more = await made.orders("apply", str(tmp_path / "plans"), "--yes")
        assert once_more.status == 0
        assert once_more.document["clusters"][0]["told"] == ["It was carried out to its end before."]
        await _converged(grown)


async def _look_after_an_interruption(made: Crew, folder: Path) -> None:
    """Whoever looks carries nothing on that somebody has interrupted; and the order says that it was."""
    begun = await made.begins("apply", str(folder / "plans"), "--yes")
    await made.until_at_work()
    begun.send_signal(signal.SIGTERM)
    assert "goes on when the same is ordered once more" in (await begun.communicate())[1].decode()
    assert begun.returncode == 130
    [job] = (await made.orders("status")).document["clusters"]
    assert (job["over"], job["status"]) == (True, 4)
    with closing(Journal(folder / "journal.db")) as journal:
        ends = heads(journal.store)
        before = [journal.carried(run) for name, _, _ in ends for run in journal.runs(name)]
        assert (await made.orders("scan", "a")).status == 0
        assert [journal.carried(run) for name, _, _ in ends for run in journal.runs(name)] == before


TOML = """
[clusters.{name}]
publisher = "127.0.0.1"
tags = {tags}
platform = {{user = "admin", password_variable = "NONE"}}
application = {{user = "axl", password_variable = "NONE"}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "ringtrust.toml"
    tags = {"eu-1": '["emea"]', "eu-2": '["emea", "lab"]', "us-1": "[]"}
    path.write_text("".join(TOML.format(name=name, tags=found) for name, found in tags.items()))
    return path


@pytest.mark.parametrize(
    ("words", "meant"),
    [(["eu-*"], ["eu-1", "eu-2"]), (["tag:lab", "us-1"], ["eu-2", "us-1"]), (["*"], ["eu-1", "eu-2", "us-1"])],
)
def test_names_patterns_and_tags_say_which_clusters_are_meant(
    config: Path, words: list[str], meant: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(["fleet", "list", *words, "--json", "--config", str(config)]) == 0
    assert json.loads(capsys.readouterr().out)["clusters"] == meant


@pytest.mark.parametrize("word", ["eu-3", "tag:apac"])
def test_a_word_that_means_no_cluster_is_refused(config: Path, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["fleet", "list", "eu-1", word, "--config", str(config)]) == 2
    assert "eu-1" in capsys.readouterr().err


def test_workers_without_a_server_say_what_is_missing(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["fleet", "worker", "--config", str(config)]) == 2
    assert "[journal] database" in capsys.readouterr().err
