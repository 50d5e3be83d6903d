"""One cluster, seen through different doors: the same snapshot, but for what a door does not show."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.offline.folder import Export
from ringtrust.connect.offline.recording import Pen, RecordingReach
from ringtrust.connect.offline.wire import Offline
from ringtrust.connect.pins import sha256_of
from ringtrust.connect.wire import Reach, Wire
from ringtrust.lab.topology import Topology
from ringtrust.observe.scan.cluster import scan
from ringtrust.settings import Secret
from tests.support.clusters import small
from tests.support.live import live
from tests.support.night import Night, night

OPEN = {Door.TFTP, Door.TLS, Door.PHONE}
CLI_ONLY = frozenset({Door.CLI, *OPEN})
NO_CLI = frozenset(Door) - {Door.CLI}
RELEASES = ("9.1", "11.5", "12.5", "14", "15")
BY_RELEASE = {"9.1": "campus-9.1", "11.5": "branch-11.5", "12.5": "campus-12.5", "14": "campus-14"}

# What only the CLI shows, and what a door words in its own way.
ONLY_BY_CLI = {
    *("unauthenticated", "backups", "surroundings.clock", "surroundings.backup", "surroundings.drs"),
    *("surroundings.upgrade", "surroundings.trouble"),
}
OF_PERFMON = {"replication[].queue", "replication[].text"}


def cluster(release: str) -> Topology:
    """A small cluster of each release."""
    if release == "15":
        return replace(small("campus-14"), name="campus-15", release="15.0")
    return small(BY_RELEASE[release])


def reach(made: Night, kind: type[Reach] = Reach) -> Reach:
    """Another one who looks; the publisher's HTTPS certificate is pinned, as where nobody has an SSH login."""
    pinned = (sha256_of(made.wire.cluster.publisher.loaded["tomcat"].certificate),)
    entry = replace(made.entry, settings=replace(made.entry.settings, trusted_certificates=pinned))
    lab = made.wire.lab
    return kind(entry, Secret(lab.platform.password), Secret(lab.application.password), made.timer)


async def seen(made: Night, wire: Wire, publisher: str = "") -> Snapshot:
    found, _ = await scan("campus", wire, publisher or made.entry.settings.publisher, made.timer, lambda _: None)
    return found


async def through(made: Night, doors: frozenset[Door]) -> Snapshot:
    async with reach(made) as wire:
        wire.doors = doors
        return await seen(made, wire)


def differences(one: Snapshot, other: Snapshot) -> set[str]:
    """Where two snapshots differ, less the marks of sources; facts that one of them lacks end with a question mark."""
    left, right = (msgspec.to_builtins(each) for each in (one, other))
    for each in (left, right):
        for name in ("sources", "disagreements", "taken"):
            del each[name]
    return set(_differences(left, right, ""))


def _differences(one: Any, other: Any, place: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        kinds = {one.get("is"), other.get("is")}
        if len(kinds) > 1 and "known" in kinds:
            yield f"{place}?"
            return
        if kinds <= {"unread", "skipped"}:
            return
        for name in sorted((one.keys() | other.keys()) - {"source", "is"}):
            inner = place if name == "value" else f"{place}.{name}".strip(".")
            yield from _differences(one.get(name), other.get(name), inner)
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        for left, right in zip(one, other, strict=True):
            yield from _differences(left, right, f"{place}[]")
    elif one != other:
        yield place


@pytest.mark.parametrize("release", RELEASES)
@live
async def test_the_same_snapshot_comes_through_every_door(tmp_path: Path, release: str) -> None:
    async with night(tmp_path, cluster(release)) as made:
        everything = await through(made, frozenset(Door))
        assert everything.disagreements == ()
        assert everything.failed == ()
        by_cli = await through(made, CLI_ONLY)
        assert by_cli.failed == ()
        assert differences(everything, by_cli) == set()
        without_cli = await through(made, NO_CLI)
        assert without_cli.failed == ()
        assert differences(by_cli, without_cli) - OF_PERFMON == {f"{name}?" for name in ONLY_BY_CLI}
        for door, found in (("cli", by_cli), ("rest" if release in {"14", "15"} else "axl", without_cli)):
            sources = {node.trusted.source for node in found.nodes if isinstance(node.trusted, Known)}
            assert sources == {door}


@pytest.mark.parametrize("release", RELEASES)
@live
async def test_an_export_gives_the_snapshot_of_the_scan_that_wrote_it(tmp_path: Path, release: str) -> None:
    async with night(tmp_path, cluster(release)) as made:
        by_cli = await through(made, CLI_ONLY)
        folder = tmp_path / "export"
        async with reach(made, RecordingReach) as wire:
            assert isinstance(wire, RecordingReach)
            wire.record(Pen(folder))
            recorded = await seen(made, wire)
            wire.close_export("campus", made.entry.settings.publisher, recorded.taken)
        export = Export(folder)
        offline = await seen(made, Offline(export), export.publisher.address)
        assert offline.failed == ()
        assert differences(recorded, offline) == set()
        assert differences(by_cli, offline) == set()
        assert (export.head.cluster, export.head.taken) == ("campus", recorded.taken)
