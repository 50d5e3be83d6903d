"""How the outcome of an act is found out that nobody wrote down: by looking, again and again, until something tells.

A worker with nobody watching has to go on by itself: so it waits here, and not by being called again. It does not wait
for ever, and where nothing tells in the end the outcome is Unclear.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import msgspec

from ringtrust.change.outcome import Outcome, Unclear
from ringtrust.clock import Timer
from ringtrust.connect.pins import PinError
from ringtrust.connect.platform.login import PasswordRefusedError
from ringtrust.connect.web import LoginRefusedError
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.journal.records import Intended

PATIENCE_SECONDS: Final = 1800.0
"""How long is waited in all. A node that restarts takes some minutes, and Cisco Tomcat on a slow one up to fifteen."""
BEGINS_SECONDS: Final = 60.0
"""Within so many seconds a node has begun what it was told, if it has heard of it [U]."""
_PAUSE_SECONDS: Final = 15.0
_FINAL: Final = (RefusedError, PinError, LoginRefusedError, PasswordRefusedError)
"""Asking once more would change nothing, or lock an account."""


class Still(msgspec.Struct, frozen=True):
    """Nothing tells yet: look again. `otherwise` is the outcome when the time is over."""

    otherwise: Outcome


Look = Callable[[], Awaitable[Outcome | Still]]


async def settled(look: Look, timer: Timer) -> Outcome:
    """The outcome that a look tells in the end. A node that does not answer is waited for, as is one still at it."""
    began = timer.monotonic()
    while True:
        seen = await _seen(look)
        if not isinstance(seen, Still):
            return seen
        waited = timer.monotonic() - began
        if waited >= PATIENCE_SECONDS:
            return _at_the_end(seen.otherwise, waited)
        await timer.sleep(_PAUSE_SECONDS)


async def _seen(look: Look) -> Outcome | Still:
    try:
        return await look()
    except _FINAL as error:
        return _unclear(error)
    except UnreadableError as error:
        return Still(_unclear(error))


def _unclear(error: UnreadableError | RefusedError) -> Unclear:
    return Unclear((f"What became of it cannot be seen: {error.what}", error.advice))


def _at_the_end(outcome: Outcome, waited: float) -> Outcome:
    if not isinstance(outcome, Unclear):
        return outcome
    return Unclear((*outcome.evidence, f"So it was for {waited / 60:.0f} minutes."))


def too_early(intended: Intended, timer: Timer, seconds: float = BEGINS_SECONDS) -> bool:
    """Whether what does not show yet may still come: so long after it was intended."""
    return timer.now() < intended.at + timedelta(seconds=seconds)
