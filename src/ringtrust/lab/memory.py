"""Phones and a cluster in one memory, without a socket: every order of a phone is carried out on the cluster at once.

What takes time takes it on the lab's clock, so that with SteppedTime a whole night passes as fast as it is computed.
"""

from collections import deque
from collections.abc import Iterable
from functools import partial

from ringtrust.errors import FormatError
from ringtrust.lab.phone import events
from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.state import files, vouching
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.registrations import Registration
from ringtrust.lab.state.services import CALLMANAGER, TFTP, TVS
from ringtrust.trust.tvs import read_message


class Exchange:
    """Brings phones and a cluster together."""

    def __init__(self, cluster: Cluster, phones: Iterable[Phone]) -> None:
        self.cluster = cluster
        self.phones = {phone.traits.device: phone for phone in phones}
        self._nodes = {node.address: node for node in cluster.nodes}
        self._dialled: dict[str, Node] = {}
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
                    self._carry_out(whose, order)
        finally:
            self._busy = False

    def _carry_out(self, phone: Phone, order: events.Order) -> None:
        match order:
            case events.Wait(turn=turn, seconds=seconds):
                self.cluster.time.call_later(seconds, lambda: self.happen(phone, events.Elapsed(turn)))
            case events.Attend():
                pass
            case events.Abandon():
                self._unregister(phone)
            case _:
                self._queue.append((phone, self._answer(phone, order)))

    def _answer(self, phone: Phone, order: events.Order) -> events.Happening:
        match order:
            case events.Fetch():
                return self._fetch(order)
            case events.Dial():
                return self._dial(phone, order)
            case events.Ask():
                return self._ask(phone, order)
            case events.Register():
                return self._register(phone, order)
            case _:
                raise TypeError(order)

    def _fetch(self, order: events.Fetch) -> events.Happening:
        node = self._running(order.address, TFTP)
        if node is None:
            return events.Unreachable(order.turn)
        data = files.served(self.cluster, node, order.name)
        return events.Missing(order.turn) if data is None else events.Fetched(order.turn, data)

    def _dial(self, phone: Phone, order: events.Dial) -> events.Happening:
        node = self._running(order.address, TVS)
        if node is None:
            return events.Unreachable(order.turn)
        self._dialled[phone.traits.device] = node
        return events.Presented(order.turn, node.loaded["TVS"].certificate)

    def _ask(self, phone: Phone, order: events.Ask) -> events.Happening:
        node = self._dialled.pop(phone.traits.device, None)
        try:
            answer = vouching.answer(node, read_message(order.question)) if node is not None else None
        except FormatError:
            answer = None
        return events.Unreachable(order.turn) if answer is None else events.Answered(order.turn, answer.to_bytes())

    def _register(self, phone: Phone, order: events.Register) -> events.Happening:
        node = self._running(order.address, CALLMANAGER)
        if node is None:
            return events.Unreachable(order.turn)
        registration = Registration(
            phone.traits.device,
            node.name,
            order.address,
            self.cluster.time.now(),
            lambda _: self.happen(phone, events.Reset()),
            lambda: self.happen(phone, events.Lost(order.turn + 1)),
        )
        self.cluster.registrations.register(registration)
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
        for registration in self.cluster.registrations:
            if registration.node == node.name:
                self.cluster.registrations.lost(registration, self.cluster.time.now())
                registration.close()
