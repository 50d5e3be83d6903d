"""Where a single act is done: one node of a cluster, which nobody else is changing meanwhile."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import click
import msgspec

from ringtrust.apply.begin import known_as
from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.catalog.load import load_catalog
from ringtrust.change.plan import Note
from ringtrust.cli.cert_port import CertActs, acts_on
from ringtrust.cli.half_way import refuse_beside_half_way
from ringtrust.cli.output import warn
from ringtrust.cli.reach import entry_of, opened
from ringtrust.cluster.node import Role
from ringtrust.cluster.release import Release
from ringtrust.connect.wire import Wire
from ringtrust.errors import RefusedError
from ringtrust.journal.lock import held
from ringtrust.observe.eyes import Eyes, Site, discover
from ringtrust.plan.acts import Judgement, Refused
from ringtrust.settings import state_folder


class Place(msgspec.Struct, frozen=True):
    """A node of a cluster, what its release is like, and how its certificates are reached."""

    cluster: str
    eyes: Eyes
    site: Site
    catalog: Catalog
    facts: ReleaseFacts
    desk: CertActs

    @property
    def publisher(self) -> bool:
        """Whether the node is the publisher."""
        return self.site.role is Role.PUBLISHER


async def place_in(wire: Wire, cluster: str, publisher: str, node: str) -> Place:
    """A node of a cluster within reach. Raises UnreadableError, and RefusedError when there is no such node."""
    eyes = Eyes(wire, await discover(wire, publisher))
    site, catalog = eyes.site(node), load_catalog()
    release = Release.of(await eyes.version(site.name))
    return Place(cluster, eyes, site, catalog, catalog.of(release), acts_on(eyes, site, release))


@asynccontextmanager
async def alone_at(
    cluster: str, node: str, config: Path | None, journal: Path | None, *, known: bool
) -> AsyncIterator[Place]:
    """A place that is this process's own, as `apply` has it: no other act and no apply works on the cluster meanwhile.

    Raises RefusedError when one does, or when a run was left half-way, unless that is `known`.
    """
    entry = entry_of(cluster, config)
    path = journal or entry.journal
    async with opened(entry) as reach:
        place = await place_in(reach, cluster, entry.settings.publisher, node)
        with ExitStack() as stack:
            for folder in dict.fromkeys((state_folder(os.environ).resolve(), path.resolve().parent)):
                stack.enter_context(held(folder, known_as(place.eyes)))
            refuse_beside_half_way(path, place.eyes, known=known)
            yield place


def permitted(judgement: Judgement) -> tuple[Note, ...]:
    """The notes of what is allowed, told to the person. Raises RefusedError for what is not."""
    if isinstance(judgement, Refused):
        lifted = f"If it has to be all the same: {judgement.lifted_by}." if judgement.lifted_by else ""
        raise RefusedError(f"{judgement.reason} ({judgement.source})", advice=lifted)
    for note in judgement.notes:
        warn(f"  {note.text} ({', '.join(note.sources)})")
    return judgement.notes


def confirm(what: str, word: str, *, yes: bool) -> None:
    """Lets a person type a word before something changes. Raises RefusedError when nobody does."""
    if yes:
        return
    if sys.stdin is None or not sys.stdin.isatty():
        raise RefusedError("Nobody is there to say yes.", advice="Add --yes to do it without asking.")
    typed = click.prompt(f"{what} Type {word} to go on", err=True, default="", show_default=False)
    if typed.strip() != word:
        raise RefusedError("Nothing was done.", advice=f"It wants the word {word}, to the letter.")
