"""Clusters of the lab that get other certificates without a plan."""

from ringtrust.lab.state.reboot import SECONDS
from ringtrust.lab.state.silent import rename
from tests.plan.recover.scene import Scene
from tests.prove.differential.worlds import Shape, topology

Sized = tuple[int, int, tuple[tuple[str, ...], ...]]
ONE: Sized = (1, 1, (("pub",), ("pub",)))
THREE: Sized = (3, 1, (("sub1", "sub2"), ("sub2", "pub")))
"""How many nodes, how many of them serve lists, and who is in which CM group."""


def evening(release: str, shape: Sized = THREE) -> Scene:
    """A cluster of this shape not in mixed mode, with three phones a group, before anything has happened."""
    return Scene(topology(Shape(release, *shape, mixed=False), 3)).sync()


def renamed(scene: Scene, node: str, host: str) -> Scene:
    """A node has got another host name, and has started anew."""
    rename(scene.cluster, scene.cluster.node(node), host)
    return scene.later(SECONDS + 100).sync()
