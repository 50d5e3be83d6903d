"""The ways to reach a goal: each drafted, proved and weighed; one of them is recommended."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.gate import Gate
from ringtrust.change.ground import Ground
from ringtrust.change.night import Stage
from ringtrust.change.plan import Advice, Basis, Bound, Step, Strategy, Weighed
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan import backups, gates
from ringtrust.plan.around import around
from ringtrust.plan.backups import BY_PERSON, Backups
from ringtrust.plan.batches import Batch, one_type_at_a_time
from ringtrust.plan.canary import NO_CANARY, Canary, canary_first
from ringtrust.plan.costs import costs
from ringtrust.plan.drafts import Draft
from ringtrust.plan.fewest import Fewest, fewest
from ringtrust.plan.fit import refuse_alone
from ringtrust.plan.from_runbook import FromRunbook
from ringtrust.plan.goal import Goal
from ringtrust.plan.in_turn import in_turn
from ringtrust.plan.instructions import instructed
from ringtrust.plan.phases import Phases
from ringtrust.plan.phones import Baseline
from ringtrust.plan.rollback import with_rollback
from ringtrust.plan.secure.ctl import NO_EXTRAS, Extras
from ringtrust.plan.secure.lscs import Census
from ringtrust.plan.secure.moves import moved
from ringtrust.plan.targets import Targets
from ringtrust.prove.documents import violations
from ringtrust.prove.frame import ANCHORS
from ringtrust.prove.prove import examined, examining
from ringtrust.prove.steps import night_of_steps
from ringtrust.trust.names import counted

STRATEGIES: Final[tuple[Strategy, ...]] = ("type", "tftp", "fewest", "rollback")
_NIGHT_MINUTES: Final = 8 * 60
_NOT_MIXED: Final[Mapping[Strategy, str]] = {
    "rollback": "The rollback parameter is for non-secure clusters: in mixed mode it empties no CTL, and an empty list "
    "names no TVS to check a new CTL by (S86, H12).",
    "tftp": "In mixed mode all TFTP nodes serve one CTL, which follows every change at once: none of them can hand out "
    "the one of before, as an ITL (S96, P7).",
}
AS_NAMED: Final = Goal()
NOBODY: Final = Census(())


class Way(msgspec.Struct, frozen=True):
    """A strategy, drafted."""

    strategy: Strategy
    steps: tuple[Step, ...]
    bound: tuple[Bound, ...] = ()
    by_mechanism: tuple[int, ...] = ()


class Ways(msgspec.Struct, frozen=True):
    """All that is needed to draft one."""

    snapshot: Snapshot
    facts: ReleaseFacts
    targets: Targets
    phones: Baseline
    ground: Ground
    basis: Basis
    extras: Extras = NO_EXTRAS
    goal: Goal = AS_NAMED
    census: Census = NOBODY
    runbook: tuple[Stage, ...] = ()
    canary: Canary = NO_CANARY
    backups: Backups = BY_PERSON

    @property
    def alone(self) -> bool:
        """Whether a CM group of one member is no obstacle: the mechanism bears it, or nobody has to vouch meanwhile."""
        several = len(self.snapshot.nodes) > 1 and not self.goal.of_servers
        noticed = several or any(target.unit in ANCHORS for target in self.targets.renew)
        return self.basis == "mechanism" or not noticed

    @property
    def claimed(self) -> Ground:
        """What a plan is proved on: the phones that it waits for, and without R1, which is no step of it."""
        return msgspec.structs.replace(waited_only(self.ground), recovery="")

    def _refuse_alone(self) -> None:
        if not self.alone:
            refuse_alone(self.snapshot)

    def drafted(self, strategy: Strategy) -> Way:
        """The steps of a strategy. Raises RefusedError where it cannot be planned here."""
        self._refuse_in_mixed_mode(strategy)
        match strategy:
            case "type" if not self.goal.of_servers:
                return Way(strategy, self._alone_of_its_kind())
            case "type":
                self._refuse_alone()
                return Way(strategy, self._steps(one_type_at_a_time(self.snapshot, self.facts, self.targets)))
            case "tftp":
                self._refuse_alone()
                return Way(strategy, self._in_turn())
            case "fewest":
                self._refuse_alone()
                found = self.fewest()
                return Way(strategy, self._steps(found.batches), (found.bound,), tuple(self._by_mechanism()))
            case "rollback":
                return Way(strategy, self._by_rollback())
            case "runbook":
                return Way(strategy, self._by_runbook())
            case "recover" | "clean":
                raise RefusedError(f"There is a way of its own to {strategy}.", advice=f"Say plan --{strategy}.")

    def _refuse_in_mixed_mode(self, strategy: Strategy) -> None:
        """And what a goal has one way for has no other."""
        if strategy in {"type", "runbook"}:
            return
        if not self.goal.of_servers:
            raise RefusedError(f"There is one way to {self.goal.text}.", advice="Leave --strategy out.")
        if self.extras.security.mixed and strategy in _NOT_MIXED:
            raise RefusedError(_NOT_MIXED[strategy], advice="Take another strategy.")

    def drafted_or_not(self, strategy: Strategy) -> Way | Weighed:
        """The steps of a strategy; where it cannot be planned, why."""
        try:
            return self.drafted(strategy)
        except RefusedError as error:
            return Weighed(strategy, "cannot", error.what)

    def weighed(self, way: Way) -> Weighed:
        """What it costs, and whether it proves."""
        why = self.refuted(night_of_steps(way.steps))
        found = costs(way.steps, alone=len(self.snapshot.nodes) == 1)
        return Weighed(
            strategy=way.strategy,
            verdict="refuted" if why else "holds",
            why=why,
            waves=found.waves,
            restarts=found.restarts,
            least=found.least,
            most=found.most,
            without_https=found.without_https,
            bound=way.bound,
            by_mechanism=way.by_mechanism,
        )

    def refuted(self, night: tuple[Stage, ...]) -> str:
        """Why a night is refuted for the phones that it waits for; empty when it holds.

        A plan comes to its end: every complete wave can pass.
        """
        ground = self.claimed
        forbidden = violations(ground, night) if self.basis == "documented" else ()
        if forbidden:
            return f"{forbidden[0].text} ({forbidden[0].hazard})."
        found = examined(ground, night)
        lost = sum(each.phones.phones for each in found if each.lost)
        out = sum(each.phones.phones for each in found if each.unregistered and not each.lost)
        stuck = [where for each in found for where in each.stuck(night)]
        if lost:
            return f"{counted(lost, 'phone')} may be stranded."
        if out:
            return f"{counted(out, 'secure phone')} may be left without a registration (H13, H17)."
        return f"Nobody passes the complete wave of {stuck[0]}." if stuck else ""

    def _holds(self, night: tuple[Stage, ...]) -> bool:
        """Whether `refuted` would find nothing. Most ways are refuted by the first phones that one looks at."""
        if self.basis == "documented" and violations(self.claimed, night):
            return False
        return not any(found.harmed or found.stuck(night) for found in examining(self.claimed, night))

    def fewest(self) -> Fewest:
        """The fewest waves that prove, by the basis. Raises RefusedError where no way does."""

        def proves(batches: tuple[Batch, ...]) -> bool:
            return self._holds(night_of_steps(self._steps(batches)))

        def forbids(batch: Batch) -> bool:
            night = night_of_steps(self._steps([batch]))
            return self.basis == "documented" and bool(violations(waited_only(self.ground), night))

        found = fewest(self.snapshot, self.facts, self.targets, proves, forbids)
        if not found.batches:
            raise RefusedError(
                f"No way to put these certificates into waves proves. {self._why_not()}",
                advice="Look at the other strategies, or at --basis mechanism.",
            )
        return found

    def _why_not(self) -> str:
        """Why not even one type and one node at a time proves."""
        steps = self._steps(one_type_at_a_time(self.snapshot, self.facts, self.targets))
        return self.refuted(night_of_steps(steps))

    def _by_mechanism(self) -> Iterator[int]:
        """How many waves the mechanism alone would need, so that whoever reads it can decide with open eyes."""
        if self.basis == "documented":
            yield msgspec.structs.replace(self, basis="mechanism").fewest().waves

    def _phases(self) -> Phases:
        return Phases(self.snapshot, self.facts, self.phones.first, alone=self.alone, extras=self.extras)

    def _steps(self, batches: Iterable[Batch]) -> tuple[Step, ...]:
        phases = self._phases()
        before = self._preflight(phases)
        return self.numbered([self.first(before), *_drafted(phases, batches), *phases.last(), self.last()])

    def _alone_of_its_kind(self) -> tuple[Step, ...]:
        """LSCs by themselves, or a move from one way of securing the cluster to another."""
        phases = self._phases()
        before = self._preflight(phases)
        drafts = list(self._moved(phases)) if self.goal.move else [*self.extras.lscs, *self.extras.late]
        return self.numbered([self.first(before), *drafts, self.last()])

    def _moved(self, phases: Phases) -> Iterator[Draft]:
        security, first = self.extras.security, self.phones.first
        return moved(self.snapshot, self.facts, phases, security, self.goal.move, first)

    def _preflight(self, phases: Phases) -> tuple[Gate, ...]:
        signer = self.extras.security.signer
        usual = gates.preflight(self.phones.first, phases.vouchers(), alone=self.alone, ctl=signer)
        return (*usual, *self.around_it(), *(() if self.goal.move else self.extras.preflight()))

    def around_it(self) -> tuple[Gate, ...]:
        """What else is asked for before the first act, as far as the scan could read it."""
        return tuple(around(self.snapshot, self.targets))

    def _in_turn(self) -> tuple[Step, ...]:
        """Phones hold now the list of one TFTP node, now that of another: no gate may want that of the first."""
        phases = Phases(self.snapshot, self.facts, "", alone=self.alone, extras=self.extras)
        usual = gates.preflight(self.phones.first, phases.vouchers(), alone=self.alone)
        before = (*usual, *self.around_it())
        steps = in_turn(self.snapshot, self.facts, self.targets, phases)
        return self.numbered([self.first(before), *steps, self.last()])

    def _by_rollback(self) -> tuple[Step, ...]:
        if self.ground.rollback:
            raise RefusedError(
                "The rollback parameter is True already.",
                advice="Set it to False, restart Cisco Tftp everywhere, reset all phones, and scan again.",
            )
        if self.canary.phones:
            raise RefusedError(
                "A change of the rollback parameter resets all phones (S88): no canary goes first.",
                advice="Take another strategy, or leave the canary out.",
            )
        phases = self._phases()
        before = (*gates.preflight(self.phones.first, phases.vouchers(), rollback=True), *self.around_it())
        batch = Batch(self.targets.renew, side_by_side=True)
        return self.numbered([self.first(before), *with_rollback(phases, batch, self.phones.first), self.last()])

    def _by_runbook(self) -> tuple[Step, ...]:
        usual = gates.preflight(
            self.phones.first, self._phases().vouchers(), rollback=True, ctl=self.extras.security.signer
        )
        before = (*usual, *self.around_it(), *self.extras.preflight())
        reader = FromRunbook(self.snapshot, self.facts, self.targets, self.extras.security, self.census)
        return self.numbered(reader.drafts(self.runbook, before))

    def numbered(self, drafts: list[Draft]) -> tuple[Step, ...]:
        """Drafts as steps, a canary of phones in front of every wave, each with what stands beside it."""
        found = enumerate(canary_first(drafts, self.canary), 1)
        return tuple(instructed(draft.numbered(number), self.facts) for number, draft in found)

    def first(self, before: tuple[Gate, ...]) -> Draft:
        """The first step of any plan: a backup, and what has to be so before the first change."""
        return backups.first(self.backups, self.snapshot.publisher.name, before)

    def last(self) -> Draft:
        """The last step of any plan."""
        before = (gates.phones_back(self.extras.locked),) if self.extras.locked else ()
        return backups.last(self.backups, self.snapshot.publisher.name, self.facts, before)


def waited_only(ground: Ground) -> Ground:
    """The same, without the phones that are left behind knowingly: of those the plan tells anyway."""
    return msgspec.structs.replace(ground, classes=tuple(each for each in ground.classes if each.waited))


def _drafted(phases: Phases, batches: Iterable[Batch]) -> Iterator[Draft]:
    for batch in batches:
        yield from phases.batch(batch)


def recommended(weighed: Iterable[Weighed]) -> tuple[Advice, ...]:
    """The one that is recommended; none when none holds."""
    held = {each.strategy: each for each in weighed if each.verdict == "holds"}
    careful, quick, empty = held.get("type"), held.get("fewest"), held.get("rollback")
    if careful and quick and careful.least > _NIGHT_MINUTES and quick.waves < careful.waves:
        hours = careful.least // 60
        why = f"One node after the other takes {hours} hours at least, longer than a night; this proves just as well."
        return (Advice("fewest", why),)
    if careful:
        why = "One type and one node at a time: whatever goes wrong goes wrong on one node (S104, S106)."
        return (Advice("type", why),)
    if quick:
        return (Advice("fewest", "One node at a time does not prove here, and this does."),)
    if empty:
        why = (
            "It is the documented way where nobody else can vouch (S82, IPC); for its time phones have no HTTPS (S83)."
        )
        return (Advice("rollback", why),)
    return ()
