"""Where a single act is done: one node of a cluster, which nobody else is changing meanwhile."""

import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import click
import msgspec
from msgspec import structs

from ringtrust.apply.begin import names_of
from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.catalog.load import load_catalog
from ringtrust.change.plan import Note
from ringtrust.cli.cert.port import CertActs, Desks, desks_of, doors_for
from ringtrust.cli.cert.rest import only_by_cli
from ringtrust.cli.half_way import refuse_beside_half_way
from ringtrust.cli.output import warn
from ringtrust.cli.reach import entry_of, opened
from ringtrust.cli.runs.place import journal_of
from ringtrust.cli.runs.working import lock_folders
from ringtrust.cluster.doors import Door
from ringtrust.cluster.node import Role
from ringtrust.connect.wire import Wire
from ringtrust.errors import RefusedError
from ringtrust.journal.lock import held
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.opening import opened as eyes_of
from ringtrust.plan.acts import Judgement, Refused


class Place(msgspec.Struct, frozen=True):
    """A node of a cluster, what its release is like, and by which `door` its certificates are reached."""

    cluster: str
    site: Site
    catalog: Catalog
    facts: ReleaseFacts
    desks: Desks
    door: Door
    desk: CertActs

    @property
    def eyes(self) -> Eyes:
        """Who looks at the cluster."""
        return self.desks.eyes

    @property
    def publisher(self) -> bool:
        """Whether the node is the publisher."""
        return self.site.role is Role.PUBLISHER

    def refuse_without_cli(self, command: str) -> None:
        """Raises RefusedError for what only the CLI does, where that is not to be used."""
        if self.door is not Door.CLI:
            raise only_by_cli(command)

    async def by(self, door: Door) -> "Place":
        """The same node by another door. Raises UnreadableError."""
        return structs.replace(self, door=door, desk=await self.desks.at(self.site, door))


async def place_in(wire: Wire, cluster: str, publisher: str, node: str, through: Door | None = None) -> Place:
    """A node of a cluster within reach, by the best door that there is, or `through` this one.

    Raises UnreadableError, and RefusedError when there is no such node or no door.
    """
    doors = doors_for(wire.doors, through)
    eyes = await eyes_of(wire, publisher)
    site, catalog = eyes.site(node), load_catalog()
    desks = await desks_of(eyes, site, doors)
    return Place(cluster, site, catalog, catalog.of(desks.release), desks, desks.doors[0], await desks.at(site))


class Where(msgspec.Struct, frozen=True):
    """Which node of which cluster, where to look for both, and what the person has said."""

    cluster: str
    node: str
    config: Path | None
    journal: Path | None
    through: Door | None
    known: bool = False


@asynccontextmanager
async def alone_at(where: Where) -> AsyncIterator[Place]:
    """A place that is this process's own, as `apply` has it: no other act and no apply works on the cluster meanwhile.

    Raises RefusedError when one does, or when a run was left half-way, unless that is `known`. Such runs are looked for
    beside ringtrust.toml too, whichever journal is named: there is where `apply` leaves them.
    """
    entry = entry_of(where.cluster, where.config)
    doors_for(entry.settings.allowed, where.through)
    usual = journal_of(entry)
    named = where.journal.resolve() if where.journal is not None else usual
    async with opened(entry) as reach:
        place = await place_in(reach, where.cluster, entry.settings.publisher, where.node, where.through)
        with ExitStack() as stack:
            for folder in lock_folders(named):
                for name in names_of(place.eyes):
                    stack.enter_context(held(folder, name))
            for each in dict.fromkeys((named, usual)):
                refuse_beside_half_way(each, place.eyes, known=where.known)
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
