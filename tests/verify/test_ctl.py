"""G-CTL and G-ITL0 in mixed mode: one CTL for all, with the certificates of now, and every phone holds it."""

from pathlib import Path

import pytest

from ringtrust.apply.patience import passage
from ringtrust.change.gate import CtlMatches, Gate, PartnersTold, PhonesCurrent, TokenAtHand
from ringtrust.change.outcome import Failed, NotYet, Passed, Unknown
from ringtrust.lab.state.services import TFTP
from ringtrust.trust.lists import ListKind
from ringtrust.verify.said import NO_PARTNERS, Said, at_hand
from ringtrust.verify.said import told as partners_told
from ringtrust.verify.whole import look
from tests.support.live import live
from tests.verify.watching import SHOW_OWN, Watch, told, unreadable, watch

_NOTIFICATION = 320
SIGNED = CtlMatches("CallManager")


async def _update(night: Watch) -> None:
    night.made.wire.cluster.ctl.update()
    await night.pass_by(60)


@live
@pytest.mark.shows("S64", "S68")
async def test_a_ctl_that_was_not_updated_is_found_until_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(tmp_path, "secure-11.5") as night:
        good = await night.see(SIGNED)
        assert isinstance(good, Passed)
        assert "pub, sub1 serve one CTL, signed by CallManager" in told(good)
        for signer in ("ITLRecovery", "SAST-ADN00000000"):
            other = await night.see(CtlMatches(signer))
            assert isinstance(other, NotYet)
            assert signer in told(other)
        for unit, node in (("CallManager", "sub2"), ("CAPF", "pub"), ("ITLRecovery", "pub")):
            await night.regenerate(unit, node)
            await night.pass_by(_NOTIFICATION)
            stale = await night.see(SIGNED)
            assert isinstance(stale, NotYet)
            serial = (await night.eyes.identity(node, unit)).serial
            assert f"The CTL does not hold {unit} of {node} with serial {serial}" in told(stale)
            assert "H13" in told(stale)
            await _update(night)
            assert isinstance(await night.see(SIGNED), Passed)
        with monkeypatch.context() as patched:
            unreadable(patched, SHOW_OWN)
            assert isinstance(await night.see(SIGNED), Unknown)
        await night.made.stop(TFTP, "sub1")
        assert isinstance(await night.see(SIGNED), Unknown)


@live
async def test_nodes_that_serve_different_ctls_or_none(tmp_path: Path) -> None:
    async with watch(tmp_path, "secure-11.5") as night:
        sub1 = night.made.wire.cluster.node("sub1")
        old = sub1.ctl
        await _update(night)
        sub1.ctl = old
        different = await night.see(SIGNED)
        assert isinstance(different, NotYet)
        assert "sub1 serves a CTL with SHA-1" in told(different)
        assert "restart Cisco Tftp where another one is served" in told(different)
        sub1.ctl = None
        missing = await night.see(SIGNED)
        assert isinstance(missing, NotYet)
        assert "sub1 serves no CTL." in told(missing)


@live
async def test_every_phone_holds_the_ctl_of_now_as_its_page_tells(tmp_path: Path) -> None:
    async with watch(tmp_path, "secure-11.5") as night:
        both = PhonesCurrent(ctl=True)
        good = await night.see(both)
        assert isinstance(good, Passed)
        assert "and the CTL of now" in told(good)
        await _update(night)
        behind = await night.see(both)
        assert isinstance(behind, NotYet)
        assert told(behind).startswith("0 of 6 phones")
        bare = [desk for desk in night.made.wire.lab.desks if ListKind.ITL not in desk.line.phone.held]
        assert bare  # a device without TVS has no ITL; where there is no CTL to go by it counts as one without a list
        assert isinstance(await night.see(PhonesCurrent()), NotYet)
        night.made.wire.cluster.registrations.reset_all()
        verdict = await passage(Gate(both, "", patience=600), night.judge(), night.made.timer, lambda *_: True)
        assert isinstance(verdict, Passed)


@live
async def test_of_the_ctl_only_phones_tell_whatever_the_database_knows_of_their_itl(tmp_path: Path) -> None:
    async with watch(tmp_path, "secure-14") as night:
        desks = [desk for desk in night.made.wire.lab.desks if ListKind.ITL in desk.line.phone.held]
        desks[0].web.close()
        silent = await night.see(PhonesCurrent(ctl=True))
        assert isinstance(silent, Unknown)
        assert f"What 1 hold cannot be read: {desks[0].extension.device}." in told(silent)
        assert "of the CTL only phones tell" in told(silent)
        assert "of 5 by their web pages" in told(silent)


@live
async def test_a_second_look_at_a_whole_cluster_in_mixed_mode_looks_at_its_ctl(tmp_path: Path) -> None:
    async with watch(tmp_path, "secure-9.1") as night:
        checks = {check.code: check for check in await look(night.eyes, night.judge(), None)}
        assert isinstance(checks["G-CTL"].verdict, Passed)
        assert "signed by SAST-ADN" in told(checks["G-CTL"].verdict)
        assert isinstance(checks["G-LSC-CA"].verdict, Passed)
        assert isinstance(checks["G-ITL0"].verdict, Passed)
        await night.regenerate("CallManager", "sub2")
        again = {check.code: check for check in await look(night.eyes, night.judge(), None)}
        assert isinstance(again["G-CTL"].verdict, Failed)


TOKENS = TokenAtHand(("SAST-ADN008580ef", "SAST-ADN008580ff"))


@pytest.mark.shows("S66", "S67")
def test_only_a_person_can_say_that_an_etoken_is_at_hand_and_only_one_of_these_counts() -> None:
    nobody = at_hand(Said(), TOKENS)
    assert isinstance(nobody, Unknown)
    assert "--token-at-hand SAST-ADN008580ef" in told(nobody)
    assert isinstance(at_hand(Said(("sast-adn008580FF",)), TOKENS), Passed)
    other = at_hand(Said(("SAST-ADN1",)), TOKENS)
    assert isinstance(other, Unknown)
    assert "SAST-ADN1, which is none of these" in told(other)


def test_that_partners_hold_the_new_capf_can_be_said_of_that_one_alone() -> None:
    """H18: nobody can say it of a certificate that was not there yet."""
    asked = PartnersTold("pub", "01AB")
    silent = partners_told(Said(), asked, "0F3C")
    assert isinstance(silent, Unknown)
    assert "--partners-told 0F3C" in told(silent)
    assert "serial 01AB, stays there" in told(silent)
    assert isinstance(partners_told(Said(partners="f3c"), asked, "0F3C"), Passed)
    assert isinstance(partners_told(Said(partners="0f:3c"), asked, "0F3C"), Passed)
    old = partners_told(Said(partners="01AB"), asked, "0F3C")
    assert isinstance(old, Unknown)
    assert "serial 01AB, which is not that of now" in told(old)
    assert isinstance(partners_told(Said(partners=NO_PARTNERS), asked, "0F3C"), Passed)
