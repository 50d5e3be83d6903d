"""`utils ctl` typed at a lab over SSH does there what it says."""

from pathlib import Path

import pytest

from ringtrust.cluster.release import Release
from ringtrust.connect.platform.acts import Accepted
from ringtrust.connect.platform.lists import ListText
from ringtrust.connect.platform.node import NodeCli
from ringtrust.errors import RefusedError
from ringtrust.lab.topology import known_topologies
from tests.support.live import live
from tests.support.night import Night, brisk, night

SECURE = [name for name in known_topologies() if name.startswith("secure-")]


def _publisher(made: Night) -> NodeCli:
    node = made.wire.cluster.publisher
    return made.reach.cli(node.address).on(Release.of(made.wire.cluster.release.version))


async def _ctl(cli: NodeCli) -> ListText:
    found = await cli.ctl()
    assert isinstance(found, ListText)
    return found


@pytest.mark.shows("S69", "S79")
@pytest.mark.parametrize("topology", SECURE)
@live
async def test_the_ctl_is_updated_and_signed_by_its_other_key_and_the_mode_is_left(
    tmp_path: Path, topology: str
) -> None:
    async with night(tmp_path, brisk(topology)) as made:
        cli = _publisher(made)
        before = await _ctl(cli)
        if topology == "secure-9.1":
            with pytest.raises(RefusedError, match=r"it came with 10\.0\. Nothing was sent"):
                await cli.update_ctl()
            return
        assert isinstance(await cli.reset_ctl(), Accepted)
        other = await _ctl(cli)
        assert other.header != before.header
        assert isinstance(await cli.update_ctl(), Accepted)
        assert (await _ctl(cli)).sha1 != other.sha1
        assert isinstance(await cli.set_mode(mixed=False), Accepted)
        assert isinstance(await cli.set_mode(mixed=True), Accepted)
