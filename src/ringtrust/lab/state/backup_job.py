"""A backup that somebody has ordered: it runs for a while, and is complete then."""

from collections import deque
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from ringtrust.errors import RefusedError
from ringtrust.lab.labtime import Timer

if TYPE_CHECKING:
    from ringtrust.lab.state.cluster import Cluster

MASTER: Final = "Cisco DRF Master"
SECONDS: Final = 120.0  # [U] how long a backup of a small cluster takes
_FAILED_AT_MOST: Final = 100


class BackupJob(msgspec.Struct, frozen=True, eq=False):
    """One that runs: since when, and what will complete it."""

    started: datetime
    timer: Timer

    def percent(self, now: datetime) -> int:
        """How far it is."""
        return min(99, int((now - self.started) / timedelta(seconds=SECONDS) * 100))


class FailedBackup(msgspec.Struct, frozen=True):
    """One that came to nothing: when, by the clock of the publisher, and why."""

    completed: datetime
    reason: str


class BackupJobs:
    """The one job that a cluster may have at a time, and those that have failed, the latest last."""

    def __init__(self) -> None:
        self.running: BackupJob | None = None
        self.failed: deque[FailedBackup] = deque(maxlen=_FAILED_AT_MOST)

    def start(self, cluster: "Cluster") -> bool:
        """Begins one; False where one runs."""
        if self.running is not None:
            return False
        timer = cluster.time.call_later(SECONDS, partial(self._complete, cluster))
        self.running = BackupJob(cluster.time.now(), timer)
        return True

    def _complete(self, cluster: "Cluster") -> None:
        """It is lost when the master agent does not run any more, and fails when a disk is full."""
        self.running = None
        if not cluster.publisher.services.running(MASTER):
            return
        try:
            cluster.back_up()
        except RefusedError as error:
            self.failed.append(FailedBackup(cluster.clock(cluster.publisher), error.what))

    def cancel(self) -> bool:
        """Ends the one that runs, without a backup; False where none runs."""
        job, self.running = self.running, None
        if job is None:
            return False
        job.timer.cancel()
        return True
