"""Phones and a cluster in one memory, without a socket: every order of a phone is carried out on the cluster at once.

What takes time takes it on the lab's clock, so that with SteppedTime a whole night passes as fast as it is computed.
"""

from collections import deque
from collections.abc import Iterable
from functools import partial

from ringtrust.errors import FormatError
from ringtrust.lab.labtime import no_search_for_cycles
from ringtrust.lab.phone import events
from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.state import files, vouching
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.registrations import Registration
from ringtrust.lab.state.services import CALLMANAGER, TFTP, TVS
from ringtrust.trust.tvs import read_message


class _Line:
    """One phone in the exchange: the node it has dialled, and the turn in which it attends its registration."""

    __slots__ = ("attending", "dialled", "exchange", "phone")

    def __init__(self, exchange: "Exchange", phone: Phone) -> None:
        self.exchange = exchange
        self.phone = phone
        self.dialled: Node | None = None
        self.attending = 0

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
            case events.Fetch():
                return self._fetch(order)
            case events.Dial():
                return self._dial(line, order)
            case events.Ask():
                return self._ask(line, order)
            case events.Register():
                return self._register(line, order)
            case events.Wait(turn=turn, seconds=seconds):
                self.cluster.time.call_later(seconds, partial(line.elapsed, turn))
            case events.Attend(turn=turn):
                line.attending = turn
            case events.Abandon():
                self._unregister(line.phone)
            case _:
                raise TypeError(order)
        return None

    def _fetch(self, order: events.Fetch) -> events.Happening:
        node = self._running(order.address, TFTP)
        if node is None:
            return events.Unreachable(order.turn)
        data = files.served(self.cluster, node, order.name)
        return events.Missing(order.turn) if data is None else events.Fetched(order.turn, data)

    def _dial(self, line: _Line, order: events.Dial) -> events.Happening:
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

    def _register(self, line: _Line, order: events.Register) -> events.Happening:
        node = self._running(order.address, CALLMANAGER)
        if node is None:
            return events.Unreachable(order.turn)
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
