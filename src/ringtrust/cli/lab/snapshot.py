"""Writing down what a scan of a lab would see, without starting one."""

import asyncio
import shlex
from pathlib import Path

from ringtrust.cli.files import write_output
from ringtrust.cli.progress import Line
from ringtrust.clock import Clock
from ringtrust.cluster.snapshot import Snapshot, write_snapshot
from ringtrust.lab.topology import Topology
from ringtrust.rehearse.seen import evening
from ringtrust.trust.names import printable


def written(topology: Topology, target: Path, clock: Clock, *, force: bool) -> Snapshot:
    """The snapshot of this cluster, in a file. Raises RefusedError, RingtrustError."""
    with Line() as line:
        line.show(f"making the certificates of {len(topology.nodes)} nodes")
        snapshot = asyncio.run(evening(topology, clock, line.show))
    write_output(target, write_snapshot(snapshot) + b"\n", force=force)
    return snapshot


def document(snapshot: Snapshot, file: str) -> dict[str, object]:
    """What was written, for programs."""
    return {
        "format": "ringtrust.lab.snapshot/1",
        "file": file,
        "cluster": snapshot.cluster,
        "nodes": len(snapshot.nodes),
        "phones": len(snapshot.all_phones()),
    }


def lines(snapshot: Snapshot, file: str) -> list[str]:
    """The same for people, and what to do next."""
    word = printable(shlex.quote(file))
    counted = f"{len(snapshot.nodes)} nodes, {len(snapshot.all_phones()):,} phones"
    return [
        f"{word} holds what a scan would see of {snapshot.cluster} on the evening before: {counted}, all registered.",
        "",
        f"  ringtrust plan {word}",
        f"  ringtrust prove --runbook NIGHT {word}",
    ]
