"""What may happen to a lab that runs: a node dies and comes back, a service does not come up, a line is cut."""

from collections.abc import Callable

from ringtrust.lab.process.lab import Lab
from ringtrust.lab.state.services import Service, State


async def node_dies(lab: Lab, name: str) -> None:
    """Nothing of the node answers any more. Its disk stays, and what it holds."""
    services = lab.cluster.node(name).services
    for service in services:
        if service.activated:
            services.stop(service)
    await lab.cli(name).close()


async def node_returns(lab: Lab, name: str) -> None:
    """It boots: every service that is activated starts, and loads what is on its disk. Raises RefusedError."""
    services = lab.cluster.node(name).services
    for service in services:
        if service.activated:
            services.start(service)
    for port in lab.ssh_ports:
        await lab.cli(name).open(port)


def service_of(lab: Lab, node: str, name: str) -> Service:
    """A service of a node. Raises KeyError."""
    found = lab.cluster.node(node).services.find(name)
    if found is None:
        raise KeyError(name)
    return found


def next_start_fails(lab: Lab, node: str, name: str) -> None:
    """The next time that a service of a node starts, it does not stay up: once."""
    services = lab.cluster.node(node).services

    def fail(started: str) -> None:
        if started == name:
            services.started.remove(fail)
            services.fail(name)

    # The last to hear of it: whoever opens a port for the service closes it again.
    services.started.append(fail)


def cut_when_regenerated(lab: Lab, node: str, unit: str) -> None:
    """SSH to a node is cut as soon as it has made a new certificate, before it says so."""
    before = lab.cluster.node(node).identities[unit]
    _cut_when(lab, node, lambda: lab.cluster.node(node).identities[unit] is not before)


def cut_when_stopped(lab: Lab, node: str, name: str) -> None:
    """SSH to a node is cut as soon as a service is down for its restart."""
    service = service_of(lab, node, name)
    _cut_when(lab, node, lambda: service.state is not State.STARTED)


def _cut_when(lab: Lab, node: str, reached: Callable[[], bool]) -> None:
    lab.cli(node).cuts_when = reached
