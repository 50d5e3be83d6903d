"""A changed certificate makes every TFTP node build its list anew, and then all phones reset once (S113 to S116)."""

from collections.abc import Callable, Iterable

from ringtrust.lab.labtime import LabTime, Timer
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import TFTP


class Change:
    """A change on its way: which TFTP nodes have not heard of it, which have and serve the old list still."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.unheard = set(nodes)
        self.stale: set[Node] = set()
        self.phones_told = False


class Rebuilds:
    """When lists are built: so many seconds of the lab after a change was heard of, or as soon as Tftp starts.

    `cut_off` says whether replication to a node is broken. The reset does not wait for such a node, nor for one whose
    Tftp does not run: no document says whether it would [U].
    """

    def __init__(
        self,
        time: LabTime,
        seconds: float,
        build: Callable[[Node], None],
        reset: Callable[[], None],
        cut_off: Callable[[Node], bool],
    ) -> None:
        self._time = time
        self._seconds = seconds
        self._build = build
        self._reset = reset
        self._cut_off = cut_off
        self._open: list[Change] = []
        self._timers: dict[Node, Timer] = {}

    def begin(self, nodes: Iterable[Node]) -> Change:
        """A certificate of a list has changed; `heard` will say where that has got to."""
        change = Change(node for node in nodes if node.services.activated(TFTP))
        self._open.append(change)
        return change

    def heard(self, change: Change, node: Node) -> None:
        """The change has reached this node. Where Tftp does not run, it will build its list when it starts."""
        if node not in change.unheard:
            return
        change.unheard.discard(node)
        if node.services.running(TFTP):
            change.stale.add(node)
            if node not in self._timers:
                self._timers[node] = self._time.call_later(self._seconds, lambda: self.rebuild(node))
        self._tell_phones()

    def rebuild(self, node: Node) -> None:
        """Builds the list of a node now, because it is time or because Cisco Tftp has started."""
        self._cancel(node)
        self._build(node)
        self._no_longer_stale(node)

    def stopped(self, node: Node) -> None:
        """Cisco Tftp of this node serves nothing any more: it has been stopped, or it restarts."""
        self._cancel(node)
        self._no_longer_stale(node)

    def _no_longer_stale(self, node: Node) -> None:
        for change in self._open:
            change.stale.discard(node)
        self._tell_phones()

    def _cancel(self, node: Node) -> None:
        timer = self._timers.pop(node, None)
        if timer is not None:
            timer.cancel()

    def _tell_phones(self) -> None:
        """Once for all changes that every node which serves has in its list by now."""
        served = [change for change in self._open if not change.phones_told and self._is_served(change)]
        for change in served:
            change.phones_told = True
        self._open = [change for change in self._open if change.unheard or not change.phones_told]
        if served:
            self._reset()

    def _is_served(self, change: Change) -> bool:
        awaited = any(node.services.running(TFTP) and not self._cut_off(node) for node in change.unheard)
        return not awaited and not change.stale
