"""Where verbs have their snapshot from: a file, or a cluster that is looked at now."""

from pathlib import Path

from ringtrust.cli.files import STDIN, read_input
from ringtrust.cluster.snapshot import Snapshot, read_snapshot


def snapshot_of(target: str, config: Path | None, *, pin_keys: bool) -> Snapshot:
    """A snapshot from a file, or of a cluster that is looked at now. Raises UnreadableError, RefusedError."""
    if target == STDIN or Path(target).is_file():
        return read_input(target).parsed(read_snapshot)
    from ringtrust.cli.reach import scanned  # noqa: PLC0415 - a file needs no network

    return scanned(target, config, pin_keys=pin_keys)
