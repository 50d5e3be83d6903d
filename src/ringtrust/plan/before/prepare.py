"""A Preparation: which certificates a change makes anew, how phones are kept through it, and the proof of that."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.change.gate import Gate
from ringtrust.change.ground import Ground, token
from ringtrust.change.plan import Basis, Note, Step
from ringtrust.change.preparation import FORMAT, Outlook, Preparation
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Snapshot, write_snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan import gates
from ringtrust.plan.before.asked import Asked, nodes_of
from ringtrust.plan.before.checks import checks
from ringtrust.plan.before.made import Made, made_by
from ringtrust.plan.before.moves import Board, Move
from ringtrust.plan.before.outlook import outlook
from ringtrust.plan.before.ways import EMPTY, Way, careless, so_here, ways
from ringtrust.plan.fit import facts_for, refuse_unfit, services_known, version_of
from ringtrust.plan.instructions import instructed
from ringtrust.plan.phases import Phases
from ringtrust.plan.phones import Baseline, baseline
from ringtrust.plan.secure.security import security_of
from ringtrust.plan.strategies import waited_only
from ringtrust.prove.ground import ground_of
from ringtrust.prove.runbook import read_runbook
from ringtrust.trust.names import counted

_OLDER: Final = -1
"""The number of a certificate that the last backup holds, and that is not there now."""


class _Judged(msgspec.Struct, frozen=True):
    """A way, its moves and what the proof says of them."""

    name: str
    moves: tuple[Move, ...]
    runbook: str
    outlook: Outlook


class _Case(msgspec.Struct, frozen=True):
    """What a night is judged on."""

    snapshot: Snapshot
    facts: ReleaseFacts
    ground: Ground

    def judged(self, text: str) -> Outlook:
        """What the proof says of a runbook."""
        services = services_known(self.snapshot, self.facts)
        return outlook(self.ground, read_runbook(text, self.ground, services))


def prepare(
    snapshot: Snapshot,
    catalog: Catalog,
    asked: Asked,
    now: datetime,
    *,
    basis: Basis = "documented",
    stragglers: int | None = None,
) -> Preparation:
    """The preparation. `stragglers` may be left behind; few, when nobody has said how many.

    Raises RefusedError where a change cannot be prepared: where something was not seen, or no way keeps every phone.
    """
    here = facts_for(snapshot, catalog)
    refuse_unfit(snapshot)
    facts, nodes = _facts_then(asked, catalog, here), nodes_of(asked, snapshot)
    event = catalog.event(asked.event)
    made = made_by(asked, event, snapshot, here, nodes)
    phones = baseline(snapshot, here, stragglers)
    bare = Board(asked, event, made, nodes, snapshot, facts, security_of(snapshot, facts), ())
    board = msgspec.structs.replace(bare, preflight=_preflight(bare, phones))
    case = _Case(snapshot, facts, _ground(snapshot, facts, made, phones))
    best = _best(case, board, ways(board, basis))
    return _written(board, here, phones, best, case.judged(_text(careless(board))), now)


def _written(
    board: Board, here: ReleaseFacts, phones: Baseline, best: "_Judged", unprepared: Outlook, now: datetime
) -> Preparation:
    snapshot = board.snapshot
    steps = (_step(number, move, here) for number, move in enumerate(best.moves, 1))
    return Preparation(
        format=FORMAT,
        cluster=snapshot.cluster,
        version=version_of(snapshot),
        made=now,
        taken=snapshot.taken,
        snapshot=hashlib.sha256(write_snapshot(snapshot)).hexdigest(),
        change=board.asked.text,
        title=board.event.title,
        nodes=board.nodes,
        makes=board.made.sentences,
        uncertain=board.made.uncertain,
        way=best.name,
        unprepared=unprepared,
        prepared=best.outlook,
        checks=tuple(checks(board, phones)),
        phones=len(phones.waited),
        stragglers=phones.stragglers,
        notes=tuple(_notes(board, best)),
        steps=tuple(steps),
        runbook=best.runbook,
    )


def _step(number: int, move: Move, facts: ReleaseFacts) -> Step:
    """What is typed stands beside it as in any plan; when it fails nobody calls apply again, but stays where he is."""
    bare = move.draft.numbered(number)
    stays = bare.if_it_fails or "Go on only when what the step waits for is so."
    return msgspec.structs.replace(instructed(bare, facts), if_it_fails=stays)


def _facts_then(asked: Asked, catalog: Catalog, here: ReleaseFacts) -> ReleaseFacts:
    """What holds when it is done: another release after an upgrade. Raises RefusedError for one that nobody knows."""
    if asked.event != "upgrade":
        return here
    found = catalog.of(Release.of(asked.value))
    if not found.known:
        raise RefusedError(found.reason, advice="Nothing can be said of a release that nobody has described.")
    return found


def _preflight(board: Board, phones: Baseline) -> tuple[Gate, ...]:
    """What ringtrust can look at before the first step; that of a CM group of one member the proof has judged."""
    vouchers = Phases(board.snapshot, board.facts, phones.first).vouchers()
    return gates.preflight(phones.first, vouchers, alone=True, ctl=board.security.signer)


def _ground(snapshot: Snapshot, facts: ReleaseFacts, made: Made, phones: Baseline) -> Ground:
    """As for a plan: the phones that it waits for, and without R1, which is no step of it."""
    left = frozenset(each.name for each in phones.stragglers)
    ground = waited_only(ground_of(snapshot, facts, left))
    saved = tuple(token(place, _OLDER) for place in made.places) if made.file else ()
    return msgspec.structs.replace(ground, recovery="", saved=saved)


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _best(case: _Case, board: Board, fitting: Mapping[str, Way]) -> _Judged:
    """The first that keeps every phone. Raises RefusedError where none does."""
    judged: list[_Judged] = []
    for name, way in fitting.items():
        found = tuple(way(board))
        text = _text([line for move in found for line in move.lines])
        judged.append(_Judged(name, found, text, case.judged(text)))
        if judged[-1].outlook.holds:
            return judged[-1]
    return _refuse(board, judged)


def _refuse(board: Board, judged: Sequence[_Judged]) -> _Judged:
    least = min(judged, key=lambda each: (each.outlook.lost, each.outlook.unregistered))
    found = least.outlook
    if found.lost:
        what = f"may cost {counted(found.lost, 'phone')} their trust"
    elif found.unregistered:
        what = f"may leave {counted(found.unregistered, 'secure phone')} without a registration"
    else:
        what = f"leaves phones that no wave brings back: that of {found.stuck}"
    raise RefusedError(
        f"No preparation is known that keeps every phone through {board.asked.text}: the best of {len(judged)} still "
        f"{what}. {' '.join(found.story[:2])}".strip(),
        advice=_ADVICE.get(board.asked.event, _ADVICE["hostname"]),
    )


_ADVICE: Final[Mapping[str, str]] = {
    "restore": "Restore no backup of before the last renewal: take a new one now, and restore that (H24). Where it has "
    "to be this one: ringtrust plan --recover tells afterwards who is lost, and what helps.",
    "hostname": "Give every CM group a second member, so that somebody vouches; in mixed mode make the CTL hold two "
    "signers, or go to non-secure mode for the time of the change. Then scan again.",
    "upgrade": "Upgrade to 12.5(1)SU3 or later: upgrade=12.5.1.13900-152 (FN70613).",
}


def _notes(board: Board, best: _Judged) -> Iterator[Note]:
    event = board.event
    yield Note(event.lists, event.sources)
    yield from (Note(each.text, each.sources) for each in event.harms(board.facts.release, so_here(board)))
    if event.one_at_a_time:
        text = "Renew no certificate before it is done and every phone holds the list of now, and change one node at a "
        yield Note(f"{text}time.", ("H23", "IPC", "SG15"))
    if best.name == EMPTY:
        text = "While lists are empty HTTPS services of phones are dead, and phones trust anybody."
        yield Note(text, ("H11", "S83", "S84"))
    if best.outlook.forbidden:
        text = (
            "No phone is lost by the mechanism. Documents forbid it of a renewal all the same, and this change leaves "
            f"no choice: {'; '.join(best.outlook.forbidden)}."
        )
        yield Note(text, ("H02", "H03", "H23"))
