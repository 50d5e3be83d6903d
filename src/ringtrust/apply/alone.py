"""One change at a time for a cluster: the locks of this machine, and the lease in the journal, kept alive."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from ringtrust.errors import HalfWayError, RingtrustError
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
            async with _heard_of(journal):
                yield
        finally:
            journal.leases.release(cluster)


@asynccontextmanager
async def _heard_of(journal: Journal) -> AsyncIterator[None]:
    """Tells now and then that this process lives; ends what it does once somebody else has taken over."""
    doing = asyncio.current_task()
    beating = asyncio.create_task(_beat(journal, doing))
    try:
        yield
    except asyncio.CancelledError:
        if beating.done() and not beating.cancelled() and (error := beating.result()) is not None:
            raise error from None
        raise
    finally:
        beating.cancel()


async def _beat(journal: Journal, doing: asyncio.Task[object] | None) -> HalfWayError | None:
    while True:
        await asyncio.sleep(journal.leases.seconds / _BEATS)
        try:
            await asyncio.to_thread(journal.leases.renew)
        except HalfWayError as error:
            if doing is not None:
                doing.cancel()
            return error
        except RingtrustError:
            continue  # a server that is away for a moment; once the lease has ended, nothing is written under it
