"""Phones and a cluster in one memory, without a socket: every order of a phone is carried out on the cluster at once.

What takes time takes it on the lab's clock, so that with SteppedTime a whole night passes as fast as it is computed.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from ringtrust.errors import FormatError
from ringtrust.lab.labtime import no_search_for_cycles
from ringtrust.lab.phone import events
from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.state import files, vouching
from ringtrust.lab.state.admission import Ended, Taken, UnknownIssuer, has_ended, judge
from ringtrust.lab.state.capf_office import new_session
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.registrations import Registration
from ringtrust.lab.state.services import CALLMANAGER, CAPF, TFTP, TVS
from ringtrust.trust.tvs import read_message

if TYPE_CHECKING:
    from ringtrust.lab.state.capf import Session

CAPF_PORT: Final = 3804
# The words of the TLS alerts, as they are heard on the wire.
_ALERTS: Final[Mapping[type[object], str]] = {UnknownIssuer: "unknown CA", Ended: "certificate expired"}


class _Line:
    """One phone in the exchange: whom it has dialled, and the turn in which it attends its registration."""

    __slots__ = ("attending", "capf", "dialled", "exchange", "phone", "secured")

    def __init__(self, exchange: "Exchange", phone: Phone) -> None:
        self.exchange = exchange
        self.phone = phone
        self.dialled: Node | None = None
        self.capf: Session | None = None
        self.secured: Node | None = None
        self.attending = 0

    def hang_up(self) -> None:
        """Whatever it has dialled is over; CAPF hears of it."""
        if self.capf is not None:
            self.capf.lost()
        self.dialled = self.capf = self.secured = None

    def notify(self, _: str) -> None:
        """Its Unified CM tells it to reset."""
        self.exchange.happen(self.phone, events.Reset())

    def close(self) -> None:
        """Its Unified CM has gone."""
        self.exchange.happen(self.phone, events.Lost(self.attending))

    def elapsed(self, turn: int) -> None:
        """The time has passed that it waited for."""
        self.exchange.happen(self.phone, events.Elapsed(turn))


class Exchange:
    """Brings phones and a cluster together."""

    def __init__(self, cluster: Cluster, phones: Iterable[Phone]) -> None:
        self.cluster = cluster
        self.phones = {phone.traits.device: phone for phone in phones}
        self._lines = {device: _Line(self, phone) for device, phone in self.phones.items()}
        self._nodes = {node.address: node for node in cluster.nodes}
        self._queue: deque[tuple[Phone, events.Event]] = deque()
        self._busy = False
        for node in cluster.nodes:
            node.services.stopped.append(partial(self._stopped, node))

    def happen(self, phone: Phone, event: events.Event) -> None:
        """Something happens to a phone, and whatever follows from it at once."""
        self._queue.append((phone, event))
        if self._busy:
            return
        self._busy = True
        try:
            while self._queue:
                whose, what = self._queue.popleft()
                for order in whose.handle(what):
                    answer = self._carry_out(self._lines[whose.traits.device], order)
                    if answer is not None:
                        self._queue.append((whose, answer))
        finally:
            self._busy = False

    def _carry_out(self, line: _Line, order: events.Order) -> events.Happening | None:
        """What comes of an order at once, if anything does."""
        match order:
            case events.Wait(turn=turn, seconds=seconds):
                self.cluster.time.call_later(seconds, partial(line.elapsed, turn))
            case events.Attend(turn=turn):
                line.attending = turn
            case events.Abandon():
                line.hang_up()
                self._unregister(line.phone)
            case _:
                return self._answered(line, order)
        return None

    def _answered(self, line: _Line, order: events.Order) -> events.Happening:
        match order:
            case events.Fetch():
                return self._fetch(order)
            case events.Dial():
                return self._dial(line, order)
            case events.Ask():
                return self._ask(line, order)
            case events.Register():
                return self._register(line, order)
            case _:
                return self._answered_secure(line, order)

    def _answered_secure(self, line: _Line, order: events.Order) -> events.Happening:
        match order:
            case events.Converse():
                return self._converse(line, order)
            case events.Enter():
                return self._enter(order)
            case events.Secure():
                return self._secure(line, order)
            case _:
                raise TypeError(order)

    def _fetch(self, order: events.Fetch) -> events.Happening:
        node = self._running(order.address, TFTP)
        if node is None:
            return events.Unreachable(order.turn)
        data = files.served(self.cluster, node, order.name)
        return events.Missing(order.turn) if data is None else events.Fetched(order.turn, data)

    def _enter(self, order: events.Enter) -> events.Happening:
        answer = self.cluster.partners.judge(order.certificate, self.cluster.time.now())
        return events.Admitted(order.turn) if isinstance(answer, Taken) else events.Denied(order.turn)

    def _dial(self, line: _Line, order: events.Dial) -> events.Happening:
        line.hang_up()
        if order.port == CAPF_PORT:
            return self._dial_capf(line, order)
        node = self._running(order.address, TVS)
        if node is None:
            return events.Unreachable(order.turn)
        line.dialled = node
        return events.Presented(order.turn, node.loaded["TVS"].certificate)

    def _ask(self, line: _Line, order: events.Ask) -> events.Happening:
        node, line.dialled = line.dialled, None
        try:
            answer = vouching.answer(node, read_message(order.question)) if node is not None else None
        except FormatError:
            answer = None
        return events.Unreachable(order.turn) if answer is None else events.Answered(order.turn, answer.to_bytes())

    def _dial_capf(self, line: _Line, order: events.Dial) -> events.Happening:
        node = self._running(order.address, CAPF)
        if node is None:
            return events.Unreachable(order.turn)
        line.capf = new_session(self.cluster)
        return events.Presented(order.turn, node.loaded["CAPF"].certificate)

    def _converse(self, line: _Line, order: events.Converse) -> events.Happening:
        """The server speaks first. It says one message at a time; while it says nothing, it is not waited for."""
        session = line.capf
        if session is None or session.ended or not self.cluster.publisher.services.running(CAPF):
            line.hang_up()
            return events.Unreachable(order.turn)
        says = session.take_all(order.messages) if order.messages else session.greeting()
        return events.Answered(order.turn, says) if says else events.Unreachable(order.turn)

    def _secure(self, line: _Line, order: events.Secure) -> events.Happening:
        line.hang_up()
        node = self._running(order.address, CALLMANAGER)
        if node is None:
            return events.Unreachable(order.turn)
        answer = judge(order.credential.certificate, node.callers(), self.cluster.time.now())
        if not isinstance(answer, Taken):
            return events.Rejected(order.turn, _ALERTS[type(answer)])
        line.secured = node
        shown = node.loaded["CallManager"].certificate
        return events.Presented(order.turn, shown, has_ended(shown, self.cluster.time.now()))

    def _register(self, line: _Line, order: events.Register) -> events.Happening:
        node, secured = self._running(order.address, CALLMANAGER), line.secured
        line.hang_up()
        if node is None:
            return events.Unreachable(order.turn)
        if not node.admits(line.phone.traits.device, secure=secured is node):
            return events.Forbidden(order.turn)
        about = (line.phone.traits.device, node.name, order.address, self.cluster.time.now())
        self.cluster.registrations.register(Registration(*about, line.notify, line.close))
        return events.Registered(order.turn)

    def _running(self, address: str, service: str) -> Node | None:
        node = self._nodes.get(address)
        return node if node is not None and node.services.running(service) else None

    def _unregister(self, phone: Phone) -> None:
        registration = self.cluster.registrations.find(phone.traits.device)
        if registration is not None:
            self.cluster.registrations.lost(registration, self.cluster.time.now())

    def _stopped(self, node: Node, name: str) -> None:
        if name != CALLMANAGER:
            return
        with no_search_for_cycles():
            for registration in self.cluster.registrations:
                if registration.node == node.name:
                    self.cluster.registrations.lost(registration, self.cluster.time.now())
                    registration.close()
