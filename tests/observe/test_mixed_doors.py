"""Clusters in mixed mode: the same CTL through every door, out of an export, and in what phones tell."""

from pathlib import Path

import pytest

from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import TFTP_SERVICE
from ringtrust.connect.offline.folder import Export
from ringtrust.connect.offline.recording import Pen, RecordingReach
from ringtrust.connect.offline.wire import Offline
from ringtrust.lab.topology import known_topologies
from tests.observe.test_doors import CLI_ONLY, NO_CLI, OF_PERFMON, ONLY_BY_CLI, differences, reach, seen, through
from tests.support.clusters import small
from tests.support.live import live
from tests.support.night import night

SECURE = [name for name in known_topologies() if name.startswith("secure-")]


@pytest.mark.shows("S62", "S64")
@pytest.mark.parametrize("name", SECURE)
@live
async def test_the_same_ctl_comes_through_every_door_and_out_of_an_export(tmp_path: Path, name: str) -> None:
    async with night(tmp_path, small(name, phones=4)) as made:
        await made.wire.all_registered()
        everything = await through(made, frozenset(Door))
        assert (everything.failed, everything.disagreements, everything.mixed) == ((), (), True)
        served = {node.ctl.value.sha1 for node in everything.nodes if isinstance(node.ctl, Known)}
        served.discard("")  # the CLI of 9.1 prints no checksum
        assert len(served) == 1
        for node in everything.nodes:
            assert isinstance(node.ctl, Known)
            assert node.ctl.source == ("tftp" if node.has(TFTP_SERVICE) else "cli")
            assert node.ctl.value.signed_by_token is (name == "secure-9.1")
        for phone in everything.all_phones():
            assert isinstance(phone.ctl, Known)
            assert phone.ctl.value in served
            assert phone.secure
        assert differences(everything, await through(made, CLI_ONLY)) == set()
        without_cli = await through(made, NO_CLI)
        only_by_cli = {f"{name}?" for name in (*ONLY_BY_CLI, "nodes[].ctl")}
        assert differences(everything, without_cli) - OF_PERFMON == only_by_cli
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
