"""`ringtrust apply` looks whether the cluster is still as it was scanned, before the first act."""

import asyncio
from collections.abc import Callable
from typing import Final

import click

from ringtrust.apply.moved import Stale, compared, refuse_if_stale
from ringtrust.catalog.load import load_catalog
from ringtrust.change.plan import Plan
from ringtrust.cli.output import warn
from ringtrust.cli.progress import Line
from ringtrust.clock import SystemTimer
from ringtrust.connect.wire import Reach
from ringtrust.observe.scan.cluster import scan
from ringtrust.settings import ClusterEntry

Command = Callable[..., object]

_HELP: Final = "Carry it out though the cluster has moved since the scan, where the proof still holds."


def moved_option(command: Command) -> Command:
    """`--moved`, for whoever knows what has happened since the scan."""
    return click.option("--moved", is_flag=True, help=_HELP)(command)


async def refuse_moved(plan: Plan, entry: ClusterEntry, reach: Reach, *, accepted: bool) -> Stale:
    """Scans once more, and compares: what was told of, or accepted. Raises RefusedError when the cluster has moved.

    Raises UnreadableError when nobody can tell.
    """
    with Line() as line:
        now, _ = await scan(
            entry.name, reach, entry.settings.publisher, SystemTimer(), lambda text: line.show(f"looking again: {text}")
        )
        line.show("comparing with the plan")
        stale = await asyncio.to_thread(compared, plan, now, load_catalog())
    refuse_if_stale(plan, stale, accepted=accepted)
    for each in stale.moved:
        warn(f"Since the scan: {each.what}")
    if stale.weighing:
        warn("Carried out all the same (--moved): the old proof still holds on what is there now.")
    return stale
