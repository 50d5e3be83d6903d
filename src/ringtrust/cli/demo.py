"""`ringtrust demo`: tells the story."""

import click

from ringtrust.cli.output import say, say_json
from ringtrust.demo.story import tell


@click.command(name="demo")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def command(as_json: bool) -> None:
    """The story of a careless and a planned renewal, told by a phone with real signatures."""
    if as_json:
        say_json({"format": "ringtrust.demo/1", "lines": list(tell())})
        return
    for line in tell():
        say(line)
