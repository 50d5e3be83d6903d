"""Somebody at the Windows PC with the CTL client, and somebody who tells RADIUS of a new CAPF, in a lab that runs."""

import pytest

from ringtrust.errors import RefusedError
from ringtrust.lab.process.ctl_client import ctl_made
from tests.support.clusters import on_the_wire, small
from tests.support.live import live


@live
@pytest.mark.shows("S66", "S79")
async def test_the_ctl_client_signs_with_the_etoken_that_is_named_and_with_no_other() -> None:
    async with on_the_wire(small("secure-9.1", phones=0)) as wire:
        names = [token.name.strip() for token in wire.cluster.tokens]
        before = wire.cluster.publisher.ctl
        made = ctl_made(wire.lab, names[1].lower(), "")
        assert (made["signer"], made["mode"]) == (names[1], "mixed")
        assert wire.cluster.publisher.ctl is not before
        assert ctl_made(wire.lab, "", "non-secure")["mode"] == "non-secure"
        with pytest.raises(RefusedError, match="no eToken 'SAST-ADN0' here"):
            ctl_made(wire.lab, "SAST-ADN0", "")
        with pytest.raises(RefusedError, match="no mode"):
            ctl_made(wire.lab, "", "half")


@live
async def test_a_lab_without_etokens_says_what_makes_its_ctl() -> None:
    async with on_the_wire(small("secure-11.5", phones=0)) as wire:
        with pytest.raises(RefusedError) as refused:
            ctl_made(wire.lab, "", "")
        assert "utils ctl" in refused.value.advice
