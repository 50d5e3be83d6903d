"""All at once, with the rollback parameter: phones get an empty list, and take any that follows (S82 to S95; P6).

Non-secure clusters only (S86). It is the documented way for a single node (IPC). While it lasts HTTPS services of
phones are dead (S83, S84), and it saves nobody who has lost trust before (S87).
"""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from ringtrust.change.act import ResetPhones, SetRollback
from ringtrust.change.gate import Gate
from ringtrust.cluster.names import TFTP_SERVICE, TVS_SERVICE
from ringtrust.plan import gates
from ringtrust.plan.batches import Batch
from ringtrust.plan.drafts import Draft
from ringtrust.plan.phases import Phases

PHASE: Final = "rollback"
_SERVICES: Final = (TVS_SERVICE, TFTP_SERVICE)


def with_rollback(phases: Phases, batch: Batch, first: str) -> Iterator[Draft]:
    """The steps. `first` is the TFTP node whose list phones hold."""
    yield Draft(
        PHASE,
        SetRollback(value=True),
        "Lists are emptied, and phones then trust any that follows. Changing it resets all phones (S88).",
        after=(gates.rollback_is(value=True),),
        sources=("S82", "S86", "S88", "IPC"),
    )
    yield from _served_anew(phases, "Lists are built empty when the services start.", gates.emptied(), ("S89", "SG15"))
    empty = replace(gates.holding(first), what="every phone holds the empty list")
    yield _wave("Phones fetch the empty list: from here on they take any.", empty, ("S90", "IPC"))
    yield from _changed(phases, batch)
    yield Draft(
        PHASE,
        SetRollback(value=False),
        "Lists are full again, and HTTPS works again. Left True, phones trust anybody (H11).",
        after=(gates.rollback_is(value=False),),
        sources=("S92", "H11"),
    )
    yield from _served_anew(phases, "Lists are built full when the services start.", gates.matching(), ("S93", "SG15"))
    full = gates.holding(first)
    yield _wave("Phones fetch the full list: it has to be that of now, and HTTPS has to work.", full, ("S94", "S95"))


def _served_anew(phases: Phases, why: str, gate: Gate, sources: tuple[str, ...]) -> Iterator[Draft]:
    drafts = [phases.started_anew(PHASE, service, node, why, sources) for service, node in phases.running(_SERVICES)]
    yield from drafts[:-1]
    yield replace(drafts[-1], after=(*drafts[-1].after, gate))


def _changed(phases: Phases, batch: Batch) -> Iterator[Draft]:
    """Every certificate, and then every restart, once: phones bear whatever changes meanwhile (S91)."""
    for place in range(len(batch.targets)):
        yield phases.renewal(batch, place)
    restarts = list(phases.restarts(batch))
    yield from restarts[:-1]
    if restarts:
        yield replace(restarts[-1], after=(*restarts[-1].after, gates.phones_back()))


def _wave(why: str, holding: Gate, sources: tuple[str, ...]) -> Draft:
    return Draft(
        PHASE,
        ResetPhones(),
        why,
        before=(gates.phones_back(),),
        after=(gates.phones_back(), holding),
        sources=(*sources, "I4"),
    )
