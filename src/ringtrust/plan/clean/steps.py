"""The order of deletions (domain.md §4c, S112, S143).

What would bring them back stops, they go, it starts again, what has read them is restarted; and when Change
Notification has looked once more, everything is listed again.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.services import RestartRule
from ringtrust.change.act import AwaitNotification, Delete, StartService, StopService, sentence
from ringtrust.change.gate import CopiesGone, CopiesKept, Copy, CopyIs, Gate, Kept
from ringtrust.change.store_verdict import StorePlace, StoreVerdict
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.plan import gates
from ringtrust.plan.clean.leaning import reach_of
from ringtrust.plan.drafts import Draft
from ringtrust.plan.phases import Phases
from ringtrust.plan.targets import in_order

NOTIFICATION_SECONDS: Final = 35 * gates.MINUTE
"""Change Notification looks every 1800 seconds (210541), and is given some minutes for what it does then [INF]."""
_ARRIVES: Final = gates.HOUR
_COMES_BACK: Final = ("S112", "CSCto86463", "211300", "214231")


class Clean:
    """Drafts the steps for one cluster. `phases` knows how restarts and waves of it are waited for."""

    def __init__(self, snapshot: Snapshot, facts: ReleaseFacts, phases: Phases, goes: Sequence[StoreVerdict]) -> None:
        self._snapshot = snapshot
        self._facts = facts
        self._phases = phases
        self._goes = goes
        self._nodes = in_order(snapshot)
        self._meant = {(each.store, place): _sha256(each) for each in goes for place in each.places}
        self._stores = tuple(dict.fromkeys(each.store for each in goes))

    def drafts(self, converged: tuple[Gate, ...]) -> Iterator[Draft]:
        """All of them. `converged` is how phones are waited for."""
        stopped = tuple(self._stopped())
        ready = self._phases.ready()
        for place, (service, node) in enumerate(stopped):
            yield self._stop(service, node, ready if place == 0 else ())
        for place, draft in enumerate(self._deletions()):
            yield draft if place or stopped else _with(draft, ready)
        for place, (service, node) in enumerate(stopped, 1):
            yield self._start(service, node, last=place == len(stopped))
        restarts = tuple(self._restarts())
        yield from restarts
        yield self._again(converged)

    def _stopped(self) -> Iterator[tuple[str, str]]:
        """What brings back what is deleted, wherever it runs (CSCto86463)."""
        services = dict.fromkeys(name for store in self._stores for name in self._facts.deletion(store).stop)
        for service in services:
            yield from ((service, node.name) for node in self._nodes if node.runs(service))

    def _stop(self, service: str, node: str, ready: tuple[Gate, ...]) -> Draft:
        why = "While it runs anywhere, it brings back within half an hour what is deleted (CSCto86463)."
        return Draft("deletion", StopService(service, node), why, before=ready, sources=_COMES_BACK)

    def _start(self, service: str, node: str, *, last: bool) -> Draft:
        why = "Without it no certificate gets from one node to the others."
        act = StartService(service, node)
        after = (gates.running(),) if last else ()
        return Draft("deletion", act, why, after=after, sources=("211300", "S112"))

    def _deletions(self) -> Iterator[Draft]:
        for verdict in self._goes:
            places = self._typed(verdict)
            for number, place in enumerate(places, 1):
                before = self._is_everywhere(verdict, place) if number == 1 else self._is_here(verdict, place)
                yield self._deletion(verdict, place, before, last=number == len(places))

    def _typed(self, verdict: StoreVerdict) -> tuple[StorePlace, ...]:
        """On every node that has it, the publisher first. Where one deletion is enough, the next find nothing to do.

        Sources differ about that (211300, 214231): a node on which it is gone by then is passed over.
        """
        order = {node.name: place for place, node in enumerate(self._nodes)}
        places = sorted(verdict.places, key=lambda place: order[place.node])
        if reach_of(self._facts, verdict.store) == "publisher":
            return tuple(each for each in places if each.node == self._snapshot.publisher.name)
        return tuple(places)

    def _typed_copies(self, verdict: StoreVerdict) -> tuple[Copy, ...]:
        """What is looked for afterwards: where nothing is typed, nobody says that anything goes."""
        typed = self._typed(verdict)
        return tuple(each for each in copies_of(verdict) if StorePlace(each.node, each.file) in typed)

    def _is_here(self, verdict: StoreVerdict, place: StorePlace) -> tuple[Gate, ...]:
        meant = self._meant.get((verdict.store, place), _sha256(verdict))
        return (_still(Copy(place.node, verdict.store, place.file, meant)),)

    def _is_everywhere(self, verdict: StoreVerdict, place: StorePlace) -> tuple[Gate, ...]:
        """A deletion that reaches every node takes whatever has that name there: one may have been renewed meanwhile.

        Change Notification carries the new one on within half an hour; until then only its own node has it. Where an
        older one of that name goes from there by this plan too, that is the one that is meant.
        """
        if reach_of(self._facts, verdict.store) != "every node":
            return self._is_here(verdict, place)
        others = [node.name for node in self._nodes if node.name != place.node]
        return tuple(
            gate for node in (place.node, *others) for gate in self._is_here(verdict, StorePlace(node, place.file))
        )

    def _deletion(self, verdict: StoreVerdict, place: StorePlace, before: tuple[Gate, ...], *, last: bool) -> Draft:
        copies = self._typed_copies(verdict)
        everywhere = reach_of(self._facts, verdict.store) == "every node"
        far = "It may reach every node at once." if everywhere else "It reaches no other node."
        told = " ".join((*verdict.evidence, *verdict.doubts))
        after = (_gone(copies, _ARRIVES if everywhere else gates.MINUTE),) if last else ()
        act = Delete(verdict.store, place.file, place.node, _serial(verdict), _sha256(verdict))
        store = self._facts.deletion(verdict.store)
        return Draft(
            "deletion",
            act,
            f"{verdict.kind.value.capitalize()}: {told} {far}",
            before=before,
            after=after,
            sources=tuple(dict.fromkeys(("S109", "S141", *verdict.sources, *store.sources))),
        )

    def _restarts(self) -> Iterator[Draft]:
        """Each service once a node, in the order of the catalog, where something went (S143)."""
        done: set[str] = set()
        for store in self._stores:
            changed = {name for each in self._goes if each.store == store for name in self._reached(each)}
            for rule in self._rules(store):
                for draft in self._phases.restarts_for(store, rule, changed):
                    if sentence(draft.act) not in done:
                        done.add(sentence(draft.act))
                        yield draft

    def _reached(self, verdict: StoreVerdict) -> tuple[str, ...]:
        if reach_of(self._facts, verdict.store) == "every node":
            return tuple(node.name for node in self._nodes)
        return verdict.nodes

    def _rules(self, store: str) -> tuple[RestartRule, ...]:
        return tuple(rule for rule in self._facts.restarts(store) if not rule.only_with)

    def _again(self, converged: tuple[Gate, ...]) -> Draft:
        copies = tuple(copy for each in self._goes for copy in self._typed_copies(each))
        return Draft(
            "deletion",
            AwaitNotification(NOTIFICATION_SECONDS),
            "What was deleted may come back when the nodes synchronise: so every node is listed once more behind that.",
            after=(_gone(copies, gates.MINUTE), self._kept(), *converged),
            sources=(*_COMES_BACK, "S110", "S116"),
        )

    def _kept(self) -> Gate:
        """Whatever else was read lies there still."""
        goes = {(copy.node, copy.store, copy.file) for each in self._goes for copy in copies_of(each)}
        kept = tuple(sorted(_kept(self._snapshot, goes)))
        return Gate(CopiesKept(kept), "every other certificate is in its trust store", sources=("L03", "S152"))


def copies_of(verdict: StoreVerdict) -> tuple[Copy, ...]:
    """Where it lies. One that could not be read has no hash: it is compared with nothing, and never deleted."""
    return tuple(Copy(place.node, verdict.store, place.file, _sha256(verdict)) for place in verdict.places)


def _sha256(verdict: StoreVerdict) -> str:
    return verdict.certificate.value.sha256 if isinstance(verdict.certificate, Known) else ""


def _serial(verdict: StoreVerdict) -> str:
    return verdict.certificate.value.serial if isinstance(verdict.certificate, Known) else ""


def _still(copy: Copy) -> Gate:
    what = f"{copy.file} in {copy.store} of {copy.node} is the certificate that is meant, or is not there"
    return Gate(CopyIs(copy), what, sources=("S141",))


def _gone(copies: tuple[Copy, ...], patience: int) -> Gate:
    files = ", ".join(dict.fromkeys(copy.file for copy in copies))
    what = f"{files} is on no node" if len(copies) <= 1 else "what was deleted is on no node"
    return Gate(CopiesGone(copies), what, patience, 30, sources=_COMES_BACK)


def _kept(snapshot: Snapshot, goes: set[tuple[str, str, str]]) -> Iterator[Kept]:
    for node in snapshot.nodes:
        found: dict[str, list[str]] = {}
        for each in node.trusted.value if isinstance(node.trusted, Known) else ():
            if (node.name, each.store, each.file) not in goes:
                found.setdefault(each.store, []).append(each.file)
        yield from (Kept(node.name, store, tuple(sorted(files))) for store, files in found.items())


def _with(draft: Draft, ready: tuple[Gate, ...]) -> Draft:
    return replace(draft, before=(*ready, *draft.before))
