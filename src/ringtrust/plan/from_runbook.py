"""A plan from an administrator's own runbook: his lines in his order, with the gates that his waits mean."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from msgspec.structs import replace

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change import night
from ringtrust.change.act import (
    Act,
    HandOver,
    IssueLscs,
    Regenerate,
    ResetPhones,
    Restart,
    SetRollback,
    StartService,
    StopService,
)
from ringtrust.change.gate import Gate, Halted
from ringtrust.change.ground import Ground
from ringtrust.change.plan import Basis
from ringtrust.cluster.names import TFTP_SERVICE
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan import gates
from ringtrust.plan.drafts import Draft
from ringtrust.plan.goal import ALL_LSCS, Goal, Named
from ringtrust.plan.secure import lsc_gates
from ringtrust.plan.secure.ctl import Ctl
from ringtrust.plan.secure.lscs import Census
from ringtrust.plan.secure.security import Security
from ringtrust.plan.targets import Target, Targets
from ringtrust.prove.repair import repaired
from ringtrust.prove.runbook import lines_of

PHASE: Final = "runbook"
_WHY: Final = "The runbook says so."


def goal_of(stages: Sequence[night.Stage]) -> Goal:
    """What a runbook renews. Raises RefusedError when it renews nothing, or one certificate twice."""
    renewals = [stage for stage in stages if isinstance(stage.deed, night.Renew)]
    named = [Named(stage.deed.unit, stage.deed.node) for stage in renewals if isinstance(stage.deed, night.Renew)]
    if not named and any(isinstance(stage.deed, night.IssueLscs) for stage in stages):
        return Goal(lscs=ALL_LSCS)
    if not named:
        raise RefusedError("The runbook renews nothing.", advice="A plan renews at least one certificate.")
    for place, stage in enumerate(renewals):
        if named[place] in named[:place]:
            raise RefusedError(
                f"{stage.where} renews {named[place].unit} of {named[place].node} once more.",
                advice="A plan knows a certificate by the serial number that it has now: renew it once.",
            )
    return Goal(named=tuple(named))


def mended(text: str, ground: Ground, stages: tuple[night.Stage, ...], basis: Basis) -> str:
    """The runbook with what makes it hold. Raises RefusedError where nothing is known that does."""
    insertions = repaired(ground, stages, basis)
    if not insertions:
        raise RefusedError(
            "No complete waves make this runbook hold.", advice="See why: ringtrust prove SNAPSHOT --runbook FILE."
        )
    lines = lines_of(text)
    for each in sorted(insertions, key=lambda each: _number(each.after), reverse=True):
        lines[_number(each.after) : _number(each.after)] = each.lines
    return "\n".join(lines) + "\n"


def _number(where: str) -> int:
    return int(where.rpartition(" ")[2])


class FromRunbook:
    """Drafts the steps of a runbook."""

    def __init__(
        self, snapshot: Snapshot, facts: ReleaseFacts, targets: Targets, security: Security, census: Census
    ) -> None:
        self._security = security
        self._ctl = Ctl(security)
        self._census = census
        self._snapshot = snapshot
        self._facts = facts
        self._targets = {(target.unit, target.node): target for target in targets.renew}
        self._late: list[Target] = []
        self._halted: dict[Halted, None] = {}
        self._rollback = False
        self._unserved: set[str] = set()

    def drafts(self, stages: Sequence[night.Stage], before: tuple[Gate, ...]) -> list[Draft]:
        """Its steps; a wait is a gate behind the step before it. `before` are those of the first.

        Raises RefusedError for a line that `apply` cannot carry out.
        """
        found: list[Draft] = []
        for _, line in groupby(stages, key=lambda stage: stage.where):
            for draft in self._line(list(line)):
                if isinstance(draft, Draft):
                    found.append(draft)
                elif found:
                    found[-1] = replace(found[-1], after=(*found[-1].after, *draft))
        found[0] = replace(found[0], before=(*before, *found[0].before))
        return found

    def _line(self, stages: list[night.Stage]) -> Iterator[Draft | tuple[Gate, ...]]:
        """Steps, or gates of the one before."""
        waiting = list(stages)
        while waiting:
            stage = waiting.pop(0)
            then = waiting[0].deed if waiting else None
            match stage.deed:
                case night.Stop(service=service, node=node) if then == night.Start(service, node):
                    waiting.pop(0)
                    self._started(service, node)
                    yield self._draft(stage, Restart(service, node, PHASE), gates.running(stopped=tuple(self._halted)))
                case night.Synchronise():
                    yield self._arrived()
                case _:
                    yield self._one(stage)

    def _arrived(self) -> tuple[Gate, ...]:
        """Certificates are everywhere, and lists hold them; of lists that the parameter empties nobody wants that."""
        late, self._late = self._late, []
        copies, carried = self._facts.copies, self._facts.propagated
        arrived = (gates.synchronised(each, copies(each.unit), carried(each.unit)) for each in late)
        emptied = self._rollback or self._unserved
        return (*arrived, *(() if emptied else (gates.matching(self._silent()),)))

    def _started(self, service: str, node: str) -> None:
        """Lists follow the parameter when Cisco Tftp starts (S89, S93)."""
        if service == TFTP_SERVICE:
            self._unserved.discard(node)

    def _silent(self) -> tuple[str, ...]:
        """The nodes whose Cisco Tftp the runbook has stopped."""
        return tuple(each.node for each in self._halted if each.service == TFTP_SERVICE)

    def _one(self, stage: night.Stage) -> Draft:  # noqa: PLR0911 - a closed family
        match stage.deed:
            case night.Renew(unit=unit, node=node):
                return self._renewal(stage, self._targets[unit, node])
            case night.Stop(service=service, node=node):
                self._halted[Halted(service, node)] = None
                return self._draft(stage, StopService(service, node))
            case night.Start(service=service, node=node):
                self._halted.pop(Halted(service, node), None)
                self._started(service, node)
                return self._draft(stage, StartService(service, node), gates.running(stopped=tuple(self._halted)))
            case night.Wave(group="", complete=complete):
                return self._draft(stage, ResetPhones(), gates.phones_back(), *self._current(complete=complete))
            case night.SetRollback(value=value):
                self._rollback = value
                self._unserved = {each.name for each in self._snapshot.nodes if each.has(TFTP_SERVICE)}
                return self._draft(stage, SetRollback(value), gates.rollback_is(value=value))
            case night.BackUp():
                return self._draft(stage, HandOver("take a DRS backup, and see that it succeeds"), gates.backed_up())
            case _:
                return self._secure(stage)

    def _secure(self, stage: night.Stage) -> Draft:
        """What there is in mixed mode, and LSCs. Raises RefusedError for whatever `apply` cannot carry out."""
        match stage.deed:
            case night.UpdateCtl() if self._security.mixed:
                return replace(self._ctl.updated(PHASE, ""), why=_why(stage))
            case night.ResetCtl() if self._security.second:
                return replace(self._ctl.reset(PHASE), why=_why(stage))
            case night.IssueLscs(group=group, complete=complete):
                return self._lscs(stage, group, complete=complete)
            case _:
                raise RefusedError(
                    f"{stage.where}, {stage.text!r}, can be proved, but not carried out by `apply` yet.",
                    advice="Take it out of the runbook, and do it by hand where the plan leaves off.",
                )

    def _current(self, *, complete: bool) -> tuple[Gate, ...]:
        silent = self._silent()
        if not complete:
            return ()
        mixed = self._security.mixed
        if not silent:
            return (gates.holding("", ctl=mixed),)
        return gates.running(stopped=tuple(self._halted)), gates.elsewhere(silent, ctl=mixed)

    def _lscs(self, stage: night.Stage, group: str, *, complete: bool) -> Draft:
        """Whoever has an LSC, in one CM group or in all. Raises RefusedError where nobody has."""
        names = tuple(phone.name for phone in self._census.renew if group in {"", phone.group})
        if not names:
            raise RefusedError(
                f"{stage.where}, {stage.text!r}: no phone there is known to have an LSC.", advice="Take the line out."
            )
        after = (lsc_gates.lscs_renewed(names), gates.phones_back()) if complete else ()
        return self._draft(stage, IssueLscs(names), *after)

    def _renewal(self, stage: night.Stage, target: Target) -> Draft:
        self._late.append(target)
        found = target.certificate
        return replace(
            self._draft(
                stage,
                Regenerate(target.unit, target.node, found.serial, found.sha256),
                gates.renewed(target, self._snapshot.taken),
            ),
            before=(gates.still(target),),
        )

    @staticmethod
    def _draft(stage: night.Stage, act: Act, *after: Gate) -> Draft:
        return Draft(PHASE, act, _why(stage), after=after, sources=("S106",))


def _why(stage: night.Stage) -> str:
    return f"{_WHY} {stage.where}: {stage.text}"
