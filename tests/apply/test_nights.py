"""Whole nights on the wire: what the phones say when the plan is done, and what happens when it cannot go on."""

import os
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from ringtrust.apply.hands import ClusterHands
from ringtrust.apply.news import Acted, Began, Finished, Judged, News, Resumed, Settled, StoppedAtAct, StoppedAtGate
from ringtrust.change.act import Act, Regenerate, ResetPhones
from ringtrust.change.gate import (
    CertificateIs,
    CertificatesFit,
    Condition,
    ListsMatch,
    PhonesBack,
    PhonesCurrent,
    ReplicationGood,
    RollbackOff,
    Synchronised,
    TvsLoadable,
    Vouched,
)
from ringtrust.change.outcome import Done, Failed, Outcome, Passed, Refused, Unclear, Unknown
from ringtrust.connect.platform.node import REGENERATION_SECONDS
from ringtrust.connect.soap.axl import AxlClient
from ringtrust.errors import RefusedError
from ringtrust.lab.platform import certificates
from ringtrust.lab.platform.call import Call
from ringtrust.lab.platform.registry import Handler
from ringtrust.lab.process.lab import Lab
from ringtrust.lab.process.muster import views
from ringtrust.lab.state import parameters
from ringtrust.lab.topology import Topology
from ringtrust.verify.whole import look
from tests.support.clusters import BOOT, PHONES
from tests.support.console import replaced
from tests.support.live import live
from tests.support.night import Applied, Night, brisk, never, night

REGENERATE = ("set", "cert", "regen")
RELEASES = ["campus-9.1", "campus-14"] + (["campus-12.5"] if "RINGTRUST_SOAK" in os.environ else [])
"""The twin plays all of them in every test run (tests/rehearse); the wire takes its time."""
REPLICATOR = "A Cisco DB Replicator"
TVS = "Cisco Trust Verification Service"


def _regenerated(*applied: Applied) -> list[tuple[str, str]]:
    """Which unit was regenerated on which node, each time that it was."""
    acts = [news.step.act for each in applied for news in each.news if isinstance(news, Acted)]
    return [(act.node, act.unit) for act in acts if isinstance(act, Regenerate)]


async def _stranded(made: Night) -> int:
    """Counted from the phones, after one more wave."""
    boots = [desk.line.phone.boots for desk in made.wire.lab.desks]
    made.wire.cluster.registrations.reset_all()
    await made.wire.lab.until(lambda: [desk.line.phone.boots - 1 for desk in made.wire.lab.desks] == boots)
    await made.wire.advance(BOOT)
    return sum(view.stranded or view.by_restore for view in views(made.wire.lab))


@live
async def test_synchronisation_ten_times_slower_is_waited_for(tmp_path: Path) -> None:
    async with night(tmp_path, brisk(change_notification=18_000)) as made:
        began = made.timer.monotonic()
        applied = await made.apply(await made.plan("CallManager@pub"))
        assert isinstance(applied.ending, Finished)
        assert made.timer.monotonic() - began >= 18_000
        assert made.current() == PHONES
        assert await _stranded(made) == 0


@live
async def test_a_cluster_whose_replication_is_broken_is_not_touched(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        before = made.wire.cluster.identities()
        plan = await made.plan("TVS")
        await made.stop(REPLICATOR, "sub2")
        ending = (await made.apply(plan)).ending
        assert isinstance(ending, StoppedAtGate)
        assert isinstance(ending.gate.condition, ReplicationGood)
        assert isinstance(ending.verdict, Failed)
        assert "sub2" in " ".join(ending.verdict.evidence)
        assert not ending.acted
        assert made.wire.cluster.identities() == before


@live
async def test_replication_that_breaks_on_the_way_stops_it_and_once_mended_it_goes_on_where_it_stopped(
    tmp_path: Path,
) -> None:
    async with night(tmp_path) as made:
        plan = await made.plan("CallManager", "TVS@pub")
        first = await made.apply(plan, await _breaking(made, "CallManager", "pub", REPLICATOR, "sub2"))
        assert isinstance(first.ending, StoppedAtGate)
        assert isinstance(first.ending.gate.condition, Synchronised)
        assert isinstance(first.ending.verdict, Failed)
        assert first.ending.acted
        await made.start(REPLICATOR, "sub2")
        second = await made.apply(plan)
        assert isinstance(second.news[0], Resumed)
        assert isinstance(second.ending, Finished)
        assert _regenerated(first, second) == [
            *(("pub", "CallManager"), ("sub1", "CallManager"), ("sub2", "CallManager")),
            ("pub", "TVS"),
        ]
        assert made.current() == PHONES
        assert await _stranded(made) == 0


class _Watching(ClusterHands):
    """Hands that count the phones lost so far after every act: a plan may be left at any step."""

    made: Night
    lost: list[tuple[Act, int]]

    async def carry_out(self, act: Act) -> Outcome:
        outcome = await super().carry_out(act)
        self.lost.append((act, sum(view.stranded or view.by_restore for view in views(self.made.wire.lab))))
        return outcome


@pytest.mark.parametrize("release", RELEASES)
@live
async def test_a_planned_night_renews_everything_once_and_loses_no_phone_at_any_step(
    tmp_path: Path, release: str
) -> None:
    """Not even where no backup holds keys and no recovery key signs: phones are saved by what they hold."""
    async with night(tmp_path, brisk(release)) as made:
        cluster = made.wire.cluster
        cluster.release = msgspec.structs.replace(cluster.release, backup_holds_keys=False, recovery_signer="")
        before = cluster.identities()
        plan = await made.plan()
        _, eyes = await made.scan()
        hands = _Watching(eyes, made.timer)
        hands.made, hands.lost = made, []
        applied = await made.apply(plan, hands)
        assert isinstance(applied.ending, Finished)

        after = cluster.identities()
        assert [key for key in before if before[key] == after[key]] == []
        owned = [(node.name, unit.name) for node in cluster.nodes for unit in node.units()]
        assert Counter(_regenerated(applied)) == Counter(owned)

        assert [(act, lost) for act, lost in hands.lost if lost] == []
        assert len(hands.lost) == len(plan.steps) - 2  # the first and the last step are a person's
        assert made.wire.lab.registered == made.current() == PHONES
        checks = await look(eyes, await made.judge(plan), plan)
        assert [check for check in checks if not isinstance(check.verdict, Passed)] == []
        assert await _stranded(made) == 0


class _Breaking(ClusterHands):
    """Hands under which something breaks just after one act."""

    unit = node = service = where = ""
    made: Night

    async def carry_out(self, act: Act) -> Outcome:
        outcome = await super().carry_out(act)
        if isinstance(act, Regenerate) and (act.unit, act.node) == (self.unit, self.node):
            await self.made.stop(self.service, self.where)
        return outcome


async def _breaking(made: Night, unit: str, node: str, service: str, where: str) -> ClusterHands:
    _, eyes = await made.scan()
    hands = _Breaking(eyes, made.timer)
    hands.made, hands.unit, hands.node, hands.service, hands.where = made, unit, node, service, where
    return hands


@live
async def test_no_phone_is_sent_for_a_list_while_a_tvs_is_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with night(tmp_path) as made:
        plan = await made.plan("CallManager@pub")
        genuine = AxlClient.reset_all_phones
        waves: list[int] = []

        async def counted(axl: AxlClient) -> None:
            waves.append(1)
            await genuine(axl)

        monkeypatch.setattr(AxlClient, "reset_all_phones", counted)
        stopped = await made.apply(plan, await _breaking(made, "CallManager", "pub", TVS, "sub2"))
        assert isinstance(stopped.ending, StoppedAtGate)
        assert isinstance(stopped.ending.verdict, Failed)
        assert TVS in " ".join(stopped.ending.verdict.evidence)
        assert waves == []
        await made.start(TVS, "sub2")
        assert isinstance((await made.apply(plan)).ending, Finished)
        assert made.current() == PHONES


@live
async def test_a_phone_that_does_not_come_back_stops_it(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        plan = await made.plan("TVS@pub")
        desk = made.wire.lab.desks[0]
        Lab.power_off(desk)
        stopped = (await made.apply(plan)).ending
        assert isinstance(stopped, StoppedAtGate)
        assert isinstance(stopped.gate.condition, PhonesBack)
        assert desk.extension.device in " ".join(stopped.verdict.evidence)
        Lab.power_on(desk)
        await made.wire.advance(BOOT)
        assert isinstance((await made.apply(plan)).ending, Finished)


def _in_vain(made: Night, patched: pytest.MonkeyPatch, waves: int) -> None:
    """The first waves reach no phone, nor does the reset that the cluster does by itself when TVS is renewed."""
    registrations = made.wire.cluster.registrations
    reset_all, by_itself = registrations.reset_all, iter(range(1))
    wave, left = AxlClient.reset_all_phones, iter(range(waves))

    async def reset_over_axl(axl: AxlClient) -> None:
        if next(left, None) is None:
            await wave(axl)

    patched.setattr(registrations, "reset_all", lambda: 0 if next(by_itself, None) is not None else reset_all())
    patched.setattr(AxlClient, "reset_all_phones", reset_over_axl)


def _nobody_hears(made: Night, patched: pytest.MonkeyPatch) -> None:
    """No wave reaches any phone."""

    async def nothing(_axl: AxlClient) -> None:
        """It is said to be done."""

    patched.setattr(made.wire.cluster.registrations, "reset_all", lambda: 0)
    patched.setattr(AxlClient, "reset_all_phones", nothing)


def _waves(applied: Applied) -> int:
    return sum(isinstance(news, Acted) and news.step.act == ResetPhones() for news in applied.news)


@live
async def test_phones_that_missed_a_wave_are_sent_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with night(tmp_path) as made:
        plan = await made.plan("TVS@pub")
        _in_vain(made, monkeypatch, 1)
        applied = await made.apply(plan)
        assert isinstance(applied.ending, Finished)
        assert _waves(applied) == 2
        assert made.current() == PHONES


@live
async def test_phones_that_miss_two_waves_stop_it_and_the_next_apply_sends_them_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with night(tmp_path) as made:
        plan = await made.plan("TVS@pub")
        _in_vain(made, monkeypatch, 2)
        first = await made.apply(plan)
        assert isinstance(first.ending, StoppedAtGate)
        assert isinstance(first.ending.gate.condition, PhonesCurrent)
        assert _waves(first) == 2
        second = await made.apply(plan)
        assert isinstance(second.ending, Finished)
        assert [news.step.act for news in second.news if isinstance(news, Acted)] == [ResetPhones()]
        assert made.current() == PHONES


@live
async def test_a_newer_plan_does_not_forget_the_restarts_of_one_that_is_half_done(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        older = await made.plan("CallManager@pub", "ipsec@sub1")
        stopped = await made.apply(older, await _breaking(made, "CallManager", "pub", REPLICATOR, "sub2"))
        assert isinstance(stopped.ending, StoppedAtGate)
        await made.start(REPLICATOR, "sub2")
        await made.wire.advance(BOOT)
        await made.wire.lab.until(lambda: all(desk.line.phone.boots > 1 for desk in made.wire.lab.desks))
        await made.wire.all_registered()
        newer = await made.plan("ipsec@sub1")
        with pytest.raises(RefusedError, match=r"still needs: restart .* on pub; .*reset all phones"):
            await made.apply(newer)
        assert isinstance((await made.apply(older)).ending, Finished)
        assert made.current() == PHONES


async def _renew_every_tvs(made: Night, *, loads: bool = True) -> None:
    """Somebody does, all at once, and loads them or not."""
    cluster = made.wire.cluster
    unit = cluster.release.unit("TVS")
    assert unit is not None
    for node in cluster.nodes:
        cluster.regenerate(node, unit)
    if loads:
        await _load_every_tvs(made)


async def _load_every_tvs(made: Night) -> None:
    for node in made.wire.cluster.nodes:
        await made.stop(TVS, node.name)
        await made.start(TVS, node.name)


class _Meddling(ClusterHands):
    """Hands beside which somebody else renews every TVS, while they wait for a certificate."""

    made: Night
    unit: str
    loads: bool = True

    async def carry_out(self, act: Act) -> Outcome:
        outcome = await super().carry_out(act)
        if isinstance(act, Regenerate) and act.unit == self.unit:
            await _renew_every_tvs(self.made, loads=self.loads)
        return outcome


@pytest.mark.parametrize(
    ("release", "goal", "waves"),
    [("campus-9.1", ("CallManager@pub",), 0), ("campus-12.5", ("TVS", "ITLRecovery"), 3)],
    ids=["as it was scanned", "as the plan itself has made it"],
)
@live
async def test_no_phone_is_sent_for_a_list_when_somebody_else_has_renewed_tvs_meanwhile(
    tmp_path: Path, release: str, goal: tuple[str, ...], waves: int
) -> None:
    """H01: a TVS that no phone knows vouches for a signer that no phone knows."""
    async with night(tmp_path, brisk(release)) as made:
        plan = await made.plan(*goal)
        _, eyes = await made.scan()
        hands = _Meddling(eyes, made.timer)
        hands.made, hands.unit = made, goal[-1].partition("@")[0]
        applied = await made.apply(plan, hands)
        assert isinstance(applied.ending, StoppedAtGate)
        assert isinstance(applied.ending.step.act, ResetPhones)
        assert isinstance(applied.ending.gate.condition, Vouched)
        assert isinstance(applied.ending.verdict, Failed)
        assert "Phones know TVS of sub2 by serial" in " ".join(applied.ending.verdict.evidence)
        assert _waves(applied) == waves


def _slow_to_rebuild() -> Topology:
    """Lists follow hours later: until then phones hold what is served, and know nothing of what was renewed."""
    made = brisk()
    return msgspec.structs.replace(made, delays=msgspec.structs.replace(made.delays, itl_rebuild=36_000))


async def _prepare_a_rollback(made: Night) -> None:
    made.wire.cluster.set_parameter(parameters.ROLLBACK, "T")
    await made.wire.advance(BOOT)


@pytest.mark.parametrize(
    ("meddle", "condition"), [(_renew_every_tvs, ListsMatch | Vouched), (_prepare_a_rollback, RollbackOff)]
)
@live
async def test_what_somebody_has_done_between_two_applies_is_seen_before_anything_else_is_renewed(
    tmp_path: Path, meddle: Callable[[Night], Awaitable[None]], condition: type[Condition]
) -> None:
    """The preflight is long ago when a plan is gone on with: TVS renewed by hand, and then the signer, strands all."""
    async with night(tmp_path, _slow_to_rebuild()) as made:
        plan = await made.plan("ipsec@sub1", "CallManager@pub")
        first = await made.apply(plan, await _breaking(made, "ipsec", "sub1", REPLICATOR, "sub2"))
        await made.start(REPLICATOR, "sub2")
        await meddle(made)
        second = await made.apply(plan)
        assert isinstance(second.ending, StoppedAtGate)
        assert isinstance(second.ending.gate.condition, condition)
        assert _regenerated(first, second) == [("sub1", "ipsec")]
        assert await _stranded(made) == 0


@live
async def test_what_phones_know_tvs_by_is_what_their_list_says_not_what_a_plan_remembers(tmp_path: Path) -> None:
    """It was scanned, then somebody renewed TVS and saw to the phones, and to the plan that is a stranger."""
    async with night(tmp_path) as made:
        plan = await made.plan("CallManager@pub")
        assert isinstance((await made.apply(await made.plan("TVS"))).ending, Finished)
        made.journal.unlink()  # it was somebody else
        assert isinstance((await made.apply(plan)).ending, Finished)
        assert await _stranded(made) == 0


@live
async def test_phones_are_sent_for_their_list_before_a_new_tvs_is_loaded_that_somebody_has_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TVS runs with what phones know, and new ones lie on disk: this is the hour to send them, and then to restart."""
    async with night(tmp_path) as made:
        plan = await made.plan("CallManager@pub", "TVS@pub")
        _in_vain(made, monkeypatch, 0)
        _, eyes = await made.scan()
        hands = _Meddling(eyes, made.timer)
        hands.made, hands.unit, hands.loads = made, "CallManager", False
        applied = await made.apply(plan, hands)
        assert _waves(applied) == 1
        assert made.current() == PHONES
        assert isinstance(applied.ending, StoppedAtGate)
        assert f"Restart {TVS} there." in " ".join(applied.ending.verdict.evidence)
        await _load_every_tvs(made)
        second = (await made.apply(plan)).ending
        assert isinstance(second, StoppedAtGate)
        assert isinstance(second.gate.condition, CertificateIs)  # TVS@pub was renewed by somebody else
        assert await _stranded(made) == 0


@live
async def test_a_tvs_that_no_phone_asks_is_renewed_by_hand_and_the_way_out_is_a_reset_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pub stands in no CM group: the TVS that phones ask vouch as before, as docs/renewal.md says."""
    async with night(tmp_path) as made:
        plan = await made.plan("CallManager@pub")
        unit = made.wire.cluster.release.unit("TVS")
        assert unit is not None

        def meddle(news: News) -> None:
            if isinstance(news, Acted) and isinstance(news.step.act, Regenerate):
                made.wire.cluster.regenerate(made.wire.cluster.node("pub"), unit)

        hands = ClusterHands((await made.scan())[1], made.timer)
        with monkeypatch.context() as patched:
            _nobody_hears(made, patched)
            loads = (await made.apply(plan, hands, meddle)).ending
            assert isinstance(loads, StoppedAtGate)
            await made.stop(TVS, "pub")
            await made.start(TVS, "pub")
            stopped = (await made.apply(plan)).ending
        assert isinstance(stopped, StoppedAtGate)
        assert isinstance(stopped.gate.condition, Vouched)
        assert await _stranded(made) == 0
        assert isinstance((await made.apply(plan)).ending, Finished)


@live
async def test_a_plan_does_not_load_a_tvs_that_somebody_has_made_before_phones_know_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ITLRecovery the lists have a new signer, and TVS is restarted everywhere: then nobody would vouch for it."""
    async with night(tmp_path, brisk("campus-12.5")) as made:
        plan = await made.plan("ITLRecovery")
        _, eyes = await made.scan()
        hands = _Meddling(eyes, made.timer)
        hands.made, hands.unit, hands.loads = made, "ITLRecovery", False
        with monkeypatch.context() as patched:
            _nobody_hears(made, patched)
            stopped = (await made.apply(plan, hands)).ending
        assert isinstance(stopped, StoppedAtGate)
        assert isinstance(stopped.gate.condition, TvsLoadable)
        assert "Reset all phones while the TVS that they know still runs" in " ".join(stopped.verdict.evidence)
        assert await _stranded(made) == 0
        assert made.current() == PHONES
        assert isinstance((await made.apply(plan)).ending, Finished)
        assert await _stranded(made) == 0


@live
async def test_a_plan_does_not_end_well_where_tvs_has_yet_to_load_what_phones_know_it_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with night(tmp_path) as made:
        plan = await made.plan("CallManager@pub")
        _, eyes = await made.scan()
        hands = _Meddling(eyes, made.timer)
        hands.made, hands.unit, hands.loads = made, "CallManager", False
        _in_vain(made, monkeypatch, 0)
        ending = (await made.apply(plan, hands)).ending
        assert isinstance(ending, StoppedAtGate)
        assert f"Restart {TVS} there." in " ".join(ending.verdict.evidence)
        assert made.current() == PHONES
        await _load_every_tvs(made)
        assert isinstance((await made.apply(plan)).ending, Finished)


@live
async def test_what_a_plan_has_made_and_somebody_renews_once_more_is_noticed(tmp_path: Path) -> None:
    """Its services were restarted before that, and load the new one when nobody expects it."""
    async with night(tmp_path) as made:
        plan = await made.plan("CallManager@pub", "CallManager@sub1")
        unit = made.wire.cluster.release.unit("CallManager")
        assert unit is not None

        def meddle(news: News) -> None:
            if isinstance(news, Began) and news.step.act == ResetPhones():
                made.wire.cluster.regenerate(made.wire.cluster.node("pub"), unit)

        stopped = await made.apply(plan, tell=meddle)
        assert isinstance(stopped.ending, StoppedAtGate)
        assert stopped.ending.gate.what == "CallManager of pub is the one that this plan has made"
        assert _regenerated(stopped) == [("pub", "CallManager")]
        newer = await made.plan("CallManager@sub1")
        with pytest.raises(RefusedError, match="still needs: restart Cisco CallManager on pub; ") as caught:
            await made.apply(newer)
        assert "That plan cannot go on." in caught.value.advice


@live
async def test_a_certificate_that_somebody_else_has_renewed_meanwhile_is_not_renewed_again(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        plan = await made.plan("tomcat@sub1")
        unit = made.wire.cluster.release.unit("tomcat")
        assert unit is not None
        theirs = made.wire.cluster.regenerate(made.wire.cluster.node("sub1"), unit)
        await made.wire.advance(300)
        ending = (await made.apply(plan)).ending
        assert isinstance(ending, StoppedAtGate)
        assert isinstance(ending.gate.condition, CertificateIs)
        assert made.wire.cluster.identities()["sub1", "tomcat"] == theirs.certificate


@live
async def test_a_cli_that_is_silent_is_unknown_and_never_a_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with night(tmp_path, seconds=2) as made:
        before = made.wire.cluster.identities()
        plan = await made.plan("ipsec@pub")
        replaced(monkeypatch, ("utils", "dbreplication", "runtimestate"), never)
        ending = (await made.apply(plan)).ending
        assert isinstance(ending, StoppedAtGate)
        assert isinstance(ending.gate.condition, ReplicationGood)
        assert isinstance(ending.verdict, Unknown)
        assert "silent" in ending.verdict.evidence[0]
        assert made.wire.cluster.identities() == before


async def _babble(call: Call) -> None:
    call.say("Something that no document shows")


async def _regenerate_and_babble(call: Call) -> None:
    unit = call.cluster.release.unit(call.words[0])
    assert unit is not None
    call.cluster.regenerate(call.node, unit)
    await _babble(call)


@pytest.mark.shows("S130")
@pytest.mark.parametrize(
    ("answer", "happened"), [(_babble, False), (_regenerate_and_babble, True)], ids=["nothing", "renewed"]
)
@live
async def test_any_other_text_than_that_of_success_makes_it_look_before_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Handler, happened: bool
) -> None:
    async with night(tmp_path) as made:
        plan = await made.plan("ipsec@sub1")
        replaced(monkeypatch, REGENERATE, answer)
        first = (await made.apply(plan)).ending
        assert isinstance(first, StoppedAtAct)
        assert isinstance(first.outcome, Unclear)
        assert "Something that no document shows" in " ".join(first.outcome.evidence)
        assert "ipsec of sub1" in " ".join(first.outcome.evidence)
        there = made.wire.cluster.identities()["sub1", "ipsec"]
        replaced(monkeypatch, REGENERATE, certificates.regenerate)
        await made.wire.advance(REGENERATION_SECONDS)
        second = await made.apply(plan)
        settled = [news for news in second.news if isinstance(news, Settled)]
        assert [type(news.outcome) for news in settled] == [Done if happened else Refused]
        assert isinstance(second.ending, Finished)
        assert (made.wire.cluster.identities()["sub1", "ipsec"] == there) is happened


@live
async def test_an_older_plan_does_not_go_over_a_newer_one_that_is_half_done(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        older = await made.plan("ipsec@pub")
        await made.wire.advance(60)
        newer = await made.plan("TVS@pub", "ipsec@sub1")
        hands = await _breaking(made, "ipsec", "sub1", REPLICATOR, "sub2")
        assert isinstance((await made.apply(newer, hands)).ending, StoppedAtGate)
        with pytest.raises(RefusedError, match=r"another one has changed it since: run 1, "):
            await made.apply(older)
        await made.start(REPLICATOR, "sub2")
        assert isinstance((await made.apply(newer)).ending, Finished)
        newest = await made.plan("ipsec@pub")
        assert isinstance((await made.apply(newest)).ending, Finished)


@live
async def test_a_wave_waits_until_every_tvs_vouches_for_the_new_signer(tmp_path: Path) -> None:
    async with night(tmp_path) as made:
        applied = await made.apply(await made.plan("CallManager@pub"))
        assert isinstance(applied.ending, Finished)
        told = [news for news in applied.news if isinstance(news, Judged | Acted) and news.step.act == ResetPhones()]
        sent = next(place for place, news in enumerate(told) if isinstance(news, Acted))
        before = [news.gate.condition for news in told[:sent] if isinstance(news, Judged)]
        assert [type(condition) for condition in before] == [ListsMatch, CertificatesFit, Vouched, PhonesBack]
