"""What the replica of a node says of a phone: the Unified CMs it may register with, and how it is secured.

The Unified CMs are those of the CM group of its device pool.
"""

import base64
from typing import Final, NamedTuple

from ringtrust.lab.state import parameters
from ringtrust.lab.state.database import Replica, key

_TABLES: Final = ("devicepool", "callmanagergroupmember", "callmanager", "processnode", "processconfig")
_TABLES_OF_PHONES: Final = ("device", "securityprofile")
_POOLS: Final = """
    select devicepool.pkid, callmanager.name, processnode.name from devicepool
    join callmanagergroupmember as member on member.fkcallmanagergroup = devicepool.fkcallmanagergroup
    join callmanager on callmanager.pkid = member.fkcallmanager
    join processnode on processnode.pkid = callmanager.fkprocessnode
    order by member.priority
"""
_PHONE: Final = """
    select fkdevicepool, profile.tkdevicesecuritymode, profile.tftpencryptedconfig, tkcertificateoperation,
        tkauthenticationmode, publickey
    from device left join securityprofile as profile on profile.pkid = device.fksecurityprofile where device.pkid = ?
"""
_NON_SECURE: Final = 1
_NO_OPERATION: Final = 1


class Member(NamedTuple):
    """A member of a CM group: its own name, and that of its node."""

    manager: str
    node: str


Members = tuple[Member, ...]


class Secured(NamedTuple):
    """How a phone is secured: the number of its device security mode, and whether its configuration is encrypted.

    `capf_mode` is how it is to show CAPF who it is, 0 while nothing is pending there; `certificate` is the one that
    CUCM knows of it (DER), empty where it knows none.
    """

    mode: int = _NON_SECURE
    encrypted: bool = False
    capf_mode: int = 0
    certificate: bytes = b""


_PLAIN: Final = Secured()


class Seat(NamedTuple):
    """What the replica knows of a phone."""

    members: Members = ()
    secured: Secured = _PLAIN


_UNKNOWN: Final = Seat()


class Directory:
    """What a replica knows of every phone, read when it is first asked for, and anew when that has changed there.

    Phone by phone, by its key: while CAPF is at work, every second something changes of one phone or another.
    """

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._pools: dict[str, Members] | None = None
        self._mixed = False
        self._seats: dict[str, Seat] = {}
        replica.watch(_TABLES, self.forget)
        replica.watch(_TABLES_OF_PHONES, self._seats.clear)

    def members(self, device: str) -> Members:
        """The Unified CMs of a phone, by priority; none for a phone that the replica does not know."""
        return self.seat(device).members

    def secured(self, device: str) -> Secured:
        """How a phone is secured."""
        return self.seat(device).secured

    def seat(self, device: str) -> Seat:
        """All of it."""
        found = self._seats.get(device)
        if found is None:
            found = self._seats[device] = self._read(device)
        return found

    def forget(self) -> None:
        """Reads it anew for whoever asks next."""
        self._pools = None
        self._seats.clear()

    def _read(self, device: str) -> Seat:
        if self._pools is None:
            self._pools = self._read_pools()
            self._mixed = parameters.value(self._replica, parameters.SECURITY_MODE) == parameters.MIXED
        for pool, mode, encrypted, operation, authentication, certificate in self._replica.rows(
            _PHONE, key("device", device)
        ):
            if pool in self._pools:
                capf_mode = 0 if operation in {None, _NO_OPERATION} else int(authentication or 0)
                known = base64.b64decode(certificate) if certificate else b""
                secured = Secured(self._in_force(mode), encrypted == "t" and self._mixed, capf_mode, known)
                return Seat(self._pools[pool], _PLAIN if secured == _PLAIN else secured)
        return _UNKNOWN

    def _in_force(self, mode: int | None) -> int:
        """In a non-secure cluster every phone registers non-secure, whatever its profile says (118892)."""
        return mode or _NON_SECURE if self._mixed else _NON_SECURE

    def _read_pools(self) -> dict[str, Members]:
        pools: dict[str, Members] = {}
        for pool, manager, node in self._replica.rows(_POOLS):
            pools[pool] = (*pools.get(pool, ()), Member(manager, node))
        return pools
