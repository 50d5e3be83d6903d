"""Nights in mixed mode, on the wire: plans for the lab's secure clusters, carried out to their end."""

from pathlib import Path

import pytest

from ringtrust.apply.hands import ClusterHands
from ringtrust.apply.news import Began, Finished, News, StoppedAtGate
from ringtrust.change.act import ClientCtl, ResetCtl, SetMode, UpdateCtl
from ringtrust.change.gate import CtlMatches, TokenAtHand
from ringtrust.change.outcome import Done, Passed, Refused, Unknown
from ringtrust.journal.records import Intended
from ringtrust.lab.platform.call import Call
from ringtrust.observe.lists import served_list
from ringtrust.trust.lists import ListKind, TrustList
from ringtrust.verify.said import Said
from ringtrust.verify.whole import look
from tests.journal.material import NOW
from tests.support.console import replaced
from tests.support.live import live
from tests.support.night import Night, brisk, night

NIGHTS = {"secure-11.5": ("CallManager@pub",), "secure-14": ("CallManager@sub1", "ITLRecovery")}


async def _well(made: Night, plan_of: str, *goal: str) -> None:
    plan = await made.plan(*goal)
    assert plan.stragglers == ()
    assert isinstance((await made.apply(plan)).ending, Finished), plan_of
    _, eyes = await made.scan()
    checks = await look(eyes, await made.judge(plan), plan)
    assert [check.what for check in checks if not isinstance(check.verdict, Passed)] == []
    assert {"G-CTL", "G-LSC-CA"} <= {check.code for check in checks}


@live
@pytest.mark.shows("S64", "S71", "S79")
@pytest.mark.parametrize("name", NIGHTS)
async def test_a_signer_of_the_ctl_is_renewed_and_every_phone_follows_those_without_tvs_too(
    tmp_path: Path, name: str
) -> None:
    async with night(tmp_path, brisk(name)) as made:
        await _well(made, name, *NIGHTS[name])
        phones = [desk.line.phone for desk in made.wire.lab.desks]
        ctls = {node.ctl.data for node in made.wire.cluster.tftp_order if node.ctl is not None}
        assert {phone.held[ListKind.CTL].data for phone in phones} == ctls
        assert len(ctls) == 1


@live
@pytest.mark.shows("S66", "S67", "S72", "S79")
async def test_with_etokens_it_waits_for_who_holds_one_and_for_the_ctl_client(tmp_path: Path) -> None:
    async with night(tmp_path, brisk("secure-9.1")) as made:
        plan = await made.plan("CallManager@sub1")
        tokens = next(step.act.tokens for step in plan.steps if isinstance(step.act, ClientCtl))
        first = (await made.apply(plan)).ending
        assert isinstance(first, StoppedAtGate)
        assert first.gate.condition == TokenAtHand(tokens)
        assert isinstance(first.verdict, Unknown)
        assert not first.acted

        def person(news: News) -> None:
            if isinstance(news, Began) and isinstance(news.step.act, ClientCtl):
                token = made.wire.cluster.tokens[0]
                made.wire.cluster.client_ctl(token, token.password)

        ending = (await made.apply(plan, tell=person, heard=Said((tokens[1],)))).ending
        assert isinstance(ending, Finished)
        judge = await made.judge(plan)
        assert isinstance(await judge.judge(CtlMatches(tokens[0])), Passed)


@live
async def test_an_act_on_the_ctl_of_which_nobody_wrote_down_what_became_is_settled_by_its_checksum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with night(tmp_path, brisk("secure-11.5")) as made:
        _, eyes = await made.scan()
        hands = ClusterHands(eyes, made.timer)
        for act in (UpdateCtl("pub"), ResetCtl("pub")):
            before, found = await hands.before(act), await eyes.ctl("pub")
            assert isinstance(found, TrustList)
            assert before == served_list(found).sha1
            lost = Intended(1, 1, 1, act, before, NOW)
            assert isinstance(await hands.settle(lost), Refused)
            await made.wire.advance(5)
            assert isinstance(await hands.carry_out(act), Done)
            await made.wire.advance(60)
            assert isinstance(await hands.settle(lost), Done)
        mode = SetMode("pub", mixed=True)
        assert await hands.before(mode) == "1"
        assert isinstance(await hands.settle(Intended(1, 1, 1, mode, "1", NOW)), Done)
        assert isinstance(await hands.settle(Intended(1, 1, 1, SetMode("pub", mixed=False), "1", NOW)), Refused)

        async def fails(call: Call) -> None:
            await call.show(("The CTL file could not be updated.",))

        replaced(monkeypatch, ("utils", "ctl", "update", "CTLFile"), fails)
        assert type(await hands.carry_out(UpdateCtl("pub"))).__name__ == "Unclear"
