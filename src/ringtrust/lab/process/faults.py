"""What may happen to a lab that runs: a node dies and comes back, a service does not come up, a line is cut."""

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from ringtrust.errors import RefusedError
from ringtrust.lab.certificates.text import serial_text
from ringtrust.lab.process.lab import Desk, Lab
from ringtrust.lab.state import alarms
from ringtrust.lab.state.database import key
from ringtrust.lab.state.services import TOMCAT, Service, State

TVS_UNIT: Final = "TVS"
_OTHER_SERIAL: Final = "5eed5eed5eed5eed5eed5eed5eed5eed"
_SAML: Final = 2  # typessomode
_HTTPS_PORTS: Final = frozenset({443, 8443})
CLOCK_OFF: Final = timedelta(minutes=5)
"""By how much a wrong clock is fast."""


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


async def node_hangs(lab: Lab, name: str) -> Callable[[], Awaitable[None]]:
    """SSH and HTTPS of a node take connections and say nothing; who was there is cut. Gives what ends it."""
    node, doors = lab.cluster.node(name), lab.doors[name]
    hanging = [door for door in doors.values() if door.port in _HTTPS_PORTS]
    await lab.cli(name).close()
    for door in hanging:
        door.close()
    numbers = (*lab.ssh_ports, *(door.port for door in hanging))
    silent = [await lab.silent_port(node.address, number) for number in numbers]
    lab.cluster.trouble.hangs.add(name)

    async def end() -> None:
        lab.cluster.trouble.hangs.discard(name)
        for each in silent:
            each.close()
        for port in lab.ssh_ports:
            await lab.cli(name).open(port)
        for door in hanging if node.services.running(TOMCAT) else ():
            door.open()

    return end


def service_of(lab: Lab, node: str, name: str) -> Service:
    """A service of a node. Raises KeyError."""
    found = lab.cluster.node(node).services.find(name)
    if found is None:
        raise KeyError(name)
    return found


def next_start_fails(lab: Lab, node: str, name: str) -> Callable[[str], None]:
    """The next time that a service of a node starts, it does not stay up: once. Gives who watches for it."""
    services = lab.cluster.node(node).services

    def fail(started: str) -> None:
        if started == name:
            services.started.remove(fail)
            services.fail(name)

    # The last to hear of it: whoever opens a port for the service closes it again.
    services.started.append(fail)
    return fail


def replicate(lab: Lab, nodes: tuple[str, ...], *, on: bool) -> None:
    """Nothing that is written reaches the databases of these subscribers any more, or all that has queued up does."""
    database = lab.cluster.database
    for name in nodes:
        (database.resume_replication if on else database.stop_replication)(name)


def subscribers(lab: Lab) -> tuple[str, ...]:
    """The names of all nodes but the publisher."""
    return tuple(node.name for node in lab.cluster.nodes if not node.publisher)


def cut_when_regenerated(lab: Lab, node: str, unit: str) -> None:
    """SSH to a node is cut as soon as it has made a new certificate, before it says so."""
    before = lab.cluster.node(node).identities[unit]
    _cut_when(lab, node, lambda: lab.cluster.node(node).identities[unit] is not before)


def cut_when_stopped(lab: Lab, node: str, name: str) -> None:
    """SSH to a node is cut as soon as a service is down for its restart."""
    service = service_of(lab, node, name)
    _cut_when(lab, node, lambda: service.state is not State.STARTED)


def cut_when_changed(lab: Lab, name: str) -> None:
    """SSH to a node is cut as soon as a certificate or a service of it is not as it was."""
    node = lab.cluster.node(name)

    def now() -> tuple[dict[str, bytes], dict[str, dict[str, bytes]], list[State]]:
        trusts = {store: dict(files) for store, files in node.trusts.items()}
        return dict(node.certificates()), trusts, [service.state for service in node.services]

    before = now()
    _cut_when(lab, name, lambda: now() != before)


def _cut_when(lab: Lab, node: str, reached: Callable[[], bool]) -> None:
    lab.cli(node).cuts_when = reached


def tvs_alarm(lab: Lab, name: str) -> None:
    """An alarm of TVS, of severity error, as AL15 has them; the name is the lab's own [U]."""
    node = lab.cluster.node(name)
    alarms.trouble_with_tvs(node, lab.cluster.clock(node))


def somebody_renews(lab: Lab, name: str) -> None:
    """Somebody else regenerates the tomcat certificate of a node and restarts Cisco Tomcat."""
    node, unit = lab.cluster.node(name), lab.cluster.release.unit("tomcat")
    if unit is None:
        raise RefusedError("The release has no unit tomcat.")
    lab.cluster.regenerate(node, unit)
    node.services.restart(service_of(lab, name, TOMCAT))


def database_differs(lab: Lab, name: str, *, on: bool) -> None:
    """The database has another serial number for TVS of a node than its disk has; or that of its disk again."""
    node = lab.cluster.node(name)
    right = serial_text(node.identities[TVS_UNIT].certificate)
    statement = "update certificate set serialnumber = ? where pkid = ?"
    lab.cluster.database.write(((statement, (_OTHER_SERIAL if on else right, key("identity", name, TVS_UNIT))),))


def switch_sso(lab: Lab, name: str, *, on: bool) -> None:
    """Single sign-on of a node, as the database has it: SAML, or off."""
    lab.cluster.database.write((("update processnode set tkssomode = ? where name = ?", (_SAML if on else 0, name)),))


def some_phones(lab: Lab, percent: int) -> tuple[Desk, ...]:
    """So many phones in a hundred, and one at least: the same ones every time."""
    chance = random.Random(percent)  # noqa: S311 - equal every time
    return tuple(chance.sample(lab.desks, max(1, len(lab.desks) * percent // 100))) if lab.desks else ()
