"""A restart of a whole node: all that it runs stops, and starts again some minutes later (interfaces.md §1.11)."""

from functools import partial
from typing import Final

from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import State

SECONDS: Final = 300.0  # `Restart could take up to 5 minutes`; services then start as after any restart


def reboot(cluster: Cluster, node: Node) -> None:
    """The node goes down now. It comes up after SECONDS of the lab; a second order meanwhile changes nothing."""
    if node.down:
        return
    node.down = True
    for service in node.services:
        if service.state is not State.STOPPED:
            node.services.stop(service)
    for told in tuple(node.went_down):
        told()
    cluster.time.call_later(SECONDS, partial(_come_up, cluster, node))


def _come_up(cluster: Cluster, node: Node) -> None:
    """Every service that is activated starts, be it that it was commanded out of service before [U]."""
    node.down = False
    node.booted = cluster.time.now()
    for told in tuple(node.came_up):
        told()
    for service in node.services:
        if service.activated:
            node.services.start(service)
