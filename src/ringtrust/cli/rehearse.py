"""`ringtrust rehearse`: carry a plan out on a twin of its cluster, and see what the phones do."""

import asyncio
from pathlib import Path

import click

from ringtrust.change.plan import read_plan
from ringtrust.change.rehearsal import Rehearsal, write_rehearsal
from ringtrust.cli.files import read_input, writable, write_output
from ringtrust.cli.output import say, say_bytes
from ringtrust.cli.progress import Line
from ringtrust.clock import Clock
from ringtrust.errors import RefusedError
from ringtrust.rehearse.faults import read_fault
from ringtrust.rehearse.rehearse import Wanted, rehearse
from ringtrust.rehearse.stage import Scale
from ringtrust.report.rehearsals import rehearsal_lines
from ringtrust.report.rehearsals_page import rehearsal_page

_FORMATS = (".html", ".json")


@click.command(name="rehearse", short_help="Carry a plan out on a twin of its cluster, phones and all.")
@click.argument("plan_file", metavar="PLAN")
@click.option("--phones", type=click.IntRange(min=1), metavar="N", help="So many phones. [default: as many as it has]")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="FAULT",
    help="What goes wrong: node=NAME@step:7+30m, restart=SERVICE@NODE:step:9, replication@step:5+2h, "
    "off=10%@step:3-step:9, ssh@step:6. Repeat it for several.",
)
@click.option("--wire", is_flag=True, help="Phones on the wire too, each with an address of its own; a few hundred.")
@click.option("-o", "--output", metavar="FILE", help="Write the report to this file: .html, with a chart, or .json.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def command(
    clock: Clock,
    plan_file: str,
    phones: int | None,
    faults: tuple[str, ...],
    wire: bool,
    output: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Carry PLAN out on a twin of its cluster: the same nodes, services, CM groups and phones, with new keys.

    The servers are on loopback, time is that of the twin. Exit status: 0 the plan came to its end and no phone is
    stranded; 1 otherwise; 2 it cannot be rehearsed.
    """
    wanted = Wanted(Scale(phones, on_the_wire=wire), tuple(map(read_fault, faults)))
    place = _place(output, plan_file, force=force)
    plan = read_plan(read_input(plan_file).data)
    with Line() as line:
        found = asyncio.run(rehearse(plan, wanted, clock.now(), line.show))
    if place is not None:
        write_output(place, _document(found, place), force=force)
    if as_json:
        say_bytes(write_rehearsal(found) + b"\n")
    else:
        for text in rehearsal_lines(found):
            say(text)
    return 0 if found.well else 1


def _place(output: str | None, plan_file: str, *, force: bool) -> Path | None:
    """Where the report goes. Raises RefusedError, before hours of the twin are spent."""
    if output is None:
        return None
    place = writable(output, force=force, inputs=(plan_file,))
    if place.suffix not in _FORMATS:
        raise RefusedError(f"{output} is neither .html nor .json.", advice="Name it so that its form is clear.")
    return place


def _document(found: Rehearsal, place: Path) -> bytes:
    return rehearsal_page(found).encode() if place.suffix == ".html" else write_rehearsal(found) + b"\n"
