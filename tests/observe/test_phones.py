"""The phones of a scan, with answers that the lab does not give: what is not known is not taken for something."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
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
from ringtrust.observe.phone_security import LSCS_SQL, OPERATIONS_SQL, PROFILES_SQL
from ringtrust.observe.scan.look import Look
from ringtrust.observe.scan.phones import scan_phones
from ringtrust.observe.scan.sources import Sources
from tests.support.live import live

NON_SECURE, MIXED = 0, 1
TOLD: dict[str, Row] = {
    PROFILES_SQL: {"mode": "Non Secure"},
    OPERATIONS_SQL: {"operation": "No Pending Operation", "status": "None", "authentication": "By Null String"},
    LSCS_SQL: {"issuer": "", "until": "0", "issueruntil": ""},
}
PUBLISHER = Site("pub", "10.0.0.1", Role.PUBLISHER)


class Asked:
    """A cluster whose database and registrations are written down here; its phones have no pages."""

    def __init__(self, names: Sequence[str], seen: Sequence[DeviceSeen] | UnreadableError, port: int = 80) -> None:
        self.axl = self.ris = self
        self.web = Web()
        self.pages = PhonePageClient(self.web)
        self.phone_web_port = port
        self.doors = EVERY
        self.told: dict[str, Row] = TOLD
        self.mode = NON_SECURE
        self.version: Known[str] | Unread = Known("12.5.1.14900-63")
        self._names = names
        self._seen = seen

    def join(self, publisher: str, addresses: Sequence[str], release: Release) -> None:
        """Nothing is missing."""

    async def query(self, sql: str) -> tuple[Row, ...]:
        more = {"description": "", "model": "Cisco 8861", "groupname": "A", **self.told.get(sql, {})}
        return tuple({"name": name, **more} for name in self._names)

    async def registrations(self, _names: Sequence[str]) -> tuple[DeviceSeen, ...]:
        if isinstance(self._seen, UnreadableError):
            raise self._seen
        return tuple(self._seen)

    async def _mode(self) -> Known[int]:
        return Known(self.mode)

    async def phones(self) -> tuple[tuple[Phone, ...], Sources]:
        sources = Sources(EVERY)
        wire: Any = self
        look = Look(Eyes(wire, [PUBLISHER]), sources)
        look.tell_version(PUBLISHER, self.version)
        await look.nobody_names()
        async with self.web:
            found = await scan_phones(look, self._mode(), lambda _: None)
        assert isinstance(found, Known)
        return found.value, sources


def seen(name: str, status: str, address: str = "") -> DeviceSeen:
    return DeviceSeen(name, status, "sub1", address, "684", "")


@live
async def test_a_name_is_the_same_in_either_case() -> None:
    (phone,), sources = await Asked(["SEPaabbccddeeff"], [seen("SEPAABBCCDDEEFF", "Unknown")]).phones()
    assert phone.registration == Known(Registration("Unknown", "sub1", ""), "ris")
    assert isinstance(phone.itl, Skipped)
    assert [source.health for source in sources.all] == [*[Health.READ] * 4, Health.SKIPPED]


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
        assert [source.health for source in sources.all] == [*[Health.READ] * 4, Health.FAILED]


@live
async def test_where_nobody_tells_who_is_registered_no_phone_is_taken_for_one_that_is_off() -> None:
    (one, two), sources = await Asked(["SEP1", "SEP2"], UnreadableError("No node tells.")).phones()
    for phone in (one, two):
        assert phone.registration == phone.itl == Unread("No node tells.")
    assert [(each.interface, each.health) for each in sources.all] == [
        *[("axl", Health.READ)] * 3,
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


@live
async def test_profile_and_lsc_stand_with_the_phone() -> None:
    asked = Asked(["SEP000000000001"], [])
    asked.told = {
        PROFILES_SQL: {"mode": "Encrypted"},
        OPERATIONS_SQL: {
            "operation": "Install/Upgrade",
            "status": "Operation Pending",
            "authentication": "By Null String",
        },
        LSCS_SQL: {"issuer": "CN=CAPF-1a2b3c4d;OU=IT;O=Example", "until": "1893456000", "issueruntil": "1900000000"},
    }
    (phone,), _ = await asked.phones()
    assert (phone.profile, phone.secure) == (Known("encrypted", "axl"), True)
    assert isinstance(phone.lsc, Known)
    lsc = phone.lsc.value
    assert (lsc.issuer, lsc.expires) == ("CAPF-1a2b3c4d", datetime(2030, 1, 1, tzinfo=UTC))
    assert (lsc.there, lsc.pending, lsc.status) == (True, True, "Operation Pending")


@live
async def test_what_cannot_be_read_of_them_is_a_reason_and_takes_nothing_else_with_it() -> None:
    asked = Asked(["SEP000000000001"], [])
    asked.told = {**TOLD, PROFILES_SQL: {"mode": "Very Secure"}, LSCS_SQL: {**TOLD[LSCS_SQL], "until": "tomorrow"}}
    (phone,), sources = await asked.phones()
    assert isinstance(phone.profile, Unread)
    assert isinstance(phone.lsc, Unread)
    assert "Very Secure" in phone.profile.reason
    assert "tomorrow" in phone.lsc.reason
    assert {each.what for each in sources.all if each.health is Health.FAILED} == {"security profiles", "LSCs"}
    asked.told = {**TOLD, PROFILES_SQL: {"mode": ""}}
    (phone,), _ = await asked.phones()
    assert isinstance(phone.profile, Unread)
    assert not phone.secure


@live
async def test_software_clients_are_seen_in_mixed_mode_only_and_nobody_asks_them_for_a_page() -> None:
    names = ["CSFANNA", "SEP000000000001", "ATA000000000001", "TCTBEN", "BOTCLEO", "TABDORA"]
    asked = Asked(names, [seen(name, "Registered", "127.0.0.1") for name in names], port=0)
    phones, _ = await asked.phones()
    assert [phone.name for phone in phones] == ["SEP000000000001", "ATA000000000001"]
    asked.mode = MIXED
    phones, _ = await asked.phones()
    assert [phone.name for phone in phones] == names
    for phone in phones:
        assert isinstance(phone.itl, Skipped if phone.software else Unread)
        assert phone.ctl == phone.itl


@live
async def test_without_the_release_nobody_knows_what_the_database_tells_of_lscs() -> None:
    asked = Asked(["SEP000000000001"], [])
    asked.version = Unread("no answer")
    (phone,), _ = await asked.phones()
    assert isinstance(phone.lsc, Unread)
    assert "no answer" in phone.lsc.reason
    assert isinstance(phone.profile, Known)
