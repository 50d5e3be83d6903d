"""Two snapshots of the lab, and between them something that nobody planned: `happened` says what, and whom it cost."""

import asyncio

import pytest

from ringtrust.audit.seen import Seen, release_of
from ringtrust.audit.silent.happened import happened, happened_but
from ringtrust.catalog.load import load_catalog
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.lab.state.reboot import SECONDS
from ringtrust.lab.state.silent import rename, switch_fips
from ringtrust.lab.stranded import Fate
from ringtrust.plan.recover.silent import phones_since
from tests.plan.recover.changed import ONE, evening, renamed
from tests.plan.recover.scene import Scene
from tests.support.console import Console

CATALOG = load_catalog()
TVS, TFTP, CALLMANAGER = "Cisco Trust Verification Service", "Cisco Tftp", "Cisco CallManager"


def _seen(snapshot: Snapshot) -> Seen:
    return Seen(snapshot, CATALOG, release_of(snapshot, CATALOG), 60)


def _both(before: Snapshot, after: Snapshot) -> list[Finding]:
    return [*happened(_seen(before), _seen(after)), *phones_since(_seen(before), _seen(after))]


def _codes(before: Snapshot, after: Snapshot) -> list[str]:
    return [each.code for each in _both(before, after)]


async def _typed(scene: Scene, node: str, command: str) -> None:
    await Console(scene.bench, node).runs(command)


def test_another_host_name_is_told_with_the_node_and_both_names() -> None:
    scene = evening("12.5")
    before = scene.snapshot()
    after = renamed(scene, "sub1", "branch7").snapshot()
    first, *others = _both(before, after)
    assert (first.code, first.where, first.severity) == ("silent.hostname", "node sub1", Severity.MAJOR)
    assert first.evidence[0] == "sub1 then, and branch7 now"
    assert "ITLRecovery" not in first.what
    assert {"IPC", "H23"} <= set(first.sources)
    assert [each.code for each in others] == ["silent.phones-follow"]


def test_fips_mode_is_told_where_all_of_a_node_begins_within_the_hour_under_its_old_name() -> None:
    scene = evening("12.5")
    before = scene.snapshot()
    switch_fips(scene.cluster, scene.cluster.node("sub1"))
    found = _both(before, scene.later(SECONDS + 100).sync().snapshot())
    assert [(each.code, each.where) for each in found if "phones" not in each.code] == [("silent.fips", "node sub1")]


def test_fips_mode_on_the_only_node_of_12_5_costs_every_phone_its_trust() -> None:
    scene = evening("12.5", ONE)
    before = scene.snapshot()
    switch_fips(scene.cluster, scene.cluster.publisher)
    after = scene.later(SECONDS + 100).sync().snapshot()
    found = {each.code: each for each in _both(before, after)}
    assert set(found) == {"silent.fips", "silent.phones-lost"}
    assert found["silent.phones-lost"].where == "6 phones"
    assert found["silent.phones-lost"].severity is Severity.CRITICAL
    assert all(scene.fate(phone.name) is not Fate.REACHABLE for phone in after.all_phones())


@pytest.mark.parametrize("release", ["9.1", "12.5", "15.0"])
def test_whom_a_new_host_name_costs_trust_the_lab_strands_too(release: str) -> None:
    """One node: up to 11.5 its CallManager signs and its TVS is new with it; from 12.0 on ITLRecovery stays."""
    scene = evening(release, ONE)
    before = scene.snapshot()
    after = renamed(scene, "pub", "hq1").snapshot()
    lost = "silent.phones-lost" in _codes(before, after)
    assert {scene.fate(phone.name) is not Fate.REACHABLE for phone in after.all_phones()} == {lost}
    assert lost is (release == "9.1")


@pytest.mark.parametrize("release", ["9.1", "11.5", "12.5", "15.0"])
@pytest.mark.parametrize(
    ("nodes", "fips"),
    [(("pub",), True), (("pub", "sub1"), False), (("pub", "sub1", "sub2"), False), (("pub", "sub1", "sub2"), True)],
)
def test_those_who_are_said_to_follow_are_those_that_a_wave_brings_to_the_lists_of_now(
    release: str, nodes: tuple[str, ...], fips: bool
) -> None:
    scene = evening(release)
    before = scene.snapshot()
    for name in nodes:
        node = scene.cluster.node(name)
        switch_fips(scene.cluster, node) if fips else rename(scene.cluster, node, f"{name}x")
    after = scene.later(SECONDS + 100).sync().snapshot()
    found = {each.code: each.where for each in _both(before, after)}
    scene.wave()
    back = sum(scene.is_back(phone.name) for phone in after.all_phones())
    assert found.get("silent.phones-follow", "0 phones") == f"{back} phones"
    assert ("silent.phones-lost" in found) is (back == 0)


def test_callmanager_and_tvs_renewed_by_somebody_are_told_as_h01() -> None:
    scene = evening("9.1")
    before = scene.snapshot()
    after = scene.regenerate("CallManager").regenerate("TVS").restart(TVS).sync().restart(TFTP).snapshot()
    first, *others = _both(before, after)
    assert first.code == "silent.regenerated"
    assert "H01" in first.what
    assert "CallManager of pub" in first.where
    assert "silent.phones-lost" in [each.code for each in others]


def test_a_restore_is_known_by_certificates_that_are_older_than_those_of_before() -> None:
    scene = evening("11.5")
    scene.later(86_400).regenerate("CallManager", "pub").sync().restart(TFTP).wave()
    before = scene.snapshot()
    scene.later(86_400)._restore()
    after = scene.sync().snapshot()
    found = _both(before, after)
    assert [each.code for each in found if "phones" not in each.code] == ["silent.restore"]
    assert "is there again" in found[0].evidence[0]
    assert "H24" in found[0].sources


def test_a_renewal_that_a_journal_knows_is_none_of_its_concern() -> None:
    scene = evening("12.5")
    before = scene.snapshot()
    after = scene.regenerate("TVS", "sub1").restart(TVS, "sub1").sync().wave().snapshot()
    (made,) = [node.identity("TVS") for node in after.nodes if node.name == "sub1"]
    assert made is not None
    assert [each.code for each in happened(_seen(before), _seen(after))] == ["silent.regenerated"]
    assert list(happened_but(_seen(before), _seen(after), frozenset({made.serial}))) == []


def test_set_web_security_is_told_by_what_the_subject_says_now() -> None:
    scene = evening("12.5")
    before = scene.snapshot()
    asyncio.run(_typed(scene, "sub1", "set web-security Voice Branch Riverside CA"))
    found = _both(before, scene.sync().snapshot())
    assert [(each.code, each.where, each.severity) for each in found] == [
        ("silent.web-security", "node sub1", Severity.MINOR)
    ]
    assert "O=Branch" in " ".join(found[0].evidence)


def test_nothing_has_happened_where_nothing_has_changed() -> None:
    scene = evening("15.0")
    before = scene.snapshot()
    assert _both(before, scene.later(86_400).wave().snapshot()) == []
    assert _both(before, before) == []
