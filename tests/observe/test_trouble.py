"""A scan of a cluster in trouble: one node is down, one hangs, one refuses the password; the rest is all there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.platform import host_keys, login
from ringtrust.lab.wire.network import listen
from ringtrust.report.snapshots import snapshot_lines
from tests.observe.test_doors import reach, seen
from tests.support.clusters import PHONES, small
from tests.support.live import live
from tests.support.night import Night, night

DOWN, HANGS, REFUSES = "sub2", "sub3", "sub4"
SECONDS = 2.0
"""How long a node may be silent here, on the wall."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits half a minute for a connection."""
    for module in (host_keys, login):
        monkeypatch.setattr(module, "CONNECT_SECONDS", SECONDS)


async def goes_down(made: Night, name: str) -> None:
    """Every port of a node refuses."""
    lab = made.wire.lab
    for door in lab.doors[name].values():
        door.close()
    cli = lab.cli(name)
    await cli.close()


@asynccontextmanager
async def hanging(made: Night, name: str) -> AsyncIterator[None]:
    """Every port of a node accepts, and says nothing for ever."""
    await goes_down(made, name)
    address = made.wire.cluster.node(name).address
    ports = (made.entry.settings.ssh_port, 6970, 8443, 2445)
    sockets = [listen(address, port) for port in ports]
    try:
        yield
    finally:
        for each in sockets:
            each.close()


@asynccontextmanager
async def in_trouble(tmp_path: Path) -> AsyncIterator[Night]:
    """Five nodes, two of them well."""
    async with night(tmp_path, small("campus-14"), seconds=SECONDS) as made:
        await goes_down(made, DOWN)
        _changes_password(made)
        async with hanging(made, HANGS):
            yield made


def _changes_password(made: Night) -> None:
    made.wire.cluster.node(REFUSES).logins.install(made.wire.lab.platform.user, "another")


async def looked(made: Night) -> Snapshot:
    async with reach(made) as wire:
        return await seen(made, wire)


@live
async def test_the_rest_is_complete_and_each_of_the_three_has_one_clear_line(tmp_path: Path, impatient: None) -> None:
    async with in_trouble(tmp_path) as made:
        snapshot = await looked(made)
        assert {source.node for source in snapshot.failed} - {""} == {DOWN, HANGS, REFUSES}
        for name in ("pub", "sub1"):
            node = snapshot.node(name)
            assert node is not None
            for fact in (node.version, node.services, node.identities, node.trusted, node.registered):
                assert isinstance(fact, Known)
        assert len(snapshot.all_phones()) == PHONES
        down, hangs, refuses = list(snapshot_lines(snapshot))[-3:]
        assert down.startswith(f"  {DOWN} tells nothing: ")
        assert "connection refused" in down.lower()
        assert hangs.startswith(f"  {HANGS} tells nothing: ")
        assert "does not answer" in hangs
        assert refuses.startswith(f"  {REFUSES} cli, control-center, rest, ")
        assert "refuses the password" in refuses


@live
async def test_a_node_that_hangs_costs_its_own_time_out_only(tmp_path: Path, impatient: None) -> None:
    async with night(tmp_path, small("campus-14"), seconds=SECONDS) as made, hanging(made, HANGS):
        snapshot = await looked(made)
        reasons = {source.reason for source in snapshot.failed if source.interface == "cli"}
        assert len(reasons) == 1  # it was asked once, and given up
        assert {source.node for source in snapshot.failed} - {""} == {HANGS}


@live
async def test_a_refused_password_is_sent_once_to_the_node_that_refuses_it(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-14")) as made:
        _changes_password(made)
        snapshot = await looked(made)
        refused = [source for source in snapshot.failed if source.node == REFUSES]
        assert {source.interface for source in refused} == {"cli", "control-center", "rest"}
        assert all("refuses the password" in source.reason for source in refused)
