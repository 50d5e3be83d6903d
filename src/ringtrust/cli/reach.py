"""How the verbs reach a cluster: its entry in ringtrust.toml, its passwords, its pinned host keys."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import click
from msgspec.structs import replace

from ringtrust.cli.half_way import warn_of_half_way
from ringtrust.cli.output import warn
from ringtrust.cli.progress import Line
from ringtrust.cli.runs.place import journal_of
from ringtrust.clock import SystemTimer
from ringtrust.cluster.doors import Door
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.offline.recording import Pen, RecordingReach
from ringtrust.connect.platform.host_keys import Address, pin, shown_key
from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError
from ringtrust.observe.eyes import Eyes, discover
from ringtrust.observe.scan.cluster import scan
from ringtrust.settings import APPLICATION, PLATFORM, ClusterEntry, Secret, find_file, passwords, read_cluster
from ringtrust.trust.names import printable

_NOBODY_S = Secret("")  # of a login that is not given


class Scanned(NamedTuple):
    """A cluster that was looked at, and is still within reach."""

    entry: ClusterEntry
    reach: Reach
    eyes: Eyes
    snapshot: Snapshot


def entry_of(name: str, config: Path | None) -> ClusterEntry:
    """The entry of a cluster. Raises RefusedError, UnreadableError."""
    try:
        return read_cluster(name, find_file(config, os.environ))
    except RefusedError as error:
        if Path(name).is_dir():
            advice = f"A folder of that name is here: write {printable(name)}/ where you mean the export in it."
            raise RefusedError(error.what, advice=advice) from error
        if "/" in name:
            what = f"There is no folder {printable(name)}."
            raise RefusedError(what, advice="Look where the export is; clusters have no slash.") from error
        raise


def ask_person(user: str) -> Secret:
    """The password of a user from the keyboard. Raises RefusedError when nobody sits there."""
    user = printable(user)
    if not sys.stdin.isatty():
        raise RefusedError(
            f"There is no password for {user}, and nobody to ask.",
            advice="Name a password_command, a password_variable or a password_keyring in ringtrust.toml.",
        )
    return Secret(click.prompt(f"Password of {user}", hide_input=True, err=True))


def opened(entry: ClusterEntry, found: Mapping[str, Secret] | None = None, *, recorded: bool = False) -> Reach:
    """The cluster within reach; nothing is connected yet. `found` are its passwords by place, where they are known."""
    settings = entry.settings
    known = found if found is not None else passwords(settings, ask_person)
    platform, application = (known.get(each, _NOBODY_S) for each in (PLATFORM, APPLICATION))
    kind = RecordingReach if recorded else Reach
    return kind(entry, platform, application, others=known)


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
        key = await shown_key(address)
        pin(address, key)
        warn(f"Pinned: {address.text} has the host key {key.fingerprint}.")


class Manner(NamedTuple):
    """How a cluster is looked at: `doors` narrows what may be asked, `save` is a new folder for all that is heard."""

    pin_keys: bool = False
    doors: tuple[Door, ...] = ()
    save: Path | None = None


@asynccontextmanager
async def looked_at(name: str, config: Path | None, *, pin_keys: bool = False) -> AsyncIterator[Scanned]:
    """A cluster, scanned. Raises UnreadableError when not even its nodes can be found."""
    async with looked_at_so(name, config, Manner(pin_keys)) as found:
        yield found


@asynccontextmanager
async def looked_at_so(name: str, config: Path | None, manner: Manner) -> AsyncIterator[Scanned]:
    """The same, in some manner."""
    entry = _narrowed(entry_of(name, config), manner.doors)
    publisher = entry.settings.publisher
    async with opened(entry, recorded=manner.save is not None) as reach:
        if manner.pin_keys and Door.CLI in reach.doors:
            await pin_unknown(entry, reach)
        if manner.save is not None and isinstance(reach, RecordingReach):
            reach.record(Pen(manner.save))
        with Line() as line:
            snapshot, eyes = await scan(name, reach, publisher, SystemTimer(), line.show, entry.settings.declared)
        if isinstance(reach, RecordingReach):
            reach.close_export(name, eyes.publisher.address, snapshot.taken)
        warn_of_half_way(journal_of(entry), eyes)
        yield Scanned(entry, reach, eyes, snapshot)


def _narrowed(entry: ClusterEntry, doors: tuple[Door, ...]) -> ClusterEntry:
    """Only by these doors. Raises RefusedError for one that the entry does not allow."""
    closed = [door.value for door in doors if door not in entry.settings.allowed]
    if closed:
        raise RefusedError(
            f"The entry of {entry.name} does not allow {', '.join(closed)}.",
            advice="See its logins and `doors` (docs/clusters.md).",
        )
    return replace(entry, settings=replace(entry.settings, doors=doors)) if doors else entry


async def _scanned(name: str, config: Path | None, manner: Manner) -> Snapshot:
    async with looked_at_so(name, config, manner) as found:
        return found.snapshot


def scanned(name: str, config: Path | None, *, pin_keys: bool = False) -> Snapshot:
    """A snapshot of a cluster, taken now. Raises RefusedError, UnreadableError."""
    return scanned_so(name, config, Manner(pin_keys))


def scanned_so(name: str, config: Path | None, manner: Manner) -> Snapshot:
    """The same, in some manner."""
    return asyncio.run(_scanned(name, config, manner))
