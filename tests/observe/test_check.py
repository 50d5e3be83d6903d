"""Whether a cluster can be worked with, tried at the ports of a lab (and of a CLI that says what it should)."""

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate

from ringtrust.cluster.doors import Door
from ringtrust.connect.pins import sha256_of
from ringtrust.connect.tls import CertificateProbe
from ringtrust.connect.web import Answer, Server, Web
from ringtrust.connect.web import Login as WebLogin
from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.lab.wire.network import listen
from ringtrust.observe.check import cluster as check_module
from ringtrust.observe.check.cluster import check
from ringtrust.observe.check.tried import Missing, NotAsked, Report, Tried, Works
from ringtrust.report.checks import check_lines
from ringtrust.settings import NO_LOGIN, ClusterEntry, ClusterSettings, Login, Secret
from tests.connect.servers import Canned, http
from tests.support.clusters import PHONES, small
from tests.support.identities import identity
from tests.support.live import live
from tests.support.night import Night, night
from tests.support.scripted_cli import PASSWORD, USER, ScriptedCli

LAB_DOORS = (
    *(Door.CLI, Door.REST, Door.AXL, Door.RIS, Door.CONTROL_CENTER, Door.PERFMON),
    *(Door.TFTP, Door.TLS),
)


@asynccontextmanager
async def client(made: Night, settings: ClusterSettings, secret: str = "") -> AsyncIterator[Web]:
    """HTTPS as the verb has it."""
    login = WebLogin(settings.application.user, secret or made.wire.lab.application.password)
    async with Web(login=login, legacy=True, session=True) as web:
        yield web


async def tried(made: Night, *, secret: str = "", **changed: object) -> Report:
    """A check of the lab, its settings changed."""
    settings = msgspec.structs.replace(made.entry.settings, **changed)
    async with client(made, settings, secret) as web:
        return await check(made.reach, web, settings, lambda _: None)


def one(report: Report, node: str, door: Door) -> Tried:
    return next(each for each in report.tried if (each.node, each.door) == (node, door))


@live
async def test_every_interface_of_every_node_is_tried(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        report = await tried(made)
        assert report.whole
        assert report.lacking == ()
        assert report.version == made.wire.cluster.release.version
        nodes = [node.name for node in made.wire.cluster.nodes]
        order = [(node, door) for node in nodes for door in LAB_DOORS]
        assert [(each.node, each.door) for each in report.tried] == order
        for node in made.wire.cluster.nodes:
            for door in LAB_DOORS:
                found = one(report, node.name, door)
                if door is Door.TFTP and node.tftp is None:
                    assert isinstance(found, NotAsked)
                    assert "Cisco Tftp is not activated" in found.reason
                elif door is Door.REST:
                    assert found == NotAsked(door, node.name, "It came with release 14.0.")
                else:
                    assert isinstance(found, Works), found
        axl = one(report, "pub", Door.AXL)
        assert isinstance(axl, Works)
        assert axl.right == f"reads the database: {PHONES} phones"
        lines = list(check_lines("campus", report))
        assert lines[-1] == "Everything that ringtrust needs works."


@live
async def test_a_refused_password_is_sent_once_and_not_to_every_node(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        report = await tried(made, secret="wrong")  # noqa: S106 - as it says
        refused = one(report, "pub", Door.AXL)
        assert isinstance(refused, Missing)
        assert refused.needed
        others = [each for each in report.tried if each.door in {Door.AXL, Door.RIS} and each is not refused]
        assert len(others) == 2 * len(made.wire.cluster.nodes) - 1
        for each in others:
            assert isinstance(each, NotAsked)
            assert "could lock the account" in each.reason
        assert isinstance(one(report, "pub", Door.TLS), Works)
        assert not report.whole
        assert [lack.door for lack in report.lacking] == [Door.AXL, Door.RIS]
        told = "\n".join(check_lines("campus", report))
        assert "axl            MISSING" in told
        assert "Without axl: no phones" in told
        assert "wrong" not in told


@contextmanager
def refusals(after: int = 1_000_000) -> Iterator[list[str]]:
    """What was asked over HTTPS with a password that was refused; after so many good answers it is wrong everywhere."""
    found: list[str] = []
    ask, good = Web._ask, itertools.count(1)

    async def heard(self: Web, request: httpx.Request, server: Server, bytes_at_most: int) -> Answer:
        answer = await ask(self, request, server, bytes_at_most)
        if server.tls and answer.good and next(good) > after:
            answer = Answer(HTTPStatus.UNAUTHORIZED, b"")
        found.extend([f"{request.url}"] if answer.status == HTTPStatus.UNAUTHORIZED else [])
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Web, "_ask", heard)
        yield found


async def tried_with_a_wrong_password(made: Night, **changed: object) -> tuple[Report, list[str]]:
    """A check, and where the application password was refused."""
    settings = msgspec.structs.replace(made.entry.settings, **changed)
    entry, platform = msgspec.structs.replace(made.entry, settings=settings), Secret(made.wire.lab.platform.password)
    async with Reach(entry, platform, Secret("wrong"), made.timer) as reach, client(made, settings, "wrong") as web:
        with refusals() as refused:
            return await check(reach, web, settings, lambda _: None), refused


@live
async def test_a_wrong_password_is_sent_once_where_axl_may_not_be_asked(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        doors = (Door.RIS, Door.CONTROL_CENTER, Door.PERFMON)
        report, refused = await tried_with_a_wrong_password(made, doors=(Door.CLI, *doors))
        tries = [each for each in report.tried if each.door in doors]
        assert len(refused) == 1
        assert [each for each in tries if isinstance(each, Works)] == []
        assert sum(isinstance(each, Missing) for each in tries) == 1
        assert sum("could lock the account" in each.reason for each in tries if isinstance(each, NotAsked)) == 8
        assert not report.whole


@live
async def test_a_password_that_is_changed_in_the_middle_is_never_a_cluster_that_is_well(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        with refusals(after=1):  # AXL of the publisher lets the user in, and nobody does from then on
            report = await tried(made)
        assert isinstance(one(report, "pub", Door.AXL), Works)
        assert not report.whole
        assert Door.RIS in {lack.door for lack in report.lacking}
        assert "Everything that ringtrust needs works." not in list(check_lines("campus", report))


@live
async def test_what_was_not_asked_any_more_is_lost_though_it_works_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_module, "_NODES_AT_ONCE", 1)
    async with night(tmp_path) as made:
        with refusals(after=1) as refused:  # RISPort70 of the publisher lets the user in, its Control Center does not
            report = await tried(made, doors=(Door.CLI, Door.RIS, Door.CONTROL_CENTER))
        assert len(refused) == 1
        assert isinstance(one(report, "pub", Door.RIS), Works)
        assert isinstance(one(report, "sub1", Door.RIS), NotAsked)
        assert not report.whole
        assert Door.RIS in {lack.door for lack in report.lacking}


@live
async def test_a_wrong_password_is_sent_once_where_axl_says_nothing(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        await made.stop("Cisco Tomcat", "pub")
        report, refused = await tried_with_a_wrong_password(made)
        assert isinstance(one(report, "pub", Door.AXL), Missing)
        assert len(refused) == 1
        assert not report.whole


@live
async def test_a_node_that_says_nothing_does_not_keep_the_others_waiting_until_somebody_is_let_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with night(tmp_path) as made:
        silent = made.wire.cluster.node("sub1").address
        made.wire.lab.doors["sub1"]["Cisco Tomcat"].close()
        asked: list[str] = []
        ask = Web._ask

        async def heard(self: Web, request: httpx.Request, server: Server, bytes_at_most: int) -> Answer:
            asked.append(server.text)
            return await ask(self, request, server, bytes_at_most)

        monkeypatch.setattr(Web, "_ask", heard)
        made.reach.tls = CertificateProbe(seconds=0.5)
        with listen(silent, 8443):
            report = await tried(made, doors=(Door.CLI, Door.RIS, Door.CONTROL_CENTER, Door.PERFMON))
        assert f"{silent}:8443" not in asked
        for node, outcome in (("pub", Works), ("sub1", Missing), ("sub2", Works)):
            assert isinstance(one(report, node, Door.RIS), outcome)


@live
async def test_without_an_ssh_login_a_password_that_is_changed_meanwhile_is_sent_once(tmp_path: Path) -> None:
    async with night(tmp_path) as made, without_cli(made) as (reach, settings), client(made, settings) as web:
        with refusals(after=2) as refused:  # two questions find the nodes, the third one is for the release
            report = await check(reach, web, settings, lambda _: None)
        assert len(refused) == 1
        assert isinstance(one(report, "pub", Door.AXL), Missing)
        assert not report.whole
        assert "does not take the user or the password" in "\n".join(check_lines("campus", report))


@live
async def test_a_platform_password_that_the_cli_refuses_is_not_sent_over_rest(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-14")) as made:
        nodes = made.wire.cluster.nodes
        sub1, secret = made.wire.cluster.node("sub1"), made.wire.lab.platform.password
        sub1.logins.install(made.wire.lab.platform.user, "another")
        pins = tuple(sha256_of(node.loaded["tomcat"].certificate) for node in nodes)
        settings = msgspec.structs.replace(made.entry.settings, trusted_certificates=pins)
        entry = msgspec.structs.replace(made.entry, settings=settings)
        async with (
            Reach(entry, Secret(secret), Secret(made.wire.lab.application.password), made.timer) as reach,
            client(made, settings) as web,
        ):
            with refusals() as refused:
                report = await check(reach, web, settings, lambda _: None)
        assert refused == []
        assert "refuses the password" in getattr(one(report, "sub1", Door.CLI), "reason", "")
        rest = one(report, "sub1", Door.REST)
        assert isinstance(rest, NotAsked)
        assert "could lock the account" in rest.reason
        assert isinstance(one(report, "sub2", Door.REST), Works)


@live
async def test_what_is_down_on_one_node_is_told_and_the_rest_is_tried(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        await made.stop("Cisco Tomcat", "sub1")
        await made.stop("Cisco Tftp", "pub")
        report = await tried(made)
        missing = {(each.node, each.door) for each in report.tried if isinstance(each, Missing) and each.needed}
        assert missing == {("sub1", Door.RIS), ("sub1", Door.TLS), ("pub", Door.TFTP)}
        only_there = one(report, "sub1", Door.AXL)  # on the publisher it is needed, here it is not
        assert isinstance(only_there, Missing)
        assert not only_there.needed
        extra = {Door.CONTROL_CENTER, Door.PERFMON}
        assert {lack.door for lack in report.lacking} == {Door.RIS, Door.TFTP, Door.TLS, *extra}


@live
async def test_a_node_whose_host_key_is_not_pinned_is_not_logged_in_to(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        lines = made.entry.known_hosts.read_text().splitlines()
        sub1 = made.wire.cluster.node("sub1").address
        made.entry.known_hosts.write_text("".join(f"{line}\n" for line in lines if not line.startswith(f"[{sub1}]")))
        report = await tried(made)
        cli = one(report, "sub1", Door.CLI)
        assert isinstance(cli, Missing)
        assert cli.needed
        assert "host key" in cli.reason
        assert isinstance(one(report, "sub1", Door.RIS), Missing)  # nobody has named the certificate that it shows
        assert isinstance(one(report, "sub2", Door.CLI), Works)
        assert not report.whole


@live
async def test_doors_that_are_shut_are_left_alone_and_what_that_costs_is_told(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        for changed in ({"doors": (Door.CLI, Door.TLS)}, {"application": NO_LOGIN}):
            report = await tried(made, **changed)
            assert isinstance(one(report, "pub", Door.AXL), NotAsked)
            assert isinstance(one(report, "pub", Door.TLS), Works)
            assert report.whole  # it was meant so
            assert {Door.AXL, Door.RIS} <= {lack.door for lack in report.lacking}


@asynccontextmanager
async def without_cli(made: Night, **changed: object) -> AsyncIterator[tuple[Reach, ClusterSettings]]:
    """A cluster to which there is no SSH login: the publisher's HTTPS certificate is pinned by hand."""
    pinned = sha256_of(made.wire.cluster.publisher.loaded["tomcat"].certificate)
    given = {"platform": NO_LOGIN, "trusted_certificates": (pinned,), **changed}
    settings = msgspec.structs.replace(made.entry.settings, **given)
    lab, entry = made.wire.lab, msgspec.structs.replace(made.entry, settings=settings)
    async with Reach(entry, Secret(lab.platform.password), Secret(lab.application.password), made.timer) as reach:
        yield reach, settings


@pytest.mark.parametrize("release", ["campus-9.1", "campus-14"])
@live
async def test_without_an_ssh_login_axl_names_the_nodes_and_what_is_missing_is_told(
    tmp_path: Path, release: str
) -> None:
    async with night(tmp_path, small(release)) as made, without_cli(made) as (reach, settings):
        async with client(made, settings) as web:
            report = await check(reach, web, settings, lambda _: None)
        assert report.version == made.wire.cluster.release.version
        assert [site.name for site in report.sites] == [node.name for node in made.wire.cluster.nodes]
        assert report.whole
        for node in made.wire.cluster.nodes:
            for door in LAB_DOORS:
                found = one(report, node.name, door)
                if door in {Door.CLI, Door.REST} or (door is Door.TFTP and node.tftp is None):
                    assert isinstance(found, NotAsked)
                else:
                    assert isinstance(found, Works), found
        lacking = {lack.door: lack.consequence for lack in report.lacking}
        assert set(lacking) == {Door.CLI, *([Door.REST] if release == "campus-14" else [])}
        told = "\n".join(check_lines("campus", report))
        assert "Without cli: nothing is renewed and no service restarted: `apply` and `verify` need it." in told
        assert "`scan`, `audit` and `plan` work." in told
        assert all(len(cli.here) == 0 for cli in made.wire.lab._clis)  # nobody has logged in


@live
async def test_without_an_ssh_login_what_the_cli_stands_in_for_elsewhere_is_needed(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-14")) as made, without_cli(made) as (reach, settings):
        services = made.wire.cluster.node("sub1").services
        tomcat = services.find("Cisco Tomcat")
        assert tomcat is not None
        services.stop(tomcat)
        async with client(made, settings) as web:
            report = await check(reach, web, settings, lambda _: None)
        missing = {(each.node, each.door) for each in report.tried if isinstance(each, Missing) and each.needed}
        assert missing == {("sub1", door) for door in (Door.RIS, Door.CONTROL_CENTER, Door.PERFMON, Door.TLS)}
        told = "\n".join(check_lines("campus", report))
        assert "Without control-center: nobody tells which services run" in told
        assert not report.whole


@live
async def test_a_publisher_that_nobody_has_pinned_is_told_nothing_and_says_how_to_pin_it(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        for changed, error, advice in (
            ({"trusted_certificates": ()}, UnreadableError, "add its SHA-256 to trusted_certificates"),
            ({"doors": (Door.RIS, Door.TFTP)}, RefusedError, "Allow the CLI"),
        ):
            async with without_cli(made, **changed) as (reach, settings), client(made, settings) as web:
                with pytest.raises(error) as caught:
                    await check(reach, web, settings, lambda _: None)
            assert advice in caught.value.advice


@live
async def test_a_publisher_that_does_not_tell_its_nodes_is_an_error(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        made.entry.known_hosts.write_text("")
        with pytest.raises(UnreadableError, match="host key"):
            await tried(made)


# The rights of the account, told by a CLI that says what it should.

NETWORK = "127.0.0.1 pub.example pub Publisher callmanager DBPub authenticated\n"
MYSELF = "Machine Name    : pub\naccount name    : admin\nprivilege level : {}\ncommand count   : disabled\n"


@pytest.mark.parametrize(
    ("answer", "right", "short"),
    [
        (MYSELF.format(4), "privilege level 4", ""),
        (MYSELF.format(1), "privilege level 1", ""),
        (MYSELF.format(0), "privilege level 0", "a scan and a renewal need level 1"),
        ("No valid command entered\n", "CUCM 12.5.1.14900-63", "does not tell the privilege level"),
    ],
)
@live
async def test_how_far_the_platform_account_goes(tmp_path: Path, answer: str, right: str, short: str) -> None:
    answers = {
        "show network cluster": NETWORK,
        "show version active": "Active Master Version: 12.5.1.14900-63\n",
        "utils service list": "Cisco Tomcat[STARTED]\nCisco Tftp[STOPPED]  Service Not Activated\n",
        "show myself": answer,
    }
    async with ScriptedCli(answers).listening() as server:
        server.pin_in(tmp_path)
        settings = ClusterSettings("127.0.0.1", Login(USER), ssh_port=server.port, doors=(Door.CLI,))
        async with Reach(ClusterEntry("x", settings, tmp_path), Secret(PASSWORD), Secret("")) as reach, Web() as web:
            report = await check(reach, web, settings, lambda _: None)
    found = one(report, "pub", Door.CLI)
    assert isinstance(found, Works), found
    assert right in found.right
    assert short in found.short
    assert bool(found.short) == bool(short)
    assert not any(line.startswith(("set cert", "utils service restart")) for line in server.lines)


@pytest.mark.parametrize(
    ("status", "requests", "advice"),
    [(401, 1, "could lock the account"), (403, 2, "Standard AXL API Access")],
)
@live
async def test_a_wrong_password_ends_the_tries_and_a_missing_role_does_not(
    tmp_path: Path, status: int, requests: int, advice: str
) -> None:
    """A node whose web services refuse the application user, each in its own way."""
    pem = load_der_x509_certificate(identity("pub").certificate).public_bytes(Encoding.PEM).decode()
    answers = {
        "show network cluster": NETWORK,
        "show version active": "Active Master Version: 12.5.1.14900-63\n",
        "utils service list": "Cisco Tomcat[STARTED]\nCisco AXL Web Service[STARTED]\n",
        "show cert own tomcat": pem,
        "show myself": MYSELF.format(0),
    }
    canned = Canned(http(status, b"<html/>"))
    async with ScriptedCli(answers).listening() as cli, canned.over_tls() as server:
        cli.pin_in(tmp_path)
        settings = ClusterSettings(
            "127.0.0.1", Login(USER), Login("axl"), ssh_port=cli.port, https_port=server.port,
            doors=(Door.CLI, Door.AXL, Door.RIS),
        )  # fmt: skip
        reach = Reach(ClusterEntry("x", settings, tmp_path), Secret(PASSWORD), Secret(PASSWORD))
        async with reach, Web(login=WebLogin("axl", PASSWORD), session=True) as web:
            report = await check(reach, web, settings, lambda _: None)
    assert len(canned.requests) == requests
    axl, ris = one(report, "pub", Door.AXL), one(report, "pub", Door.RIS)
    assert isinstance(axl, Missing)
    assert isinstance(ris, NotAsked if status == 401 else Missing)
    assert advice in "\n".join(check_lines("x", report))
    assert not report.whole
