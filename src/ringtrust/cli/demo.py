"""`ringtrust demo`: tells the story."""

import click

from ringtrust.demo.story import tell


@click.command(name="demo")
def command() -> None:
    """The story of a careless and a planned renewal, told by a phone with real signatures."""
    for line in tell():
        click.echo(line)
