"""Copies of recovery keys that somebody keeps."""

from msgspec.structs import replace

from ringtrust.cluster.names import ITLRECOVERY
from ringtrust.cluster.recovery_key import KeptKey
from ringtrust.cluster.snapshot import Snapshot
from tests.support.snapshots import TAKEN

OF_BEFORE = KeptKey("ab" * 32, 2682, TAKEN, "anna", "1234", "CD" * 32)
"""Of an ITLRecovery that no cluster here has any more."""


def of_now(snapshot: Snapshot) -> KeptKey:
    """A copy of the key of the ITLRecovery that a cluster has now."""
    now = snapshot.publisher.identity(ITLRECOVERY)
    assert now is not None
    return replace(OF_BEFORE, serial=now.serial, certificate=now.sha256)
