"""A cluster in memory to carry plans out on, in which the tool can be killed between any two things that it does."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from ringtrust.apply.engine import Bring, Engine, InProcess
from ringtrust.apply.news import Ending, News
from ringtrust.apply.run import carry_out
from ringtrust.apply.tools import Tools
from ringtrust.change.act import Act, HandOver, Regenerate, ResetPhones, Restart
from ringtrust.change.decision import Decision, What
from ringtrust.change.gate import BackedUp, CertificateIs, Condition, Gate
from ringtrust.change.outcome import Done, Failed, Outcome, Passed, Refused, Unclear, Verdict
from ringtrust.change.plan import Plan, Step
from ringtrust.journal.journal import Journal
from ringtrust.journal.records import Intended, Looked, Run
from tests.journal.material import NOW, a_plan

CALLMANAGER, TVS = ("CallManager", "pub"), ("TVS", "sub1")
Change = Callable[[Act], Outcome | None]


class Killed(BaseException):
    """`kill -9`, as far as one process can play it."""


class VirtualTimer:
    """Nothing takes time but waiting; a look at the clock takes a second, so that no two things are at once."""

    def __init__(self, start: datetime = NOW) -> None:
        self._start = start
        self.seconds = 0.0
        self.meanwhile: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        self.seconds += 1
        return (self._start + timedelta(seconds=self.seconds)).astimezone(UTC)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0, "a look without a pause"
        self.seconds += seconds
        self.meanwhile()


class World:
    """The cluster, its hands and its judge. Everything that is done and asked stands in `log`, in its order.

    `kill_at` counts the points at which the tool may die; `shown` is what a gate shows, by its number, else it passes;
    `instead` answers in the place of an act. `at_point` is what somebody does there, `timer.meanwhile` while it waits.
    """

    def __init__(self, folder: Path) -> None:
        self.journal = folder / "journal.db"
        self.timer = VirtualTimer()
        self.serials = {CALLMANAGER: 1, TVS: 1}
        self.log: list[Any] = []
        self.shown: dict[int, list[Verdict]] = {}
        self.instead: dict[Act, Change] = {}
        self.settled: Outcome | None = None
        self.kill_at = -1
        self.kill_by: type[BaseException] = Killed
        self.points = 0
        self.opened: MortalJournal | None = None
        self.at_point: dict[int, Callable[[], None]] = {}

    def point(self) -> None:
        """Here the process may end."""
        self.points += 1
        if self.points == self.kill_at:
            raise self.kill_by
        self.at_point.get(self.points, lambda: None)()

    def done(self) -> list[Act]:
        """What has happened to the cluster."""
        return [what for kind, what in self.log if kind == "act"]

    def judged(self) -> list[int]:
        """The numbers of the gates that were looked at."""
        return [what for kind, what in self.log if kind == "gate"]

    async def before(self, act: Act) -> str:
        self.point()
        self.log.append(("before", act))
        return str(self.serials[act.unit, act.node]) if isinstance(act, Regenerate) else ""

    async def carry_out(self, act: Act) -> Outcome:
        assert not isinstance(act, HandOver)
        self.point()
        instead = self.instead.get(act, lambda _: None)(act)
        if instead is not None:
            self.log.append(("tried", act))
            return instead
        self.happen(act)
        self.point()
        return Done(("so be it",))

    def happen(self, act: Act) -> None:
        """It does happen."""
        self.log.append(("act", act))
        if isinstance(act, Regenerate):
            self.serials[act.unit, act.node] += 1

    async def settle(self, intended: Intended) -> Outcome:
        self.point()
        self.log.append(("settle", intended.act))
        if self.settled is not None:
            return self.settled
        act = intended.act
        if isinstance(act, Regenerate) and str(self.serials[act.unit, act.node]) != intended.before:
            return Done(("another serial number",))
        return Refused(("the same serial number",))

    async def judge(self, condition: Condition) -> Verdict:
        self.point()
        if isinstance(condition, CertificateIs):
            self.log.append(("still", (condition.unit, condition.node)))
            same = str(self.serials[condition.unit, condition.node]) == condition.serial
            return Passed() if same else Failed(("somebody has renewed it",))
        assert isinstance(condition, BackedUp)
        self.log.append(("gate", condition.hours))
        shown = self.shown.get(condition.hours, [Passed()])
        return shown.pop(0) if len(shown) > 1 else shown[0]

    def decide(self, what: What, by: str = "bert@server", **words: Any) -> None:
        """Somebody decides something about the first run, at another terminal."""
        journal = self.opened or MortalJournal(self)
        try:
            journal.decide(journal.run(1), Decision(what, by, self.timer.now(), **words))
        finally:
            if self.opened is None:
                journal.close()
        self.log.append(("decided", what))

    async def apply(
        self, plan: Plan, *, instead_of: int | None = None, approvals: int = 0, engine: Engine | None = None
    ) -> tuple[Ending, list[News]]:
        """Carries a plan out, as a process of its own would, until it ends or is killed."""
        told: list[News] = []

        def tell(news: News) -> None:
            self.point()
            told.append(news)

        with closing(MortalJournal(self)) as journal, self._open(journal):
            tools = Tools(self, self, journal, self.timer, plan.cluster, engine or InProcess(), approvals=approvals)
            return await carry_out(plan, tools, tell, instead_of=instead_of), told

    @contextmanager
    def _open(self, journal: "MortalJournal") -> Iterator[None]:
        self.opened = journal
        try:
            yield
        finally:
            self.opened = None


class MortalJournal(Journal):
    """A journal before and after every word of which the process may end.

    It does not wait for the disk: what SQLite has handed to the system outlives the process, and no power fails here.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world.journal)
        self._world = world
        self.store.close()
        event.listen(self.store.engine, "connect", lambda connection, _: connection.execute("pragma synchronous = off"))

    def begin(self, cluster: str, plan: Plan, now: datetime, by: str = "") -> Run:
        return self._between(super().begin, cluster, plan, now, by)

    def end(self, run: Run, ending: str, now: datetime) -> None:
        self._between(super().end, run, ending, now)

    def intend(
        self, run: Run, step: int, act: Act, before: str, now: datetime, instead_of: Sequence[Run] = ()
    ) -> Intended:
        self._world.log.append(("intent", act))
        return self._between(super().intend, run, step, act, before, now, instead_of)

    def conclude(self, intended: Intended, outcome: Outcome, now: datetime) -> None:
        self._between(super().conclude, intended, outcome, now)
        self._world.log.append(("outcome", intended.act))

    def note(self, run: Run, looked: Looked) -> None:
        self._between(super().note, run, looked)

    def hold(self, run: Run, step: int, why: str, now: datetime, until: str = "") -> None:
        self._between(super().hold, run, step, why, now, until)

    def stop(self, run: Run, step: int, why: Sequence[str], now: datetime) -> None:
        self._between(super().stop, run, step, why, now)

    def _between(self, written: Callable[..., Any], *words: Any) -> Any:
        self._world.point()
        result = written(*words)
        self._world.point()
        return result


class Mistaken:
    """An engine that takes some steps for brought to their end which are not, or all of them."""

    def __init__(self, *known: int) -> None:
        self._known = known

    async def carry(self, run: int, steps: Sequence[int], bring: Bring) -> bool:  # noqa: ARG002 - as its port
        for step in steps:
            if step not in self._known and not await bring(step):
                return False
        return True


def gate(number: int, **changes: Any) -> Gate:
    """A gate that the world knows by its number."""
    return Gate(BackedUp(number), f"gate {number} is open", **changes)


def _renewal(number: int, unit: str, node: str) -> Step:
    still = Gate(CertificateIs(unit, node, "1"), f"{unit} is the one that was scanned")
    act = Regenerate(unit, node, "1", "AB" * 32)
    return Step(number, unit, act, "It expires.", (still, gate(number * 10)), (gate(number * 10 + 1),))


def _step(number: int, act: Act, *after: int) -> Step:
    return Step(number, "TVS", act, "So it is loaded.", (gate(number * 10),), tuple(map(gate, after)))


STEPS = (
    _step(1, HandOver("take a backup"), 11),
    _renewal(2, *CALLMANAGER),
    _step(3, Restart("Cisco CallManager", "pub", "CallManager"), 31, 32),
    _step(4, ResetPhones(), 41),
    _renewal(5, *TVS),
    _step(6, HandOver("look at a phone"), 61),
)
PLAN = a_plan(*STEPS)
ACTS = [step.act for step in STEPS if not isinstance(step.act, HandOver)]


def gates_of(*steps: Step) -> list[int]:
    """The numbers of their gates, in the order in which they are looked at."""
    gates = [gate for step in steps for gate in (*step.before, *step.after)]
    return [each.condition.hours for each in gates if isinstance(each.condition, BackedUp)]


UNCLEAR = Unclear(("babble", "look at it"))
