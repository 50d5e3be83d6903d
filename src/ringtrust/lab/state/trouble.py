"""What is wrong with the nodes of a cluster on request, for whoever serves them to look at."""

from collections.abc import Mapping
from datetime import timedelta


class Trouble:
    """Nothing is, until somebody says so.

    disk_full    the nodes on which nothing can be written
    no_backup    the nodes whose components cannot be backed up
    hangs        the nodes that take connections over SSH and HTTPS, and never say a byte
    clock_off    by how much the clocks of nodes are wrong; what is not there is right
    free_clocks  the nodes whose clock follows no server
    upgrades     the nodes that are being upgraded
    """

    def __init__(self) -> None:
        self.disk_full: frozenset[str] = frozenset()
        self.no_backup: frozenset[str] = frozenset()
        self.hangs: set[str] = set()
        self.clock_off: Mapping[str, timedelta] = {}
        self.free_clocks: set[str] = set()
        self.upgrades: set[str] = set()
