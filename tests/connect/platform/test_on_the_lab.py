"""What is typed at a lab over SSH does there what it says, on an old release and on later ones."""

from pathlib import Path

import pytest

from ringtrust.cluster.release import Release
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.acts import Accepted, NotAccepted, Regenerated
from ringtrust.connect.platform.node import NodeCli
from ringtrust.errors import RefusedError
from tests.support.live import live
from tests.support.night import Night, brisk, night

RELEASES = ["campus-9.1", "branch-11.5", "campus-12.5", "campus-14"]


def _publisher(made: Night) -> NodeCli:
    node = made.wire.cluster.publisher
    return made.reach.cli(node.address).on(Release.of(made.wire.cluster.release.version))


@pytest.mark.parametrize("topology", RELEASES)
@live
async def test_a_renewal_and_a_deletion(tmp_path: Path, topology: str) -> None:
    async with night(tmp_path, brisk(topology)) as made:
        cli = _publisher(made)
        before = certificate_of(await cli.own_certificate("tomcat"))
        assert isinstance(await cli.regenerate("tomcat"), Regenerated)
        after = certificate_of(await cli.own_certificate("tomcat"))
        assert before.serial != after.serial
        file = next(row.file for row in await cli.trust_listing() if row.folder == "CAPF-trust")
        assert isinstance(await cli.delete("CAPF-trust", file), Accepted)
        assert file not in [row.file for row in await cli.trust_listing() if row.folder == "CAPF-trust"]
        assert isinstance(await cli.delete("CAPF-trust", file), NotAccepted)


@pytest.mark.parametrize("topology", RELEASES)
@live
async def test_every_list_is_signed_by_the_other_key_where_the_release_has_one(tmp_path: Path, topology: str) -> None:
    async with night(tmp_path, brisk(topology)) as made:
        cli = _publisher(made)
        if topology == "campus-9.1":
            with pytest.raises(RefusedError, match=r"it came with 10\.0\. Nothing was sent"):
                await cli.reset_list()
            return
        node = made.wire.cluster.publisher
        assert node.tftp is not None
        before = node.tftp.itl.data
        assert isinstance(await cli.reset_list(), Accepted)
        assert node.tftp.itl.data != before
