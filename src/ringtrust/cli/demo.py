"""`ringtrust demo`: tells the story."""

import asyncio

import click
import msgspec

from ringtrust.catalog.load import load_catalog
from ringtrust.cli.output import say, say_json
from ringtrust.demo.nights import CARELESS, PLANNED, TOPOLOGY, tell_story

_PHONES = 200


@click.command(name="demo")
@click.option("--phones", type=click.IntRange(min=2), default=_PHONES, show_default=True, help="So many phones a lab.")
@click.option("--topology", default=TOPOLOGY, show_default=True, help="Another cluster of `ringtrust lab list`.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document at the end instead of text.")
def command(phones: int, topology: str, as_json: bool) -> int:
    """A careless and a planned night on two copies of one cluster, side by side, in about a minute.

    Exit status: 0 the careless night has stranded phones, and the planned one none; 1 it came otherwise.
    """
    counts = asyncio.run(
        tell_story(load_catalog(), (lambda _: None) if as_json else say, topology=topology, phones=phones)
    )
    if as_json:
        say_json({"format": "ringtrust.demo/2", "counts": msgspec.to_builtins(counts)})
    lost = {night: sum(each.stranded for each in counts if each.night == night) for night in (CARELESS, PLANNED)}
    return 0 if lost[CARELESS] and not lost[PLANNED] else 1
