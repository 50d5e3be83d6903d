"""`show itl`, `show ctl` and `utils itl reset` (interfaces.md §1.9)."""

import re
from datetime import UTC, datetime
from typing import Final

from ringtrust.errors import RefusedError
from ringtrust.lab.platform import ctl_texts, texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command
from ringtrust.trust.lists import TrustList
from ringtrust.trust.show import show

_BRIEF_SINCE: Final = (14, 0, 1, 13900)  # 14SU3
_CHECKSUM_LINES = 4  # a title, MD5, SHA-1, an empty line


async def show_itl(call: Call) -> None:
    """`show itl`: the list that Cisco Tftp of this node serves."""
    image = call.node.tftp
    if image is None or image.withdrawn:
        await call.page(texts.NO_LIST["ITL"])
        return
    await _show(call, image.itl, image.built)


async def _show(call: Call, found: TrustList, written: datetime) -> None:
    lines = list(show(found, written))
    await call.page(lines if call.cluster.release.cli.checksums else lines[_CHECKSUM_LINES:])


async def show_ctl(call: Call) -> None:
    """`show ctl`: the one that this node has. There is none in a cluster that never was in mixed mode."""
    found = call.node.ctl
    if found is None:
        await call.page(texts.NO_LIST["CTL"])
        return
    await _show(call, found, datetime.fromtimestamp(found.header.timestamp or 0, UTC))


async def reset_itl(call: Call) -> None:
    """`utils itl reset localkey`, from 10.0 on: all lists signed by the key that phones may still know (R1)."""
    call.need_publisher()
    try:
        reset = call.cluster.reset_lists()
    except RefusedError as error:
        raise CommandFailedError(ctl_texts.ITL_NOT_RESET.format(reason=error.what)) from error
    _tell_of_reset(call, [node.name for node in reset])


def _tell_of_reset(call: Call, names: list[str]) -> None:
    release = call.cluster.release
    if tuple(map(int, re.findall(r"\d+", release.version)))[: len(_BRIEF_SINCE)] >= _BRIEF_SINCE:
        call.write(texts.ITL_RESET.format(unit=release.recovery_signer))
        return
    call.write(texts.ITL_RESET_BEFORE.format(nodes="\n".join(names), count=len(names)))
    for name in names:
        call.say(texts.ITL_TRANSFERRED.format(node=name))


COMMANDS: Final[tuple[Command, ...]] = (
    command("show itl", show_itl),
    command("show ctl", show_ctl),
    command("utils itl reset localkey", reset_itl, level=4, since="10.0"),  # 117598
)
