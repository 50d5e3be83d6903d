"""A whole act on the wire: one certificate is regenerated, and every place where it shows changes in its turn.

Typed through OpenSSH, looked at with OpenSSH, curl and openssl; time moves on only when the test says so.
"""

from pathlib import Path

from ringtrust.trust.certificates import CertificateFacts, certificates_in
from ringtrust.trust.lists import read_list
from ringtrust.trust.roles import Role
from ringtrust.trust.tvs import QueryRequest, QueryResponse, VerifyRequest, read_message
from tests.lab.wire.ask import ask_tvs
from tests.support.clients import Ssh, curl, curl_status, shown_certificate
from tests.support.clusters import BOOT, Wire, on_the_wire, small
from tests.support.live import live

DATABASE, REBUILD, NOTIFICATION, START_SECONDS = 5, 60, 1800, 30
SERIALS = (
    "run sql select serialnumber from certificate inner join certificateservicecertificatemap as map on "
    "map.fkcertificate = certificate.pkid where map.tkcertificateservice = 11 and certificate.servername = 'pub'"
)


def _address(wire: Wire, node: str) -> str:
    return wire.cluster.node(node).address


async def _list_of(wire: Wire, node: str) -> bytes:
    return await curl(f"http://{_address(wire, node)}:6970/ITLFile.tlv")


def _tvs_in(data: bytes) -> list[bytes]:
    return [record.serial for record in read_list(data).with_role(Role.TVS)]


async def _own(ssh: Ssh, unit: str) -> bytes:
    return certificates_in((await ssh.command(f"show cert own {unit}")).encode())[0]


@live
async def test_the_regeneration_of_tvs_shows_everywhere_in_its_turn(tmp_path: Path) -> None:
    async with on_the_wire(small()) as wire:
        await wire.all_registered()
        account, port = wire.lab.platform, wire.lab.ssh_ports[0]
        ssh = await Ssh.login(tmp_path, account, _address(wire, "pub"), port)
        other = await Ssh.login(tmp_path, account, _address(wire, "sub1"), port)
        before = await _own(ssh, "TVS")
        lists = [await _list_of(wire, node) for node in ("pub", "sub1")]
        rows = await other.command(SERIALS)
        assert await shown_certificate(_address(wire, "pub"), 2445) == before

        # It is on the disk and in the publisher's database at once, and nowhere else.
        await ssh.command("set cert regen TVS", "(yes|no)? ")
        assert "Successfully Regenerated Certificate for TVS." in await ssh.command("yes")
        after = await _own(ssh, "TVS")
        serial = CertificateFacts.of(after).serial
        assert after != before
        assert serial.hex() in await ssh.command(SERIALS)
        assert await other.command(SERIALS) == rows
        assert [await _list_of(wire, node) for node in ("pub", "sub1")] == lists
        assert await shown_certificate(_address(wire, "pub"), 2445) == before

        # Replication brings it to the other nodes' databases.
        await wire.advance(DATABASE)
        assert serial.hex() in await other.command(SERIALS)
        assert [await _list_of(wire, node) for node in ("pub", "sub1")] == lists

        # A minute after a node has heard of it, that node serves a new list; then all phones reset, once.
        await wire.advance(REBUILD - DATABASE)
        assert serial in _tvs_in(await _list_of(wire, "pub"))
        assert await _list_of(wire, "sub1") == lists[1]
        await wire.advance(DATABASE)
        assert serial in _tvs_in(await _list_of(wire, "sub1"))
        await wire.lab.until(lambda: all(desk.line.phone.boots == 2 for desk in wire.lab.desks))
        await wire.all_registered()
        held = {desk.line.phone.itl.data for desk in wire.lab.desks if desk.line.phone.itl}
        assert held == {await _list_of(wire, "pub")}

        # TVS shows the old certificate until it is restarted, refuses connections meanwhile, then shows the new one.
        assert await shown_certificate(_address(wire, "pub"), 2445) == before
        ssh.send("utils service restart Cisco Trust Verification Service")
        await ssh.until("[STARTING]")
        assert await shown_certificate(_address(wire, "pub"), 2445) == b""
        await wire.advance(START_SECONDS)
        assert "Cisco Trust Verification Service[STARTED]" in await ssh.until("admin:")
        assert await shown_certificate(_address(wire, "pub"), 2445) == after

        # The restarts change nothing else: disk, databases and lists are as they were before, and stay so.
        now = [await _list_of(wire, node) for node in ("pub", "sub1")]
        for client, node in ((ssh, "pub"), (other, "sub1")):
            client.send("utils service restart Cisco Tftp")
            await client.until("[STARTING]")
            assert await curl_status(f"http://{_address(wire, node)}:6970/ITLFile.tlv") == 0
            await wire.advance(START_SECONDS)
            await client.until("admin:")
        assert [await _list_of(wire, node) for node in ("pub", "sub1")] == now
        assert await _own(ssh, "TVS") == after
        assert serial.hex() in await other.command(SERIALS)
        assert await ssh.quit() == await other.quit() == 0


@live
async def test_other_nodes_vouch_for_a_new_signer_when_change_notification_has_brought_it(tmp_path: Path) -> None:
    async with on_the_wire(small(phones=2)) as wire:
        await wire.all_registered()
        account, port = wire.lab.platform, wire.lab.ssh_ports[0]
        ssh = await Ssh.login(tmp_path, account, _address(wire, "pub"), port)
        await ssh.command("set cert regen CallManager", "(yes|no)? ")
        await ssh.command("yes")
        await wire.advance(REBUILD + DATABASE)
        await wire.advance(BOOT)
        signer = read_list(await _list_of(wire, "pub")).header.signer
        question = QueryRequest.make(7, "CP-8861-SEP001122334455", signer.name, signer.issuer, signer.serial)

        async def vouches(node: str) -> bool:
            answer = read_message(await ask_tvs(_address(wire, node), question.to_bytes()))
            assert isinstance(answer, QueryResponse)
            return answer.good and Role.SAST in answer.roles and answer.session == question.session

        assert [await vouches(node) for node in ("pub", "sub1", "sub2")] == [True, False, False]
        await wire.advance(NOTIFICATION)
        assert [await vouches(node) for node in ("pub", "sub1", "sub2")] == [True, True, True]
        assert await ssh.quit() == 0


@live
async def test_tvs_hangs_up_on_what_is_no_question() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        for noise in (b"GET / HTTP/1.1\r\n\r\n", b"\x57\x01\x03\x00\x00\x00\x00\x01\x00\x01\x05", b"\x57" * 10):
            assert await ask_tvs(_address(wire, "sub1"), noise) == b""
        tomcat = wire.cluster.node("pub").identities["tomcat"].certificate
        question = VerifyRequest.make(9, "CP-8861-SEP001122334455", tomcat)
        assert read_message(await ask_tvs(_address(wire, "sub1"), question.to_bytes())).session == question.session
