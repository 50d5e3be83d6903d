"""What a plan has made is no change that nobody meant to make: the journal tells, and an audit since then is silent."""

from pathlib import Path

from ringtrust.apply.news import Finished
from ringtrust.audit.review import Scope, review
from ringtrust.catalog.load import load_catalog
from ringtrust.cli.planned import made_by_plans
from ringtrust.cluster.snapshot import Snapshot
from tests.support.live import live
from tests.support.night import night

ENTRY = """
[clusters.campus]
publisher = "127.0.0.1"
[clusters.campus.platform]
user = "admin"
password_variable = "NOBODY"
"""


def _codes(before: Snapshot, after: Snapshot, made: frozenset[str]) -> set[str]:
    found = review(after, load_catalog(), Scope(before=before, made=made)).findings
    return {each.code for each in found if each.code.startswith("silent.")}


@live
async def test_a_renewal_by_a_plan_is_told_from_one_by_somebody(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        before, _ = await made.scan()
        assert isinstance((await made.apply(await made.plan("tomcat@sub1"))).ending, Finished)
        after, _ = await made.scan()
    (tmp_path / "ringtrust.toml").write_text(ENTRY)
    serials = made_by_plans(tmp_path)
    assert len(serials) == 1
    assert _codes(before, after, frozenset()) == {"silent.regenerated"}
    assert _codes(before, after, serials) == set()


def test_without_a_file_or_a_journal_no_plan_has_made_anything(tmp_path: Path) -> None:
    assert made_by_plans(tmp_path / "ringtrust.toml") == frozenset()
    (tmp_path / "ringtrust.toml").write_text(ENTRY)
    assert made_by_plans(tmp_path) == frozenset()
