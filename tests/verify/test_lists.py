"""What TFTP nodes serve, and who vouches for it: no phone is sent for a list that one of these conditions stops."""

from pathlib import Path

import msgspec
import pytest

from ringtrust.change.gate import ListsMatch, PhonesCurrent, Vouched, Voucher
from ringtrust.change.outcome import Failed, NotYet, Passed, Unknown
from ringtrust.lab.state import parameters, type_tables
from ringtrust.lab.state.services import TFTP, TVS
from ringtrust.trust.lists import TrustList, read_list
from tests.support.identities import itl
from tests.support.live import live
from tests.verify.watching import SERVICES, SHOW_OWN, Watch, saying, told, unreadable, watch

REBUILD = 70
NOTIFICATION = 320


def _list(night: Watch, node: str) -> TrustList:
    image = night.made.wire.cluster.node(node).tftp
    assert image is not None
    return image.itl


def _serve(night: Watch, node: str, found: TrustList) -> None:
    """From now on the node serves this list."""
    image = night.made.wire.cluster.node(node).tftp
    assert image is not None
    night.made.wire.cluster.node(node).tftp = msgspec.structs.replace(image, itl=found)


async def _serial(night: Watch, unit: str, node: str) -> str:
    return (await night.eyes.identity(node, unit)).serial


@live
async def test_a_list_that_has_not_been_built_anew_yet(tmp_path: Path) -> None:
    async with watch(tmp_path) as night:
        good = await night.see(ListsMatch())
        assert isinstance(good, Passed)
        assert "pub, sub1 are valid" in told(good)
        for unit in ("TVS", "CallManager", "CAPF"):
            await night.regenerate(unit, "pub")
            old = await night.see(ListsMatch())
            assert isinstance(old, NotYet)
            serial = await _serial(night, unit, "pub")
            assert f"The list of pub does not hold {unit} of pub with serial {serial}." in old.evidence
            assert ("of sub1" in told(old)) is (unit != "CallManager")  # that of a node stands in its own list alone
            await night.pass_by(REBUILD)
            assert isinstance(await night.see(ListsMatch()), Passed)


@live
async def test_a_list_that_is_not_what_it_should_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(tmp_path) as night:
        good = _list(night, "sub1")
        spoilt = bytearray(good.data)
        spoilt[-1] ^= 1
        _serve(night, "sub1", read_list(bytes(spoilt)))
        invalid = await night.see(ListsMatch())
        assert isinstance(invalid, NotYet)
        assert "The list of sub1 does not hold in itself" in told(invalid)
        assert "of pub" not in told(invalid).replace("TVS of pub", "")
        _serve(night, "sub1", itl())
        stranger = await night.see(ListsMatch())
        assert isinstance(stranger, NotYet)
        assert "not by CallManager of today" in told(stranger)
        _serve(night, "sub1", _list(night, "pub"))
        others = await night.see(ListsMatch())
        assert isinstance(others, NotYet)
        assert f"CallManager of sub1 with serial {await _serial(night, 'CallManager', 'sub1')}" in told(others)
        _serve(night, "sub1", good)
        assert isinstance(await night.see(ListsMatch()), Passed)
        # --- the list that is prepared for a rollback vouches for nobody ---
        night.made.wire.cluster.set_parameter(parameters.ROLLBACK, "T")
        await night.pass_by(REBUILD)
        await night.restart(TFTP, "sub1")
        assert _list(night, "sub1").emptied
        emptied = await night.see(ListsMatch())
        assert isinstance(emptied, NotYet)
        assert sum("The list of sub1 does not hold TVS of" in text for text in emptied.evidence) == 3
        # --- what cannot be read ---
        await night.made.stop(TFTP, "sub1")
        for condition in (ListsMatch(), Vouched()):
            silent = await night.see(condition)
            assert isinstance(silent, Unknown)
        await night.made.start(TFTP, "sub1")
        for command in (SERVICES, SHOW_OWN):
            with monkeypatch.context() as patched:
                unreadable(patched, command)
                assert isinstance(await night.see(ListsMatch()), Unknown)
                assert isinstance(await night.see(Vouched()), Unknown)


@live
async def test_where_no_node_serves_lists_nothing_is_said_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watch(tmp_path) as night:
        saying(monkeypatch, SERVICES, f"{TFTP}[STOPPED]  Service Not Activated", f"{TVS}[STARTED]")
        for condition in (ListsMatch(), Vouched(), PhonesCurrent()):
            verdict = await night.see(condition)
            assert isinstance(verdict, Unknown)
            assert "activated on no node" in told(verdict)


@live
async def test_who_vouches_for_a_new_signer(tmp_path: Path) -> None:
    async with watch(tmp_path) as night:
        good = await night.see(Vouched())
        assert isinstance(good, Passed)
        assert "TVS of 3 nodes vouches for the signers of 2 lists" in told(good)
        await night.regenerate("CallManager", "pub")
        replaced = await night.see(Vouched())  # the old list is served still, and pub itself knows its signer no more
        assert isinstance(replaced, NotYet)
        assert replaced.evidence == ("TVS of pub does not vouch for the signer of the list of pub yet.",)
        await night.pass_by(REBUILD)
        not_everybody = await night.see(Vouched())
        assert isinstance(not_everybody, NotYet)
        assert not_everybody.evidence == tuple(
            f"TVS of {node} does not vouch for the signer of the list of pub yet." for node in ("sub1", "sub2")
        )
        await night.pass_by(NOTIFICATION)
        assert isinstance(await night.see(Vouched()), Passed)


@live
async def test_a_tvs_that_phones_do_not_know_is_not_waited_for(tmp_path: Path) -> None:
    async with watch(tmp_path) as night:
        known = tuple([Voucher(node, await _serial(night, "TVS", node)) for node in ("pub", "sub1")])
        assert isinstance(await night.see(Vouched(known)), Passed)
        await night.regenerate("TVS", "sub1")
        await night.pass_by(REBUILD)
        await night.restart(TVS, "sub1")
        assert isinstance(await night.see(Vouched(known[:1])), Passed)
        strange = await night.see(Vouched(known))
        assert isinstance(strange, Failed)
        said, advice = strange.evidence
        assert advice.startswith("Reset no phone, and restart nothing: phones keep the list that they hold")
        assert said.startswith(f"Phones know TVS of sub1 by serial {known[1].serial}. It shows ")
        assert f" {await _serial(night, 'TVS', 'sub1')} now: somebody has renewed it." in said


@live
async def test_a_tvs_that_a_phone_could_not_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(tmp_path) as night:
        await night.made.stop(TVS, "sub2")
        stopped = await night.see(Vouched())
        assert isinstance(stopped, NotYet)
        assert stopped.evidence == (f"{TVS} does not run on sub2. utils service start {TVS}",)
        await night.made.start(TVS, "sub2")
        # --- it runs with the certificate of before ---
        await night.regenerate("TVS", "sub2")
        await night.pass_by(REBUILD)
        old = await night.see(Vouched())
        assert isinstance(old, Failed)
        assert "sub2 serves TVS with serial" in told(old)
        assert f"Restart {TVS} there." in told(old)
        await night.restart(TVS, "sub2")
        assert isinstance(await night.see(Vouched()), Passed)
        # --- it knows the signer, and not as one who may sign lists: a phone refuses that ---
        with monkeypatch.context() as patched:
            for place in ("CallManager", "Phone-SAST-trust"):
                patched.setitem(type_tables.ROLES, place, (2,))
            wrong_role = await night.see(Vouched())
            assert isinstance(wrong_role, NotYet)
            assert "not as a SAST" in told(wrong_role)
        # --- it runs, they say, and nobody is at its port ---
        night.made.wire.lab.doors["sub1"][TVS].close()
        assert isinstance(await night.see(Vouched()), Unknown)


@live
async def test_from_12_on_the_recovery_certificate_signs(tmp_path: Path) -> None:
    async with watch(tmp_path, "campus-12.5") as night:
        assert isinstance(await night.see(ListsMatch()), Passed)
        assert isinstance(await night.see(Vouched()), Passed)
        assert isinstance(await night.see(PhonesCurrent()), Passed)
        seed = await night.judge(signer="CallManager").judge(ListsMatch())
        assert isinstance(seed, NotYet)
        assert "not by CallManager of today" in told(seed)
        await night.regenerate("ITLRecovery", "pub")
        await night.pass_by(REBUILD)
        old = await night.see(ListsMatch())
        assert isinstance(old, NotYet)
        assert sum("not by ITLRecovery of today" in text for text in old.evidence) == 2
        await night.restart(TFTP, "pub", "sub1")
        assert isinstance(await night.see(ListsMatch()), Passed)
        late = await night.see(Vouched())
        assert isinstance(late, NotYet)
        assert "TVS of sub2 does not vouch for the signer of the list of sub1 yet." in late.evidence
        await night.pass_by(NOTIFICATION)
        assert isinstance(await night.see(Vouched()), Passed)
