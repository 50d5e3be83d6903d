"""Everything by which a cluster is reached, at the ports of a lab, and how the verbs come to it."""

import asyncio
from pathlib import Path

import pytest

from ringtrust.cli import reach as module
from ringtrust.cli.reach import ask_person, looked_at
from ringtrust.cluster.release import Release
from ringtrust.connect.ports import NotThere
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.observe.eyes import Eyes, discover
from ringtrust.observe.rows import PHONES_SQL
from ringtrust.settings import Secret
from tests.support.clusters import PHONES
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
            return Secret(passwords[user])

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
        assert sorted(asked) == sorted(passwords)
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


def test_nobody_is_asked_where_nobody_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(RefusedError, match="nobody to ask") as caught:
        ask_person("admin")
    assert "password_command" in caught.value.advice
