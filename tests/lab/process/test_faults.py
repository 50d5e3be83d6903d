"""Faults on request as whoever talks to the cluster meets them; each can be taken away, and status shows it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.x509 import load_der_x509_certificate

from ringtrust.errors import RefusedError
from ringtrust.lab.process.fault_names import FAULTS
from ringtrust.lab.process.lab import Account
from ringtrust.lab.process.on_request import Faults
from ringtrust.lab.process.status import status
from ringtrust.lab.state.services import TFTP, TOMCAT, State
from ringtrust.trust.certificates import certificates_in
from tests.support.clients import PROMPT, Ssh, curl_status, run, shown_certificate
from tests.support.clusters import Wire, on_the_wire, small
from tests.support.live import live

PORTS = (2222, 6970, 2445, 8443, 5060)
START_SECONDS = 30
QUESTION = "(yes|no)? "
_STARTING_ANEW = {"hostname", "fips"}


class Site(NamedTuple):
    """A lab, and everybody who has logged in to it."""

    wire: Wire
    there: list[Ssh]

    async def login(self, tmp_path: Path, node: str = "pub", account: Account | None = None) -> Ssh:
        """Somebody at the CLI of a node."""
        lab = self.wire.lab
        ssh = await Ssh.login(tmp_path, account or lab.platform, self.wire.cluster.node(node).address, lab.ssh_ports[0])
        self.there.append(ssh)
        return ssh


@asynccontextmanager
async def site(topology: str = "campus-9.1") -> AsyncIterator[tuple[Wire, Site]]:
    """A lab without phones; whoever is still logged in at its end hangs up."""
    async with on_the_wire(small(topology, phones=0)) as wire:
        found = Site(wire, [])
        try:
            yield wire, found
        finally:
            for ssh in found.there:
                await ssh.end()


async def _is_refused(tmp_path: Path, wire: Wire, account: Account, node: str = "pub") -> bool:
    (name, *words), variables = Ssh.words(tmp_path, account, wire.cluster.node(node).address, wire.lab.ssh_ports[0])
    code, out, errors = await run(name, "-tt", *words, typed=b"quit\n", **variables)
    assert (b"Permission denied" in out + errors) == (code != 0)
    return code != 0


async def _answers(address: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(address, port)
    except ConnectionRefusedError:
        return False
    writer.transport.abort()
    return True


async def _regen(ssh: Ssh, unit: str) -> str:
    await ssh.command(f"set cert regen {unit}", QUESTION)
    return await ssh.command("yes")


async def _own(ssh: Ssh, unit: str) -> bytes:
    return certificates_in((await ssh.command(f"show cert own {unit}")).encode())[0]


def _told(faults: Faults) -> list[str]:
    """What status says is wrong."""
    return [f"{each['name']} {each['where']}".strip() for each in status(faults.lab, faults)["faults"]]


@live
async def test_of_a_node_that_is_down_every_port_refuses_until_it_has_booted(tmp_path: Path) -> None:
    async with site() as (wire, people):
        faults, address = Faults(wire.lab), wire.cluster.node("sub1").address
        there = [port for port in PORTS if await _answers(address, port)]
        assert {2222, 6970, 2445, 8443} <= set(there)
        await faults.begin("node", "sub1")
        assert _told(faults) == ["node sub1"]
        assert [port for port in PORTS if await _answers(address, port)] == []
        assert await _answers(wire.cluster.publisher.address, 2222)
        await faults.end("node", "sub1")
        await wire.advance(START_SECONDS)
        assert [port for port in PORTS if await _answers(address, port)] == there
        assert await (await people.login(tmp_path, "sub1")).quit() == 0
        assert _told(faults) == []


async def _says_nothing(address: str, port: int, greeting: bytes) -> bool:
    reader, writer = await asyncio.open_connection(address, port)
    writer.write(greeting)
    try:
        await asyncio.wait_for(reader.read(1), 0.5)
    except TimeoutError:
        return True
    finally:
        writer.transport.abort()
    return False


@live
async def test_a_node_that_hangs_takes_connections_over_ssh_and_https_and_never_says_a_byte(tmp_path: Path) -> None:
    async with site() as (wire, people):
        faults, address = Faults(wire.lab), wire.cluster.publisher.address
        await faults.begin("hang", "pub")
        assert _told(faults) == ["hang pub"]
        assert await _says_nothing(address, 2222, b"SSH-2.0-somebody\r\n")
        assert await _says_nothing(address, 8443, b"\x16\x03\x01")
        assert await _answers(address, 2445)
        assert await (await people.login(tmp_path, "sub1")).quit() == 0
        await faults.end("hang", "pub")
        assert await (await people.login(tmp_path)).quit() == 0
        assert await curl_status("--insecure", f"https://{address}:8443/") == 200


@live
async def test_a_lab_whose_node_hangs_can_be_ended() -> None:
    async with site() as (wire, _):
        address = wire.cluster.publisher.address
        await Faults(wire.lab).begin("hang", "pub")
        reader, writer = await asyncio.open_connection(address, 2222)
    with suppress(ConnectionResetError):
        assert await reader.read() == b""
    writer.close()
    assert not await _answers(address, 2222)


@live
async def test_a_line_that_is_cut_has_had_its_effect_and_the_next_one_holds(tmp_path: Path) -> None:
    async with site() as (wire, people):
        faults = Faults(wire.lab)
        ssh = await people.login(tmp_path)
        before = await _own(ssh, "TVS")
        await faults.begin("ssh", "pub")
        assert "TVS/TVS.pem" in await ssh.command("show cert list own")
        assert _told(faults) == ["ssh pub"]
        await ssh.command("set cert regen TVS", QUESTION)
        ssh.send("yes")
        with pytest.raises(AssertionError):  # the end of the stream, before a word of success
            await ssh.until(PROMPT)
        assert _told(faults) == []
        again = await people.login(tmp_path)
        assert await _own(again, "TVS") != before
        assert "Successfully Regenerated" in await _regen(again, "TVS")


@live
async def test_a_service_that_does_not_come_up_is_down_until_it_is_started_once_more(tmp_path: Path) -> None:
    async with site() as (wire, people):
        faults, node = Faults(wire.lab), wire.cluster.publisher
        await faults.begin("restart", f"{TFTP}@pub")
        ssh = await people.login(tmp_path)
        for there in (False, True):
            ssh.send(f"utils service restart {TFTP}")
            await ssh.until("[STARTING]\r\n")
            await wire.advance(START_SECONDS)
            shown = await ssh.until(PROMPT)
            assert (f"{TFTP}[STARTED]" in shown) == there
            assert await _answers(node.address, 6970) == there
            assert _told(faults) == []


@live
async def test_broken_replication_keeps_a_change_from_a_subscriber_until_it_goes_on(tmp_path: Path) -> None:
    async with site() as (wire, people):
        faults = Faults(wire.lab)
        sql = "run sql select servername, serialnumber from certificate where servername = 'pub'"
        ssh = await people.login(tmp_path, "sub1")
        other = await people.login(tmp_path, "sub2")
        await faults.begin("replication", "sub1")
        before = await ssh.command(sql)
        wire.cluster.regenerate(wire.cluster.publisher, wire.cluster.release.units[0])
        await wire.advance(60)
        assert await ssh.command(sql) == before
        assert await other.command(sql) != before
        await faults.end("replication", "sub1")
        assert await ssh.command(sql) == await other.command(sql)


@live
async def test_without_a_node_replication_is_broken_to_all_subscribers() -> None:
    async with site() as (wire, _):
        faults = Faults(wire.lab)
        await faults.begin("replication", "")
        assert [wire.cluster.database.broken(name) for name in ("pub", "sub1", "sub2")] == [False, True, True]
        await faults.end("replication", "")
        assert not any(wire.cluster.database.broken(name) for name in ("sub1", "sub2"))


@live
async def test_a_wrong_clock_shows_in_what_the_node_prints_and_in_certificates_that_it_makes(tmp_path: Path) -> None:
    async with site("campus-12.5") as (wire, people):
        faults = Faults(wire.lab)
        await faults.begin("clock", "sub1")
        begins = []
        for name, time in (("pub", "20:00:00"), ("sub1", "20:05:00")):
            ssh = await people.login(tmp_path, name)
            assert f"Server Time: Tue Nov 24 {time}" in await ssh.command("utils dbreplication runtimestate")
            assert f"Date               : Tue Nov 24, 2026 {time}\n" in await ssh.command("show status")
            assert "Successfully" in await _regen(ssh, "tomcat")
            begins.append(load_der_x509_certificate(await _own(ssh, "tomcat")).not_valid_before_utc)
        assert begins[1] - begins[0] == timedelta(minutes=5)
        await faults.end("clock", "sub1")
        ssh = await people.login(tmp_path, "sub1")
        assert "Server Time: Tue Nov 24 20:00:00" in await ssh.command("utils dbreplication runtimestate")


@live
async def test_somebody_else_renews_tomcat_while_a_session_runs(tmp_path: Path) -> None:
    async with site() as (wire, people):
        faults, address = Faults(wire.lab), wire.cluster.publisher.address
        ssh = await people.login(tmp_path)
        before = await _own(ssh, "tomcat")
        assert await shown_certificate(address, 8443) == before
        await faults.begin("certificate", "pub")
        assert _told(faults) == []
        assert not await _answers(address, 8443)
        await wire.advance(START_SECONDS)
        after = await _own(ssh, "tomcat")
        assert after != before
        assert await shown_certificate(address, 8443) == after


@live
async def test_on_a_full_disk_no_certificate_is_made(tmp_path: Path) -> None:
    async with site() as (wire, people):
        faults = Faults(wire.lab)
        ssh = await people.login(tmp_path)
        before = await _own(ssh, "tomcat")
        await faults.begin("disk", "pub")
        said = await _regen(ssh, "tomcat")
        assert "No space left on device" in said
        assert said.endswith("Executed command unsuccessfully\n")
        assert await _own(ssh, "tomcat") == before
        await faults.end("disk", "pub")
        assert "Successfully Regenerated" in await _regen(ssh, "tomcat")


@live
async def test_a_third_wrong_password_locks_the_account_on_that_node_for_300_seconds(tmp_path: Path) -> None:
    async with site() as (wire, _):
        right, wrong = wire.lab.platform, Account(wire.lab.platform.user, "wrong")
        for _ in range(3):
            assert await _is_refused(tmp_path, wire, wrong)
        assert await _is_refused(tmp_path, wire, right)
        assert status(wire.lab)["locked"] == [{"node": "pub", "account": "admin"}]
        assert not await _is_refused(tmp_path, wire, right, "sub1")
        assert not await _is_refused(tmp_path, wire, wire.lab.viewer)
        await wire.advance(299)
        assert await _is_refused(tmp_path, wire, right)
        await wire.advance(1)
        assert not await _is_refused(tmp_path, wire, right)
        assert status(wire.lab)["locked"] == []


@live
async def test_a_node_that_restarts_sends_everybody_away_and_lets_them_in_when_it_is_up(tmp_path: Path) -> None:
    async with site() as (wire, people):
        node = wire.cluster.publisher
        ssh = await people.login(tmp_path)
        for told in node.went_down:
            told()
        with pytest.raises(AssertionError):
            await ssh.until(PROMPT)
        assert not await _answers(node.address, 2222)
        for told in node.came_up:
            told()
        await asyncio.sleep(0)
        assert await (await people.login(tmp_path)).quit() == 0


@live
async def test_phones_that_are_switched_off_come_back() -> None:
    async with on_the_wire() as wire:
        await wire.all_registered()
        faults = Faults(wire.lab)
        await faults.begin("off", "50%")
        await wire.lab.until(lambda: wire.lab.registered == 3)
        await faults.end("off", "50%")
        await wire.all_registered()


@live
async def test_what_does_not_fit_is_refused_and_nothing_is_wrong_then() -> None:
    async with site() as (wire, _):
        faults = Faults(wire.lab)
        for name, where, said in (
            ("fire", "pub", "There is no fault 'fire'"),
            ("node", "", "There is no node ''"),
            ("hang", "nowhere", "There is no node 'nowhere'"),
            ("restart", "pub", "pub has no service ''"),
            ("restart", "Cisco Nothing@pub", "pub has no service 'Cisco Nothing'"),
            ("replication", "pub", "'pub' is no subscriber"),
            ("off", "101%", "'101' is no number of phones"),
            ("axl-busy", "many", "'many' is no number of requests"),
            ("axl-busy", "-1", "'-1' is no number of requests"),
        ):
            with pytest.raises(RefusedError, match=said):
                await faults.begin(name, where)
        with pytest.raises(RefusedError, match="Fault node pub is not there"):
            await faults.end("node", "pub")
        there = (("hang", "pub"), ("replication", "sub1"), ("axl-busy", "3"))
        for name, where in there:
            await faults.begin(name, where)
        for name, where in (("hang", "pub"), ("node", "pub"), ("replication", ""), ("axl-busy", "4"), ("axl-busy", "")):
            with pytest.raises(RefusedError, match="is there already"):
                await faults.begin(name, where)
        await faults.begin("replication", "sub2")
        assert _told(faults) == ["hang pub", "replication sub1", "axl-busy 3", "replication sub2"]


@live
@pytest.mark.parametrize(("fault", "where"), [("hostname", "sub9@sub1"), ("fips", "sub1")])
async def test_a_node_makes_its_certificates_anew_by_itself_and_starts_anew(fault: str, where: str) -> None:
    async with on_the_wire(small("campus-12.5", phones=2)) as wire:
        node = wire.cluster.node("sub1")
        before = dict(node.identities)
        faults = Faults(wire.lab)
        await faults.begin(fault, where)
        assert all(node.identities[unit] is not before[unit] for unit in ("CallManager", "TVS", "tomcat"))
        assert node.down
        assert _told(faults) == []
        with pytest.raises(RefusedError, match="no node"):
            await faults.begin(fault, where.replace("sub1", "sub7"))


@live
async def test_every_fault_that_is_named_can_begin_and_end_and_leaves_nothing_behind() -> None:
    where = {"NODE": "sub1", "SERVICE@NODE": f"{TOMCAT}@sub1", "[NODE]": "", "[COUNT]": "2", "PERCENT%": "10%"}
    async with on_the_wire(small(phones=4)) as wire:
        await wire.all_registered()
        faults = Faults(wire.lab)
        for fault in FAULTS:
            if fault.name in _STARTING_ANEW:
                continue
            place = where[fault.where]
            await faults.begin(fault.name, place)
            if fault.name not in {"certificate", "alarm"}:
                assert _told(faults) == [f"{fault.name} {place}".strip()]
                await faults.end(fault.name, place)
            assert _told(faults) == []
            await wire.advance(START_SECONDS)
            await wire.all_registered()
        services = wire.cluster.node("sub1").services
        assert all(service.state is State.STARTED for service in services if service.activated)


@live
async def test_an_account_that_may_read_cannot_change_anything(tmp_path: Path) -> None:
    async with site() as (wire, people):
        ssh = await people.login(tmp_path, account=wire.lab.viewer)
        assert "Active Master Version" in await ssh.command("show version active")
        before = wire.cluster.publisher.identities["TVS"]
        assert (await ssh.command("set cert regen TVS")).endswith("Executed command unsuccessfully\n")
        assert wire.cluster.publisher.identities["TVS"] is before


@live
async def test_a_busy_tftp_node_answers_with_503_and_the_other_one_does_not() -> None:
    async with site() as (wire, _):
        faults = Faults(wire.lab)
        await faults.begin("tftp-busy", "pub")
        files = [f"http://{wire.cluster.node(name).address}:6970/ITLFile.tlv" for name in ("pub", "sub1")]
        assert [await curl_status(file) for file in files] == [503, 200]
        await faults.end("tftp-busy", "pub")
        assert [await curl_status(file) for file in files] == [200, 200]


@live
async def test_axl_that_is_busy_turns_so_many_requests_away_and_then_none() -> None:
    space = "http://www.cisco.com/AXL/API/9.1"
    body = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        f'<a:{{name}} xmlns:a="{space}">{{inner}}</a:{{name}}></e:Body></e:Envelope>'
    )
    value = "<processNodeName>EnterpriseWideData</processNodeName><name>RollBackToPreGrayback</name><value>F</value>"
    change = body.format(name="updateServiceParameter", inner=value)
    question = body.format(name="getCCMVersion", inner="")
    async with site() as (wire, _):
        account, faults = wire.lab.application, Faults(wire.lab)
        words = ("--insecure", "--user", f"{account.user}:{account.password}", "--header", "Content-Type: text/xml")
        url = f"https://{wire.cluster.publisher.address}:8443/axl/"
        for name, asked, code in (("axl-busy", change, 503), ("axl-memory", question, 500)):
            await faults.begin(name, "2")
            assert [await curl_status(*words, "--data", asked, url) for _ in range(3)] == [code, code, 200]
            assert _told(faults) == []
