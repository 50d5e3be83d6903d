"""TFTP servers in turn: while one changes it is stopped, and phones have their list from another (S96 to S105; P5)."""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.act import ResetPhones, Restart, StartService
from ringtrust.change.gate import Gate, Halted, ServicesRun
from ringtrust.cluster.names import CALLMANAGER, TFTP_SERVICE
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan import gates
from ringtrust.plan.batches import Batch, kind, one_type_at_a_time
from ringtrust.plan.drafts import Draft
from ringtrust.plan.phases import Phases
from ringtrust.plan.targets import Targets

_TWO: Final = 2


def in_turn(snapshot: Snapshot, facts: ReleaseFacts, targets: Targets, phases: Phases) -> Iterator[Draft]:
    """The steps. Raises RefusedError where no second TFTP node could help out."""
    serving = [node.name for node in snapshot.nodes if node.has(TFTP_SERVICE)]
    if len(serving) < _TWO:
        raise RefusedError(
            f"{serving[0] if serving else 'No node'} alone serves lists: no other TFTP node could help out (S96).",
            advice="Take another strategy.",
        )
    for batch in one_type_at_a_time(snapshot, facts, targets):
        signs = batch.phase == CALLMANAGER and {target.node for target in batch.targets} <= set(serving)
        yield from _turn(phases, batch) if signs else phases.batch(batch)


def _turn(phases: Phases, batch: Batch) -> Iterator[Draft]:
    """One TFTP node: stopped, changed, phones elsewhere, started again."""
    node = batch.targets[0].node
    yield phases.stopped(batch.phase, TFTP_SERVICE, node, phases.ready())
    for place in range(len(batch.targets)):
        yield phases.renewal(batch, place)
    yield from (_without(draft, node) for draft in phases.restarts(batch) if not _is_tftp(draft))
    away = _away(node)
    yield Draft(
        batch.phase,
        ResetPhones(),
        f"Phones fetch their list from another TFTP node than {node}: they know who signs it.",
        before=(away, gates.phones_back()),
        after=(away, gates.phones_back(), gates.elsewhere((node,))),
        sources=("S99", "S100", "S103"),
    )
    yield Draft(
        kind(batch.phase),
        StartService(TFTP_SERVICE, node),
        "Every phone is back with the list of another: from now on this one serves the new list (S101).",
        after=(gates.running(), gates.matching()),
        sources=("S101", "S102"),
    )


def _without(draft: Draft, node: str) -> Draft:
    """A restart while Cisco Tftp of a node is stopped on purpose."""
    after = tuple(_away(node) if isinstance(each.condition, ServicesRun) else each for each in draft.after)
    return replace(draft, after=after)


def _away(node: str) -> Gate:
    """A node that boots starts its Cisco Tftp: phones would fetch the list from there, and be waited for elsewhere."""
    return gates.running(stopped=(Halted(TFTP_SERVICE, node),))


def _is_tftp(draft: Draft) -> bool:
    return isinstance(draft.act, Restart) and draft.act.service == TFTP_SERVICE
