"""Which recovery keys are kept of a cluster that was named: what no snapshot tells (R2)."""

import os
from pathlib import Path

from ringtrust.audit.seen import NOT_ASKED
from ringtrust.cli.exports import is_export
from ringtrust.cli.reach import entry_of
from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.cluster.recovery_key import KeptKey
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RingtrustError
from ringtrust.settings.recovery_keys import kept_keys, key_folder


def kept_of(target: str, snapshot: Snapshot, config: Path | None) -> Fact[tuple[KeptKey, ...]]:
    """Those of a cluster in ringtrust.toml; an export does not say where its keys would be."""
    if is_export(target):
        return NOT_ASKED
    try:
        publisher, port = snapshot.publisher, entry_of(target, config).settings.ssh_port
        return Known(kept_keys(key_folder(os.environ, f"{publisher.name} at {publisher.address}:{port}")))
    except RingtrustError as error:
        return Unread(error.what)
