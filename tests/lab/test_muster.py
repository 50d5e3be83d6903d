"""Counting phones on the wire: what `lab muster` and `lab phones` tell is counted from the phones."""

import asyncio

import pytest

from ringtrust.lab.process.muster import Muster, muster, views
from ringtrust.lab.process.status import status
from ringtrust.lab.state.registrations import Registration
from tests.support.clusters import BOOT, Wire, on_the_wire, small
from tests.support.live import live


async def _muster(wire: Wire) -> Muster:
    """A muster, while the test lets the time pass that the phones need to boot."""
    told: list[tuple[int, int]] = []
    counting = asyncio.ensure_future(muster(wire.lab, lambda done, of: told.append((done, of))))
    boots = [desk.line.phone.boots for desk in wire.lab.desks]
    await wire.lab.until(lambda: [desk.line.phone.boots - 1 for desk in wire.lab.desks] == boots)
    wire.time.advance(BOOT)
    result = await counting
    assert told[-1] == (len(boots), len(boots))
    return result


@live
async def test_after_a_quiet_day_every_phone_is_there_and_current() -> None:
    async with on_the_wire(small(phones=4)) as wire:
        await wire.all_registered()
        assert await _muster(wire) == Muster(reset=4, registered=4, current=4, stranded=0, by_restore=0)


@live
async def test_phones_that_boot_already_are_waited_for_and_then_reset() -> None:
    async with on_the_wire(small(phones=4)) as wire:
        await wire.all_registered()
        wire.cluster.registrations.reset_all()
        await wire.lab.until(lambda: all(desk.line.phone.boots == 2 for desk in wire.lab.desks))
        counting = asyncio.ensure_future(muster(wire.lab))
        wire.time.advance(BOOT)
        await wire.lab.until(lambda: all(desk.line.phone.boots == 3 for desk in wire.lab.desks))
        wire.time.advance(BOOT)
        assert await counting == Muster(reset=4, registered=4, current=4, stranded=0, by_restore=0)


@live
async def test_a_reset_that_comes_together_with_the_answer_to_a_registration_is_obeyed() -> None:
    async with on_the_wire(small(phones=2)) as wire:
        registrations = wire.cluster.registrations
        register = registrations.register

        def register_and_reset(registration: Registration) -> None:
            register(registration)
            asyncio.get_running_loop().call_soon(registration.notify, "reset")

        registrations.register = register_and_reset  # type: ignore[method-assign]
        wire.time.advance(BOOT)
        await wire.lab.until(lambda: all(desk.line.phone.boots == 2 for desk in wire.lab.desks))
        registrations.register = register  # type: ignore[method-assign]
        await wire.all_registered()


@pytest.mark.parametrize(("release", "lost"), [("campus-9.1", 4), ("campus-12.5", 0)])
@live
async def test_a_careless_night_on_the_wire_ends_as_it_does_in_memory(release: str, lost: int) -> None:
    async with on_the_wire(small(release, phones=4)) as wire:
        await wire.all_registered()
        cluster = wire.cluster
        for name in ("CallManager", "TVS"):
            unit = cluster.release.unit(name)
            assert unit is not None
            for node in cluster.nodes:
                cluster.regenerate(node, unit)
        for name in ("Cisco Trust Verification Service", "Cisco Tftp", "Cisco CallManager"):
            for node in cluster.nodes:
                service = node.services.find(name)
                assert service is not None
                if service.activated:
                    node.services.restart(service)
            await wire.advance(30)
        await wire.advance(600)
        await wire.lab.until(lambda: all(desk.line.phone.boots == 2 for desk in wire.lab.desks))
        await wire.all_registered()
        assert await _muster(wire) == Muster(reset=4, registered=4, current=4 - lost, stranded=lost, by_restore=0)
        seen = views(wire.lab)
        assert sum(phone.stranded for phone in seen) == lost
        assert {phone.status for phone in seen} == {"Trust List update failed" if lost else "ITL installed"}
        assert [phone.group for phone in seen] == ["A", "A", "B", "B"]


@live
async def test_a_phone_that_is_off_is_not_told_and_holds_what_it_held() -> None:
    async with on_the_wire(small(phones=2)) as wire:
        first = views(wire.lab)[0]
        assert (first.state, first.list, first.status) == ("booting", None, "No Trust List installed")
        await wire.all_registered()
        wire.lab.power_off(wire.lab.desks[0])
        while len(wire.cluster.registrations) > 1:
            await asyncio.sleep(0)
        counting = asyncio.ensure_future(muster(wire.lab))
        await wire.lab.until(lambda: wire.lab.desks[1].line.phone.boots == 2)
        wire.time.advance(BOOT)
        assert await counting == Muster(reset=1, registered=1, current=2, stranded=0, by_restore=0)
        off = views(wire.lab)[0]
        assert off.state == "off"
        assert off.list is not None
        assert off.list.signer == "pub"


@live
async def test_the_status_says_where_everything_is() -> None:
    async with on_the_wire(small(phones=1)) as wire:
        found = status(wire.lab)
        assert (found["release"], found["speed"]) == ("9.1", 0)
        assert found["credentials"]["cli"] == {"user": "admin", "password": wire.lab.platform.password}
        assert found["credentials"]["application"]["password"] == wire.lab.application.password
        addresses = {node["name"]: node["address"] for node in found["nodes"]}
        services = {node["name"]: node["services"] for node in found["nodes"]}
        assert [node["role"] for node in found["nodes"]] == ["publisher", "subscriber", "subscriber"]
        where = addresses["pub"]
        where_allowed = {
            "https_443": {"port": 443, "url": f"https://{where}:443/"},
            "tftp_udp_69": {"port": 69},
        }
        assert services["pub"] == {
            "ssh": {"port": 2222},
            "https": {"port": 8443, "url": f"https://{where}:8443/"},
            "tftp_http": {"port": 6970, "url": f"http://{where}:6970/"},
            "tftp_udp": {"port": 6969},
            "tvs": {"port": 2445},
            "sip": {"port": 5060},
            "sips": {"port": 5061},
            "capf": {"port": 3804},
            **{name: door for name, door in where_allowed.items() if name in services["pub"]},
        }
        assert "tftp_http" not in services["sub2"]
