"""How phones are kept through a change: as it is, through an empty list, or with the CTL signed by its other key."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ringtrust.audit.silent.told import circumstances
from ringtrust.catalog.events import Circumstance, EventId, Todo, due
from ringtrust.change.act import HandOver
from ringtrust.change.plan import Basis
from ringtrust.cluster.facts import Known
from ringtrust.plan import gates
from ringtrust.plan.before import moves
from ringtrust.plan.before.moves import AFTER, PREPARE, Board, Move
from ringtrust.plan.drafts import Draft

AS_IT_IS: Final = "one node at a time, each waited for"
EMPTY: Final = "through an empty list: the rollback parameter (P6)"
UPDATE: Final = "one node at a time, and the CTL behind each"
OTHER_KEY: Final = "one node at a time, and the CTL behind each, by its other key first"
SIMPLY: Final = "as the documents have it"

Way = Callable[[Board], Iterator[Move]]


def ways(board: Board, basis: Basis) -> Mapping[str, Way]:
    """Those that fit, in the order in which they are tried. What documents want stands before what is quicker."""
    if not board.made.anchors and board.asked.event != "upgrade":
        return {SIMPLY: _bare}
    if board.security.mixed:
        return _mixed(board)
    if board.asked.event in {"upgrade", "restore"}:
        return {SIMPLY: _bare}
    alone = len(board.snapshot.nodes) == 1 and basis == "documented"
    return {EMPTY: _empty} if alone else {AS_IT_IS: _bare, EMPTY: _empty}


def _mixed(board: Board) -> Mapping[str, Way]:
    """An upgrade that makes nothing anew asks for no CTL (UG15); one that does, for the other key first (FN70613)."""
    other: Mapping[str, Way] = {OTHER_KEY: _other_key} if board.security.second else {}
    if board.asked.event != "upgrade":
        return {UPDATE: _update, **other}
    return {**other, UPDATE: _update} if board.made.places else {SIMPLY: _bare, UPDATE: _update}


def careless(board: Board) -> tuple[str, ...]:
    """The night of whoever does it without a thought: everywhere at once, and nobody waits for anything."""
    match board.asked.event:
        case "upgrade":
            return moves.upgraded(board).lines
        case "restore":
            return moves.restored(board).lines
        case "web-security":
            return tuple(line for move in moves.web_changed(board, board.nodes[0]) for line in move.lines)
        case _:
            found = [moves.changed(board, node, empty=False).lines for node in board.nodes]
            made = [line for lines in found for line in lines if not line.startswith(("restart", "wait"))]
            return (*made, *moves.started("all"), "wait sync", "wave")


def _bare(board: Board) -> Iterator[Move]:
    yield from _before(board)
    for node in _places(board):
        yield from _change(board, node)
        if board.made.anchors or board.asked.event == "upgrade":
            yield moves.waved(board, moves.CHANGE, "Every phone holds the list of now before anything else is touched.")
    yield from _after(board)


def _update(board: Board) -> Iterator[Move]:
    yield from _before(board)
    for node in _places(board):
        yield from _change(board, node)
        yield from moves.ctl_updated(board)
        yield moves.waved(board, moves.CHANGE, "Every phone holds the lists of now before anything else is touched.")
    yield from _after(board)


def _other_key(board: Board) -> Iterator[Move]:
    yield from _before(board)
    for node in _places(board):
        yield from _change(board, node)
        yield from moves.ctl_by_other_key(board)
        yield moves.waved(board, moves.CHANGE, "Every phone holds the lists of now before anything else is touched.")
    yield from _after(board)


def _empty(board: Board) -> Iterator[Move]:
    yield from _before(board)
    yield from moves.emptied(board)
    for node in _places(board):
        yield moves.changed(board, node, empty=True)
        yield moves.waved(board, moves.CHANGE, "Every phone is back, with an empty list.", (gates.emptied(),))
    yield from moves.filled(board)
    yield from _after(board)


def _places(board: Board) -> tuple[str, ...]:
    """Where it is done by itself; an upgrade and a restore are of the whole cluster."""
    return ("",) if board.asked.event in _WHOLE else board.nodes


_WHOLE: Final[frozenset[EventId]] = frozenset({"upgrade", "restore"})


def _change(board: Board, node: str) -> Iterator[Move]:
    match board.asked.event:
        case "upgrade":
            yield moves.upgraded(board)
        case "restore":
            yield moves.restored(board)
        case "web-security":
            yield from moves.web_changed(board, node)
        case _:
            yield moves.changed(board, node, empty=False)


def _before(board: Board) -> Iterator[Move]:
    yield moves.backed_up(board)
    for todo in _due(board, board.event.before):
        yield moves.told(board, PREPARE, todo.text, todo.sources)


def _after(board: Board) -> Iterator[Move]:
    for todo in _due(board, board.event.after):
        yield moves.told(board, AFTER, todo.text, todo.sources)
    draft = Draft(
        AFTER,
        HandOver("take a new DRS backup, and keep the one from before the change"),
        "Only a backup of now holds the certificates of now, and fits the names of now (IPC, P0).",
        sources=("S189", "IPC", "H24"),
    )
    yield Move(draft, ("backup",))


def _due(board: Board, todos: tuple[Todo, ...]) -> Iterator[Todo]:
    return (todo for todo in due(todos, so_here(board)) if not todo.is_step)


def so_here(board: Board) -> frozenset[Circumstance]:
    """What is so on this cluster, and asks for more to be done."""
    return circumstances(board.snapshot, by_ca=_by_ca(board))


def _by_ca(board: Board) -> bool:
    """Whether a CA had signed some of what is made anew."""
    places = set(board.made.places)
    return any(
        not each.certificate.value.self_signed
        for node in board.snapshot.nodes
        for each in (node.identities.value if isinstance(node.identities, Known) else ())
        if isinstance(each.certificate, Known) and f"{each.unit}@{node.name}" in places
    )
