"""`utils system restart`: the node goes down, and whoever is logged in with it (interfaces.md §1.11)."""

from typing import Final

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, NodeWentDownError
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.state.reboot import reboot


async def restart(call: Call) -> None:
    """`utils system restart`. Raises NodeWentDownError when the person wants it."""
    call.write(texts.RESTART_WARNING)
    if not await call.confirmed(texts.RESTART_QUESTION):
        return
    now = call.cluster.clock(call.node)
    call.write(texts.RESTARTING.format(now=f"{now:%a %b %e %H:%M:%S %Y}"))
    await call.session.terminal.drain()
    reboot(call.cluster, call.node)
    raise NodeWentDownError


COMMANDS: Final[tuple[Command, ...]] = (command("utils system restart", restart, level=1),)
