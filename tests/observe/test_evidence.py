"""From 14 on the database stands in for pages that are closed; and what a plan hangs on besides is read where it is."""

from pathlib import Path

import pytest

from ringtrust.cluster.facts import Known, Skipped
from ringtrust.cluster.phone import BY_DATABASE
from ringtrust.cluster.snapshot import Health, Source, read_snapshot, write_snapshot
from ringtrust.cluster.surroundings import Parameter, Progress
from ringtrust.lab.process.on_request import Faults
from ringtrust.report.phones import holdings, trust_lines
from tests.support.clusters import small
from tests.support.live import live
from tests.support.night import night

CLOSED = 4


@live
async def test_where_pages_are_closed_the_database_tells_which_list_phones_hold(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-14")) as made:
        for desk in made.wire.lab.desks[:CLOSED]:
            desk.web.close()
        snapshot, _ = await made.scan()
        assert snapshot.failed == ()
        [pages] = [each for each in snapshot.sources if each.interface == "phone"]
        assert (pages.health, pages.what) == (Health.SKIPPED, "pages of 6 phones")
        assert pages.reason.startswith("Of 4 only the database tells: ")
        shut = {desk.extension.device for desk in made.wire.lab.desks[:CLOSED]}
        for phone in snapshot.all_phones():
            assert isinstance(phone.itl, Known)
            assert phone.itl.value in set(snapshot.current_lists())
            assert (phone.itl.source == BY_DATABASE) == (phone.name in shut) == (phone.itl_told is not None)
        found = {each.phone: each for each in holdings(snapshot) if each.kind == "ITL"}
        assert {each.state for each in found.values()} == {"current"}
        assert {name for name, each in found.items() if each.since} == shut
        text = "\n".join(trust_lines(snapshot, all_names=False))
        assert "hold one that is served now (told by database: 4, phone: 2)" in text
        assert read_snapshot(write_snapshot(snapshot)) == snapshot
        plan = await made.plan("ipsec@sub1")
        assert len(plan.phones) == len(snapshot.all_phones())  # nobody is left behind for a closed page


@live
async def test_before_14_a_closed_page_is_a_source_that_failed(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-12.5")) as made:
        made.wire.lab.desks[0].web.close()
        snapshot, _ = await made.scan()
        assert [(each.interface, each.what) for each in snapshot.failed] == [("phone", "pages of 6 phones")]


@pytest.mark.parametrize("release", ["9.1", "14"])
@live
async def test_what_a_plan_hangs_on_besides(tmp_path: Path, release: str) -> None:
    async with night(tmp_path, small(f"campus-{release}")) as made:
        told = (await made.scan())[0].surroundings
        assert (told.clock, told.backup) == (Known(value=True, source="cli"), Known(value=False, source="cli"))
        assert (told.upgrade, told.trouble) == (Known(Progress.NONE, "cli"), Known(0, "cli"))
        if release == "9.1":
            assert isinstance(told.interaction, Skipped)
            assert isinstance(told.sso, Skipped)
            return
        assert told.interaction == Known(Parameter("PhoneInteractionOnCertificateUpdate", "automatic"), "cli")
        assert told.sso == Known((), "cli")
        there = Faults(made.wire.lab)
        for fault in ("ntp", "upgrade", "alarm", "sso"):
            await there.begin(fault, "pub")
        made.wire.cluster.backup_jobs.start(made.wire.cluster)
        told = (await made.scan())[0].surroundings
        assert (told.clock, told.backup) == (Known(value=False, source="cli"), Known(value=True, source="cli"))
        assert (told.upgrade, told.trouble) == (Known(Progress.RUNS, "cli"), Known(1, "cli"))
        assert told.sso == Known(("pub",), "cli")


@live
async def test_what_only_some_clusters_tell_is_no_failure_where_it_is_not_told(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-14")) as made:
        made.wire.cluster.database.write((("delete from processconfig where paramname like 'Phone%'", ()),))
        snapshot, _ = await made.scan()
        reason = "The database has no parameter for what is called Phone Interaction on Certificate Update."
        what = "phone interaction on certificate update"
        assert Source("cli", "pub", what, Health.SKIPPED, reason) in snapshot.sources
        assert snapshot.failed == ()
        plan = await made.plan("ipsec@sub1")
        assert "G-PAR" not in {gate.code for step in plan.steps for gate in (*step.before, *step.after)}
        assert "whether phones reset by themselves when a certificate changes" in "\n".join(n.text for n in plan.notes)
