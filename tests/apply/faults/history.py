"""One history: a cluster, a plan, what goes wrong, and an impatient person who calls apply again and again."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, NamedTuple

from ringtrust.apply.begin import admit, answering, known_as, tools_for
from ringtrust.apply.decided import lift
from ringtrust.apply.half_way import told_as_half_way
from ringtrust.apply.moved import compared, refuse_if_stale, to_be_compared
from ringtrust.apply.news import Began, Ending, Finished, GoesOn, Judged, News, Resumed, StoppedAtGate
from ringtrust.apply.run import carry_out
from ringtrust.apply.status import status_of
from ringtrust.catalog.load import load_catalog
from ringtrust.change.act import ClientCtl, HandOver, SetRollback
from ringtrust.change.decision import Decision
from ringtrust.change.gate import Condition, ServicesRun
from ringtrust.change.outcome import Passed
from ringtrust.change.plan import Basis, Plan, Step, Strategy
from ringtrust.cli.unproved import refuse_unproved
from ringtrust.cluster.release import Release
from ringtrust.errors import RefusedError, RingtrustError
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Run
from ringtrust.lab.state import parameters
from ringtrust.observe.scan.cluster import scan
from ringtrust.plan.build import Wish, make_plan
from ringtrust.plan.goal import read_goal
from ringtrust.verify.said import NO_PARTNERS, Said
from tests.apply.faults.book import Book
from tests.apply.faults.town import Town
from tests.apply.faults.weather import KINDS, Fault, Killed, Weather
from tests.apply.faults.wire import TownWire, timer_of
from tests.prove.differential.worlds import RELEASES, Shape

KILLED: Final = 137
_IMPATIENT: Final = 8
"""So often somebody calls apply while things go wrong."""
_PATIENT: Final = 8
"""And so often when everything has been mended."""
_WAIT: Final = 1800.0
_NIGHTS: Final = (
    (1, 1, (("pub",), ("pub",))),
    (2, 2, (("pub", "sub1"), ("sub1", "pub"))),
    (3, 1, (("sub1", "sub2"), ("sub2", "pub"))),
    (3, 2, (("sub1", "sub2"), ("sub2", "pub"))),
    (3, 3, (("pub", "sub1", "sub2"), ("sub1", "sub2"))),
)
_UNITS: Final = ("CallManager", "TVS", "tomcat", "CAPF", "ITLRecovery", "ipsec")


class History(NamedTuple):
    """Everything that decides what happens. `hurry` is how often, in ten stops, nothing is mended before the next."""

    shape: Shape
    phones: int
    goal: tuple[str, ...]
    strategy: Strategy
    basis: Basis
    faults: tuple[Fault, ...]
    hurry: int = 4


class Stop(NamedTuple):
    """How an apply ended: its exit status, what it said, and what the lab shows at that moment."""

    status: int
    ending: Ending | str
    deeds: int
    lost: frozenset[str]
    calm: bool

    @property
    def words(self) -> str:
        """In a line."""
        if isinstance(self.ending, str):
            return f"{self.status}: {self.ending}"
        step = getattr(self.ending, "step", None)
        evidence = " ".join(getattr(self.ending, "evidence", ()))[:200]
        gate = f" {self.ending.gate.code}" if isinstance(self.ending, StoppedAtGate) else ""
        return f"{self.status}: {type(self.ending).__name__}{gate} step {step and step.number}: {evidence}"


class Told(NamedTuple):
    """What was seen. `why` is why there was no plan to be carried out, if there was none."""

    town: Town
    stops: tuple[Stop, ...]
    happened: Counter[str]
    plan: Plan | None = None
    why: str = ""
    resumed: int = 0
    folder: Path = Path()

    @property
    def finished(self) -> bool:
        """Whether it came to the end of its plan."""
        return bool(self.stops) and isinstance(self.stops[-1].ending, Finished)


def drawn(seed: int) -> History:
    """The history of a seed."""
    chance = random.Random(seed)  # noqa: S311 - equal under a seed
    release = chance.choice(tuple(RELEASES))
    nodes, tftp, groups = chance.choice(_NIGHTS)
    mixed = nodes > 1 and chance.random() < 0.25
    units = [unit for unit in _UNITS if release != "9.1" or unit != "ITLRecovery"]
    names = ("pub", "sub1", "sub2")[:nodes]
    goal = tuple(_unit(chance, names, each) for each in chance.sample(units, chance.randint(1, 2)))
    if chance.random() < 0.4:
        goal = chance.choice(
            (("CallManager", "TVS"), ("TVS", "CallManager"), ("all",), ("lsc=all",) if mixed else goal)
        )
    shape, strategy = Shape(release, nodes, tftp, groups, mixed), _strategy(chance, tftp, mixed=mixed)
    basis: Basis = chance.choice(("documented", "mechanism"))
    return History(shape, 2, goal, strategy, basis, tuple(_faults(chance, strategy)), chance.randint(0, 10))


def _strategy(chance: random.Random, tftp: int, *, mixed: bool) -> Strategy:
    """Seldom one that cannot be had there."""
    found: Strategy = chance.choice(("type", "type", "tftp", "fewest", "rollback"))
    cannot = (found == "tftp" and (mixed or tftp == 1)) or (found == "rollback" and mixed)
    return "type" if cannot and chance.random() < 0.9 else found


def _unit(chance: random.Random, nodes: tuple[str, ...], unit: str) -> str:
    if unit == "ITLRecovery" or chance.random() < 0.4:
        return unit
    return f"{unit}@{'pub' if unit == 'CAPF' else chance.choice(nodes)}"


def _faults(chance: random.Random, strategy: Strategy) -> Iterator[Fault]:
    """Nobody else changes the rollback parameter while a plan is about it: such a plan cannot go on."""
    kinds = [each for each in KINDS if each != "rollback" or strategy != "rollback"]
    for _ in range(chance.choice((1, 2, 3, 4, 6, 8))):
        yield Fault(
            chance.choice(kinds),
            chance.randint(1, 24),
            chance.choice((0, chance.randint(0, 12), chance.randint(0, 90))),
            chance.randint(0, 60),
            chance.choice((20.0, 90.0, 400.0, 1500.0, 4000.0)),
        )


def play(history: History, folder: Path) -> Told:
    """Plays a history, on a fresh journal in a folder."""
    return _Night(history, folder).told()


class _Night:
    def __init__(self, history: History, folder: Path) -> None:
        self.history = history
        self.town = Town(history.shape, history.phones)
        self.place = folder / "journal.db"
        self.chance = random.Random(len(history.faults))  # noqa: S311 - equal under a seed
        self.stops: list[Stop] = []
        self.resumed = 0
        self.calm = False
        self.lift = False

    def told(self) -> Told:
        try:
            self.plan = asyncio.run(self._planned())
            refuse_unproved(self.plan, -1)
        except RefusedError as error:
            return Told(self.town, (), Counter(), why=error.what)
        self.weather = Weather(self.town, self.history.faults, len(self.plan.steps), self._decide)
        for turn in range(_IMPATIENT + _PATIENT):
            if turn == _IMPATIENT:
                self._calm()
            self.stops.append(self._applied())
            if self._is_over() or not self._sees_to(turn):
                break
        seen = self.weather.happened
        return Told(self.town, tuple(self.stops), seen, self.plan, "", self.resumed, self.place.parent)

    async def _planned(self) -> Plan:
        timer, wire = timer_of(self.town), TownWire(self.town)
        found, _ = await scan("small", wire, self.town.cluster.publisher.address, timer, lambda _: None)
        wish = Wish(strategy=self.history.strategy, basis=self.history.basis)
        return make_plan(found, load_catalog(), read_goal(self.history.goal), timer.now(), wish)

    def _applied(self) -> Stop:
        """One process of its own, from its first question to its exit status."""
        self.weather.killed = False
        self.town.open.clear()
        try:
            with told_as_half_way(self.plan, self.place):
                ending: Ending | str = asyncio.run(self._process())
            status = status_of(ending)
        except RingtrustError as error:
            ending, status = f"{type(error).__name__}: {error.what}", error.exit_status
        except Killed:
            ending, status = "killed", KILLED
        return Stop(status, ending, len(self.town.deeds), frozenset(self.town.lost()), self.calm)

    async def _process(self) -> Ending:
        """As `ringtrust apply` does it."""
        plan, wire, timer = self.plan, TownWire(self.town), timer_of(self.town)
        eyes = await answering(wire, self.town.cluster.publisher.address)
        with closing(Book(self.place, self.town)) as journal:
            if to_be_compared(plan, known_as(eyes), journal):
                now, _ = await scan("small", wire, eyes.publisher.address, timer, lambda _: None)
                refuse_if_stale(plan, compared(plan, now, load_catalog()), accepted=False)
            if self.lift and (run := self._run(journal)):
                lift(journal, run, timer.now())
            await admit(plan, eyes)
            signer = load_catalog().of(Release.of(plan.version)).itl_signer
            tools = tools_for(plan, eyes, signer, journal, timer, self._says())
            return await carry_out(plan, tools, self._hear)

    def _says(self) -> Said:
        return Said(tuple(token.name.strip() for token in self.town.cluster.tokens), NO_PARTNERS)

    def _hear(self, news: News) -> None:
        """What is told comes to a person, who does what is a person's to do as soon as it is time."""
        if isinstance(news, Resumed):
            self.resumed += 1
        if isinstance(news, Began | GoesOn):
            self.weather.begins(news.step.number)
        match news:
            case Began(step=step) if not step.before:
                self._by_hand(step)
            case Judged(step=step, gate=gate, verdict=Passed()) if step.before and gate == step.before[-1]:
                self._by_hand(step)
        self.town.at_point()

    def _by_hand(self, step: Step) -> None:
        cluster = self.town.cluster
        with suppress(RefusedError):
            match step.act:
                case HandOver() if step.phase == "backup":
                    cluster.back_up()
                case SetRollback(value=value):
                    cluster.set_parameter(parameters.ROLLBACK, "T" if value else "F")
                case ClientCtl():
                    cluster.client_ctl(cluster.tokens[0], cluster.tokens[0].password)

    def _decide(self, what: str, **words: object) -> None:
        """At another terminal."""
        if not self.place.is_file():
            return
        with closing(Journal(self.place)) as journal, suppress(RingtrustError):
            if run := self._run(journal):
                journal.decide(run, Decision(what, "bert@server", self.town.time.now(), **words))  # type: ignore[arg-type]

    def _run(self, journal: Journal) -> Run | None:
        with suppress(RingtrustError):
            return journal.run(1)
        return None

    def _is_over(self) -> bool:
        """Done, or ended by a person: then a new plan is due, and no other call."""
        with closing(Journal(self.place)) as journal:
            run = self._run(journal)
        return run is not None and run.over

    def _sees_to(self, turn: int) -> bool:
        """What somebody does before the next call; whether there is one."""
        last = self.stops[-1]
        if isinstance(last.ending, StoppedAtGate):
            self._stop_again(last.ending.gate.condition)
        self.lift = self.calm or self.chance.random() < 0.5
        if isinstance(last.ending, StoppedAtGate) and self.weather.overrides:
            self.weather.overrides -= 1
            self._decide("override", step=last.ending.step.number, gate=last.ending.gate.code)
        elif self.calm:
            self.town.time.advance(_WAIT)
        elif _same(self.stops[-2:]) or self.chance.randint(1, 10) > self.history.hurry:
            self.weather.mend()
            self.town.time.advance(_WAIT)
        return not (self.calm and turn > _IMPATIENT + 2 and _same(self.stops[-3:]))

    def _stop_again(self, condition: Condition) -> None:
        """As it was told: what a node has started when it booted, and the plan had stopped."""
        for each in condition.stopped if isinstance(condition, ServicesRun) else ():
            node = self.town.cluster.node(each.node)
            service = node.services.find(each.service)
            if service is not None and node.services.running(each.service):
                node.services.stop(service)

    def _calm(self) -> None:
        self.calm = self.lift = True
        self.weather.calm()
        self.town.time.advance(_WAIT)


def _same(stops: list[Stop]) -> bool:
    """Whether nothing changes any more."""
    return len(stops) > 1 and len({(each.status, each.words) for each in stops}) == 1
