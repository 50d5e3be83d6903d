"""`ringtrust scan`: look at a cluster, and write down what was seen."""

from pathlib import Path

import click

from ringtrust.cli.exports import is_export, read_export
from ringtrust.cli.files import writable, write_output
from ringtrust.cli.options import config_option, pin_option
from ringtrust.cli.output import say, say_bytes
from ringtrust.cli.reach import Manner, scanned_so
from ringtrust.cluster.doors import Door
from ringtrust.cluster.snapshot import write_snapshot
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.report.snapshots import snapshot_lines


@click.command(name="scan", short_help="Look at a cluster: nodes, certificates, lists, phones.")
@click.argument("target", metavar="CLUSTER|EXPORT/")
@click.option("-o", "--output", help="Write the snapshot to this file; audit and plan read it.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the snapshot as JSON.")
@click.option(
    "--through",
    "doors",
    multiple=True,
    type=click.Choice([door.value for door in Door]),
    help="Ask only this interface; repeat it for several. [default: all that the entry allows]",
)
@click.option("--save", type=click.Path(path_type=Path), help="Write all that is heard into this new folder.")
@config_option
@pin_option
def command(
    target: str,
    output: str | None,
    force: bool,
    as_json: bool,
    doors: tuple[str, ...],
    save: Path | None,
    config: Path | None,
    pin_keys: bool,
) -> int:
    """Look at CLUSTER, a name in ringtrust.toml, or at EXPORT/, a folder that somebody exported. It changes nothing.

    Exit status: 0 everything was read; 3 something could not be read, and the snapshot says what.
    """
    place = writable(output, force=force) if output is not None else None
    if is_export(target):
        if doors or save is not None:
            raise RefusedError("An export is read as it is: --through and --save are for clusters.")
        snapshot = read_export(target)
    else:
        snapshot = scanned_so(target, config, Manner(pin_keys, tuple(map(Door, doors)), save))
    data = write_snapshot(snapshot)
    if place is not None:
        write_output(place, data + b"\n", force=force)
    if as_json:
        say_bytes(data + b"\n")
    else:
        for line in snapshot_lines(snapshot):
            say(line)
    return UnreadableError.exit_status if snapshot.failed else 0
