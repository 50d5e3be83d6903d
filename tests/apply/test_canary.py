"""Nights on the wire in which a few phones go first: one where they converge, and one where they do not come back."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from ringtrust.apply.hands import ClusterHands
from ringtrust.apply.news import Acted, Began, Finished, Judged, News, StoppedAtGate
from ringtrust.change.act import Act, ResetPhones
from ringtrust.change.gate import PhonesBack, PhonesCurrent
from ringtrust.change.outcome import Failed, Outcome, Passed
from ringtrust.change.plan import Plan, Step
from ringtrust.cli.apply.ending import ending_lines
from ringtrust.connect.soap.axl import AxlClient
from ringtrust.lab.process.lab import Desk, Lab
from ringtrust.lab.process.muster import views
from ringtrust.lab.state import parameters
from ringtrust.lab.topology import Topology
from ringtrust.plan.build import Wish
from ringtrust.plan.canary import Chosen
from tests.support.clusters import BOOT, PHONES
from tests.support.live import live
from tests.support.night import Applied, Night, brisk, night

FIRST = Wish(first=Chosen("A", by_hand=True))


def manual(name: str = "campus-14") -> Topology:
    """Phones there wait for somebody to reset them."""
    return replace(brisk(name), manual_resets=True)


class Phones(NamedTuple):
    """How often each phone has booted, and how many hold a list of now: those of the canary, and the others."""

    canary: tuple[int, ...]
    others: tuple[int, ...]
    current: int


def phones_of(made: Night) -> Phones:
    desks = made.wire.lab.desks
    boots = [(desk.extension.group, desk.line.phone.boots) for desk in desks]
    first = tuple(count for group, count in boots if group == "A")
    return Phones(first, tuple(count for group, count in boots if group != "A"), made.current())


def watch(made: Night, plan: Plan) -> tuple[dict[int, Phones], Callable[[News], None]]:
    """The phones at the moment when each step begins."""
    seen: dict[int, Phones] = {}

    def hear(news: News) -> None:
        if isinstance(news, Began):
            seen.setdefault(news.step.number, phones_of(made))

    return seen, hear


def waves(plan: Plan) -> list[Step]:
    return [step for step in plan.steps if isinstance(step.act, ResetPhones)]


def canaries(applied: Applied) -> int:
    """How often the canary was reset."""
    acts = [news.step.act for news in applied.news if isinstance(news, Acted)]
    return sum(isinstance(act, ResetPhones) and bool(act.group) for act in acts)


@live
async def test_the_others_are_reset_when_the_canary_is_back_with_the_list_of_now(tmp_path: Path) -> None:
    async with night(tmp_path, manual()) as made:
        plan = await made.plan("CallManager@pub", "TVS@pub", wish=FIRST)
        before = phones_of(made)
        seen, hear = watch(made, plan)
        applied = await made.apply(plan, tell=hear)
        assert isinstance(applied.ending, Finished)
        one, rest, two, again = waves(plan)
        assert [seen[each.number].canary for each in (one, rest)] == [
            before.canary,
            tuple(count + 1 for count in before.canary),
        ]
        assert seen[rest.number].others == before.others
        assert (seen[one.number].current, seen[rest.number].current) == (0, len(before.canary))
        assert seen[two.number].others == tuple(count + 1 for count in before.others)
        assert seen[again.number].others == seen[two.number].others
        assert made.wire.lab.registered == made.current() == PHONES
        assert [view for view in views(made.wire.lab) if view.stranded or view.by_restore] == []
        told = [news.outcome.evidence for news in applied.news if isinstance(news, Acted) and news.step == one]
        assert told == [("2 phones of the canary were told to reset, and no other.",)]
        looked = [news for news in applied.news if isinstance(news, Judged) and news.step == one]
        assert all(isinstance(each.verdict, Passed) for each in looked)


class _Unplugging(ClusterHands):
    """Hands at whose first reset somebody trips over the cable of a phone."""

    desk: Desk

    async def carry_out(self, act: Act) -> Outcome:
        outcome = await super().carry_out(act)
        if isinstance(act, ResetPhones):
            Lab.power_off(self.desk)
        return outcome


@live
async def test_a_canary_that_does_not_come_back_stops_the_plan_and_the_others_never_notice(tmp_path: Path) -> None:
    async with night(tmp_path, manual()) as made:
        plan = await made.plan("CallManager@pub", wish=FIRST)
        before, (one, rest) = phones_of(made), waves(plan)
        _, eyes = await made.scan()
        hands = _Unplugging(eyes, made.timer)
        hands.desk = next(desk for desk in made.wire.lab.desks if desk.extension.group == "A")
        stopped = await made.apply(plan, hands)

        ending = stopped.ending
        assert isinstance(ending, StoppedAtGate)
        assert isinstance(ending.verdict, Failed)
        assert (ending.step, ending.gate.condition) == (one, PhonesBack(only=one.act.phones))
        assert hands.desk.extension.device in " ".join(ending.evidence)
        after = phones_of(made)
        assert after.others == before.others
        assert made.wire.lab.registered == PHONES - 1
        text = " ".join(" ".join(ending_lines(ending, plan)).split())
        for words in (
            f"Stopped at step {one.number}, reset the canary A alone: 2 phones: it is not so that the canary is back",
            "No other phone was reset: the others hold the list of before.",
            "Reset none of them, also not by hand, before you know why",
            "Who is away keeps his list: bring him back",
            "Who refuses the list: utils itl reset localkey on the publisher",
            "goes on when it is well",
            f"what is due ({rest.title})",
            "--instead-of",
        ):
            assert words in text

        Lab.power_on(hands.desk)
        await made.wire.advance(BOOT)
        assert phones_of(made).others == before.others
        went_on = await made.apply(plan)
        assert isinstance(went_on.ending, Finished)
        assert (canaries(stopped), canaries(went_on)) == (1, 0)
        assert phones_of(made).others == tuple(count + 1 for count in before.others)
        assert made.current() == PHONES


@live
async def test_a_canary_that_missed_its_wave_is_sent_once_more_and_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with night(tmp_path, manual()) as made:
        plan = await made.plan("CallManager@pub", wish=FIRST)
        before, genuine, missed = phones_of(made), AxlClient.reset_phones, iter(range(1))

        async def deaf(axl: AxlClient, names: tuple[str, ...]) -> None:
            if next(missed, None) is None:
                await genuine(axl, names)

        monkeypatch.setattr(AxlClient, "reset_phones", deaf)
        applied = await made.apply(plan)
        assert isinstance(applied.ending, Finished)
        assert canaries(applied) == 2
        assert phones_of(made).others == tuple(count + 1 for count in before.others)
        failed = [news.gate.condition for news in applied.news if isinstance(news, Judged) and _is_failed(news)]
        assert [type(each) for each in failed] == [PhonesCurrent]


def _is_failed(news: Judged) -> bool:
    return isinstance(news.verdict, Failed)


@live
async def test_where_phones_would_reset_by_themselves_the_plan_does_not_begin(tmp_path: Path) -> None:
    """G-PAR: somebody has set the parameter back since the plan was made."""
    async with night(tmp_path, manual()) as made:
        plan = await made.plan("CallManager@pub", wish=FIRST)
        before = made.wire.cluster.identities()
        made.wire.cluster.set_parameter(parameters.RESETS, parameters.AUTOMATIC)
        ending = (await made.apply(plan)).ending
        assert isinstance(ending, StoppedAtGate)
        assert (ending.gate.code, ending.acted) == ("G-PAR", False)
        assert "is automatic; when the plan was made" in " ".join(ending.evidence)
        assert made.wire.cluster.identities() == before
