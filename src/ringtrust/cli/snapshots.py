"""Where verbs have their snapshot from: a file, an export, or a cluster that is looked at now."""

from pathlib import Path

from ringtrust.cli.files import STDIN, read_input
from ringtrust.cluster.snapshot import Snapshot, read_snapshot


def snapshot_of(target: str, config: Path | None, *, pin_keys: bool) -> Snapshot:
    """A snapshot: from a file, of an export, or of a cluster now. Raises UnreadableError, RefusedError."""
    if target == STDIN or Path(target).is_file():
        return read_input(target).parsed(read_snapshot)
    from ringtrust.cli.exports import is_export, read_export  # noqa: PLC0415 - a file needs no network
    from ringtrust.cli.reach import scanned  # noqa: PLC0415 - as above

    return read_export(target) if is_export(target) else scanned(target, config, pin_keys=pin_keys)
