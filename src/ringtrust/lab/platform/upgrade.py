"""`utils system upgrade status`: of the others of its kind none is served, for nothing is upgraded in the lab.

Of its answers only that of a failed upgrade is seen whole (226218); the words for one that runs, and for none, are [U].
"""

from typing import Final

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call
from ringtrust.lab.platform.registry import Command, command


async def status(call: Call) -> None:
    """One that runs, while somebody has said so; else none."""
    runs = call.node.name in call.cluster.trouble.upgrades
    await call.show((texts.UPGRADE_RUNS if runs else texts.NO_UPGRADE).split("\n"))


COMMANDS: Final[tuple[Command, ...]] = (command("utils system upgrade status", status),)
