"""A backup that somebody has ordered: it runs for a while, component by component on every node, and ends then.

A component of a feature is backed up by the local agent of its node. One that cannot be makes the whole backup fail.
"""

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from ringtrust.errors import RefusedError
from ringtrust.lab.labtime import Timer
from ringtrust.lab.state import alarms

if TYPE_CHECKING:
    from ringtrust.lab.state.cluster import Cluster

MASTER: Final = "Cisco DRF Master"
LOCAL: Final = "Cisco DRF Local"
SECONDS: Final = 120.0  # [U] how long a backup of a small cluster takes
# Those that a guide and a log of Cisco name for the publisher (PCA API, TAC 214287); which a subscriber has is [U].
_OF_PUBLISHER: Final = (
    *("PLATFORM", "CLM", "CDPAGT", "SYSLOGAGT", "TCT", "CCMDB"),
    *("CCMPREFS", "ANN", "CEF", "BAT", "MOH", "TFTP"),
)
_OF_SUBSCRIBER: Final = ("PLATFORM", "CLM", "CDPAGT", "SYSLOGAGT")
_CAR: Final = "CDR_CAR"
_FAILED_AT_MOST: Final = 100


class Part(msgspec.Struct, frozen=True):
    """A component of a feature on a node: how it ended, and when; `Active` has not ended."""

    feature: str
    node: str
    name: str
    result: str
    at: datetime


class BackupJob(msgspec.Struct, frozen=True, eq=False):
    """One that runs: since when, by the lab and by the clock of the publisher, and what will complete it."""

    started: datetime
    named: datetime
    timer: Timer

    def share(self, now: datetime) -> float:
        """Which part of it is done."""
        return (now - self.started) / timedelta(seconds=SECONDS)

    def percent(self, now: datetime) -> int:
        """How far it is."""
        return min(99, int(self.share(now) * 100))


class FailedBackup(msgspec.Struct, frozen=True):
    """One that came to nothing: when, by the clock of the publisher, why, and what became of every component."""

    started: datetime
    completed: datetime
    reason: str


class BackupJobs:
    """The one job that a cluster may have at a time, and those that have failed, the latest last.

    `parts` are the components of each backup that was ordered, by when it was begun.
    """

    def __init__(self) -> None:
        self.running: BackupJob | None = None
        self.failed: deque[FailedBackup] = deque(maxlen=_FAILED_AT_MOST)
        self.parts: dict[datetime, tuple[Part, ...]] = {}

    def start(self, cluster: "Cluster") -> bool:
        """Begins one; False where one runs."""
        if self.running is not None:
            return False
        timer = cluster.time.call_later(SECONDS, partial(self._complete, cluster))
        named = cluster.clock(cluster.publisher).replace(microsecond=0)
        self.running = BackupJob(cluster.time.now(), named, timer)
        return True

    def _complete(self, cluster: "Cluster") -> None:
        """It is lost when the master agent does not run any more, and fails when a component does."""
        job, self.running = self.running, None
        if job is None or not cluster.publisher.services.running(MASTER):
            return
        self.parts[job.named] = tuple(parts(cluster, job.named))
        try:
            refuse_where_it_fails(cluster, failing(cluster))
            cluster.back_up(job.named)
        except RefusedError as error:
            self.failed.append(FailedBackup(job.named, cluster.clock(cluster.publisher), error.what))

    def cancel(self) -> bool:
        """Ends the one that runs, without a backup; False where none runs."""
        job, self.running = self.running, None
        if job is None:
            return False
        job.timer.cancel()
        return True


def features(cluster: "Cluster") -> tuple[str, ...]:
    """The features that can be backed up."""
    return cluster.topology.backup.features or tuple(cluster.release.cli.features_backed_up.split(","))


def components(cluster: "Cluster", node: str) -> Iterator[tuple[str, str]]:
    """The components of a node, each behind its feature: CDR_CAR has one of the publisher only [U]."""
    publisher = node == cluster.publisher.name
    for feature in features(cluster):
        if feature == _CAR:
            yield from ((feature, each) for each in ("CAR",) if publisher)
        else:
            yield from ((feature, each) for each in (_OF_PUBLISHER if publisher else _OF_SUBSCRIBER))


def parts(cluster: "Cluster", began: datetime, share: float = 1.0) -> Iterator[Part]:
    """What has become of the components when this part of the work is done; what has not begun does not show."""
    found = [(node.name, each) for node in cluster.nodes for each in components(cluster, node.name)]
    for place, (node, (feature, name)) in enumerate(found):
        if place > share * len(found):
            return
        ended = place + 1 <= share * len(found)
        result = ("ERROR" if node in failing(cluster) else "SUCCESS") if ended else "Active"
        yield Part(feature, node, name, result, began + timedelta(seconds=SECONDS * place / len(found)))


def failing(cluster: "Cluster") -> frozenset[str]:
    """The nodes of which nothing can be backed up: a full disk, a fault, or a local agent that does not run."""
    trouble = cluster.trouble
    away = (node.name for node in cluster.nodes if not node.services.running(LOCAL))
    return trouble.disk_full | trouble.no_backup | frozenset(away)


def refuse_where_it_fails(cluster: "Cluster", failed: frozenset[str]) -> None:
    """Raises RefusedError, with an alarm, where components of these nodes cannot be backed up."""
    if not failed:
        return
    full, publisher = sorted(cluster.trouble.disk_full), cluster.publisher
    components_of = f"Components of {', '.join(sorted(failed))} could not be backed up"
    reason = f"The disk of {', '.join(full)} is full" if full else components_of
    alarms.backup_failed(publisher, reason, cluster.clock(publisher))
    raise RefusedError(f"The backup has failed. {reason}.", advice="Look at the logs of its components.")
