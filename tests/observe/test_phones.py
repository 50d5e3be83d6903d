"""The phones of a scan, with answers that the lab does not give: what is not known is not taken for something."""

import asyncio
from collections.abc import Sequence
from typing import Any

from ringtrust.cluster.doors import EVERY
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.cluster.node import Role
from ringtrust.cluster.phone import Phone, Registration
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Health
from ringtrust.connect.phone_page import PhonePageClient
from ringtrust.connect.ports import DeviceSeen, Row
from ringtrust.connect.web import Web
from ringtrust.errors import UnreadableError
from ringtrust.observe.each import on_each
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.scan.look import Look
from ringtrust.observe.scan.phones import scan_phones
from ringtrust.observe.scan.sources import Sources
from tests.support.live import live

PUBLISHER = Site("pub", "10.0.0.1", Role.PUBLISHER)


class Asked:
    """A cluster whose database and registrations are written down here; its phones have no pages."""

    def __init__(self, names: Sequence[str], seen: Sequence[DeviceSeen] | UnreadableError, port: int = 80) -> None:
        self.axl = self.ris = self
        self.web = Web()
        self.pages = PhonePageClient(self.web)
        self.phone_web_port = port
        self.doors = EVERY
        self._names = names
        self._seen = seen

    def join(self, publisher: str, addresses: Sequence[str], release: Release) -> None:
        """Nothing is missing."""

    async def query(self, _sql: str) -> tuple[Row, ...]:
        return tuple({"name": name, "description": "", "model": "Cisco 8861", "groupname": "A"} for name in self._names)

    async def registrations(self, _names: Sequence[str]) -> tuple[DeviceSeen, ...]:
        if isinstance(self._seen, UnreadableError):
            raise self._seen
        return tuple(self._seen)

    async def phones(self) -> tuple[tuple[Phone, ...], Sources]:
        sources = Sources(EVERY)
        wire: Any = self
        look = Look(Eyes(wire, [PUBLISHER]), sources)
        look.tell_version(PUBLISHER, Known("12.5.1.14900-63"))
        await look.nobody_names()
        async with self.web:
            found = await scan_phones(look, lambda _: None)
        assert isinstance(found, Known)
        return found.value, sources


def seen(name: str, status: str, address: str = "") -> DeviceSeen:
    return DeviceSeen(name, status, "sub1", address, "684", "")


@live
async def test_a_name_is_the_same_in_either_case() -> None:
    (phone,), sources = await Asked(["SEPaabbccddeeff"], [seen("SEPAABBCCDDEEFF", "Unknown")]).phones()
    assert phone.registration == Known(Registration("Unknown", "sub1", ""), "ris")
    assert isinstance(phone.itl, Skipped)
    assert [source.health for source in sources.all] == [Health.READ, Health.READ, Health.SKIPPED]


@live
async def test_one_that_nobody_has_seen_is_not_seen() -> None:
    (phone,), _ = await Asked(["SEP000000000001"], []).phones()
    assert phone.registration == Known(Registration("NotSeen", "", ""), "ris")
    assert isinstance(phone.itl, Skipped)


@live
async def test_an_address_that_is_none_and_a_port_that_is_none_are_reasons() -> None:
    name = "SEP000000000001"
    for address, port in (("", 80), ("no host\n", 80), ("..", 80), ("127.0.0.1", 0)):
        (phone,), sources = await Asked([name], [seen(name, "Registered", address)], port).phones()
        assert isinstance(phone.itl, Unread), address
        assert [source.health for source in sources.all] == [Health.READ, Health.READ, Health.FAILED]


@live
async def test_where_nobody_tells_who_is_registered_no_phone_is_taken_for_one_that_is_off() -> None:
    (one, two), sources = await Asked(["SEP1", "SEP2"], UnreadableError("No node tells.")).phones()
    for phone in (one, two):
        assert phone.registration == phone.itl == Unread("No node tells.")
    assert [(each.interface, each.health) for each in sources.all] == [
        ("axl", Health.READ),
        ("ris", Health.FAILED),
        ("phone", Health.FAILED),
    ]
    assert sources.all[-1].reason.startswith("2 did not tell")


@live
async def test_when_one_of_several_nodes_fails_the_others_are_waited_for() -> None:
    ended: list[str] = []

    async def look(site: Site) -> str:
        if site.name == "pub":
            raise UnreadableError("down")
        await asyncio.sleep(0)
        ended.append(site.name)
        return site.name

    sites = [PUBLISHER, Site("sub1", "10.0.0.2", Role.SUBSCRIBER), Site("sub2", "10.0.0.3", Role.SUBSCRIBER)]
    try:
        await on_each(sites, look)
    except UnreadableError as error:
        assert error.what == "down"
    assert ended == ["sub1", "sub2"]
    assert await on_each(sites[1:], look) == ((sites[1], "sub1"), (sites[2], "sub2"))
