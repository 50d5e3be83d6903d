"""A certificate on its disk, on its way to the other nodes, and at the port that serves it."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from ringtrust.catalog.load import load_catalog
from ringtrust.change.gate import CertificateIs, CertificateIsNew, ServedIs, Synchronised
from ringtrust.change.outcome import Failed, NotYet, Passed, Unknown
from ringtrust.cluster.release import Release
from ringtrust.lab.state.services import CHANGE_NOTIFICATION, REPLICATOR, TOMCAT, TVS
from tests.support.live import live
from tests.verify.watching import DBREPLICATION, SHOW_OWN, SQL, Watch, told, unreadable, watch

DATABASE = 10
NOTIFICATION = 320


async def _serial(night: Watch, unit: str, node: str) -> str:
    return (await night.eyes.identity(node, unit)).serial


@live
async def test_the_one_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(tmp_path) as night:
        serial = await _serial(night, "TVS", "sub1")
        still, new = (
            CertificateIs("TVS", "sub1", serial),
            CertificateIsNew("TVS", "sub1", serial, night.made.timer.now()),
        )
        assert isinstance(await night.see(still), Passed)
        old = await night.see(new)
        assert isinstance(old, NotYet)
        assert "the old one still" in told(old)
        await night.regenerate("TVS", "sub1")
        somebody = await night.see(still)
        assert isinstance(somebody, Failed)
        assert serial in told(somebody)
        assert await _serial(night, "TVS", "sub1") in told(somebody)
        renewed = await night.see(new)
        assert isinstance(renewed, Passed)
        found = await night.eyes.identity("sub1", "TVS")
        assert f"{found.not_after:%Y-%m-%d}" in told(renewed)
        second = timedelta(seconds=1)
        for instant in (found.not_before - second, found.not_after):
            wrong = await night.see(new, instant)
            assert isinstance(wrong, NotYet)
            assert "compare the clocks" in told(wrong)
        for instant in (found.not_before, found.not_after - second):
            assert isinstance(await night.see(new, instant), Passed)
        # --- another cluster at the same address: other serial numbers, and nothing renewed ---
        day = timedelta(days=1)
        assert isinstance(await night.see(msgspec.structs.replace(new, since=found.not_before + day)), Passed)
        older = await night.see(msgspec.structs.replace(new, since=found.not_before + day + second))
        assert isinstance(older, NotYet)
        assert "before the plan: is this the cluster of the plan?" in told(older)
        for condition in (CertificateIs("tomcat-ECDSA", "sub1", "0A"), CertificateIs("TVS", "moon", "0A")):
            assert isinstance(await night.see(condition), Unknown)
        unreadable(monkeypatch, SHOW_OWN)
        assert isinstance(await night.see(still), Unknown)
        assert isinstance(await night.see(new), Unknown)


@live
async def test_its_way_to_every_database_and_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(tmp_path) as night:
        facts = load_catalog().of(Release.of("9.1.2.12901-3"))
        stores, everywhere = facts.copies("CallManager"), facts.propagated("CallManager")
        assert everywhere
        condition = Synchronised("CallManager", "pub", stores, everywhere)
        assert isinstance(await night.see(condition), Passed)
        await night.made.stop(CHANGE_NOTIFICATION, "sub1")
        await night.regenerate("CallManager", "pub")
        late = await night.see(condition)
        assert isinstance(late, NotYet)
        assert [text.split(" does ")[0] for text in late.evidence] == ["The database of sub1", "The database of sub2"]
        assert await _serial(night, "CallManager", "pub") in told(late)
        await night.pass_by(DATABASE)
        on_the_way = await night.see(condition)
        assert isinstance(on_the_way, NotYet)
        assert [text.split(" does ")[0] for text in on_the_way.evidence] == [
            f"{store} of {node}" for node in ("sub1", "sub2") for store in everywhere
        ]
        await night.pass_by(NOTIFICATION)
        # The file is there, under its old name, and what is in it is the old certificate.
        one = await night.see(condition)
        assert isinstance(one, NotYet)
        assert {text.split(" does ")[0] for text in one.evidence} == {f"{store} of sub1" for store in everywhere}
        await night.made.start(CHANGE_NOTIFICATION, "sub1")
        await night.pass_by(NOTIFICATION)
        everywhere_now = await night.see(condition)
        assert isinstance(everywhere_now, Passed)
        assert "3 nodes" in told(everywhere_now)
        for command in (DBREPLICATION, SQL, ("show", "cert", "list"), ("show", "cert", "trust"), SHOW_OWN):
            with monkeypatch.context() as patched:
                unreadable(patched, command)
                assert isinstance(await night.see(condition), Unknown), command


@live
async def test_where_replication_is_broken_nothing_is_waited_for(tmp_path: Path) -> None:
    async with watch(tmp_path) as night:
        condition = Synchronised("ipsec", "sub1", ("ipsec-trust",), ())
        assert isinstance(await night.see(condition), Passed)
        await night.made.stop(REPLICATOR, "sub2")
        broken = await night.see(condition)
        assert isinstance(broken, Failed)
        assert "sub2" in told(broken)
        await night.made.start(REPLICATOR, "sub2")
        await night.regenerate("ipsec", "sub1")
        await night.pass_by(DATABASE)
        here = await night.see(condition)
        assert isinstance(here, Passed)
        assert "ipsec-trust" in told(here)


@live
async def test_what_a_port_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(tmp_path) as night:
        for unit, service in (("tomcat", TOMCAT), ("TVS", TVS)):
            condition = ServedIs(unit, "sub1")
            assert isinstance(await night.see(condition), Passed)
            before = await _serial(night, unit, "sub1")
            await night.regenerate(unit, "sub1")
            old = await night.see(condition)
            assert isinstance(old, NotYet)
            assert f"with serial {before}; on its disk is {await _serial(night, unit, 'sub1')}" in told(old)
            await night.restart(service, "sub1")
            assert isinstance(await night.see(condition), Passed)
            await night.made.stop(service, "sub1")
            assert isinstance(await night.see(condition), Unknown)
        assert isinstance(await night.see(ServedIs("ipsec", "sub2")), Unknown)
        unreadable(monkeypatch, SHOW_OWN)
        assert isinstance(await night.see(ServedIs("TVS", "sub2")), Unknown)
