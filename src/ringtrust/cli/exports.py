"""A folder that somebody exported, in the place of a cluster (docs/scan.md)."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ringtrust.cli.progress import Line
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.offline.folder import Export
from ringtrust.connect.offline.wire import Offline
from ringtrust.observe.scan.cluster import scan


class _Then:
    """The clock of an export stands still at when it was taken."""

    def __init__(self, taken: datetime) -> None:
        self._taken = taken

    def now(self) -> datetime:
        """When it was taken."""
        return self._taken


def is_export(target: str) -> bool:
    """Whether a folder is meant: a slash is in it. A bare name is that of a cluster, whatever lies here."""
    return "/" in target and Path(target).is_dir()


def read_export(target: str) -> Snapshot:
    """The snapshot of an export. Raises UnreadableError where it does not even name the nodes."""
    export = Export(Path(target))
    with Line() as line:
        return asyncio.run(_read(export, line.show))


async def _read(export: Export, tell: Callable[[str], None]) -> Snapshot:
    publisher = export.publisher.address
    snapshot, _ = await scan(export.head.cluster, Offline(export), publisher, _Then(export.head.taken), tell)
    return snapshot
