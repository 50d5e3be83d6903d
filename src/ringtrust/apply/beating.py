"""Signs of life beside what is done, and the end of it once others have taken it over."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from ringtrust.errors import HalfWayError, RingtrustError


@asynccontextmanager
async def beating(seconds: float, beat: Callable[[], object]) -> AsyncIterator[None]:
    """Beats in a thread, every so many seconds, until it is left.

    A database that is away for a moment is borne: what counts is written under a lease. Raises HalfWayError, and ends
    what is done, as soon as a beat does: others have taken over.
    """
    doing = asyncio.current_task()
    beats = asyncio.create_task(_beats(seconds, beat, doing))
    try:
        yield
    except asyncio.CancelledError:
        if beats.done() and not beats.cancelled():
            raise beats.result() from None
        raise
    finally:
        beats.cancel()


async def _beats(seconds: float, beat: Callable[[], object], doing: asyncio.Task[object] | None) -> HalfWayError:
    while True:
        await asyncio.sleep(seconds)
        try:
            await asyncio.to_thread(beat)
        except HalfWayError as error:
            if doing is not None:
                doing.cancel()
            return error
        except RingtrustError:
            continue
