"""Services of a node: Control Center (interfaces.md §4) and PerfMon (§6)."""

from enum import Enum
from typing import Final, Protocol

import msgspec

from ringtrust.cluster.facts import Fact
from ringtrust.cluster.node import Service

NO_REASON: Final = -1
NO_REASONS: Final = frozenset({NO_REASON, 0})
"""Nothing is against it: -1 by the documents, and 0 in what some programs have seen (§4)."""


class Action(Enum):
    """What is done to a service: the ControlType of §4."""

    START = "Start"
    STOP = "Stop"
    RESTART = "Restart"


class Controlled(msgspec.Struct, frozen=True):
    """What Control Center answered to an act: the service as it is now, and the reason code (§4: -1 is none).

    A restart that takes long answers STOPPING or STARTING: look again until it has ended.
    """

    service: Service
    code: int
    reason: str

    @property
    def accepted(self) -> bool:
        """Whether the node had nothing against it."""
        return self.code in NO_REASONS


class Uptime(msgspec.Struct, frozen=True):
    """A service, and since when it runs (§4: StartTime, UpTime).

    `since` is the start time in the node's own words and by its own clock, empty where it tells none; `seconds` is how
    long the service has been up, UNTOLD where the node does not say.
    """

    service: Service
    since: str
    seconds: int


UNTOLD: Final = -1


class Counter(msgspec.Struct, frozen=True):
    """A counter of an object: `instance` is empty where the object has one only."""

    instance: str
    name: str
    value: Fact[int]


class ControlCenter(Protocol):
    """Cisco Control Center Services, on the node itself."""

    async def services(self, address: str) -> tuple[Service, ...]:
        """The services in the words of `utils service list`. Raises UnreadableError."""

    async def uptimes(self, address: str) -> tuple[Uptime, ...]:
        """The same services, each with the time of its start. Raises UnreadableError."""

    async def control(self, address: str, node_name: str, service: str, action: Action) -> Controlled:
        """Starts, stops or restarts a service: one attempt. `node_name` is that of the server table.

        Raises RefusedError for what only the CLI can do, UnreadableError when it is not known whether it happened.
        """


class Perf(Protocol):
    """PerfMon of a node."""

    async def counters(self, address: str, object_name: str) -> tuple[Counter, ...]:
        """The counters of an object, such as Cisco CallManager. Raises UnreadableError."""
