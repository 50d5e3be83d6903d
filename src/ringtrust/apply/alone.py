"""One change at a time for a cluster: the locks of this machine, and the lease in the journal, kept alive."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from ringtrust.apply.beating import beating
from ringtrust.journal.journal import Journal
from ringtrust.journal.lock import held
from ringtrust.journal.who import Holder, here, machine

_BEATS: Final = 4
"""So many signs of life while a lease holds."""


@asynccontextmanager
async def alone(journal: Journal, cluster: str, folders: Sequence[Path], what: str) -> AsyncIterator[None]:
    """Nobody else changes this cluster meanwhile. The first of the folders is that of this machine's state.

    Raises RefusedError, with the name of who does, where somebody else works on it; HalfWayError where somebody has
    taken over, as nothing was heard of this process for too long.
    """
    with ExitStack() as stack:
        for folder in folders:
            stack.enter_context(held(folder, cluster, what))
        holder = Holder(here(), machine(folders[0]), os.getpid(), what)
        journal.leases.take(cluster, holder, alone=True)
        try:
            async with beating(journal.leases.seconds / _BEATS, journal.leases.renew):
                yield
        finally:
            journal.leases.release(cluster)
