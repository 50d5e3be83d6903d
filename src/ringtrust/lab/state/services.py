"""The services of a node: which are activated, which run, and how long they take to start."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import Enum
from typing import Final

from ringtrust.lab.labtime import LabTime, Timer

CALLMANAGER: Final = "Cisco CallManager"
TFTP: Final = "Cisco Tftp"
TOMCAT: Final = "Cisco Tomcat"
TVS: Final = "Cisco Trust Verification Service"
CHANGE_NOTIFICATION: Final = "Cisco Certificate Change Notification"
CTL_PROVIDER: Final = "Cisco CTL Provider"
CAPF: Final = "Cisco Certificate Authority Proxy Function"
REPLICATOR: Final = "A Cisco DB Replicator"
COLLECTOR: Final = "Cisco RIS Data Collector"
DRF_MASTER: Final = "Cisco DRF Master"


class State(Enum):
    """What `utils service list` prints in brackets."""

    STARTED = "STARTED"
    STARTING = "STARTING"
    STOPPED = "STOPPED"


class Service:
    """One service of one node; `watchers` hear of every change of its state."""

    def __init__(self, name: str, *, activated: bool, since: datetime) -> None:
        self.name = name
        self.activated = activated
        self.state = State.STARTED if activated else State.STOPPED
        self.since = since
        self.starting: Timer | None = None
        self.watchers: list[Callable[[], None]] = []

    @property
    def detail(self) -> str:
        """Why it does not run, as the list prints it behind the brackets."""
        if self.state is not State.STOPPED:
            return ""
        return "  Commanded Out of Service" if self.activated else "  Service Not Activated"


Watcher = Callable[[str], None]


class Services:
    """All services of a node. `started` and `stopped` are told the name of each that has."""

    def __init__(self, time: LabTime, start_seconds: float, activated: Iterable[str], others: Iterable[str]) -> None:
        self.start_seconds = start_seconds
        self.founded = time.now()
        self._time = time
        self.started: list[Watcher] = []
        self.stopped: list[Watcher] = []
        on = {name: Service(name, activated=True, since=time.now()) for name in activated}
        off = {name: Service(name, activated=False, since=time.now()) for name in others if name not in on}
        self._services = {**on, **off}

    def __iter__(self) -> Iterator[Service]:
        return iter(sorted(self._services.values(), key=lambda service: service.name))

    def find(self, name: str) -> Service | None:
        """The service of this name, in whichever case it was typed."""
        return next((each for each in self._services.values() if each.name.lower() == name.lower()), None)

    def activated(self, name: str) -> bool:
        """Whether it is there and meant to run, be it that it does or not."""
        service = self._services.get(name)
        return service is not None and service.activated

    def running(self, name: str) -> bool:
        """Whether it is there and started."""
        service = self._services.get(name)
        return service is not None and service.state is State.STARTED

    def stop(self, service: Service) -> None:
        """Stops it at once: its ports refuse connections from now on."""
        self._leave(service, State.STOPPED)

    def start(self, service: Service) -> None:
        """Starts it; it runs, with the certificates that are on disk then, after `start_seconds` of the lab."""
        if service.state is State.STOPPED:
            self.restart(service)

    def restart(self, service: Service) -> None:
        """Stops it at once if it runs, and starts it."""
        self._leave(service, State.STARTING)
        service.starting = self._time.call_later(self.start_seconds, lambda: self._has_started(service))

    def fail(self, name: str) -> None:
        """It has not come up after all."""
        self._leave(self._services[name], State.STOPPED)

    def _leave(self, service: Service, state: State) -> None:
        if service.starting is not None:
            service.starting.cancel()
            service.starting = None
        was_running = service.state is State.STARTED
        service.state = state
        service.since = self._time.now()
        self._tell(service)
        if was_running:
            for watcher in self.stopped:
                watcher(service.name)

    def _has_started(self, service: Service) -> None:
        service.starting = None
        service.state = State.STARTED
        service.since = self._time.now()
        for watcher in tuple(self.started):
            watcher(service.name)
        self._tell(service)

    @staticmethod
    def _tell(service: Service) -> None:
        for watcher in tuple(service.watchers):
            watcher()
