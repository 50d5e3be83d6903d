"""`ringtrust scan`: look at a cluster, and write down what was seen."""

from pathlib import Path

import click

from ringtrust.cli.files import writable, write_output
from ringtrust.cli.options import config_option, pin_option
from ringtrust.cli.output import say, say_bytes
from ringtrust.cli.reach import scanned
from ringtrust.cluster.snapshot import write_snapshot
from ringtrust.errors import UnreadableError
from ringtrust.report.snapshots import snapshot_lines


@click.command(name="scan", short_help="Look at a cluster: nodes, certificates, lists, phones.")
@click.argument("cluster")
@click.option("-o", "--output", help="Write the snapshot to this file; audit and plan read it.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the snapshot as JSON.")
@config_option
@pin_option
def command(cluster: str, output: str | None, force: bool, as_json: bool, config: Path | None, pin_keys: bool) -> int:
    """Look at CLUSTER, a name in ringtrust.toml. It changes nothing.

    Exit status: 0 everything was read; 3 something could not be read, and the snapshot says what.
    """
    target = writable(output, force=force) if output is not None else None
    snapshot = scanned(cluster, config, pin_keys=pin_keys)
    data = write_snapshot(snapshot)
    if target is not None:
        write_output(target, data + b"\n", force=force)
    if as_json:
        say_bytes(data + b"\n")
    else:
        for line in snapshot_lines(snapshot):
            say(line)
    return UnreadableError.exit_status if snapshot.failed else 0
