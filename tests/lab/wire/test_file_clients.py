"""Files of Cisco Tftp with clients that nobody here wrote: tftp-hpa, curl and tftpy over UDP, curl over HTTPS."""

import asyncio
import hashlib
import socket
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ringtrust.errors import RefusedError
from ringtrust.lab.certificates.pki import Key
from ringtrust.lab.certificates.text import pem
from ringtrust.lab.state import activation
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import TFTP
from ringtrust.lab.wire import tftp_door
from ringtrust.lab.wire.network import bind_datagrams, may_take_datagrams
from tests.support.clients import Ssh, curl, curl_status, run, shown_certificate
from tests.support.clusters import on_the_wire, small
from tests.support.foreign import library
from tests.support.live import live
from tests.support.signing_authority import named
from tests.support.throwaway import certificate, new_key

UDP = tftp_door.PORT


def _list(node: Node) -> bytes:
    assert node.tftp is not None
    return node.tftp.itl.data


async def _tftp_status(url: str, *words: str) -> int:
    """The exit status of curl: 0, 68 for a file that is not there, 28 when nobody has answered in time."""
    status, _, _ = await run("curl", "--silent", "--max-time", "20", "-o", "/dev/null", *words, url)
    return status


@live
async def test_curl_reads_over_tftp_with_every_size_of_block() -> None:
    async with on_the_wire(small(phones=2)) as wire:
        node, device = wire.cluster.publisher, wire.lab.desks[0].extension.device
        base = f"tftp://{node.address}:{UDP}"
        for words in ((), ("--tftp-blksize", "8"), ("--tftp-blksize", "1428"), ("--tftp-no-options",)):
            assert await curl(*words, f"{base}/ITLFile.tlv") == _list(node)
        signed = await curl(f"http://{node.address}:6970/{device}.cnf.xml.sgn")
        assert await curl(f"{base}/{device}.cnf.xml.sgn") == signed
        for name in ("CTLFile.tlv", f"CTL{device}.tlv", "ITLSEP000000000000.tlv", "nothing"):
            assert await _tftp_status(f"{base}/{name}") == 68
        assert device in (await curl(f"{base}/ConfigFileCacheList.txt")).decode()


@live
async def test_tftp_hpa_reads_a_list_and_writes_none(tmp_path: Path) -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node, out = wire.cluster.publisher, tmp_path / "list"
        status, _, errors = await run(
            "tftp", "-m", "binary", node.address, str(UDP), "-c", "get", "ITLFile.tlv", str(out)
        )
        assert status == 0, errors
        assert out.read_bytes() == _list(node)
        for words in (("get", "nothing", str(tmp_path / "nothing")), ("put", str(out), "ITLFile.tlv")):
            _, said, errors = await run("tftp", "-m", "binary", node.address, str(UDP), "-c", *words)
            assert b"Error code" in said + errors
        assert ("tftp", "WRQ", 1) in list(wire.cluster.unknown)


@live
async def test_tftpy_reads_a_list_with_options(tmp_path: Path) -> None:
    tftpy = library("tftpy")
    async with on_the_wire(small(phones=0)) as wire:
        node, out = wire.cluster.publisher, tmp_path / "list"
        client = tftpy.TftpClient(node.address, UDP, options={"blksize": 700, "tsize": 0})
        await asyncio.to_thread(client.download, "ITLFile.tlv", str(out))
        assert out.read_bytes() == _list(node)
        with pytest.raises(tftpy.TftpShared.TftpException):
            await asyncio.to_thread(client.download, "nothing", str(tmp_path / "nothing"))


@live
async def test_many_ask_at_once_and_each_gets_the_whole_file() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node = wire.cluster.publisher
        url = f"tftp://{node.address}:{UDP}/ITLFile.tlv"
        assert set(await asyncio.gather(*(curl(url) for _ in range(20)))) == {_list(node)}


@live
async def test_the_port_is_closed_while_the_service_is_stopped() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node = wire.cluster.publisher
        url = f"tftp://{node.address}:{UDP}/ITLFile.tlv"
        tftp = node.services.find(TFTP)
        assert tftp is not None
        assert await _tftp_status(url) == 0
        node.services.stop(tftp)
        assert may_take_datagrams(node.address, UDP)
        node.services.start(tftp)
        await wire.advance(30)
        assert await _tftp_status(url) == 0


@live
async def test_a_node_on_which_the_service_is_activated_later_serves_files_from_then_on() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node = wire.cluster.node("sub2")
        tftp = node.services.find(TFTP)
        assert tftp is not None
        assert not tftp.activated
        http, udp = f"http://{node.address}:6970/ITLFile.tlv", f"tftp://{node.address}:{UDP}/ITLFile.tlv"
        assert await curl_status(http) == 0
        activation.activate(wire.cluster, node, tftp)
        await wire.advance(30)
        assert await curl(http) == await curl(udp) == _list(node)
        activation.deactivate(wire.cluster, node, tftp)
        assert await curl_status(http) == 0


@live
async def test_a_stranger_in_a_transfer_is_sent_away_and_does_not_end_it() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node, loop = wire.cluster.publisher, asyncio.get_running_loop()
        with bind_datagrams("127.0.0.1", 0) as client, bind_datagrams("127.0.0.1", 0) as stranger:
            await loop.sock_sendto(client, b"\0\1ITLFile.tlv\0octet\0", (node.address, UDP))
            first, there = await asyncio.wait_for(loop.sock_recvfrom(client, 600), 20)
            assert there[1] != UDP
            await loop.sock_sendto(stranger, b"\0\5\0\0\0", there)
            answer, _ = await asyncio.wait_for(loop.sock_recvfrom(stranger, 600), 20)
            assert answer.startswith(b"\0\5\0\5")
            await loop.sock_sendto(client, b"\0\4\0\1", there)
            second = first
            while second == first:  # the first may have been sent once more meanwhile
                second, _ = await asyncio.wait_for(loop.sock_recvfrom(client, 600), 20)
            assert first[4:] + second[4:] == _list(node)[:1024]


@live
async def test_port_69_is_there_where_this_process_may_open_it_and_a_taken_port_is_named() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node = wire.cluster.publisher
        real = f"{TFTP} {tftp_door.REAL_PORT}" in wire.lab.doors["pub"]
        if real:
            assert await curl(f"tftp://{node.address}/ITLFile.tlv") == _list(node)
        with pytest.raises(RefusedError, match=f"Port {UDP} of"):
            bind_datagrams(node.address, UDP)


@live
async def test_what_stops_while_a_file_is_on_its_way_cuts_it() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node, loop = wire.cluster.publisher, asyncio.get_running_loop()
        door = wire.lab.doors["pub"][f"{TFTP} {UDP}"]
        with bind_datagrams("127.0.0.1", 0) as client:
            await loop.sock_sendto(client, b"\0\1ITLFile.tlv\0octet\0", (node.address, UDP))
            _, there = await asyncio.wait_for(loop.sock_recvfrom(client, 600), 20)
            door.close()
            await door.closed()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.bind(there)  # nobody has it any more


@pytest.mark.parametrize(("topology", "ports"), [("branch-11.5", {6971}), ("campus-14", {6971, 6972})])
@live
async def test_curl_reads_the_same_files_over_https(topology: str, ports: set[int]) -> None:
    async with on_the_wire(small(topology, phones=1)) as wire:
        node = wire.cluster.node(wire.cluster.topology.tftp.order[0])
        plain = await curl(f"http://{node.address}:6970/ITLFile.tlv")
        for port in (6971, 6972):
            url = f"https://{node.address}:{port}/ITLFile.tlv"
            if port in ports:
                assert await curl("--insecure", url) == plain
                unit = "tomcat" if port == 6972 else "CallManager"
                assert await shown_certificate(node.address, port) == node.identities[unit].certificate
            else:
                assert await curl_status("--insecure", url) == 0


@live
async def test_secure_files_need_haproxy_and_are_served_with_a_new_certificate_after_a_restart() -> None:
    async with on_the_wire(small("campus-14", phones=0)) as wire:
        node = wire.cluster.node(wire.cluster.topology.tftp.order[0])
        front, unit = node.services.find("Cisco HAProxy"), wire.cluster.release.unit("tomcat")
        assert front is not None
        assert unit is not None
        before = node.identities["tomcat"].certificate
        wire.cluster.regenerate(node, unit)
        assert await shown_certificate(node.address, 6972) == before
        node.services.restart(front)
        assert await shown_certificate(node.address, 6972) == b""
        assert await curl_status(f"http://{node.address}:6970/ITLFile.tlv") == 200
        await wire.advance(30)
        assert await shown_certificate(node.address, 6972) == node.identities["tomcat"].certificate != before


def _client(folder: Path, data: bytes, key: Key) -> tuple[str, ...]:
    """The words by which curl shows a certificate."""
    file = folder / f"{hashlib.sha256(data).hexdigest()}.pem"
    file.write_bytes(pem(data).encode() + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return "--insecure", "--cert", str(file)


@live
async def test_a_client_may_show_a_certificate_that_the_node_trusts(tmp_path: Path) -> None:
    async with on_the_wire(small("campus-14", phones=0)) as wire:
        node = wire.cluster.node(wire.cluster.topology.tftp.order[0])
        url = f"https://{node.address}:6971/ITLFile.tlv"
        known, other = node.identities["CallManager"], new_key()
        assert await curl_status(*_client(tmp_path, known.certificate, known.key), url) == 200
        assert await curl_status(*_client(tmp_path, certificate(named("stranger"), other), other), url) == 0


@pytest.mark.parametrize(("port", "unit"), [(6971, "CallManager"), (6972, "tomcat")])
@live
async def test_what_haproxy_is_set_to_decides_whether_a_client_has_to_show_a_certificate(
    tmp_path: Path, port: int, unit: str
) -> None:
    async with on_the_wire(small("campus-14", phones=0)) as wire:
        node = wire.cluster.node(wire.cluster.topology.tftp.order[0])
        url, known, other = f"https://{node.address}:{port}/ITLFile.tlv", node.identities[unit], new_key()
        ssh = await Ssh.login(tmp_path, wire.lab.platform, node.address, wire.lab.ssh_ports[0])
        answers = {"optional": (200, 200, 0), "required": (0, 200, 0), "disable": (200, 200, 200)}
        for state, expected in answers.items():
            if state != "optional":  # as it is at the beginning
                await ssh.command(f"utils haproxy set {state} client-auth {port}", "? ")
                assert "Successfully" in await ssh.command("yes")
                await wire.advance(30)
            assert f"set to {state}" in await ssh.command(f"show haproxy client-auth {port}")
            shown = (
                ("--insecure",),
                _client(tmp_path, known.certificate, known.key),
                _client(tmp_path, certificate(named("stranger"), other), other),
            )
            assert tuple([await curl_status(*words, url) for words in shown]) == expected, state
        assert await ssh.quit() == 0


@live
async def test_while_other_clusters_are_asked_http_says_503_and_udp_nothing() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node = wire.cluster.publisher
        wire.cluster.looking_elsewhere.add(node.name)
        assert await curl_status(f"http://{node.address}:6970/ITLFile.tlv") == 503
        assert await _tftp_status(f"tftp://{node.address}:{UDP}/ITLFile.tlv", "--max-time", "1") == 28
        wire.cluster.looking_elsewhere.clear()
        assert await curl_status(f"http://{node.address}:6970/ITLFile.tlv") == 200
