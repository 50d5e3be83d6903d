"""The life of a phone: boot, lists, configuration, CAPF, registration, and all of it again after a reset (§6.1)."""

from collections import deque
from sys import intern
from typing import TYPE_CHECKING, Final

from ringtrust.lab.phone import events
from ringtrust.lab.phone.asking import Doing
from ringtrust.lab.phone.keys import Papers
from ringtrust.lab.phone.loading import load
from ringtrust.lab.phone.registering import stay_registered
from ringtrust.lab.phone.states import State, Traits
from ringtrust.trust.lists import ListKind, TrustList

if TYPE_CHECKING:
    from ringtrust.lab.phone.configuration import Configuration

__all__ = ["Phone", "State", "Traits"]

_FIRST_SESSION: Final = 1001
_MESSAGES_KEPT: Final = 50


class Phone:
    """One phone. `handle` takes what happens and gives what it wants done; nothing else goes in or out.

    `refusal` is why no Unified CM takes it, or it none of them, when it tried last; empty where that is not so. `typed`
    is the authentication string that somebody has typed at it and that it has not used yet: a secret.
    """

    __slots__ = (
        "_life",
        "_session",
        "_turn",
        "boots",
        "configuration",
        "held",
        "messages",
        "papers",
        "refusal",
        "state",
        "status",
        "traits",
        "typed",
    )

    def __init__(self, traits: Traits, papers: Papers | None = None) -> None:
        self.traits = traits
        self.papers = papers or Papers()
        self.refusal = ""
        self.typed: str | None = None
        self.state = State.OFF
        self.held: dict[ListKind, TrustList] = {}
        self.configuration: Configuration | None = None
        self.messages: deque[str] = deque(maxlen=_MESSAGES_KEPT)
        self.status = "No Trust List installed"
        self.boots = 0
        self._turn = 0
        self._session = _FIRST_SESSION - 1
        self._life: Doing | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing will change until something happens to it, or until it tries once more."""
        return self.state in {State.OFF, State.REGISTERED, State.UNREGISTERED, State.NO_NETWORK}

    @property
    def itl(self) -> TrustList | None:
        """The ITL that it holds; None for a phone that has none yet."""
        return self.held.get(ListKind.ITL)

    def handle(self, event: events.Event) -> list[events.Order]:
        """Something has happened: what is to be done now. What belongs to an order of the past is ignored."""
        match event:
            case events.Happening():
                return self._go_on(event)
            case events.PowerOn():
                return self._start() if self.state is State.OFF else []
            case events.PowerOff():
                return self._stop()
            case events.Reset():
                return self._start_over()
            case events.UpdateLsc(string=string):
                self.typed = string if self.state is not State.OFF else None
                return self._start_over()

    def _start(self) -> list[events.Order]:
        self.boots += 1
        self._session = _FIRST_SESSION - 1
        self._life = self._live()
        return [next(self._life)]

    def _start_over(self) -> list[events.Order]:
        return [] if self.state is State.OFF else [*self._stop(), *self._start()]

    def _stop(self) -> list[events.Order]:
        """Lists and configuration stay: they are in its flash memory."""
        self._life = None
        self.state = State.OFF
        return [events.Abandon(self.turn())]

    def _go_on(self, happening: events.Happening) -> list[events.Order]:
        if self._life is None or happening.turn != self._turn:
            return []
        return [self._life.send(happening)]

    def turn(self) -> int:
        """The number of the next order."""
        self._turn += 1
        return self._turn

    def next_session(self) -> int:
        """The number of the next question to TVS."""
        self._session += 1
        return self._session

    def note(self, message: str) -> None:
        """A status message. What it says wave after wave is in memory once."""
        self.messages.append(intern(message))

    def note_trust(self, message: str) -> None:
        """What became of the last list: its status, as the security menu and the status messages show it (§6.5)."""
        self.status = message
        self.note(message)

    def _live(self) -> Doing:
        self.state = State.BOOTING
        yield events.Wait(self.turn(), self.traits.boot_seconds)
        yield from self._enter()
        yield from load(self)
        while True:
            yield from stay_registered(self)
            self.state = State.UNREGISTERED
            yield events.Wait(self.turn(), self.traits.retry_seconds)
            if self.configuration is None or self.refusal:  # [U] a phone that nobody takes loads everything again
                yield from load(self)

    def _enter(self) -> Doing:
        """Where the switch asks for a certificate, it has to take that of the phone (H18); it tries until it does [U].

        A wireless phone shows one of a third party, which has nothing to do with CAPF (S178).
        """
        if not self.traits.kind.dot1x or self.traits.kind.wireless:
            return
        credential = self.papers.shown
        self.state = State.LOADING
        while credential is None or isinstance(
            (yield events.Enter(self.turn(), credential.certificate)), events.Denied
        ):
            self.state = State.NO_NETWORK
            yield events.Wait(self.turn(), self.traits.retry_seconds)
            self.state = State.LOADING
