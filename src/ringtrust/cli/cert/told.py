"""What became of a single act: what the node said, what is there now, and what is still to be done (S111, S130)."""

from collections.abc import Awaitable, Iterator, Sequence
from typing import Any, Final, Literal

import msgspec

from ringtrust.change.plan import Note
from ringtrust.connect.platform.acts import Accepted, NotAccepted
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust.names import brief, printable

Seen = Literal["done", "not done", "unread"]

FORMAT: Final = "ringtrust.act/1"
_SAID_AT_MOST: Final = 2000


class Look(msgspec.Struct, frozen=True):
    """What was seen after an act: whether it has happened, and a sentence that says by what."""

    seen: Seen
    sentence: str


class Told(msgspec.Struct, frozen=True):
    """An act and what became of it. `accepted` is whether the node called it done; `then` is what comes next."""

    act: str
    node: str
    what: str
    accepted: bool
    said: str
    look: Look
    then: tuple[Note, ...] = ()

    @property
    def happened(self) -> bool:
        """Whether it may be taken for done: the node says so, and so it is seen (S130)."""
        return self.accepted and self.look.seen == "done"

    @property
    def status(self) -> int:
        """The exit status: 0 done; 3 nobody could see; 1 it is not done, or the node did not say so."""
        if self.happened:
            return 0
        return UnreadableError.exit_status if self.look.seen == "unread" else 1


async def outcome_of(act: Awaitable[Accepted | NotAccepted], *, begun: bool = False) -> Accepted | NotAccepted:
    """What the node said. An answer that did not come, or was not understood, is none of success.

    Raises RefusedError: nothing was sent then. Where an act before this one was (`begun`), that is told instead.
    """
    try:
        return await act
    except UnreadableError as error:
        return NotAccepted(error.what)
    except RefusedError as error:
        if not begun:
            raise
        return NotAccepted(error.what)


async def seen(looking: Awaitable[Look]) -> Look:
    """What is there now. Whatever keeps one from looking is told, and never taken for either.

    So is a refusal: after an act it is no longer true that nothing was sent.
    """
    try:
        return await looking
    except (UnreadableError, RefusedError) as error:
        return Look("unread", f"What is there now could not be read: {error.what}")


def told_lines(told: Told) -> Iterator[str]:
    """The story of an act, for people."""
    yield printable(f"{told.node}: {told.act} {told.what}")
    yield _answer(told)
    yield printable(f"  Seen: {told.look.sentence}")
    if told.look.seen == "done" and not told.accepted:
        yield "  Nobody confirmed it, and yet it is there. Look at the node before anything else."
    if told.accepted and told.look.seen == "not done":
        yield "  The node said that it was done, and it is not there. Look again in a minute; do not repeat it."
    if told.then and told.look.seen != "not done":
        yield "  Now, in this order:"
        yield from (printable(f"    {note.text} ({', '.join(note.sources)})") for note in told.then)


def _answer(told: Told) -> str:
    """What the node said; whole where it is against it, or where the line was cut: nobody may miss the reason."""
    if told.accepted:
        return printable(f"  The node says: {brief(told.said[:_SAID_AT_MOST])}")
    return printable(f"  Not confirmed: {told.said[:_SAID_AT_MOST]}")


def told_document(cluster: str, told: Sequence[Told]) -> dict[str, Any]:
    """The same for programs."""
    return {"format": FORMAT, "cluster": cluster, "acts": [_document(each) for each in told]}


def _document(told: Told) -> dict[str, Any]:
    return {
        "act": told.act,
        "node": told.node,
        "what": told.what,
        "accepted": told.accepted,
        "said": told.said[:_SAID_AT_MOST],
        "seen": told.look.seen,
        "sentence": told.look.sentence,
        "then": [{"text": note.text, "sources": list(note.sources)} for note in told.then],
    }


def status_of(told: Sequence[Told]) -> int:
    """The exit status of several acts: that of the worst; what could not be seen is worse than what was not done."""
    return max((each.status for each in told), default=0)
