"""Backups that apply takes itself: before and after, on every node, the first outlives the second (S58, S189)."""

from pathlib import Path

import pytest

from ringtrust.apply.backup_hands import refuse_rotation
from ringtrust.apply.due import owed
from ringtrust.apply.news import Acted, Finished, News, StoppedAtAct, StoppedAtGate, Waiting
from ringtrust.change.act import Regenerate, TakeBackup
from ringtrust.change.gate import BackedUp
from ringtrust.change.outcome import Done, Failed, Refused
from ringtrust.cli.apply.ending import ending_document, ending_lines
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.lab.state.backup_job import SECONDS
from ringtrust.plan.backups import Backups
from ringtrust.plan.build import Wish
from tests.support.live import live
from tests.support.night import brisk, night

BY_RINGTRUST = Wish(backups=Backups("ringtrust"))
OLD, MIDDLE, NEW = "2026-11-24-01-00-00.tar", "2026-11-25-01-00-00.tar", "2026-11-26-01-00-00.tar"


def _act(copies: int = 2, keep: str = OLD) -> TakeBackup:
    return TakeBackup("pub", "networkDevice", "UCM", copies, again=True, keep=keep)


def _files(news: list[News]) -> list[str]:
    """The files of the backups that were begun."""
    return [
        each.outcome.made
        for each in news
        if isinstance(each, Acted) and isinstance(each.step.act, TakeBackup) and isinstance(each.outcome, Done)
    ]


@live
@pytest.mark.shows("S58")
@pytest.mark.shows("S189")
async def test_apply_takes_a_backup_before_and_one_after_and_the_first_is_still_there(tmp_path: Path) -> None:
    async with night(tmp_path, brisk("campus-12.5")) as made:
        plan = await made.plan("ipsec@sub1", wish=BY_RINGTRUST)
        applied = await made.apply(plan)
        assert isinstance(applied.ending, Finished)
        before, after = _files(applied.news)
        assert before < after
        kept = await (await made.scan())[1].backup_files("networkDevice")
        assert kept == (before, after)
        assert applied.ending.backup == before
        assert f"The backup from before the change is {before}: keep it" in "\n".join(
            ending_lines(applied.ending, plan)
        )
        assert ending_document(applied.ending)["backup_before"] == before
        with_component = [each for each in applied.news if isinstance(each, Waiting) and " per cent, " in _said(each)]
        assert with_component, "whoever waits is told how far it is, and which component of which node is at work"


def _said(waiting: Waiting) -> str:
    return " ".join(waiting.verdict.evidence)


@live
async def test_the_journal_names_the_backup_that_the_last_one_may_not_push_out(tmp_path: Path) -> None:
    async with night(tmp_path, brisk("campus-12.5")) as made:
        applied = await made.apply(await made.plan("ipsec@sub1", wish=BY_RINGTRUST))
        before, _ = _files(applied.news)
        journal = Journal(made.journal)
        run = journal.run(applied.ending.run)
        kept = [each.intended.act for each in journal.carried(run) if isinstance(each.intended.act, TakeBackup)]
        journal.close()
        assert [act.keep for act in kept] == ["", before]


@live
@pytest.mark.shows("S58")
async def test_a_component_that_failed_stops_the_plan_before_the_first_change_and_is_named(tmp_path: Path) -> None:
    async with night(tmp_path, brisk("campus-12.5")) as made:
        before = made.wire.cluster.identities()
        made.wire.cluster.trouble.no_backup = frozenset({"sub2"})
        plan = await made.plan("ipsec@sub1", wish=BY_RINGTRUST)
        ending = (await made.apply(plan)).ending
        assert isinstance(ending, StoppedAtGate)
        assert isinstance(ending.gate.condition, BackedUp)
        assert isinstance(ending.verdict, Failed)
        said = " ".join(ending.verdict.evidence)
        assert "PLATFORM of UCM on SUB2: ERROR" in said
        assert "_b_sub2_ucm_platform.log" in said
        assert made.wire.cluster.identities() == before
        assert not ending.acted
        made.wire.cluster.trouble.no_backup = frozenset()
        again = await made.apply(plan)
        assert isinstance(again.ending, Finished), "what was mended is backed up anew, and the plan goes on"
        assert len(_files(again.news)) == 2


@live
@pytest.mark.shows("S189")
async def test_the_last_backup_is_refused_where_it_would_push_out_the_one_from_before(tmp_path: Path) -> None:
    async with night(tmp_path, brisk("campus-12.5")) as made:
        plan = await made.plan("ipsec@sub1", wish=BY_RINGTRUST)
        files: list[str] = []
        last = len(plan.steps)

        def hear(news: News) -> None:
            if isinstance(news, Acted) and isinstance(news.step.act, TakeBackup) and isinstance(news.outcome, Done):
                files.append(news.outcome.made)
            if isinstance(news, Acted) and isinstance(news.step.act, Regenerate):
                cluster = made.wire.cluster
                cluster.back_up(cluster.clock(cluster.publisher).replace(microsecond=0))  # by a schedule

        ending = (await made.apply(plan, tell=hear)).ending
        assert isinstance(ending, StoppedAtAct)
        assert ending.step.number == last
        assert isinstance(ending.outcome, Refused)
        assert f"One more backup would push out {files[0]}" in ending.outcome.evidence[0]
        assert len(files) == 1
        journal = Journal(made.journal)
        assert owed(journal.run(ending.run), journal) == (), "a new plan begins with a backup, and need not wait"
        journal.close()
        assert files[0] in await (await made.scan())[1].backup_files("networkDevice")


@live
async def test_no_backup_is_begun_while_another_runs(tmp_path: Path) -> None:
    async with night(tmp_path, brisk("campus-12.5")) as made:
        plan = await made.plan("ipsec@sub1", wish=BY_RINGTRUST)
        made.wire.cluster.backup_jobs.start(made.wire.cluster)
        ending = (await made.apply(plan)).ending
        assert isinstance(ending, StoppedAtAct)
        assert "Another backup runs" in ending.outcome.evidence[0]
        await made.wire.advance(2 * SECONDS)
        assert isinstance((await made.apply(plan)).ending, Finished)


def test_one_more_may_come_while_the_device_keeps_the_one_from_before() -> None:
    refuse_rotation(_act(), (OLD,))
    refuse_rotation(_act(3), (OLD, MIDDLE))
    refuse_rotation(_act(3, MIDDLE), (OLD, MIDDLE))
    refuse_rotation(_act(keep=""), ())


@pytest.mark.shows("S189")
@pytest.mark.parametrize(
    ("act", "there", "says"),
    [
        (_act(), (OLD, MIDDLE), "push out"),
        (_act(3), (OLD, MIDDLE, NEW), "push out"),
        (_act(), (MIDDLE, NEW), "is not at"),
        (_act(), (), "is not at"),
    ],
)
def test_one_more_is_refused_where_the_one_from_before_would_go_or_is_gone(
    act: TakeBackup, there: tuple[str, ...], says: str
) -> None:
    with pytest.raises(RefusedError, match=says) as caught:
        refuse_rotation(act, there)
    assert OLD in caught.value.what
    assert caught.value.advice
