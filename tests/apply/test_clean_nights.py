"""Trust stores of ten years, judged and cleaned on every release: nothing that is needed goes, and no phone notices."""

import hashlib
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from ringtrust.apply.news import Finished
from ringtrust.audit.seen import Seen, release_of
from ringtrust.audit.verdicts.judge import verdicts
from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import AwaitNotification, Delete
from ringtrust.change.gate import CopiesGone
from ringtrust.change.outcome import NotYet
from ringtrust.change.store_verdict import Fate, Kind, StoreVerdict
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.certificates import certificate_of
from ringtrust.lab.process.muster import views
from ringtrust.lab.topology import Topology
from ringtrust.plan.clean.build import clean_plan
from tests.support.clusters import BOOT, PHONES
from tests.support.live import live
from tests.support.night import Night, brisk, night
from tests.support.store_seeds import FORMER, Garden

CATALOG = load_catalog()
CLUSTERS = {"9.1": "campus-9.1", "11.5": "branch-11.5", "12.5": "campus-12.5", "15": "campus-14"}


def topology(release: str) -> Topology:
    """A shipped one of that release; of 15 the shipped one has twenty-one nodes, so that of 14 has to do."""
    found = brisk(CLUSTERS[release])
    return msgspec.structs.replace(found, release="15.0") if release == "15" else found


async def seen(made: Night, garden: Garden) -> Snapshot:
    """A scan, with what the administrator has declared, and what foreign servers have answered."""
    found, _ = await made.scan()
    declared = msgspec.structs.replace(found.declared, former=FORMER)
    return msgspec.structs.replace(found, declared=declared, elsewhere=tuple(garden.elsewhere))


def judged(snapshot: Snapshot) -> tuple[StoreVerdict, ...]:
    return verdicts(Seen(snapshot, CATALOG, release_of(snapshot, CATALOG), SOON_DAYS))


def held(made: Night) -> Counter[tuple[str, str, bytes]]:
    """What lies in the stores, counted on the disks of the lab."""
    return Counter(
        (node.name, store, certificate)
        for node in made.wire.cluster.nodes
        for store, files in node.trusts.items()
        for certificate in files.values()
    )


def named(found: Counter[tuple[str, str, bytes]]) -> list[str]:
    return [f"{store}/{certificate_of(der).common_name} of {node}" for node, store, der in found]


async def sown(made: Night) -> Garden:
    garden = Garden(made.wire.cluster)
    garden.sown()
    await made.wire.advance(300)
    return garden


def wrong(found: tuple[StoreVerdict, ...], garden: Garden) -> list[str]:
    """Every verdict that is not the one that a seed deserves, and whatever of the cluster's own does not stay."""
    due = {seed.place: (seed.kind, seed.fate) for seed in garden.seeds}
    told = []
    for each in found:
        assert isinstance(each.certificate, Known)
        certificate = each.certificate.value
        expected = due.pop((each.store, certificate.sha256), None)
        if expected is None:
            own = each.kind in {Kind.IN_USE, Kind.CISCO} and each.fate is Fate.KEEP
            expected = (each.kind, each.fate) if own else (Kind.OBSOLETE, Fate.FREE)
        if (each.kind, each.fate) != expected:
            told.append(f"{each.store}/{each.files[0]}: {each.kind}, {each.fate}, due {expected}: {each}")
    return [*told, *(f"no verdict on {place}" for place in due)]


@pytest.mark.shows("S151", "S152", "S156", "S157", "S165", "S166", "S167")
@pytest.mark.parametrize("release", CLUSTERS)
@live
async def test_more_than_sixty_certificates_of_every_kind_are_judged_and_those_that_may_go_are_gone(
    release: str, tmp_path: Path
) -> None:
    async with night(tmp_path, topology(release)) as made:
        garden = await sown(made)
        assert len(garden.seeds) >= 60
        snapshot = await seen(made, garden)
        found = judged(snapshot)
        assert wrong(found, garden) == []
        before = held(made)
        plan = clean_plan(snapshot, CATALOG, ["all"], made.timer.now())
        assert [each.verdict for each in plan.weighed] == ["holds"], plan.weighed
        applied = await made.apply(plan)
        assert isinstance(applied.ending, Finished), applied.ending
        free = {
            (each.store, each.certificate.value.sha256)
            for each in found
            if each.fate is Fate.FREE and isinstance(each.certificate, Known)
        }
        gone = before - held(made)
        assert named(held(made) - before) == []
        assert {(store, _sha256(certificate)) for _, store, certificate in gone} == free
        await _phones_are_well(made)


@pytest.mark.shows("S112")
@live
async def test_on_9_1_what_somebody_deletes_by_hand_comes_back_and_what_the_plan_deletes_does_not(
    tmp_path: Path,
) -> None:
    async with night(tmp_path, topology("9.1")) as made:
        garden = await sown(made)
        snapshot = await seen(made, garden)
        plan = clean_plan(snapshot, CATALOG, ["tomcat-trust"], made.timer.now())
        deletion = next(step.act for step in plan.steps if isinstance(step.act, Delete))
        last = next(step for step in plan.steps if isinstance(step.act, AwaitNotification))
        gone = next(gate.condition for gate in last.after if isinstance(gate.condition, CopiesGone))
        for node in made.wire.cluster.nodes:
            made.wire.cluster.delete(node, deletion.store, deletion.file)
        await made.wire.advance(600)
        assert all(deletion.file in node.trusts[deletion.store] for node in made.wire.cluster.nodes)
        verdict = await (await made.judge(plan)).judge(gone)
        assert isinstance(verdict, NotYet)
        assert any(f"{deletion.store}/{deletion.file} is on pub still, or again." in text for text in verdict.evidence)
        assert isinstance((await made.apply(plan)).ending, Finished)
        await made.wire.advance(3600)
        assert not any(deletion.file in node.trusts[deletion.store] for node in made.wire.cluster.nodes)


def _sha256(certificate: bytes) -> str:
    return hashlib.sha256(certificate).hexdigest().upper()


async def _phones_are_well(made: Night) -> None:
    """TVS vouches as ever: every phone takes the list that a new CallManager has signed, and registers."""
    callmanager = made.wire.cluster.release.unit("CallManager")
    assert callmanager is not None
    made.wire.cluster.regenerate(made.wire.cluster.publisher, callmanager)
    await made.wire.advance(600)
    boots = _boots(made)
    made.wire.cluster.registrations.reset_all()
    await made.wire.lab.until(lambda: all(now > then for now, then in zip(_boots(made), boots, strict=True)))
    await made.wire.advance(BOOT)
    assert len(made.wire.cluster.registrations) == PHONES
    assert [view.name for view in views(made.wire.lab) if view.stranded or not view.current] == []


def _boots(made: Night) -> list[int]:
    return [desk.line.phone.boots for desk in made.wire.lab.desks]
