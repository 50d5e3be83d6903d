"""Who is registered and what each phone holds: by what servers and phones say, and silence is never a yes."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ringtrust.change.gate import PhonesBack, PhonesCurrent
from ringtrust.change.outcome import NotYet, Passed, Unknown, Verdict
from ringtrust.cluster.facts import Unread
from ringtrust.cluster.node import Role, Service
from ringtrust.connect.ports import DeviceSeen, PhonePage
from ringtrust.errors import UnreadableError
from ringtrust.lab.phone.events import Reset
from ringtrust.lab.process.lab import Lab
from ringtrust.lab.state.services import TFTP, TOMCAT
from ringtrust.observe.eyes import Site
from ringtrust.observe.itl_status import CATALOG_SQL
from ringtrust.observe.lists import served_list
from ringtrust.trust.lists import ListKind, TrustList
from ringtrust.verify.phones import Phones, some
from tests.support.clusters import BOOT
from tests.support.identities import itl
from tests.support.live import live
from tests.verify.watching import told, watch

REBUILD = 70


@live
async def test_who_is_registered(tmp_path: Path) -> None:
    async with watch(tmp_path) as night:
        desks = night.made.wire.lab.desks
        everybody = await night.see(PhonesBack())
        assert isinstance(everybody, Passed)
        assert told(everybody) == "All 6 phones are registered."
        for desk in desks[:2]:
            Lab.power_off(desk)
        some_are_gone = await night.see(PhonesBack())
        assert isinstance(some_are_gone, NotYet)
        assert told(some_are_gone) == (
            f"4 of 6 phones are registered; not {desks[0].extension.device}, {desks[1].extension.device}."
        )
        for desk in desks[:2]:
            Lab.power_on(desk)
        await night.pass_by(BOOT)
        assert isinstance(await night.see(PhonesBack()), Passed)
        for node in ("pub", "sub1", "sub2"):
            await night.made.stop(TOMCAT, node)
        for condition in (PhonesBack(), PhonesCurrent()):
            silent = await night.see(condition)
            assert isinstance(silent, Unknown)
            assert "No node tells who is registered" in told(silent)


@live
async def test_what_they_hold(tmp_path: Path) -> None:
    async with watch(tmp_path) as night:
        desks = night.made.wire.lab.desks
        everybody = await night.see(PhonesCurrent())
        assert isinstance(everybody, Passed)
        assert told(everybody) == (
            "All 6 phones hold a list that is served now. That is known of 6 by their web pages."
        )
        # --- all of them ask pub first: then none holds the list of sub1 ---
        assert isinstance(await night.see(PhonesCurrent("pub")), Passed)
        others = await night.see(PhonesCurrent("sub1"))
        assert isinstance(others, NotYet)
        assert told(others).startswith("0 of 6 phones")
        assert isinstance(await night.see(PhonesCurrent("moon")), Unknown)
        # --- one holds an old list, one holds none, one is off ---
        held = dict(desks[0].line.phone.held)
        desks[0].line.phone.held[ListKind.ITL] = itl()
        desks[1].line.phone.held.clear()
        late = await night.see(PhonesCurrent())
        assert isinstance(late, NotYet)
        assert f"4 of 6 phones hold a list that is served now; not {desks[0].extension.device}, " in told(late)
        for desk in desks[:2]:
            desk.line.phone.held.update(held)
        Lab.power_off(desks[5])
        gone = await night.see(PhonesCurrent())
        assert isinstance(gone, NotYet)
        assert desks[5].extension.device in told(gone)
        assert "1 of them are not registered" in told(gone)
        # --- the page of one is dead ---
        desks[4].web.close()
        unreadable = await night.see(PhonesCurrent())
        assert isinstance(unreadable, Unknown)
        assert f"What 1 hold cannot be read: {desks[4].extension.device}." in told(unreadable)
        assert "Enable web access for them" in told(unreadable)


@live
async def test_a_phone_is_asked_again_only_when_lists_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watch(tmp_path) as night:
        asked: Counter[str] = Counter()
        page = night.eyes.page

        async def counted(address: str) -> PhonePage:
            asked[address] += 1
            return await page(address)

        monkeypatch.setattr(night.eyes, "page", counted)
        judge = night.judge()
        desks = night.made.wire.lab.desks
        held = dict(desks[0].line.phone.held)
        desks[0].line.phone.held.clear()
        for _ in range(3):
            assert isinstance(await judge.judge(PhonesCurrent()), NotYet)
        assert asked == {desk.line.address: 3 if desk is desks[0] else 1 for desk in desks}
        desks[0].line.phone.held.update(held)
        for _ in range(3):
            assert isinstance(await judge.judge(PhonesCurrent()), Passed)
        assert asked == {desk.line.address: 4 if desk is desks[0] else 1 for desk in desks}
        asked.clear()
        await night.regenerate("TVS", "pub")
        night.made.wire.time.advance(REBUILD)  # lists are new, and the phones are on their way to them
        assert isinstance(await judge.judge(PhonesCurrent()), NotYet)
        await night.pass_by(BOOT)
        assert isinstance(await judge.judge(PhonesCurrent()), Passed)
        assert asked == {desk.line.address: 1 for desk in desks}
        assert night.made.current() == len(desks)


# --- what RISPort70 and phones may say, without a cluster ---


class MemoryEyes:
    """Two nodes, of which one serves a list; phones as a test wants them."""

    sites = (Site("pub", "10.0.0.1", Role.PUBLISHER), Site("sub1", "10.0.0.2", Role.SUBSCRIBER))

    def __init__(
        self, statuses: dict[str, str], pages: dict[str, str] | None = None, said: dict[str, str] | None = None
    ) -> None:
        self.statuses = statuses
        self.pages = pages or {}
        self.said = said or {}
        self.columns = ("fkdevice", "itlhash") if said is not None else ()
        self.list = itl()

    async def services(self, node: str) -> tuple[Service, ...]:
        return (Service(TFTP, "STARTED") if node == "pub" else Service(TFTP, "STOPPED", "Service Not Activated"),)

    async def itl(self, node: str) -> TrustList:
        assert node == "pub"
        return self.list

    async def registrations(self, names: tuple[str, ...]) -> tuple[DeviceSeen, ...]:
        assert names
        return tuple(DeviceSeen(name, status, "pub", name, "", "") for name, status in self.statuses.items())

    async def about_phones(self, query: str) -> tuple[dict[str, str], ...]:
        if query == CATALOG_SQL:
            return tuple({"tabname": "phoneitl", "colname": name} for name in self.columns)
        assert "from phoneitl" in query
        return tuple({"name": name, "digest": said} for name, said in self.said.items())

    async def page(self, address: str) -> PhonePage:
        if address not in self.pages:
            raise UnreadableError("It has no page.")
        return PhonePage(self.pages[address], Unread("none"), ())


async def _seen(eyes: Any, condition: PhonesBack | PhonesCurrent, *names: str) -> Verdict:
    phones = Phones(eyes, names)
    return await (phones.back() if isinstance(condition, PhonesBack) else phones.current(condition.node))


HASHES = served_list(itl())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("Registered", Passed),
        ("UnRegistered", NotYet),
        ("Rejected", NotYet),
        ("PartiallyRegistered", NotYet),
        ("Unknown", Unknown),
    ],
)
@live
async def test_a_phone_of_which_no_node_can_tell_is_unknown(status: str, kind: type[Verdict]) -> None:
    eyes = MemoryEyes({"SEP1": "Registered", "SEP2": status}, {"SEP1": HASHES.sha1, "SEP2": HASHES.sha1})
    for condition in (PhonesBack(), PhonesCurrent()):
        verdict = await _seen(eyes, condition, "SEP1", "SEP2")
        assert isinstance(verdict, kind)
        assert ("SEP2" in told(verdict)) == (kind is not Passed)


@live
async def test_a_phone_that_nobody_has_ever_seen_is_not_there() -> None:
    eyes = MemoryEyes({"SEP1": "Registered"}, {"SEP1": HASHES.sha1})
    for condition in (PhonesBack(), PhonesCurrent()):
        assert isinstance(await _seen(eyes, condition, "SEP1", "SEP2"), NotYet)


@live
async def test_where_nobody_is_waited_for_nobody_is_asked() -> None:
    for condition in (PhonesBack(), PhonesCurrent()):
        assert isinstance(await _seen(MemoryEyes({}), condition), Passed)


@pytest.mark.parametrize(
    ("held", "kind"),
    [(HASHES.sha1, Passed), (HASHES.md5, Passed), ("", NotYet), ("AB" * 20, NotYet)],
    ids=["SHA-1", "MD5", "none", "of another list"],
)
@live
async def test_a_model_may_tell_either_hash_and_none_is_no_silence(held: str, kind: type[Verdict]) -> None:
    assert isinstance(await _seen(MemoryEyes({"SEP1": "Registered"}, {"SEP1": held}), PhonesCurrent(), "SEP1"), kind)


@pytest.mark.parametrize(
    ("said", "page", "kind", "evidence"),
    [
        (HASHES.sha1, None, Passed, "of 1 by what they said at their registration"),
        (HASHES.sha1, "AB" * 20, Passed, "of 1 by what they said at their registration"),
        ("AB" * 20, HASHES.sha1, Passed, "of 1 by their web pages"),
        ("AB" * 20, None, NotYet, "not SEP1"),
        ("Not Installed", None, NotYet, "not SEP1"),
        ("gibberish", None, Unknown, "What 1 hold cannot be read: SEP1."),
        ("gibberish", HASHES.sha1, Passed, "of 1 by their web pages"),
    ],
    ids=["said", "said, another page", "another, page", "another", "none", "gibberish", "gibberish, page"],
)
@live
async def test_the_best_evidence_counts(said: str, page: str | None, kind: type[Verdict], evidence: str) -> None:
    pages = {} if page is None else {"SEP1": page}
    verdict = await _seen(MemoryEyes({"SEP1": "Registered"}, pages, {"SEP1": said}), PhonesCurrent(), "SEP1")
    assert isinstance(verdict, kind)
    assert evidence in told(verdict)


@live
async def test_from_14_on_a_closed_page_is_no_silence(tmp_path: Path) -> None:
    async with watch(tmp_path, "campus-14") as night:
        desks = night.made.wire.lab.desks
        for desk in desks[:5]:
            desk.web.close()
        assert told(await night.see(PhonesCurrent())) == (
            "All 6 phones hold a list that is served now. That is known of 6 by what they said at their registration, "
            "as the database has it."
        )
        # --- two phones cling to a list of somebody else: of one the database knows, the other says so itself too ---
        for desk in (desks[0], desks[5]):
            desk.line.phone.held[ListKind.ITL] = itl()
            desk.line.happen(Reset())
        await night.pass_by(BOOT)
        late = await night.see(PhonesCurrent())
        assert isinstance(late, NotYet)
        assert told(late) == (
            f"4 of 6 phones hold a list that is served now; not {desks[0].extension.device}, "
            f"{desks[5].extension.device}. That is known of 4 by what they said at their registration, as the database "
            "has it."
        )
        # --- what the database does not know either, nobody knows ---
        night.made.wire.cluster.database.write((("delete from devicetrusthash", ()),))
        silent = await night.see(PhonesCurrent())
        assert isinstance(silent, Unknown)
        assert "What 5 hold cannot be read" in told(silent)


def test_of_many_names_the_first_few_are_told() -> None:
    assert some(list("abcde")) == "a, b, c, d, e"
    assert some(list("abcdefg")) == "a, b, c, d, e and 2 more"


@live
async def test_of_a_canary_nobody_else_is_asked() -> None:
    """The phones of the plan are away, or hold another list: that is none of the canary's business, and vice versa."""
    eyes: Any = MemoryEyes({"SEP1": "Registered", "SEP2": "UnRegistered"}, {"SEP1": HASHES.sha1})
    phones = Phones(eyes, ("SEP1", "SEP2", "SEP3"))
    assert isinstance(await phones.back((), ("SEP1",)), Passed)
    assert isinstance(await phones.current("", only=("SEP1",)), Passed)
    assert isinstance(await phones.current(""), NotYet)
    away = await phones.current("", only=("SEP2",))
    assert isinstance(away, NotYet)
    assert told(away).startswith("0 of 1 phones hold a list that is served now; not SEP2.")
    assert "SEP2" in told(await phones.back((), ("SEP1", "SEP2")))
    assert "SEP3" not in told(await phones.back((), ("SEP1", "SEP2")))
