"""`ringtrust plan --restore`: what the restore of a backup would bring back, and which phones it would cost (H24)."""

from collections.abc import Sequence

import msgspec

from ringtrust.catalog.load import load_catalog
from ringtrust.cli.files import read_input
from ringtrust.cli.output import say, say_bytes
from ringtrust.cluster.snapshot import Snapshot, read_snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.restore.restore import restoration_of
from ringtrust.report.restorations import restoration_document, restoration_lines


def refuse_unfit(earlier: Sequence[str], *others: object) -> None:
    """Raises RefusedError where there is not one earlier snapshot, or where something else is wanted too."""
    if any(others):
        raise RefusedError(
            "A restore renews and recovers nothing, and nothing of it is applied: it is for people.",
            advice="Say --restore FILE --before SNAPSHOT alone.",
        )
    if len(earlier) != 1:
        raise RefusedError(
            "What a backup holds is told by a snapshot of its time.", advice="Say --before SNAPSHOT, once."
        )


def restore(now: Snapshot, file: str, earlier: str, *, as_json: bool) -> int:
    """Says it. 1 where a phone would be lost, or may be."""
    found = restoration_of(now, read_input(earlier).parsed(read_snapshot), file, load_catalog())
    if as_json:
        say_bytes(msgspec.json.format(msgspec.json.encode(restoration_document(found)), indent=1) + b"\n")
    else:
        for line in restoration_lines(found):
            say(line)
    return 1 if found.lost else 0
