"""Who works on a run now: by the lease in the journal, and on this machine by its lock, which the dead do not hold."""

import os
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL

from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.journal.lock import held
from ringtrust.journal.records import Run
from ringtrust.journal.who import Holder, machine
from ringtrust.settings import state_folder


def lock_folders(place: Path | URL) -> tuple[Path, ...]:
    """Where the locks of this machine are: with the state of its user, and beside a journal that is a file."""
    beside = (place.resolve().parent,) if isinstance(place, Path) else ()
    return tuple(dict.fromkeys((state_folder(os.environ).resolve(), *beside)))


def who_works(journal: Journal, run: Run) -> str:
    """Who works on a run now, in a few words; empty when nobody does. Raises RingtrustError."""
    with journal.store.writing() as connection:
        holder = journal.leases.at_work(connection, journal.store.locked(connection, run.cluster))
    if holder is None or holder.run != run.id:
        return ""
    return holder.text if lives(journal, run.cluster, holder) else ""


def lives(journal: Journal, cluster: str, holder: Holder) -> bool:
    """Whether the holder of a lease may be at work: on this machine the dead hold no lock. Raises RingtrustError."""
    folders = lock_folders(journal.store.place)
    return holder.machine != machine(folders[0]) or not _is_free(folders, cluster)


def _is_free(folders: Sequence[Path], cluster: str) -> bool:
    """Whether no process of this machine works on a cluster."""
    for folder in folders:
        try:
            with held(folder, cluster, "a look whether it is free"):
                continue
        except RefusedError:
            return False
    return True
