"""What goes wrong in a history, and when: at so many points of the tool's way after a step has begun.

A fault is a few words and numbers, so that a history can be printed, shortened, and kept as a test.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from ringtrust.change.act import Regenerate
from ringtrust.cluster.doors import Door
from ringtrust.lab.phone.phone import Phone, State
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.parameters import ROLLBACK
from ringtrust.lab.state.services import TFTP, Service
from tests.apply.faults.town import Town


class Fault(NamedTuple):
    """One thing that goes wrong. `place` picks a node or a service, `size` is seconds, a share, or nothing.

    It happens `point` points after step `step` has begun, or with the first act from that step on.
    """

    what: str
    step: int
    point: int = 0
    place: int = 0
    size: float = 600.0


class Killed(BaseException):
    """`kill -9`, as far as one process can play it."""


ACTS: Final = ("cut-before", "cut-after", "late", "babble-before", "babble-after", "die-before", "die-after")
"""What becomes of an act that is cut short."""
BY_OTHERS: Final = ("renewed", "rollback")
"""What people do beside the tool. Of what becomes of phones by that, the tool can only tell."""
_DOORS: Final = (Door.AXL, Door.RIS, Door.CONTROL_CENTER, Door.TFTP, Door.TLS, Door.PHONE)
_CRASHING: Final = (
    *("Cisco CallManager", "Cisco Tftp", "Cisco Trust Verification Service", "Cisco Tomcat"),
    *("Cisco Certificate Authority Proxy Function", "Cisco AXL Web Service", "Cisco RIS Data Collector"),
    *("A Cisco DB Replicator", "Cisco Certificate Change Notification"),
)
_ARRIVES: Final = 120.0
_RENEWED: Final = ("tomcat", "ipsec", "CallManager", "TVS", "CAPF")


class Lasting(NamedTuple):
    """A fault that is not over, and what ends it."""

    what: str
    mend: Callable[[], None]


class Weather:
    """Lets the faults of a history happen. `decide` is told what a person decides at another terminal."""

    def __init__(self, town: Town, faults: Sequence[Fault], steps: int, decide: Callable[[str], None]) -> None:
        self.town = town
        self.happened: Counter[str] = Counter()
        self.killed = False
        self.overrides = 0
        self._waiting = [each._replace(step=1 + (each.step - 1) % steps) for each in faults]
        self._lasting: list[Lasting] = []
        self._decide = decide
        self._step = 0
        self._points = 0
        self._busy = False
        town.at_point = self._point
        town.in_act = self._act

    def begins(self, step: int) -> None:
        """A step begins, or is gone on with."""
        if step > self._step:
            self._step, self._points = step, 0

    def calm(self) -> None:
        """From now on nothing happens any more, and what is broken is mended."""
        self._waiting.clear()
        while self.mend():
            pass

    def mend(self) -> bool:
        """Somebody mends what has been broken for longest; whether there was anything."""
        if self._lasting:
            self._lasting.pop(0).mend()
            return True
        return False

    def _point(self) -> None:
        if self._busy:
            return
        if self.killed:
            raise Killed
        self._points += 1
        for fault in [each for each in self._waiting if each.what not in ACTS and self._is_due(each)]:
            self._waiting.remove(fault)
            self.happened[fault.what] += 1
            if fault.what == "kill":
                self.die()
            self._busy = True
            try:
                _HAPPENINGS[fault.what](self, fault)
            finally:
                self._busy = False

    def die(self) -> None:
        """The process ends here."""
        self.killed = True
        raise Killed

    def _is_due(self, fault: Fault) -> bool:
        return fault.step < self._step or (fault.step == self._step and fault.point <= self._points)

    def _act(self) -> str:
        """What becomes of the act that is sent now."""
        due = next((each for each in self._waiting if self._is_of_act(each)), None)
        if due is None:
            return ""
        self._waiting.remove(due)
        self.happened[due.what] += 1
        if due.what == "die-before":
            self.die()
        if due.what == "die-after":
            self.killed = True
        return due.what

    def _is_of_act(self, fault: Fault) -> bool:
        """Only a key takes a node so long that it may be late."""
        renews = bool(self.town.intents) and isinstance(self.town.intents[-1].act, Regenerate)
        return fault.what in ACTS and fault.step <= self._step and (fault.what != "late" or renews)

    def _lasts(self, fault: Fault, mend: Callable[[], None], *, by_itself: bool = True) -> None:
        """It is over after its time `by_itself`, or when somebody mends it."""
        lasting = Lasting(fault.what, mend)
        self._lasting.append(lasting)

        def over() -> None:
            if lasting in self._lasting:
                self._lasting.remove(lasting)
                mend()

        if by_itself:
            self.town.time.call_later(fault.size, over)

    def _node(self, fault: Fault) -> Node:
        nodes = self.town.cluster.nodes
        return nodes[fault.place % len(nodes)]

    def phones_off(self, fault: Fault) -> None:
        """Some phones are switched off, until somebody switches them on; every second time they are back soon."""
        on = [each for each in self.town.bench.phones if each.state is not State.OFF]
        chance = random.Random(fault.place)  # noqa: S311 - equal under a seed
        off: tuple[Phone, ...] = tuple(chance.sample(on, min(len(on), 1 + fault.place % 3)))
        self.town.power(off, on=False)
        self._lasts(fault, lambda: self.town.power(off, on=True), by_itself=fault.place % 2 == 0)

    def node_down(self, fault: Fault) -> None:
        """Nothing of a node answers; then it boots."""
        node, town = self._node(fault), self.town
        if node.name in town.dead:
            return
        running = [each for each in node.services if each.activated]
        town.dead.add(node.name)
        for each in running:
            node.services.stop(each)
        if not node.publisher:
            town.cluster.database.stop_replication(node.name)

        def back() -> None:
            town.dead.discard(node.name)
            if not node.publisher:
                town.cluster.database.resume_replication(node.name)
            for each in running:
                node.services.start(each)

        self._lasts(fault, back)

    def node_hangs(self, fault: Fault) -> None:
        """A node takes connections and says nothing."""
        self._among(self.town.silent, fault)

    def password(self, fault: Fault) -> None:
        """A node refuses the password for a while."""
        self._among(self.town.locked, fault)

    def _among(self, names: set[str], fault: Fault) -> None:
        name = self._node(fault).name
        names.add(name)
        self._lasts(fault, lambda: names.discard(name))

    def _service(self, fault: Fault) -> tuple[Node, Service] | None:
        node = self._node(fault)
        found = node.services.find(_CRASHING[fault.place // 4 % len(_CRASHING)])
        return (node, found) if found is not None and found.activated else None

    def service_crashes(self, fault: Fault) -> None:
        """A service is down until somebody starts it."""
        if (found := self._service(fault)) is not None:
            node, service = found
            node.services.stop(service)
            self._lasts(fault, lambda: node.services.start(service), by_itself=False)

    def start_fails(self, fault: Fault) -> None:
        """The next time that a service starts it does not stay up, until somebody starts it."""
        if (found := self._service(fault)) is None:
            return
        node, service = found

        def fail(started: str) -> None:
            if started == service.name:
                node.services.started.remove(fail)
                node.services.fail(service.name)

        def mend() -> None:
            if fail in node.services.started:
                node.services.started.remove(fail)
            node.services.start(service)

        node.services.started.append(fail)
        self._lasts(fault, mend, by_itself=False)

    def replication(self, fault: Fault) -> None:
        """Nothing reaches the database of a subscriber."""
        node = self._node(fault)
        if node.publisher or node.name in self.town.dead:
            return
        database = self.town.cluster.database
        database.stop_replication(node.name)
        self._lasts(fault, lambda: None if node.name in self.town.dead else database.resume_replication(node.name))

    def disk_of_node(self, fault: Fault) -> None:
        """The disk of a node is full, until somebody makes room."""
        trouble, name = self.town.cluster.trouble, self._node(fault).name
        trouble.disk_full |= {name}

        def mend() -> None:
            trouble.disk_full -= {name}

        self._lasts(fault, mend, by_itself=False)

    def door_fails(self, fault: Fault) -> None:
        """AXL, RISPort70, Control Center, Cisco Tftp, TLS ports or the pages of phones do not answer."""
        door = _DOORS[fault.place % len(_DOORS)]
        self.town.closed.add(door)
        self._lasts(fault, lambda: self.town.closed.discard(door))

    def answer_torn(self, fault: Fault) -> None:
        """The next answer of the CLI is cut off in the middle, or is none at all."""
        self.town.torn.append(("half", "garbage")[fault.place % 2])

    def journal_full(self, fault: Fault) -> None:
        """The disk of the journal is full."""
        self.town.full = True

        def mend() -> None:
            self.town.full = False

        self._lasts(fault, mend)

    def clock(self, fault: Fault) -> None:
        """The clock of a node jumps, by minutes or hours, forwards or back."""
        name = self._node(fault).name
        off = timedelta(seconds=fault.size if fault.place % 2 else -fault.size)
        self.town.cluster.trouble.clock_off = {**self.town.cluster.trouble.clock_off, name: off}

    def renewed(self, fault: Fault) -> None:
        """Somebody else renews a certificate."""
        unit = self.town.cluster.release.unit(_RENEWED[fault.place // 4 % len(_RENEWED)])
        node = self._node(fault)
        if unit is not None and node.owns(unit) and node.name not in self.town.dead:
            self.town.cluster.regenerate(node, unit)

    def rollback(self, fault: Fault) -> None:
        """Somebody sets the rollback parameter; and sets it back, with what that needs (S82): lists, then phones."""
        cluster = self.town.cluster
        cluster.set_parameter(ROLLBACK, "T")

        def back() -> None:
            cluster.set_parameter(ROLLBACK, "F")
            self.town.time.advance(_ARRIVES)
            for node in cluster.tftp_order:
                service = node.services.find(TFTP)
                if service is not None and node.name not in self.town.dead:
                    node.services.restart(service)
            self.town.time.advance(_ARRIVES)
            cluster.registrations.reset_all()

        self._lasts(fault, back, by_itself=False)

    def pause(self, fault: Fault) -> None:
        """Somebody pauses the run, and lets it go on later."""
        self._decide("pause")
        self._lasts(fault, lambda: self._decide("resume"))

    def abort(self, _fault: Fault) -> None:
        """Somebody ends the run."""
        self._decide("abort")

    def override(self, _fault: Fault) -> None:
        """The next gate that does not pass somebody will count as passed."""
        self.overrides += 1


_HAPPENINGS: Final[dict[str, Callable[[Weather, Fault], None]]] = {
    "phones-off": Weather.phones_off,
    "node-down": Weather.node_down,
    "node-hangs": Weather.node_hangs,
    "password": Weather.password,
    "service-crashes": Weather.service_crashes,
    "start-fails": Weather.start_fails,
    "replication": Weather.replication,
    "disk-of-node": Weather.disk_of_node,
    "door-fails": Weather.door_fails,
    "answer-torn": Weather.answer_torn,
    "journal-full": Weather.journal_full,
    "clock": Weather.clock,
    "renewed": Weather.renewed,
    "rollback": Weather.rollback,
    "pause": Weather.pause,
    "abort": Weather.abort,
    "override": Weather.override,
}
KINDS: Final = (*_HAPPENINGS, "kill", *ACTS)
"""Every kind of fault."""
