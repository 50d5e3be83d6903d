"""The life of a phone: boot, trust lists, configuration, registration, and all of it again after a reset (§6.1)."""

from collections import deque
from collections.abc import Generator, Iterable
from enum import Enum
from sys import intern
from typing import Final

import msgspec

from ringtrust.errors import FormatError
from ringtrust.lab.phone import events
from ringtrust.lab.phone.acceptance import (
    Accepted,
    MustAsk,
    Opinion,
    Refused,
    file_opinion,
    knows_server,
    list_opinion,
    vouched,
)
from ringtrust.lab.phone.configuration import Configuration, read_configuration
from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.trust.lists import ListKind, TrustList
from ringtrust.trust.signed import SignedFile
from ringtrust.trust.tvs import QueryRequest

_FIRST_SESSION: Final = 1001
_MESSAGES_KEPT: Final = 50
# Status messages are those of trust-formats.md §6.5; no source shows these two [U].
# A device without Security by Default asks for no ITL, and nobody vouches for it (trust-formats.md §6.2 point 6).
_LISTS: Final = (ListKind.CTL, ListKind.ITL)
_LISTS_WITHOUT_TVS: Final = (ListKind.CTL,)
_AUTH_ERROR: Final = "File auth error"
_NOT_VALID: Final = "File not valid"

Life = Generator[events.Order, events.Happening, None]


class State(Enum):
    """Where a phone is in its life."""

    __hash__ = object.__hash__  # as in ListKind

    OFF = "off"
    BOOTING = "booting"
    LOADING = "loading"
    REGISTERING = "registering"
    REGISTERED = "registered"
    UNREGISTERED = "unregistered"


class Traits(msgspec.Struct, frozen=True):
    """What a phone is born with, and what DHCP tells it: the TFTP nodes in their order. Seconds of the lab."""

    device: str
    model: str
    tftp: tuple[str, ...]
    boot_seconds: float
    retry_seconds: float
    kind: PhoneKind = PhoneKind()


class Phone:
    """One phone. `handle` takes what happens and gives what it wants done; nothing else goes in or out."""

    __slots__ = (
        "_life",
        "_session",
        "_turn",
        "boots",
        "configuration",
        "held",
        "messages",
        "state",
        "status",
        "traits",
    )

    def __init__(self, traits: Traits) -> None:
        self.traits = traits
        self.state = State.OFF
        self.held: dict[ListKind, TrustList] = {}
        self.configuration: Configuration | None = None
        self.messages: deque[str] = deque(maxlen=_MESSAGES_KEPT)
        self.status = "No Trust List installed"
        self.boots = 0
        self._turn = 0
        self._session = _FIRST_SESSION - 1
        self._life: Life | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing will change until something happens to it, or until it tries once more."""
        return self.state in {State.OFF, State.REGISTERED, State.UNREGISTERED}

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
                return [] if self.state is State.OFF else [*self._stop(), *self._start()]

    def _start(self) -> list[events.Order]:
        self.boots += 1
        self._session = _FIRST_SESSION - 1
        self._life = self._live()
        return [next(self._life)]

    def _stop(self) -> list[events.Order]:
        """Lists and configuration stay: they are in its flash memory."""
        self._life = None
        self.state = State.OFF
        return [events.Abandon(self._next_turn())]

    def _go_on(self, happening: events.Happening) -> list[events.Order]:
        if self._life is None or happening.turn != self._turn:
            return []
        return [self._life.send(happening)]

    def _next_turn(self) -> int:
        self._turn += 1
        return self._turn

    def _note(self, message: str) -> None:
        """What it says wave after wave is in memory once."""
        self.messages.append(intern(message))

    def _note_trust(self, message: str) -> None:
        """What became of the last list: its status, as the security menu and the status messages show it (§6.5)."""
        self.status = message
        self._note(message)

    def _live(self) -> Life:
        self.state = State.BOOTING
        yield events.Wait(self._next_turn(), self.traits.boot_seconds)
        yield from self._load()
        while True:
            yield from self._stay_registered()
            self.state = State.UNREGISTERED
            yield events.Wait(self._next_turn(), self.traits.retry_seconds)
            if self.configuration is None:
                yield from self._load()

    def _load(self) -> Life:
        """Lists and configuration from the first TFTP node that answers."""
        self.state = State.LOADING
        for address in self.traits.tftp:
            answered = yield from self._load_lists(address)
            if answered:
                yield from self._load_configuration(address)
                return
        self._note("TFTP timeout")

    def _load_lists(self, address: str) -> Generator[events.Order, events.Happening, bool]:
        """Whether the node answered at all; a list that is refused leaves the old one in its place."""
        for kind in _LISTS if self.traits.kind.tvs else _LISTS_WITHOUT_TVS:
            got = yield self._fetch(address, f"{kind.value}{self.traits.device}.tlv")
            if isinstance(got, events.Missing) and kind is ListKind.ITL:
                got = yield self._fetch(address, kind.filename)
            if isinstance(got, events.Fetched):
                yield from self._consider(kind, got.data)
            elif isinstance(got, events.Unreachable):
                return False
            elif kind is ListKind.ITL:
                self._note(f"File Not Found {kind.filename}")
        return True

    def _fetch(self, address: str, name: str) -> events.Fetch:
        return events.Fetch(self._next_turn(), address, name)

    def _consider(self, kind: ListKind, data: bytes) -> Life:
        held = self.held.get(kind)
        if held is not None and held.data == data:
            self._note_trust(f"{kind.value} installed")
            return
        opinion = yield from self._vouched_or_not(list_opinion(kind, data, tuple(self.held.values())))
        if isinstance(opinion, Accepted) and isinstance(opinion.what, TrustList):
            self.held[kind] = opinion.what
            self._note_trust("Trust List updated" if held else f"{kind.value} installed")
        else:
            self._note_trust("Trust List update failed")

    def _vouched_or_not(self, opinion: Opinion) -> Generator[events.Order, events.Happening, Opinion]:
        """The opinion after every TVS server of the stored configuration has been asked, if it takes one (§6.2)."""
        if not isinstance(opinion, MustAsk):
            return opinion
        last: Opinion = Refused("there is no TVS server to ask")
        for server in self.configuration.tvs if self.configuration and self.traits.kind.tvs else ():
            shown = yield events.Dial(self._next_turn(), server.address, server.port)
            if not isinstance(shown, events.Presented) or not knows_server(shown.certificate, self.held.values()):
                last = Refused("no TVS server is there that it knows")
                continue
            last = yield from self._ask(opinion)
            if isinstance(last, Accepted):
                return last
        return last

    def _ask(self, question: MustAsk) -> Generator[events.Order, events.Happening, Opinion]:
        self._session += 1
        signer = question.signer
        asked = QueryRequest.make(
            self._session, f"{self.traits.model}-{self.traits.device}", signer.name, signer.issuer, signer.serial
        )
        got = yield events.Ask(self._next_turn(), asked.to_bytes())
        if isinstance(got, events.Answered):
            return vouched(question, self._session, got.data)
        return Refused("TVS did not answer")

    def _load_configuration(self, address: str) -> Life:
        """With any list installed files must be signed; with an emptied one, or none, they need not be (§6.3)."""
        plain = f"{self.traits.device}.cnf.xml"
        name = f"{plain}.sgn" if self._wants_signatures(self.held.values()) else plain
        got = yield self._fetch(address, name)
        if not isinstance(got, events.Fetched):
            self._note(f"File not found {name}" if isinstance(got, events.Missing) else "TFTP timeout")
            return
        body = got.data
        if name != plain:
            opinion = yield from self._vouched_or_not(file_opinion(got.data, tuple(self.held.values())))
            if not isinstance(opinion, Accepted) or not isinstance(opinion.what, SignedFile):
                self._note(f"{_AUTH_ERROR} {name}")
                return
            body = opinion.what.body
        self._store(name, body)

    @staticmethod
    def _wants_signatures(held: Iterable[TrustList]) -> bool:
        lists = tuple(held)
        return bool(lists) and not any(each.emptied for each in lists)

    def _store(self, name: str, body: bytes) -> None:
        try:
            self.configuration = read_configuration(body)
        except FormatError:
            self._note(f"{_NOT_VALID} {name}")
        else:
            self._note(f"{name}(HTTP)")

    def _stay_registered(self) -> Life:
        """With the first Unified CM of the group that answers, for as long as one does.

        When a phone goes back to the first member by itself no source here says [U]: this one does not.
        """
        found = True
        while found:
            found = False
            for server in self.configuration.managers if self.configuration else ():
                self.state = State.REGISTERING
                got = yield events.Register(self._next_turn(), server.address, server.port)
                if isinstance(got, events.Registered):
                    found = True
                    self.state = State.REGISTERED
                    yield events.Attend(self._next_turn())
                    break
