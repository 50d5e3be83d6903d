"""Feature services are activated and deactivated, as under Tools > Service Activation (interfaces.md §4)."""

from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.database import key, put
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import Service, State
from ringtrust.lab.state.type_tables import service_number


def activate(cluster: Cluster, node: Node, service: Service, *, in_database: bool = True) -> None:
    """It starts now, and whenever the node does."""
    service.activated = True
    if in_database:
        _write(cluster, node, service)
    node.services.start(service)


def deactivate(cluster: Cluster, node: Node, service: Service, *, in_database: bool = True) -> None:
    """It stops now, and nobody can start it."""
    if service.state is not State.STOPPED:
        node.services.stop(service)
    service.activated = False
    if in_database:
        _write(cluster, node, service)


def _write(cluster: Cluster, node: Node, service: Service) -> None:
    on = "t" if service.activated else "f"
    row = (key("runs", node.name, service.name), key("node", node.name), service_number(service.name), on, on)
    cluster.database.write((put("processnodeservice", *row),))
