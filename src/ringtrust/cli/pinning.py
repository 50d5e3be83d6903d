"""Host keys that are not known yet: shown, and pinned when somebody says so (design.md §4.8)."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final

import click

from ringtrust.cli.output import warn
from ringtrust.connect.platform.host_keys import Address, ShownKey, pin, shown_key
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.settings import ClusterEntry
from ringtrust.trust.names import counted

_ADVICE: Final = (
    "Compare with what you have known the node by so far (`ssh-keygen -l -F NODE` shows it), then add --pin."
)


class Pinning(Enum):
    """Whether unknown host keys are pinned: at once, when a person says so, or not at all."""

    YES = "yes"
    ASK = "ask"
    NEVER = "never"


async def pin_hosts(entry: ClusterEntry, hosts: Sequence[str], pinning: Pinning) -> None:
    """Pins the host keys of these nodes, as far as they are unknown. One that shows none is left for others to tell.

    Raises RefusedError when nobody says yes, UnreadableError when none of them shows a key.
    """
    port = entry.settings.ssh_port
    unknown = [address for host in hosts if not (address := Address(host, port, entry.known_hosts)).is_pinned()]
    if not unknown or pinning is Pinning.NEVER:
        return
    keys = await _shown(unknown)
    if pinning is Pinning.ASK:
        _agree(keys)
    entry.known_hosts.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for address, key in keys.items():
        pin(address, key)
        warn(f"Pinned: {address.text} has the host key {key.fingerprint}.")


async def _shown(addresses: Sequence[Address]) -> Mapping[Address, ShownKey]:
    """The keys that they show, side by side. Raises the first error when none shows one."""
    found = await asyncio.gather(*map(shown_key, addresses), return_exceptions=True)
    keys = {address: key for address, key in zip(addresses, found, strict=True) if isinstance(key, ShownKey)}
    for error in found:
        if isinstance(error, BaseException) and not (keys and isinstance(error, UnreadableError)):
            raise error
    return keys


def _agree(keys: Mapping[Address, ShownKey]) -> None:
    """Shows them, and asks. Raises RefusedError when nobody says yes."""
    for address, key in keys.items():
        warn(f"{address.text} has the host key {key.fingerprint}.")
    if sys.stdin is None or not sys.stdin.isatty():
        raise RefusedError("Host keys are not known yet, and nobody is there to look at them.", advice=_ADVICE)
    if not click.confirm(f"Pin {counted(len(keys), 'host key')}?", err=True):
        raise RefusedError("Nothing was pinned, and nothing was written.", advice=_ADVICE)
