"""`show itl` and `show ctl` (interfaces.md §1.9)."""

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call
from ringtrust.trust.show import show

_CHECKSUM_LINES = 4  # a title, MD5, SHA-1, an empty line


async def show_itl(call: Call) -> None:
    """`show itl`: the list that Cisco Tftp of this node serves."""
    image = call.node.tftp
    if image is None:
        await call.page(texts.NO_LIST["ITL"])
        return
    lines = list(show(image.itl, image.built))
    await call.page(lines if call.cluster.release.cli.checksums else lines[_CHECKSUM_LINES:])


async def show_ctl(call: Call) -> None:
    """`show ctl`: there is none in a non-secure cluster."""
    await call.page(texts.NO_LIST["CTL"])
