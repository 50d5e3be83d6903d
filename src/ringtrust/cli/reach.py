"""How the verbs reach a cluster: its entry in ringtrust.toml, its passwords, its pinned host keys."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import click

from ringtrust.cli.half_way import warn_of_half_way
from ringtrust.cli.output import warn
from ringtrust.cli.progress import Line
from ringtrust.clock import SystemTimer
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.platform.host_keys import Address, pin
from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError
from ringtrust.observe.eyes import Eyes, discover
from ringtrust.observe.scan import scan
from ringtrust.settings import ClusterEntry, Login, Secret, find_file, passwords, read_cluster

_NOBODY_S = Secret("")  # of a login that is not given


class Scanned(NamedTuple):
    """A cluster that was looked at, and is still within reach."""

    entry: ClusterEntry
    reach: Reach
    eyes: Eyes
    snapshot: Snapshot


def entry_of(name: str, config: Path | None) -> ClusterEntry:
    """The entry of a cluster. Raises RefusedError, UnreadableError."""
    return read_cluster(name, find_file(config, os.environ))


def ask_person(user: str) -> Secret:
    """A password from the keyboard. Raises RefusedError when nobody sits there."""
    if not sys.stdin.isatty():
        raise RefusedError(
            f"There is no password for {user}, and nobody to ask.",
            advice="Name a password_command, a password_variable or a password_keyring in ringtrust.toml.",
        )
    return Secret(click.prompt(f"Password of {user}", hide_input=True, err=True))


def opened(entry: ClusterEntry, found: Mapping[Login, Secret] | None = None) -> Reach:
    """The cluster within reach; nothing is connected yet. `found` are its passwords, where they are known already."""
    settings = entry.settings
    known = found if found is not None else passwords(settings, ask_person)
    platform, application = (known.get(each, _NOBODY_S) for each in (settings.platform, settings.application))
    return Reach(entry, platform, application, others=known)


async def pin_unknown(entry: ClusterEntry, reach: Reach) -> None:
    """Pins the host key of the publisher, and then those of the nodes that it names.

    Raises UnreadableError, and RefusedError when a key cannot be written down.
    """
    await _pin(entry, entry.settings.publisher)
    for site in await discover(reach, entry.settings.publisher):
        await _pin(entry, site.address)


async def _pin(entry: ClusterEntry, host: str) -> None:
    address = Address(host, entry.settings.ssh_port, entry.known_hosts)
    if not address.is_pinned():
        warn(f"Pinned: {address.text} has the host key {await pin(address)}.")


@asynccontextmanager
async def looked_at(name: str, config: Path | None, *, pin_keys: bool = False) -> AsyncIterator[Scanned]:
    """A cluster, scanned. Raises UnreadableError when not even its nodes can be found."""
    entry = entry_of(name, config)
    async with opened(entry) as reach:
        if pin_keys:
            await pin_unknown(entry, reach)
        with Line() as line:
            snapshot, eyes = await scan(name, reach, entry.settings.publisher, SystemTimer(), line.show)
        warn_of_half_way(entry.journal, eyes)
        yield Scanned(entry, reach, eyes, snapshot)


async def _scanned(name: str, config: Path | None, *, pin_keys: bool) -> Snapshot:
    async with looked_at(name, config, pin_keys=pin_keys) as found:
        return found.snapshot


def scanned(name: str, config: Path | None, *, pin_keys: bool = False) -> Snapshot:
    """A snapshot of a cluster, taken now. Raises RefusedError, UnreadableError."""
    return asyncio.run(_scanned(name, config, pin_keys=pin_keys))
