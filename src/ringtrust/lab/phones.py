"""The phones of a lab: one for every extension of the topology, off and empty as they come out of their boxes."""

import random

from ringtrust.lab.phone.phone import Phone, Traits
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.directory import extensions, papers

_SPREAD = 0.25  # phones do not boot in step
_RETRY_SECONDS = 30.0


def new_phones(cluster: Cluster) -> tuple[Phone, ...]:
    """All of them, in the order of their directory numbers."""
    topology = cluster.topology
    chance = random.Random(f"boots {topology.seed}")  # noqa: S311 - equal under a seed
    tftp = tuple(node.address for node in cluster.tftp_order)
    return tuple(
        Phone(
            Traits(
                device=extension.device,
                model=extension.kind.model or topology.phones.model,
                tftp=tftp,
                boot_seconds=topology.delays.phone_boot * chance.uniform(1 - _SPREAD, 1),
                retry_seconds=_RETRY_SECONDS,
                kind=extension.kind,
            ),
            papers(cluster, extension),
        )
        for extension in extensions(topology)
    )
