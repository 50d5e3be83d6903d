"""Everything by which a cluster is reached, at the ports of a lab, and how the verbs come to it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from ringtrust.cli import reach as module
from ringtrust.cli.reach import ask_person, looked_at
from ringtrust.cluster.doors import Door
from ringtrust.cluster.release import Release
from ringtrust.connect.pins import sha256_of
from ringtrust.connect.ports import NotThere
from ringtrust.connect.web import LoginRefusedError
from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.observe.eyes import Eyes, discover
from ringtrust.observe.opening import joined, opened
from ringtrust.observe.rows import PHONES_SQL
from ringtrust.settings import Login, NodeSettings, Secret
from tests.support.clusters import PHONES, small
from tests.support.live import live
from tests.support.night import Night, night


def _settings(made: Night) -> str:
    found = made.entry.settings
    logins = "".join(
        f'[clusters.campus.{name}]\nuser = "{login.user}"\n'
        for name, login in (("platform", found.platform), ("application", found.application))
    )
    ports = f"ssh_port = {found.ssh_port}\nphone_web_port = {found.phone_web_port}"
    return f'[clusters.campus]\npublisher = "{found.publisher}"\n{ports}\n{logins}'


@live
async def test_everything_by_which_a_cluster_is_reached(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        reach, publisher = made.reach, made.entry.settings.publisher
        for early in ("axl", "ris"):
            with pytest.raises(RefusedError, match="not known yet"):
                getattr(reach, early)
        sites = await discover(reach, publisher)
        assert [(site.name, site.address) for site in sites] == [
            (node.name, node.address) for node in made.wire.cluster.nodes
        ]
        await asyncio.gather(*(reach.cli(publisher).version() for _ in range(4)))
        cli = next(cli for cli in made.wire.lab._clis if cli.node.publisher)
        assert len(cli.here) == 1

        reach.join(publisher, [site.address for site in sites], Release(9, 1))
        with pytest.raises(UnreadableError, match="none is pinned"):
            await reach.axl.query(PHONES_SQL)
        eyes = Eyes(reach, sites)
        for site in sites:
            reach.allow(site.address, (await eyes.identity(site.name, "tomcat")).sha256)
        assert len(await eyes.phones()) == PHONES
        names = [phone.name for phone in await eyes.phones()]
        seen = await eyes.registrations(names)
        assert {each.name for each in seen} == set(names)
        assert (await eyes.page(seen[0].address)).itl_hash
        assert isinstance(await reach.files.fetch(publisher, "nothing.tlv"), NotThere)
        assert eyes.site(publisher) == eyes.publisher
        with pytest.raises(RefusedError, match="no node"):
            eyes.site("nobody")
        identity = await eyes.identity("pub", "tomcat")
        for serial in (identity.serial, identity.serial.lower()):
            assert await eyes.knows_serial("sub2", serial)
        assert not await eyes.knows_serial("sub2", "DEAD")

        await reach.close()
        await made.wire.lab.until_quiet()
        while any(each.here for each in made.wire.lab._clis):
            await asyncio.sleep(0)
        await reach.close()


@live
async def test_host_keys_are_pinned_once_and_a_person_types_each_password_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with night(tmp_path) as made:
        lab = made.wire.lab
        passwords = {account.user: account.password for account in (lab.platform, lab.application)}
        asked: list[str] = []

        def person(user: str) -> Secret:
            asked.append(user)
            return Secret(passwords[user.partition(" ")[0]])

        monkeypatch.setattr(module, "ask_person", person)
        folder = tmp_path / "mine"
        folder.mkdir()
        (folder / "ringtrust.toml").write_text(_settings(made))
        with pytest.raises(UnreadableError, match=r"host key .* is unknown"):
            async with looked_at("campus", folder):
                pass
        asked.clear()
        async with looked_at("campus", folder, pin_keys=True) as found:
            assert not found.snapshot.failed
        platform, application = lab.platform.user, lab.application.user
        assert asked == [
            f"{platform} (platform: the CLI of the nodes)",
            f"{application} (application: AXL and its like)",
        ]
        told = capsys.readouterr().err
        assert told.count("Pinned:") == 3
        for node in made.wire.cluster.nodes:
            assert f"{node.address}:{lab.ssh_ports[0]} has the host key SHA256:" in told
        assert not any(password in told for password in passwords.values())
        lines = (folder / "known_hosts").read_text().splitlines()
        assert sorted(lines) == sorted(lab.known_hosts())
        async with looked_at("campus", folder, pin_keys=True):
            assert "Pinned:" not in capsys.readouterr().err
        assert (folder / "known_hosts").read_text().splitlines() == lines


@live
async def test_what_a_release_lacks_is_sent_to_nobody_once_the_release_is_known(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        reach, publisher = made.reach, made.entry.settings.publisher
        with pytest.raises(RingtrustError) as said:
            await reach.cli(publisher).default_cas()
        assert "Nothing was sent" not in said.value.what  # nobody knows yet, so the node was asked
        reach.join(publisher, [publisher], Release(9, 1))
        for cli in (reach.cli(publisher), reach.cli(made.wire.cluster.node("sub1").address)):
            with pytest.raises(RefusedError, match=r"CUCM 9\.1 has no `show cert default-ca-list`.*Nothing was sent"):
                await cli.default_cas()
            assert await cli.version() == made.wire.cluster.release.version
        reach.join(publisher, [publisher], Release(14, 0))
        with pytest.raises(RingtrustError) as said:
            await reach.cli(publisher).default_cas()
        assert "Nothing was sent" not in said.value.what


@live
async def test_a_node_gets_its_own_login_by_whichever_name_and_none_before_it_is_named(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        lab, publisher = made.wire.lab, made.entry.settings.publisher
        sub1, sub2 = (made.wire.cluster.node(name).address for name in ("sub1", "sub2"))
        settings = replace(made.entry.settings, nodes={"SUB1": NodeSettings(Login("other"))})
        entry, application = replace(made.entry, settings=settings), Secret(lab.application.password)
        passwords = {"nodes.SUB1": Secret("another")}
        async with Reach(entry, Secret(lab.platform.password), application, others=passwords) as reach:
            with pytest.raises(RefusedError, match="Nobody knows yet which login"):
                reach.cli(sub1)
            eyes = await opened(reach, publisher)
            for address in (publisher, sub2):
                assert await reach.cli(address).version()
            with pytest.raises(UnreadableError, match="refuses the password of other"):
                await eyes.version("sub1")
            with pytest.raises(RefusedError, match="Nobody knows yet which login"):
                reach.cli("127.9.9.9")
        async with Reach(entry, Secret(lab.platform.password), application) as reach:
            await opened(reach, publisher)
            with pytest.raises(RefusedError, match=r"no password for the login at nodes\.SUB1"):
                reach.cli(sub1)


@live
async def test_without_the_cli_a_node_gets_its_own_login_over_rest_too(tmp_path: Path) -> None:
    async with night(tmp_path, small("campus-14")) as made:
        lab, own = made.wire.lab, made.entry.settings
        shown = {sha256_of(node.loaded["tomcat"].certificate) for node in made.wire.cluster.nodes}
        settings = replace(
            own,
            nodes={"sub1": NodeSettings(Login("other"))},
            doors=(Door.REST, Door.AXL),
            trusted_certificates=tuple(shown),
        )
        entry, passwords = replace(made.entry, settings=settings), {"nodes.sub1": Secret("another")}
        secrets = Secret(lab.platform.password), Secret(lab.application.password)
        async with Reach(entry, *secrets, made.timer, passwords) as reach:
            eyes = await opened(reach, own.publisher)
            await joined(eyes, eyes.publisher)
            for site in eyes.sites:
                if site.name == "sub1":
                    with pytest.raises(LoginRefusedError):
                        await reach.rest(site.address).holdings(site.address)
                else:
                    assert await reach.rest(site.address).holdings(site.address)


@pytest.mark.parametrize("verb", [discover, opened])
@pytest.mark.parametrize(
    ("key", "sub2", "sentence"),
    [
        ("sub9", False, r"nodes\.sub9 has a login of its own, and no node has that name or address"),
        ("sub1", True, r"nodes\.sub1 has a login of its own, and it fits"),
        ("pub", False, r"nodes\.pub is the publisher, which was logged in to before"),
    ],
)
@live
async def test_a_login_that_fits_no_node_or_two_or_the_publisher_too_late_stops_every_verb(
    tmp_path: Path, verb: Callable[[Reach, str], Awaitable[object]], key: str, sub2: bool, sentence: str
) -> None:
    async with night(tmp_path) as made:
        lab, publisher = made.wire.lab, made.entry.settings.publisher
        there = made.wire.cluster.node("sub2").address if sub2 else ""
        settings = replace(made.entry.settings, nodes={key: NodeSettings(Login("other"), there)})
        entry, secrets = replace(made.entry, settings=settings), (Secret(lab.platform.password), Secret(""))
        async with Reach(entry, *secrets) as reach:
            with pytest.raises(RefusedError, match=sentence):
                await verb(reach, publisher)


def test_nobody_is_asked_where_nobody_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(RefusedError, match="nobody to ask") as caught:
        ask_person("admin")
    assert "password_command" in caught.value.advice
