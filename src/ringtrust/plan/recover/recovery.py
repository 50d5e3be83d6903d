"""A Recovery: what is there, what fits, what is best, and the Plan of it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.act import HandOver
from ringtrust.change.ground import Ground, PhoneClass
from ringtrust.change.plan import FORMAT, Plan, Step, Straggler, Weighed, sealed
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot, write_snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.drafts import Draft
from ringtrust.plan.fingerprint import fingerprint_of
from ringtrust.plan.fit import facts_for, refuse_unfit, version_of
from ringtrust.plan.recover.hands import ByHand, by_hand
from ringtrust.plan.recover.means import Bench, steps_of
from ringtrust.plan.recover.notes import notes
from ringtrust.plan.recover.reached import SURE, Return
from ringtrust.plan.recover.told import Sign, phones, signs
from ringtrust.plan.recover.weigh import Way, ways
from ringtrust.plan.recover.wrong import Wrong, wrong_in
from ringtrust.plan.secure.locked import locked_out
from ringtrust.plan.secure.security import security_of
from ringtrust.prove.prove import examined
from ringtrust.prove.steps import night_of_steps
from ringtrust.prove.wreck.ground import Wreck, without_unserved, wreck_of

LATELY: Final = timedelta(days=7)
"""Without an earlier snapshot: whoever holds a list that nobody serves is taken to have been well a week ago [INF]."""
_LATER: Final[Mapping[Return, str]] = {
    Return.LATER: "It is not there. When it starts anew it comes back by itself, once this plan is done.",
    Return.RENEWAL: "It comes to the lists of now, and cannot register before what has expired is renewed (S120).",
    Return.NEXT: "This plan does not bring it back, and the next does: call plan --recover again when it is done.",
}


class Wish(msgspec.Struct, frozen=True):
    """`earlier` are snapshots of before; without any, what was made in the time `lately` is what has changed."""

    earlier: tuple[Snapshot, ...] = ()
    lately: timedelta = LATELY


class Recovery(msgspec.Struct, frozen=True):
    """What is there and what fits. `found` says of each phone how it comes back, by the best way; `well` how many are.

    `plan` has one plan, or none where nothing is to be done at the servers. `ways` are ranked, the best first.
    """

    cluster: str
    version: str
    taken: datetime
    signs: tuple[Sign, ...]
    wrong: Wrong
    well: int
    found: Mapping[str, Return]
    ways: tuple[Way, ...]
    plan: tuple[Plan, ...]
    by_hand: tuple[ByHand, ...]

    def count(self, how: Return) -> int:
        """How many phones come back like that."""
        return sum(each is how for each in self.found.values())


AS_USUAL: Final = Wish()


def recovery_of(snapshot: Snapshot, catalog: Catalog, now: datetime, wish: Wish = AS_USUAL) -> Recovery:
    """What can be done about the state of a cluster. Raises RefusedError where what matters was not seen."""
    facts = facts_for(snapshot, catalog)
    snapshot = without_unserved(snapshot)
    refuse_unfit(snapshot)
    if not snapshot.all_phones() and not isinstance(snapshot.phones, Known):
        raise RefusedError("The phones could not be read.", advice="Mend that, and scan again.")
    return _Maker(snapshot, facts, wish, now).made()


class _Maker:
    def __init__(self, snapshot: Snapshot, facts: ReleaseFacts, wish: Wish, now: datetime) -> None:
        self._snapshot = snapshot
        self._facts = facts
        self._now = now
        self._wreck: Wreck = wreck_of(snapshot, facts, wish.earlier, snapshot.taken - wish.lately)
        self._changes = self._wreck.before.changes
        self._wrong = wrong_in(snapshot, facts, self._changes)
        self._bench = Bench(
            snapshot, facts, self._wrong, security_of(snapshot, facts), _backup(snapshot, self._changes)
        )

    def made(self) -> Recovery:
        well = frozenset(self._well())
        here = [phone.name for phone in self._snapshot.all_phones() if self._wreck.kinds[phone.name].waited]
        astray = [name for name in here if name not in well]
        ranked = ways(self._bench, self._wreck.ground)
        best = _best(ranked, len([name for name in here if name in well]))
        found = self._by_phone(best)
        rows = tuple(by_hand(self._snapshot, self._facts, self._wreck.kinds, found, self._restored(ranked)))
        hopeful = best.reached.hope > 0 and any(found[name] is Return.PERHAPS for name in astray)
        sent = hopeful or any(found[name] is Return.BACK for name in astray)
        needed = self._wrong.anything or self._owed(found) or sent
        ordered = (best, *(way for way in ranked if way is not best))
        return Recovery(
            cluster=self._snapshot.cluster,
            version=version_of(self._snapshot),
            taken=self._snapshot.taken,
            signs=tuple(signs(self._wrong, self._wreck.ground, self._facts, self._changes, astray=len(astray))),
            wrong=self._wrong,
            well=len(well),
            found=found,
            ways=ordered,
            plan=(self._plan(ordered, found, rows),) if needed else (),
            by_hand=rows,
        )

    def _well(self) -> Iterator[str]:
        """Who is registered and holds what is served."""
        served = {digest for node in self._snapshot.nodes for digest in _checksums(node.itl)}
        ctls = {digest for node in self._snapshot.nodes for digest in _checksums(node.ctl)}
        for phone in self._snapshot.all_phones():
            itl = not self._wreck.kinds[phone.name].asks or (isinstance(phone.itl, Known) and phone.itl.value in served)
            ctl = not self._snapshot.mixed or (isinstance(phone.ctl, Known) and phone.ctl.value in ctls)
            if phone.registered and itl and ctl:
                yield phone.name

    def _owed(self, found: Mapping[str, Return]) -> bool:
        """Whether a secure phone is away that may wait for nothing but a restart (H13)."""
        kinds = self._wreck.kinds
        away = (name for name, how in found.items() if how is Return.LATER and kinds[name].secure)
        return bool(self._wrong.due) and any(not kinds[name].waited for name in away)

    def _by_phone(self, way: Way) -> Mapping[str, Return]:
        found = {name: way.reached.kinds[kind.name] for name, kind in self._wreck.kinds.items()}
        locked = (each.name for each in locked_out(self._snapshot))
        return found | {name: Return.RENEWAL for name in locked if found[name] in SURE}

    def _restored(self, ranked: Sequence[Way]) -> frozenset[str]:
        """Whom a restore would bring back, where there is a backup for it."""
        found = [self._by_phone(way) for way in ranked if way.means.restore]
        return frozenset(name for each in found for name, how in each.items() if how in {Return.BACK, Return.LATER})

    def _plan(self, ranked: Sequence[Way], found: Mapping[str, Return], rows: Sequence[ByHand]) -> Plan:
        best = ranked[0]
        steps = steps_of(self._bench, best.means, vouched=best.vouched, last=_last(rows))
        back = self._waited(found)
        ground = msgspec.structs.replace(self._wreck.ground, classes=tuple(self._claimed(best)))
        return sealed(
            Plan(
                format=FORMAT,
                cluster=self._snapshot.cluster,
                version=version_of(self._snapshot),
                made=self._now,
                taken=self._snapshot.taken,
                snapshot=hashlib.sha256(write_snapshot(self._snapshot)).hexdigest(),
                fingerprint=fingerprint_of(self._snapshot),
                goal=f"recover: {best.means.name}",
                strategy="recover",
                basis="mechanism",
                weighed=(_weighed(best, ground, steps),),
                advice=(),
                ground=ground,
                nodes=tuple(node.name for node in self._snapshot.nodes),
                phones=back,
                stragglers=tuple(self._late(found, rows)),
                notes=tuple(notes(ranked, found, rows, self._wrong, self._facts)),
                steps=steps,
            )
        )

    def _waited(self, found: Mapping[str, Return]) -> tuple[str, ...]:
        """Those that come for certain; where nobody does, those that may: else no wave would wait for anybody."""
        kinds = self._wreck.kinds
        sure = tuple(name for name, how in found.items() if how is Return.BACK)
        return sure or tuple(name for name, how in found.items() if how is Return.PERHAPS and kinds[name].waited)

    def _claimed(self, way: Way) -> Iterator[PhoneClass]:
        """Whom the plan speaks for: those that it brings back, and those that come by themselves."""
        for kind in self._wreck.ground.classes:
            how = way.reached.kinds[kind.name]
            if how in {Return.BACK, Return.LATER, Return.NEXT}:
                yield msgspec.structs.replace(kind, waited=how is Return.BACK)

    def _late(self, found: Mapping[str, Return], rows: Sequence[ByHand]) -> Iterator[Straggler]:
        why = {row.name: row.why for row in rows}
        for phone in self._snapshot.all_phones():
            if found[phone.name] is not Return.BACK:
                reason = why.get(phone.name) or _LATER[found[phone.name]]
                yield Straggler(phone.name, phone.description, reason)


def _best(ranked: Sequence[Way], well: int) -> Way:
    """A restore only where nothing else brings back anybody who is not well already, and where it loses nobody.

    Where a list cannot be seen, as nothing serves it, and somebody hangs on which it is, that is looked at first.
    """
    first, restore = ranked[0], [way for way in ranked if way.means.restore]
    look = [way for way in ranked if way.means.look]
    if look and first.reached.at_best > first.reached.sure:
        return look[0]
    helpless = first.reached.sure + first.reached.hope <= well
    more = [way for way in restore if way.reached.back > first.reached.sure and _keeps(way, first)]
    return more[0] if helpless and more else first


def _keeps(way: Way, other: Way) -> bool:
    """Whether a way brings back everybody whom another one does."""
    return all(way.reached.kinds[kind] in SURE for kind, how in other.reached.kinds.items() if how in SURE)


def _weighed(way: Way, ground: Ground, steps: Sequence[Step]) -> Weighed:
    """What it costs, and whether the plan proves for those whom it speaks for."""
    found = way.costs
    harmed = [each.phones for each in examined(ground, night_of_steps(steps)) if each.harmed]
    return Weighed(
        strategy="recover",
        verdict="refuted" if harmed else "holds",
        why=f"{phones(sum(each.phones for each in harmed))} may be lost." if harmed else way.means.name,
        waves=found.waves,
        restarts=found.restarts,
        least=found.least,
        most=found.most,
        without_https=found.without_https,
    )


def _last(rows: Sequence[ByHand]) -> Iterator[Draft]:
    """What is left for people."""
    if rows:
        yield Draft(
            "by hand",
            HandOver(f"help the {phones(len(rows))} that no server can help, one by one"),
            "They refuse whatever the servers make. Who they are, and which keys to press: plan --recover --by-hand.",
            sources=("R6", "R7", "R8"),
            command="ringtrust plan CLUSTER --recover --by-hand FILE.html, and a walk with it",
            effect="Each of them starts anew and takes the lists of now, as a new phone does.",
        )
    yield Draft(
        "backup",
        HandOver("take a new DRS backup, and keep the one from before the change"),
        "Only a backup of now holds the keys that phones trust from here on (P0).",
        sources=("S58", "S189", "H24"),
    )


def _checksums(fact: object) -> tuple[str, ...]:
    found = fact.value if isinstance(fact, Known) else None
    return tuple(each for each in (found.sha1, found.md5) if each) if found is not None else ()


def _backup(snapshot: Snapshot, changes: Sequence[object]) -> str:
    """The file of the last good backup."""
    backups = snapshot.backups.value if isinstance(snapshot.backups, Known) else ()
    good = [each for each in backups if each.good and isinstance(each.completed, Known)]
    return good[-1].file if good and changes else ""
