"""`utils ctl …`, from 10.0 on: mixed mode, and a CTL without eTokens (interfaces.md §1.9; 118892, 118893).

Cisco's CLI guide: they run on the publisher alone. It also wants an export-controlled licence; the lab has one.
"""

from functools import partial
from typing import Final

from ringtrust.errors import RefusedError
from ringtrust.lab.platform import ctl_texts as texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.state.uploads import UploadRefusedError


async def _set_cluster(call: Call, *, mixed: bool) -> None:
    """`utils ctl set-cluster`: a cluster that is in mixed mode gets a new CTL all the same, once that is confirmed.

    The CTL of eTokens is replaced too: neither their passwords nor they themselves are asked for (118892).
    """
    call.need_publisher()
    already = call.cluster.ctl.mixed is mixed
    if already:
        call.say(texts.ALREADY[mixed])
    if already and not mixed:
        return
    if not await call.confirmed(texts.MODE_QUESTION[mixed], "y"):
        return
    _refuse_full_disk(call)
    call.say()
    call.say(texts.MOVING[mixed])
    call.cluster.ctl.set_mode(mixed=mixed)
    call.say(texts.SET[mixed])
    call.write(texts.RESTART[call.release.cli.ctl_asks_for])


async def update(call: Call) -> None:
    """`utils ctl update CTLFile`: S79. Where eTokens made the CTL, the cluster is secured without from then on."""
    call.need_publisher()
    _need_mixed_mode(call)
    if not await call.confirmed(texts.UPDATE_QUESTION, "y"):
        return
    _refuse_full_disk(call)
    call.say()
    call.say(texts.UPDATING)
    call.cluster.ctl.update()
    call.say(texts.UPDATED)
    call.write(texts.RESTART[call.release.cli.ctl_asks_for])


async def reset_localkey(call: Call) -> None:
    """`utils ctl reset localkey`: the CTL signed by its second SAST (R3). Like that of the ITL it asks nothing [U]."""
    call.need_publisher()
    _need_mixed_mode(call)
    _refuse_full_disk(call)
    try:
        call.cluster.ctl.reset_localkey()
    except RefusedError as error:
        raise CommandFailedError(texts.NOT_RESET.format(reason=error.what)) from error
    call.write(texts.RESET.format(unit=call.release.ctl.recovery_signer))


def _need_mixed_mode(call: Call) -> None:
    if not call.cluster.ctl.mixed:
        raise CommandFailedError(texts.NOT_MIXED)


def _refuse_full_disk(call: Call) -> None:
    try:
        call.cluster.refuse_full_disk(call.node)
    except UploadRefusedError as error:
        raise CommandFailedError(texts.NOT_WRITTEN.format(reason=error.message)) from error


COMMANDS: Final[tuple[Command, ...]] = (
    command("utils ctl set-cluster mixed-mode", partial(_set_cluster, mixed=True), level=1, since="10.0"),
    command("utils ctl set-cluster non-secure-mode", partial(_set_cluster, mixed=False), level=1, since="10.0"),
    command("utils ctl update CTLFile", update, level=1, since="10.0"),
    # In the CLI guide of 12.5 and later; the lab has it where there is a second SAST.
    command("utils ctl reset localkey", reset_localkey, level=4, since="10.0"),
)
