"""Clients that nobody here wrote: OpenSSH's ssh, curl, openssl s_client."""

from pathlib import Path

from ringtrust.lab.process.lab import Account
from ringtrust.lab.state.services import TFTP, TOMCAT
from ringtrust.trust.lists import read_list
from ringtrust.trust.signature import Holds
from ringtrust.trust.signed import read_signed
from tests.support.clients import Ssh, curl, curl_status, run, shown_certificate
from tests.support.clusters import Wire, on_the_wire, small
from tests.support.live import live

NO_FILES = ("ITLSEP000000000000.tlv", "SEP000000000000.cnf.xml.sgn", "", "../x", "%2e%2e/x")
SERVICEABILITY = "CGI/Java/Serviceability?adapter=device.statistics.configuration"


async def _refused(tmp_path: Path, wire: Wire, account: Account, *command: str, options: tuple[str, ...] = ()) -> str:
    address, port = wire.cluster.publisher.address, wire.lab.ssh_ports[0]
    (name, *words), variables = Ssh.words(tmp_path, account, address, port)
    status, out, errors = await run(name, *options, *words, *command, **variables)
    assert status != 0
    return (out + errors).decode()


@live
async def test_ssh_gets_a_shell_with_a_terminal_and_nothing_else(tmp_path: Path) -> None:
    async with on_the_wire(small(phones=0)) as wire:
        ssh = await Ssh.login(tmp_path, wire.lab.platform, wire.cluster.publisher.address, wire.lab.ssh_ports[0])
        assert "Active Master Version: 9.1.2" in await ssh.command("show version active")
        assert await ssh.quit() == 0
        right = wire.lab.platform
        assert "exec request failed" in await _refused(tmp_path, wire, right, "show version active")
        assert "exec request failed" in await _refused(tmp_path, wire, right, "show version active", options=("-tt",))
        assert "shell request failed" in await _refused(tmp_path, wire, right, options=("-T",))
        assert "subsystem request failed" in await _refused(tmp_path, wire, right, "sftp", options=("-s",))


@live
async def test_ssh_wants_the_right_user_the_right_password_and_keyboard_interactive(tmp_path: Path) -> None:
    async with on_the_wire(small(phones=0)) as wire:
        right = wire.lab.platform
        for account in (Account(right.user, "wrong"), Account("root", right.password), wire.lab.application):
            assert "Permission denied" in await _refused(tmp_path, wire, account, options=("-tt",))
        plain = ("-tt", "-o", "PreferredAuthentications=password")
        assert "Permission denied (keyboard-interactive)" in await _refused(tmp_path, wire, right, options=plain)


@live
async def test_ssh_commands_that_are_typed_ahead_are_carried_out_to_the_last(tmp_path: Path) -> None:
    async with on_the_wire(small(phones=0)) as wire:
        address, port = wire.cluster.publisher.address, wire.lab.ssh_ports[0]
        (name, *words), variables = Ssh.words(tmp_path, wire.lab.platform, address, port)
        typed = b"set cli pagination off\nshow cert list own\nset cert regen TVS\nyes\nquit\n"
        status, out, _ = await run(name, "-tt", *words, typed=typed, **variables)
        assert status == 0
        assert b"TVS/TVS.pem: " in out
        assert b"Successfully Regenerated Certificate for TVS." in out


@live
async def test_curl_gets_lists_and_signed_configuration_files() -> None:
    async with on_the_wire() as wire:
        address, device = wire.cluster.publisher.address, wire.lab.desks[0].extension.device
        common = await curl(f"http://{address}:6970/ITLFile.tlv")
        assert isinstance(read_list(common).verdict(), Holds)
        assert await curl(f"http://{address}:6970/ITL{device}.tlv") == common
        assert await curl(f"http://{address}:6970/itl{device.lower()}.tlv") == common
        signed = read_signed(await curl(f"http://{address}:6970/{device}.cnf.xml.sgn"))
        assert isinstance(signed.verdict_for_holder_of(read_list(common)), Holds)
        assert signed.body == await curl(f"http://{address}:6970/{device}.cnf.xml")
        head = (await curl("--head", f"http://{address}:6970/ITLFile.tlv")).decode().lower()
        assert f"content-length: {len(common)}" in head
        assert "cache-control: no-store" in head
        for name in (
            f"CTL{device}.tlv",
            "ITLSEP000000000000.tlv",
            "SEP000000000000.cnf.xml.sgn",
            "",
            "../x",
            "%2e%2e/x",
        ):
            assert await curl_status("--path-as-is", f"http://{address}:6970/{name}") == 404
        assert await curl_status("-X", "POST", "-d", "x", f"http://{address}:6970/ITLFile.tlv") == 405


@live
async def test_a_stopped_service_refuses_curl_and_a_started_one_answers_again() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node = wire.cluster.node("sub1")
        url = f"http://{node.address}:6970/ITLFile.tlv"
        tftp = node.services.find(TFTP)
        assert tftp is not None
        assert await curl_status(url) == 200
        node.services.stop(tftp)
        assert await curl_status(url) == 0
        node.services.start(tftp)
        assert await curl_status(url) == 0
        await wire.advance(30)
        assert await curl_status(url) == 200


@live
async def test_openssl_sees_the_certificate_that_each_service_has_loaded() -> None:
    for release in ("campus-9.1", "campus-12.5"):
        async with on_the_wire(small(release, phones=0)) as wire:
            for node in wire.cluster.nodes:
                for unit, port in (("TVS", 2445), ("tomcat", 8443)):
                    assert await shown_certificate(node.address, port) == node.loaded[unit].certificate


@live
async def test_tomcat_shows_its_new_certificate_after_a_restart_only() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        node = wire.cluster.publisher
        before = node.identities["tomcat"].certificate
        unit = wire.cluster.release.unit("tomcat")
        tomcat = node.services.find(TOMCAT)
        assert unit is not None
        assert tomcat is not None
        wire.cluster.regenerate(node, unit)
        assert await shown_certificate(node.address, 8443) == before
        node.services.restart(tomcat)
        assert await shown_certificate(node.address, 8443) == b""
        await wire.advance(30)
        assert await shown_certificate(node.address, 8443) == node.identities["tomcat"].certificate != before


@live
async def test_curl_gets_the_page_of_a_phone_with_the_hash_of_its_list() -> None:
    async with on_the_wire(small(phones=2)) as wire:
        desk = wire.lab.desks[0]
        url = desk.web_url
        assert b"<ITLSignature>Not Installed</ITLSignature>" in await curl(f"{url}NetworkConfigurationX")
        await wire.all_registered()
        image = wire.cluster.publisher.tftp
        assert image is not None
        _, sums, _ = await run("openssl", "dgst", "-sha1", "-r", typed=image.itl.data)
        digest = sums.split()[0].decode().upper()
        for page in ("NetworkConfigurationX", "NetworkConfiguration", SERVICEABILITY):
            assert digest in (await curl(f"{url}{page}")).decode()
        assert desk.extension.device in (await curl(url)).decode()
        assert b"ITL installed" in await curl(f"{url}DeviceLogX?0")
        assert await curl_status(f"{url}nothing") == 404
        wire.lab.power_off(desk)
        assert await curl_status(url) == 0
