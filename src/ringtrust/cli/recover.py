"""`ringtrust plan --recover`: what a half-done or careless change left behind, and what brings phones back."""

from pathlib import Path
from typing import Final

import msgspec

from ringtrust.catalog.load import load_catalog
from ringtrust.change.plan import write_plan
from ringtrust.cli.files import read_input, writable, write_output
from ringtrust.cli.output import say, say_bytes
from ringtrust.clock import Clock
from ringtrust.cluster.snapshot import Snapshot, read_snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.recover.recovery import Recovery, Wish, recovery_of
from ringtrust.report.plans import plan_lines
from ringtrust.report.recoveries import by_hand_csv, by_hand_page, recovery_document, recovery_lines

_FORMATS: Final = (".csv", ".html")


class Wanted(msgspec.Struct, frozen=True):
    """What was asked for: files of earlier snapshots, where the plan goes, and where the list for people."""

    target: str
    earlier: tuple[str, ...]
    output: str | None
    by_hand: str | None
    force: bool
    explain: bool
    as_json: bool


def refuse_alone(by_hand: str | None) -> None:
    """Raises RefusedError for an option that means something for a recovery only."""
    if by_hand is not None:
        raise RefusedError("--by-hand is for a recovery.", advice="Add --recover.")


def recover(snapshot: Snapshot, wanted: Wanted, clock: Clock) -> int:
    """Says it, and writes what was asked for. 1 where a hand has to help somebody, or may have to."""
    places = {path: _place(path, wanted) for path in (wanted.output, wanted.by_hand) if path is not None}
    earlier = tuple(read_input(path).parsed(read_snapshot) for path in wanted.earlier)
    found = recovery_of(snapshot, load_catalog(), clock.now(), Wish(earlier))
    if wanted.output is not None and found.plan:
        write_output(places[wanted.output], write_plan(found.plan[0]) + b"\n", force=wanted.force)
    if wanted.by_hand is not None:
        write_output(places[wanted.by_hand], _document(found, wanted.by_hand), force=wanted.force)
    _show(found, wanted)
    return 1 if found.by_hand else 0


def _place(path: str, wanted: Wanted) -> Path:
    place = writable(path, force=wanted.force, inputs=(wanted.target, *wanted.earlier))
    if path == wanted.by_hand and place.suffix not in _FORMATS:
        raise RefusedError(f"{path} is neither .csv nor .html.", advice="Name it so that its form is clear.")
    return place


def _document(found: Recovery, path: str) -> bytes:
    return (by_hand_page(found) if path.endswith(".html") else by_hand_csv(found.by_hand)).encode()


def _show(found: Recovery, wanted: Wanted) -> None:
    if wanted.as_json:
        say_bytes(msgspec.json.format(msgspec.json.encode(recovery_document(found)), indent=1) + b"\n")
        return
    for line in recovery_lines(found):
        say(line)
    for plan in found.plan:
        say("")
        for line in plan_lines(plan, explain=wanted.explain):
            say(line)
        if wanted.output is not None:
            say(f"Carry it out with: ringtrust apply {wanted.output}")
    if wanted.output is not None and not found.plan:
        say(f"Nothing was written to {wanted.output}: no act on the servers is needed.")
