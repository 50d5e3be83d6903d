"""`ringtrust plan --before CHANGE`: what is done before, during and after what makes certificates anew (P16)."""

from collections.abc import Sequence

import msgspec

from ringtrust.catalog.load import load_catalog
from ringtrust.change.plan import Basis
from ringtrust.change.preparation import Preparation, write_preparation
from ringtrust.cli.files import writable, write_output
from ringtrust.cli.output import say, say_bytes
from ringtrust.clock import Clock
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.before.asked import GRAMMAR, Asked, is_change, read_change
from ringtrust.plan.before.prepare import prepare
from ringtrust.report.preparations import preparation_lines


class Wanted(msgspec.Struct, frozen=True):
    """What was asked for, and where it goes."""

    target: str
    asked: Asked
    basis: Basis
    stragglers: int | None
    output: str | None
    force: bool
    explain: bool
    as_json: bool


def change_of(texts: Sequence[str], *, others: bool) -> Asked:
    """The change. `others`: something else was asked for beside it, a renewal or a strategy (H23).

    Raises RefusedError; of a snapshot too, which means something for a recovery only.
    """
    if not any(map(is_change, texts)):
        raise RefusedError(
            f"{texts[0]} is no change that can be prepared.",
            advice=f"Take {GRAMMAR}. Add --recover where it is a snapshot of before.",
        )
    if others:
        raise RefusedError(
            "Such a change is not combined with a renewal: certificates would change twice before phones follow (H23).",
            advice="Leave --renew, --strategy, --from-runbook and the canary out; renew when it is done, or before.",
        )
    return read_change(texts)


def before(snapshot: Snapshot, wanted: Wanted, clock: Clock) -> int:
    """Says it, and writes what was asked for. 1 where a condition is not seen to hold."""
    place = None
    if wanted.output is not None:
        place = writable(wanted.output, force=wanted.force, inputs=(wanted.target,))
    found = prepare(
        snapshot, load_catalog(), wanted.asked, clock.now(), basis=wanted.basis, stragglers=wanted.stragglers
    )
    if place is not None:
        write_output(place, write_preparation(found) + b"\n", force=wanted.force)
    _show(found, wanted)
    return 0 if found.ready else 1


def _show(found: Preparation, wanted: Wanted) -> None:
    if wanted.as_json:
        say_bytes(write_preparation(found) + b"\n")
        return
    for line in preparation_lines(found, explain=wanted.explain):
        say(line)
