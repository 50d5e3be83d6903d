"""Secure phones on the network: CAPF on 3804 and registration on 5061, with real TLS, by the clock of the lab."""

import asyncio
import ssl

import pytest

from ringtrust.errors import RefusedError
from ringtrust.lab.certificates.pki import Identity
from ringtrust.lab.certificates.text import pem
from ringtrust.lab.phone.events import Reset
from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.lab.phone.phone import State
from ringtrust.lab.process.muster import count, views
from ringtrust.lab.process.partners import partners_trust
from ringtrust.lab.state.services import CALLMANAGER, CAPF, TFTP
from ringtrust.lab.wire import capf, tls
from ringtrust.trust.capf import AuthRequest, AuthResponse, read_message
from ringtrust.trust.capf_elements import Reason
from ringtrust.trust.capf_views import EndSession
from ringtrust.trust.certificates import validity_of
from tests.support.clusters import BOOT, SYNC, Wire, on_the_wire
from tests.support.live import live
from tests.support.secure import DAYS, callmanagers_renewed, ctl, give, in_mixed_mode, schedule, secure, told

PHONES = 3


async def _registered(wire: Wire) -> None:
    in_mixed_mode(wire.cluster)
    held = ctl(wire.cluster)
    for desk in wire.lab.desks:
        give(desk.line.phone, held)
    await wire.all_registered()


async def _reset(wire: Wire) -> None:
    for desk in wire.lab.desks:
        desk.line.happen(Reset())
    await wire.advance(BOOT)


def _states(wire: Wire) -> set[State]:
    return {desk.line.phone.state for desk in wire.lab.desks}


def _told(wire: Wire) -> set[str]:
    return {told(wire.cluster, desk.extension.device)[1] for desk in wire.lab.desks}


async def _restart(wire: Wire, *services: str) -> None:
    for node in wire.cluster.nodes:
        for found in filter(None, map(node.services.find, services)):
            if found.activated:
                node.services.restart(found)
    await wire.advance(wire.cluster.topology.delays.service_start)


@live
@pytest.mark.shows("S120", "S121", "S122")
@pytest.mark.parametrize("release", ["single-9.1", "branch-11.5"])
async def test_phones_locked_out_by_an_expired_capf_come_back_through_a_new_one(release: str) -> None:
    async with on_the_wire(secure(release, PHONES)) as wire:
        await _registered(wire)
        cluster = wire.cluster
        until = validity_of(cluster.publisher.identities["CAPF"].certificate).end - wire.time.now()
        await wire.advance(until.total_seconds() - DAYS)
        callmanagers_renewed(cluster, [desk.line.phone for desk in wire.lab.desks])
        await _restart(wire, CALLMANAGER)
        await wire.advance(DAYS + 3600)
        await _reset(wire)
        assert _states(wire) == {State.UNREGISTERED}
        assert {desk.line.phone.refusal.partition(" ")[2] for desk in wire.lab.desks} == {"does not take its LSC"}
        assert all("has expired on" in view.barred for view in views(wire.lab))
        assert count(wire.lab, 0).barred == PHONES
        unit = cluster.release.unit("CAPF")
        assert unit is not None
        cluster.regenerate(cluster.publisher, unit)
        await wire.advance(SYNC)
        await _restart(wire, CAPF, TFTP)
        for desk in wire.lab.desks:
            schedule(cluster, desk.extension.device)
        await wire.advance(10)
        await _reset(wire)
        assert _told(wire) == {"Upgrade Success"}
        assert _states(wire) == {State.REGISTERED}
        assert count(wire.lab, 0).barred == 0


@live
async def test_a_phone_whose_issuer_is_not_known_is_turned_away_in_the_handshake() -> None:
    async with on_the_wire(secure(phones=1)) as wire:
        await _registered(wire)
        cluster, desk = wire.cluster, wire.lab.desks[0]
        unit = cluster.release.unit("CAPF")
        assert unit is not None
        cluster.regenerate(cluster.publisher, unit)
        await wire.advance(10)
        await _restart(wire, CAPF)
        schedule(cluster, desk.extension.device)
        await wire.advance(10)
        await _reset(wire)
        assert _told(wire) == {"Upgrade Success"}
        assert desk.line.phone.state is State.UNREGISTERED
        assert "does not take its LSC" in desk.line.phone.refusal
        await wire.advance(SYNC)  # CallManager of the subscriber runs on, and knows the new CAPF by then
        await wire.advance(31)
        assert desk.line.phone.state is State.REGISTERED


@live
async def test_h13_a_callmanager_that_no_list_has_is_refused_by_the_phone() -> None:
    async with on_the_wire(secure(phones=2)) as wire:
        for desk in wire.lab.desks:
            assert desk.line.phone.held == {}
        in_mixed_mode(wire.cluster)
        await wire.advance(BOOT)
        assert _states(wire) == {State.UNREGISTERED}
        assert {desk.line.phone.refusal for desk in wire.lab.desks} == {
            f"CallManager of {name} is in no list that it holds" for name in ("sub1", "sub2")
        }
        for desk in wire.lab.desks:
            give(desk.line.phone, ctl(wire.cluster))
        await wire.advance(31)
        assert _states(wire) == {State.REGISTERED}


@live
async def test_h18_the_switch_of_a_phone_asks_the_partners_and_somebody_can_tell_these() -> None:
    kind = PhoneKind(profile="encrypted", lsc=True, dot1x=True)
    async with on_the_wire(secure(phones=1, kind=kind)) as wire:
        await _registered(wire)
        known = tuple(wire.cluster.partners.known)
        wire.cluster.partners.distrust(known)
        await _reset(wire)
        assert _states(wire) == {State.NO_NETWORK}
        assert views(wire.lab)[0].barred.startswith("the network does not let it in: RADIUS does not know CAPF-")
        assert partners_trust(wire.lab, "".join(map(pem, known)))[0].name.startswith("CAPF-")
        await wire.advance(31)
        assert _states(wire) == {State.REGISTERED}
        with pytest.raises(RefusedError):
            partners_trust(wire.lab, "no certificate")


async def _capf(wire: Wire) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(wire.cluster.publisher.address, capf.PORT, ssl=tls.phone_context())


@live
async def test_capf_speaks_first_and_hangs_up_after_the_end() -> None:
    async with on_the_wire(secure(phones=1)) as wire:
        device = wire.lab.desks[0].extension.device
        for name, reason in ((device, Reason.NO_ACTION), ("SEP001122334455", Reason.UNKNOWN_DEVICE)):
            reader, writer = await _capf(wire)
            shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            assert shown == wire.cluster.publisher.loaded["CAPF"].certificate
            greeting = read_message(await capf.read_frame(reader))
            assert isinstance(greeting, AuthRequest)
            writer.write(AuthResponse.make(greeting.session, name).to_bytes())
            ended = read_message(await capf.read_frame(reader))
            assert isinstance(ended, EndSession)
            assert ended.reason == reason
            assert await reader.read() == b""
            writer.close()


@live
async def test_capf_is_there_only_while_its_service_runs_and_only_on_the_publisher() -> None:
    async with on_the_wire(secure(phones=1)) as wire:
        assert CAPF not in wire.lab.doors["sub1"]
        service = wire.cluster.publisher.services.find(CAPF)
        assert service is not None
        wire.cluster.publisher.services.stop(service)
        with pytest.raises(ConnectionRefusedError):
            await _capf(wire)


@live
@pytest.mark.parametrize(
    "said", [b"GET / HTTP/1.1\r\n\r\n", b"\x55\x02\x00\x00\x00\x01\x00\x00", b"\x55\x63" + bytes(6)]
)
async def test_capf_hangs_up_on_whatever_is_no_conversation(said: bytes) -> None:
    async with on_the_wire(secure(phones=1)) as wire:
        reader, writer = await _capf(wire)
        await capf.read_frame(reader)
        writer.write(said)
        left = await asyncio.wait_for(reader.read(), 20)
        assert not left or isinstance(read_message(left), EndSession)
        writer.close()


@live
async def test_files_over_https_let_a_phone_in_that_shows_its_lsc() -> None:
    async with on_the_wire(secure(phones=1)) as wire:
        phone, address = wire.lab.desks[0].line.phone, wire.cluster.publisher.address
        lsc = phone.papers.lsc
        assert lsc is not None
        context = tls.phone_context(Identity(lsc.certificate, lsc.key))
        reader, writer = await asyncio.open_connection(address, 6971, ssl=context)
        writer.write(f"GET /{phone.traits.device}.cnf.xml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.read(65_536), 20)
        assert answer.startswith(b"HTTP/1.1 200")
        writer.close()


@live
async def test_nobody_registers_on_the_secure_port_without_a_certificate() -> None:
    async with on_the_wire(secure(phones=1)) as wire:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection(wire.cluster.node("sub1").address, 5061, ssl=tls.phone_context())
