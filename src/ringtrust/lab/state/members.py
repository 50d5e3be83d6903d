"""Which Unified CMs a phone may register with, as the replica of a node says: those of the CM group of its pool."""

from sys import intern
from typing import Final, NamedTuple

from ringtrust.lab.state.database import Replica

_TABLES: Final = ("device", "devicepool", "callmanagergroupmember", "callmanager", "processnode")
_POOLS: Final = """
    select devicepool.pkid, callmanager.name, processnode.name from devicepool
    join callmanagergroupmember as member on member.fkcallmanagergroup = devicepool.fkcallmanagergroup
    join callmanager on callmanager.pkid = member.fkcallmanager
    join processnode on processnode.pkid = callmanager.fkprocessnode
    order by member.priority
"""
_PHONES: Final = "select name, fkdevicepool from device"


class Member(NamedTuple):
    """A member of a CM group: its own name, and that of its node."""

    manager: str
    node: str


Members = tuple[Member, ...]


class Directory:
    """The members for every phone, by priority. It is read from the replica anew whenever that has changed there."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._members: dict[str, Members] | None = None
        replica.watch(_TABLES, self.forget)

    def members(self, device: str) -> Members:
        """Those of a phone; none for a phone that the replica does not know."""
        if self._members is None:
            self._members = self._read()
        return self._members.get(device, ())

    def forget(self) -> None:
        """Reads it anew for whoever asks next."""
        self._members = None

    def _read(self) -> dict[str, Members]:
        pools: dict[str, Members] = {}
        for pool, manager, node in self._replica.rows(_POOLS):
            pools[pool] = (*pools.get(pool, ()), Member(manager, node))
        # The names of tens of thousands of phones are in memory once, however many nodes know them.
        return {intern(name): pools[pool] for name, pool in self._replica.rows(_PHONES) if pool in pools}
