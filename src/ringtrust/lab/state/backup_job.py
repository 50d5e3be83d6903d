"""A backup that somebody has ordered: it runs for a while, and is complete then."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from ringtrust.lab.labtime import Timer

if TYPE_CHECKING:
    from ringtrust.lab.state.cluster import Cluster

MASTER: Final = "Cisco DRF Master"
SECONDS: Final = 120.0  # [U] how long a backup of a small cluster takes


class BackupJob(msgspec.Struct, frozen=True, eq=False):
    """One that runs: since when, and what will complete it."""

    started: datetime
    timer: Timer

    def percent(self, now: datetime) -> int:
        """How far it is."""
        return min(99, int((now - self.started) / timedelta(seconds=SECONDS) * 100))


class BackupJobs:
    """The one job that a cluster may have at a time."""

    def __init__(self) -> None:
        self.running: BackupJob | None = None

    def start(self, cluster: "Cluster") -> bool:
        """Begins one; False where one runs."""
        if self.running is not None:
            return False
        timer = cluster.time.call_later(SECONDS, partial(self._complete, cluster))
        self.running = BackupJob(cluster.time.now(), timer)
        return True

    def _complete(self, cluster: "Cluster") -> None:
        """It is lost when the master agent does not run any more."""
        self.running = None
        if cluster.publisher.services.running(MASTER):
            cluster.back_up()

    def cancel(self) -> bool:
        """Ends the one that runs, without a backup; False where none runs."""
        job, self.running = self.running, None
        if job is None:
            return False
        job.timer.cancel()
        return True
