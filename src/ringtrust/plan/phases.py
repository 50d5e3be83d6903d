"""The steps of one certificate type: regenerate, wait until it is everywhere, restart, wait, let the phones fetch."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.services import RestartRule
from ringtrust.change.act import Regenerate, ResetPhones, Restart, StopService
from ringtrust.change.gate import Gate, Voucher
from ringtrust.cluster.names import (
    CALLMANAGER,
    CALLMANAGER_SERVICE,
    CAPF,
    ITLRECOVERY,
    TFTP_SERVICE,
    TOMCAT,
    TOMCAT_SERVICE,
    TVS,
    TVS_SERVICE,
)
from ringtrust.cluster.node import Node
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan import gates
from ringtrust.plan.around import undisturbed
from ringtrust.plan.batches import Batch, by_node, kind, touches_lists
from ringtrust.plan.drafts import Draft
from ringtrust.plan.secure.ctl import NO_EXTRAS, Ctl, Extras, left_without
from ringtrust.plan.secure.security import CtlChange, refuse_short_recovery
from ringtrust.plan.targets import Target, identities, in_order

_SHOWN_BY: Final = {TOMCAT_SERVICE: TOMCAT, TVS_SERVICE: TVS}
_ECDSA: Final = "-ECDSA"
_TYPE: Final = ("S106", "214231")
_NODES: Final = ("214231", "217138")
_ONE_BY_ONE: Final = "One type at a time, the publisher first."
_REFUSED_TLS: Final = (
    "A secure phone that cannot register hears of no reset. It fetches its lists again by itself when it tries anew; "
    "one that does not is switched off and on, at its switch port if nobody is there."
)
_R3: Final = " Who refuses the CTL: utils ctl reset localkey on the publisher, and a reset (R3)."
_SIDE_BY_SIDE: Final = "Side by side with others that no phone needs meanwhile, the publisher first."


class Phases:
    """Drafts the steps for one cluster, once. `first` is the TFTP node whose list all phones hold, if there is one.

    `alone`: CM groups of one member are no reason to stop, as the mechanism bears them. `extras` are those of mixed
    mode and of LSCs.
    """

    def __init__(
        self, snapshot: Snapshot, facts: ReleaseFacts, first: str, *, alone: bool = False, extras: Extras = NO_EXTRAS
    ) -> None:
        self._alone = alone
        self._extras = extras
        self._ctl = Ctl(extras.security)
        self._away = False
        self._snapshot = snapshot
        self._facts = facts
        self._first = first
        self._nodes = in_order(snapshot)
        self._known = {target.node: target.certificate.serial for target in identities(snapshot, facts, TVS)}
        self._made: list[str] = []
        self._new: frozenset[str] = frozenset()

    def vouchers(self) -> tuple[Voucher, ...]:
        """The TVS that phones know, after what has been drafted so far."""
        return tuple(Voucher(node, serial) for node, serial in sorted(self._known.items()))

    def batch(self, batch: Batch) -> Iterator[Draft]:
        """The steps of certificates that change together: renewals, restarts, and a wave where lists change."""
        yield from self._renewals(batch)
        change = self._extras.security.change(batch.targets, self._facts)
        if change is CtlChange.RESET_FIRST:
            refuse_short_recovery(self._snapshot.publisher)
        if change is not CtlChange.NONE:
            yield self._ctl.after(batch.phase, change)
        restarts = list(self.restarts(batch))
        touched = any(touches_lists(self._snapshot, self._facts, target) for target in batch.targets)
        yield from self._ended(batch.phase, restarts, wave=touched or change is not CtlChange.NONE)
        if change is CtlChange.RESET_FIRST:
            yield self._ctl.again(batch.phase)
            yield self._wave(batch.phase)
        if any(target.unit == CAPF and target.node == self._snapshot.publisher.name for target in batch.targets):
            yield from self._extras.lscs

    def last(self) -> Iterator[Draft]:
        """What only phones can do that come back by the last phase."""
        yield from self._extras.late

    def restarts(self, batch: Batch) -> Iterator[Draft]:
        """What loads them: unit by unit, service by service, the publisher first; nothing twice."""
        self._new = frozenset(target.unit for target in batch.targets)
        self._away = self._extras.security.mixed and left_without(self._snapshot, batch.targets)
        done: set[tuple[str, str]] = set()
        for unit, units in batch.units:
            changed = [target.node for target in batch.targets if target.unit in units]
            for rule in self._rules(units):
                for node in self._around(unit, rule, changed):
                    if (rule.service, node.name) not in done:
                        done.add((rule.service, node.name))
                        yield self.restart(unit, rule, node)

    def restarts_for(self, store: str, rule: RestartRule, changed: set[str]) -> Iterator[Draft]:
        """The restarts that a rule asks for after deletions from a trust store on these nodes (S143)."""
        for node in self._where(rule, changed, self._nodes):
            yield self.restart(store, rule, node)

    def _around(self, unit: str, rule: RestartRule, changed: Sequence[str]) -> list[Node]:
        """Where to restart: what every list holds, TVS and ITLRecovery, is for more nodes than its own."""
        everywhere = unit == ITLRECOVERY or (unit == TVS and rule.service == TFTP_SERVICE)
        alone = by_node(self._facts, unit) and not everywhere
        nodes = [node for node in self._nodes if not alone or node.name in changed]
        return self._where(rule, set(changed), nodes)

    def _ended(self, phase: str, restarts: Sequence[Draft], *, wave: bool) -> Iterator[Draft]:
        """The restarts; then a wave where lists have changed, else a look at the phones: any type may reset them."""
        if wave or not restarts:
            yield from restarts
            yield self._wave(phase)
            return
        yield from restarts[:-1]
        last = restarts[-1]
        yield replace(last, after=(*last.after, *self.converged()))

    def converged(self) -> tuple[Gate, ...]:
        """What phones show when they are back after whatever may have reset them."""
        return gates.after_a_wave(self._first, self.vouchers(), ctl=self._extras.security.mixed)

    def _renewals(self, batch: Batch) -> Iterator[Draft]:
        """Before the first, everything is looked at once more: hours may have gone since the preflight, or days."""
        for place, target in enumerate(batch.targets):
            ready = self.ready() if place == 0 else ()
            yield self.renewal(batch, place, ready)
            if target.unit == TVS:
                del self._known[target.node]
                self._made.append(target.node)

    def _waits(self, batch: Batch, place: int) -> tuple[Gate, ...]:
        """Until it is everywhere: behind each, or for all of a type behind the last, where they go side by side."""
        target = batch.targets[place]
        if not batch.side_by_side:
            return (self._synchronised(target),)
        if place + 1 < len(batch.targets) and batch.targets[place + 1].unit == target.unit:
            return ()
        return tuple(self._synchronised(each) for each in batch.targets if each.unit == target.unit)

    def _synchronised(self, target: Target) -> Gate:
        return gates.synchronised(target, self._facts.copies(target.unit), self._facts.propagated(target.unit))

    def renewal(self, batch: Batch, place: int, ready: Sequence[Gate] = ()) -> Draft:
        """The renewal of one certificate: what is looked at before it, and what is waited for behind it."""
        target = batch.targets[place]
        stores = self._facts.copies(target.unit)
        order = _SIDE_BY_SIDE if batch.side_by_side else _ONE_BY_ONE
        return Draft(
            kind(target.unit),
            Regenerate(target.unit, target.node, target.certificate.serial, target.certificate.sha256),
            f"{order} Its own copies go to {', '.join(stores) or 'no store'}.",
            before=(*ready, gates.still(target)),
            after=(gates.renewed(target, self._snapshot.taken), *self._waits(batch, place)),
            sources=tuple(dict.fromkeys((*_TYPE, *_NODES, *self._facts.unit(target.unit).numbers))),
        )

    def running(self, services: Sequence[str]) -> Iterator[tuple[str, Node]]:
        """Service by service, the nodes where each is activated. Raises RefusedError where one is and does not run."""
        for service in services:
            for node in self._nodes:
                if node.has(service):
                    refuse_unless_running(service, node)
                    yield service, node

    def started_anew(self, phase: str, service: str, node: Node, why: str, sources: tuple[str, ...]) -> Draft:
        """A restart that no certificate asks for."""
        return Draft(phase, Restart(service, node.name, phase), why, after=(gates.running(),), sources=sources)

    def stopped(self, phase: str, service: str, node: str, ready: Sequence[Gate]) -> Draft:
        """A service stops, and stays stopped."""
        why = "While it changes no phone asks this node: the others hand out a list that phones can check (S96)."
        return Draft(phase, StopService(service, node), why, before=tuple(ready), sources=("S96", "S97"))

    def ready(self) -> tuple[Gate, ...]:
        """What is looked at before the first change of a stretch."""
        usual = gates.ready(self._first, self.vouchers(), alone=self._alone, ctl=self._ctl.signed_by)
        return (*undisturbed(self._snapshot), *usual)

    def restart(self, phase: str, rule: RestartRule, node: Node) -> Draft:
        """The restart that a rule asks for on a node."""
        service = _name(rule, node)
        after = [gates.running()]
        if rule.service in _SHOWN_BY:
            after.append(gates.served(_SHOWN_BY[rule.service], node.name))
        effect, stuck = "", ""
        if rule.service == CALLMANAGER_SERVICE:
            after += () if self._away else (gates.phones_back(),)
            effect, stuck = self._secure_phones(node)
        why = "A service keeps the certificate that it loaded until it is restarted; only what runs is restarted."
        before = (gates.loadable(node.name),) if rule.service == TVS_SERVICE and TVS not in self._new else ()
        act = Restart(service, node.name, phase)
        return Draft(phase, act, why, before, tuple(after), rule.sources, "", effect, stuck)

    def _secure_phones(self, node: Node) -> tuple[str, str]:
        """What they notice of a CallManager that shows a certificate which their CTL does not hold yet."""
        if not self._extras.security.mixed or CALLMANAGER not in self._new:
            return "", ""
        where = "are away" if self._away else "register with the other members of their CM group"
        effect = (
            f"Secure phones of {node.name} {where} from now until they hold the new CTL: it shows a certificate that "
            "the old CTL does not name. The others move to the next member of their CM group; calls may drop."
        )
        return effect, self._stuck()

    def _stuck(self) -> str:
        """What to do about phones in mixed mode that a wave does not reach."""
        if not self._extras.security.mixed:
            return ""
        return f"{_REFUSED_TLS}{_R3 if self._extras.security.second else ''}"

    def _wave(self, phase: str) -> Draft:
        """Phones know a new TVS once they have been sent for the list that holds it, and not before."""
        why = "Phones fetch the list of now, while nothing else changes. Any type may make them reset by themselves."
        before = gates.before_a_wave(self.vouchers(), self._ctl.signed_by, away=self._away)
        self._known |= dict.fromkeys(self._made, "")
        self._made = []
        sources = ("S114", "S116", "I4")
        self._away = False
        return Draft(phase, ResetPhones(), why, before, self.converged(), sources, if_it_fails=self._stuck())

    def _rules(self, units: Iterable[str]) -> tuple[RestartRule, ...]:
        """What to restart for these units, each service once; what only some clusters need stands in the notes."""
        rules = {rule.service: rule for unit in units for rule in self._facts.restarts(unit) if not rule.only_with}
        return tuple(rules.values())

    @staticmethod
    def _where(rule: RestartRule, changed: set[str], nodes: Iterable[Node]) -> list[Node]:
        """On which of these nodes: only where it runs (214231)."""
        found = []
        for node in nodes:
            meant = rule.where in {"every node", "where active"} or node.name in changed
            if rule.where == "publisher":
                meant = node.publisher
            if meant and _name(rule, node):
                found.append(node)
        return found


def _name(rule: RestartRule, node: Node) -> str:
    """The name that the node itself has for it: Cisco DRF Master is Cisco DRF Primary on some (S150); else empty.

    Raises RefusedError where it is to run and does not: once started it would go on with what it has loaded then.
    """
    names = (rule.service, *rule.aliases)
    if found := next((name for name in names if node.runs(name)), ""):
        return found
    if stopped := next((name for name in names if node.has(name)), ""):
        refuse_unless_running(stopped, node)
    return ""


def refuse_unless_running(service: str, node: Node) -> None:
    """Raises RefusedError for a service that is activated and does not run."""
    if not node.runs(service):
        raise RefusedError(
            f"{service} of {node.name} is activated and does not run: nobody can tell which certificate it will load.",
            advice="Start it, or deactivate it, and scan again.",
        )
