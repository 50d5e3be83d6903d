"""What an unplanned change between two snapshots has cost phones: who still follows, who trusts the cluster no more.

The proof judges, as in a recovery: the older snapshot tells which lists phones may hold, the newer one what is served
and what TVS runs with.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from ringtrust.audit.seen import Seen
from ringtrust.audit.silent.changed import changed, pairs
from ringtrust.audit.silent.happened import NOTHING_PLANNED
from ringtrust.audit.silent.told import ANCHORS, PLANNED
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.fit import facts_for, refuse_unfit
from ringtrust.plan.recover.reached import Reached, Return, reached
from ringtrust.plan.recover.recovery import Recovery, Wish, recovery_of
from ringtrust.prove.wreck.ground import Wreck, without_unserved, wreck_of
from ringtrust.trust.names import counted, some

_NAMED: Final = 10
_SOURCES: Final = ("I1", "H01", "H23", "H24")
_LOST: Final = (Return.NEXT, Return.NOT)
_HELPED: Final[Mapping[Return, str]] = {
    Return.BACK: "plan --recover brings them back",
    Return.LATER: "they come back when they start anew, once plan --recover is carried out",
    Return.NEXT: "two plans --recover, one behind the other, bring them back",
    Return.RENEWAL: "plan --recover brings them back, once what has expired is renewed",
    Return.PERHAPS: "which list they hold nobody can see; plan --recover may bring them back",
    Return.NOT: "no act on the servers brings them back",
}


def phones_since(before: Seen, after: Seen) -> Iterator[Finding]:
    """Whom it has cost their trust, and who follows by themselves; nothing where what phones trust by is as it was.

    Stands beside `audit.silent.happened`, with the same arguments: `before` is the older snapshot.
    """
    units = {change.unit for node in changed(before, after, NOTHING_PLANNED) for change in node.changes}
    if not units & ANCHORS or not (after.snapshot.all_phones() or before.snapshot.all_phones()):
        return
    try:
        yield from _judged(_named_as(before.snapshot, after.snapshot), after)
    except RefusedError as error:
        yield _unread(error)


def _named_as(before: Snapshot, after: Snapshot) -> Snapshot:
    """The older snapshot with the names that its nodes have now: places of certificates are told by them."""
    names = {old.name: new.name for old, new in pairs(before, after)}
    nodes = tuple(replace(node, name=names.get(node.name, node.name)) for node in before.nodes)
    return replace(before, nodes=nodes)


def _judged(before: Snapshot, after: Seen) -> Iterator[Finding]:
    facts = facts_for(after.snapshot, after.catalog)
    snapshot = without_unserved(after.snapshot)
    refuse_unfit(snapshot)
    if not isinstance(snapshot.phones, Known):
        raise RefusedError(f"The phones could not be read: {snapshot.phones.reason}", advice="Scan again.")
    wreck = wreck_of(snapshot, facts, (before,), before.taken)
    by_themselves = reached(wreck.ground, ())
    lost, unsure = _of(wreck, by_themselves, _LOST), _of(wreck, by_themselves, (Return.PERHAPS,))
    recovery = recovery_of(snapshot, after.catalog, snapshot.taken, Wish((before,))) if lost or unsure else None
    if lost and recovery is not None:
        yield _lost(lost, recovery)
    if unsure and recovery is not None:
        yield _unsure(unsure)
    follow = _of(wreck, by_themselves, (Return.LATER, Return.BACK, Return.RENEWAL))
    if follow:
        yield _follow(follow, wreck, all_of_them=not (lost or unsure))


def _of(wreck: Wreck, found: Reached, how: Sequence[Return]) -> tuple[str, ...]:
    return tuple(name for name, kind in wreck.kinds.items() if found.kinds[kind.name] in how)


def _lost(names: Sequence[str], recovery: Recovery) -> Finding:
    """Those who refuse what is served now; of each what helps it."""
    helped = Counter(recovery.found[name] for name in names)
    hands = helped[Return.NOT] + helped[Return.PERHAPS]
    why = {row.why for row in recovery.by_hand if row.name in names}
    return Finding(
        code="silent.phones-lost",
        severity=Severity.CRITICAL,
        where=counted(len(names), "phone"),
        what="trust the cluster no more: they refuse every list that is made of its certificates of now.",
        evidence=(
            some(list(names), _NAMED),
            *(f"{counted(count, 'phone')}: {_HELPED[how]}" for how, count in helped.items() if count),
            f"the best way there is: {recovery.ways[0].means.name}",
            *sorted(why),
        ),
        breaks=("They take no configuration and no list, and with the next restart of their node they may be gone.",),
        advice="Renew and reset nothing. See what helps: ringtrust plan CLUSTER --recover --before OLDER-SNAPSHOT. "
        + (f"{counted(hands, 'phone')} may need a hand." if hands else "No phone needs a hand."),
        sources=(*_SOURCES, "R1", "R4"),
    )


def _unsure(names: Sequence[str]) -> Finding:
    return Finding(
        code="silent.phones-unsure",
        severity=Severity.MAJOR,
        where=counted(len(names), "phone"),
        what="may or may not trust the cluster still: that hangs on which list they hold, which nobody can see.",
        evidence=(some(list(names), _NAMED),),
        breaks=("Some of them may refuse every list that is served now.",),
        advice="Switch on their web access, or bring them back, and scan again before anything is renewed.",
        sources=_SOURCES,
    )


def _follow(names: Sequence[str], wreck: Wreck, *, all_of_them: bool) -> Finding:
    """Why they do stands in the evidence: who is new."""
    new = [change.place.replace("@", " of ") for change in wreck.before.changes]
    everybody = "No phone has lost trust by it. " if all_of_them else ""
    return Finding(
        code="silent.phones-follow",
        severity=Severity.INFO,
        where=counted(len(names), "phone"),
        what="still trust the cluster: they hold a list of now, or take one when they start anew.",
        evidence=(f"new since then: {some(new, _NAMED)}",),
        advice=f"{everybody}Reset them, so that all hold the list of now before anything else changes. {PLANNED}",
        sources=_SOURCES,
    )


def _unread(error: RefusedError) -> Finding:
    return Finding(
        code="silent.phones-unread",
        severity=Severity.UNREAD,
        where="phones",
        what="whether they still trust the cluster nobody can tell.",
        evidence=(error.what,),
        advice=error.advice or "Scan again.",
        sources=_SOURCES,
    )
