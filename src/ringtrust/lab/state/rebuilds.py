"""A changed certificate makes every TFTP node build its list anew, and then all phones reset once (S113 to S116)."""

from collections.abc import Callable

from ringtrust.lab.labtime import LabTime, Timer
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import TFTP


class Change:
    """A change on its way: which TFTP nodes have not heard of it, and which have and still serve the old list."""

    def __init__(self, nodes: set[str]) -> None:
        self.unheard = set(nodes)
        self.stale: set[str] = set()

    @property
    def over(self) -> bool:
        """Whether every TFTP node serves a list with it."""
        return not self.unheard and not self.stale


class Rebuilds:
    """When lists are built: so many seconds of the lab after a change was heard of, or as soon as Tftp starts."""

    def __init__(self, time: LabTime, seconds: float, build: Callable[[Node], None], reset: Callable[[], None]) -> None:
        self._time = time
        self._seconds = seconds
        self._build = build
        self._reset = reset
        self._open: list[Change] = []
        self._timers: dict[str, Timer] = {}

    def begin(self, nodes: list[Node]) -> Change:
        """A certificate of a list has changed; `heard` will say where that has got to."""
        change = Change({node.name for node in nodes if node.services.running(TFTP)})
        self._open.append(change)
        return change

    def heard(self, change: Change, node: Node) -> None:
        """The change has reached this node."""
        if node.name not in change.unheard:
            return
        change.unheard.discard(node.name)
        change.stale.add(node.name)
        if node.name not in self._timers:
            self._timers[node.name] = self._time.call_later(self._seconds, lambda: self.rebuild(node))

    def rebuild(self, node: Node) -> None:
        """Builds the list of a node now, because it is time or because Cisco Tftp has started."""
        self.pause(node)
        self._build(node)
        for change in self._open:
            change.stale.discard(node.name)
        self._reset_when_over()

    def stopped(self, node: Node) -> None:
        """Cisco Tftp of this node has been stopped for good: nobody waits for it any more."""
        self.pause(node)
        for change in self._open:
            change.stale.discard(node.name)
            change.unheard.discard(node.name)
        self._reset_when_over()

    def pause(self, node: Node) -> None:
        """Cisco Tftp of this node restarts: it will build its list when it has started."""
        timer = self._timers.pop(node.name, None)
        if timer is not None:
            timer.cancel()

    def _reset_when_over(self) -> None:
        still_open = [change for change in self._open if not change.over]
        if len(still_open) < len(self._open):
            self._open = still_open
            self._reset()
