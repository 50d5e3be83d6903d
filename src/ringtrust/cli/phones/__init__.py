"""`ringtrust phones`: which there are, what they trust, and their LSCs.

listing  `phones list`
trust    `phones trust`
lsc      `phones lsc`
forms    what the three have in common: text, JSON or CSV
"""

import click

from ringtrust.cli.phones.listing import list_
from ringtrust.cli.phones.lsc import lsc
from ringtrust.cli.phones.trust import trust


@click.group(name="phones", no_args_is_help=True)
def command() -> None:
    """The phones of a cluster: which there are, which lists they hold, and how long their certificates last.

    Each looks at a CLUSTER now, or at a SNAPSHOT that `ringtrust scan` has written, or an export. Nothing is changed.
    """


for each in (list_, trust, lsc):
    command.add_command(each)
