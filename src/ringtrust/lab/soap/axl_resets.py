"""AXL: what makes phones reset, restart, or take what has changed for them (interfaces.md §3.3).

A phone that is told to reset or to restart reads its lists and its configuration again. One that is told to apply
its configuration stays registered and keeps its lists, unless CAPF waits for it: then it restarts (S174) [U].
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from ringtrust.lab.soap import axl_objects
from ringtrust.lab.soap.axl_kinds import CALL_MANAGER_GROUP, DEVICE_POOL, PHONE, Kind
from ringtrust.lab.soap.envelope import FaultError, Operation
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.registrations import Registration
from ringtrust.safe_xml import first, text

RESET, RESTART, APPLY = "reset", "restart", "apply"
_PHONES_OF: Final[Mapping[Kind, str]] = {
    PHONE: "select name from device where pkid = ?",
    DEVICE_POOL: "select name from device where fkdevicepool = ?",
    CALL_MANAGER_GROUP: """
        select device.name from device join devicepool on devicepool.pkid = device.fkdevicepool
        where devicepool.fkcallmanagergroup = ?
    """,
}
_WAITING: Final = "select name from device where tkcertificateoperation > 1"
_TYPES: Final[Mapping[str, str]] = {
    "Reset": RESET,
    "Restart": RESTART,
    "Apply Configuration": APPLY,
    # From 14 on; neither makes a phone read its lists [U].
    "Generate PRT": APPLY,
    "Extended Config Pull": APPLY,
}
_HARD: Final[Mapping[str, str]] = {"true": RESET, "1": RESET, "t": RESET, "false": RESTART, "0": RESTART, "f": RESTART}
_OF_ONE: Final[Mapping[str, tuple[str, Kind]]] = {
    "resetPhone": (RESET, PHONE),
    "restartPhone": (RESTART, PHONE),
    "applyPhone": (APPLY, PHONE),
    "resetDevicePool": (RESET, DEVICE_POOL),
    "restartDevicePool": (RESTART, DEVICE_POOL),
    "applyDevicePool": (APPLY, DEVICE_POOL),
    "resetCallManagerGroup": (RESET, CALL_MANAGER_GROUP),
    "applyCallManagerGroup": (APPLY, CALL_MANAGER_GROUP),
}
_OF_ALL: Final[Mapping[str, str]] = {
    "resetEnterpriseParameters": RESET,
    "restartEnterpriseParameters": RESTART,
    "applyConfigEnterpriseParameters": APPLY,
}


SINCE: Final[Mapping[str, tuple[int, int]]] = {
    **dict.fromkeys(_OF_ONE, (10, 0)),
    **dict.fromkeys(_OF_ALL, (12, 0)),
}
"""The first schema of Cisco's that has an operation (AXLAPI.wsdl of 8.5 to 12.5); all have `doDeviceReset`."""


class Resets:
    """The operations of one node."""

    def __init__(self, cluster: Cluster, node: Node) -> None:
        self._registrations = cluster.registrations
        self._node = node

    def operations(self) -> dict[str, Callable[[Operation], str]]:
        """All of them, by their names."""
        of_one = {name: partial(self._of_one, action, kind) for name, (action, kind) in _OF_ONE.items()}
        of_all = {name: partial(self._of_all, action) for name, action in _OF_ALL.items()}
        return {**of_one, **of_all, "doDeviceReset": self._device}

    def _of_one(self, action: str, kind: Kind, operation: Operation) -> str:
        key = axl_objects.found(self._node.replica, kind, operation.parameters)
        return self._tell(action, kind, key)

    def _tell(self, action: str, kind: Kind, key: str) -> str:
        """Who is not registered does not hear of it."""
        names = (name for (name,) in self._node.replica.rows(_PHONES_OF[kind], key))
        self._tell_those(action, [found for name in names if (found := self._registrations.find(name)) is not None])
        return axl_objects.uuid_of(key)

    def _tell_those(self, action: str, there: Sequence[Registration]) -> None:
        """Apply Config restarts a phone that CAPF waits for (S174, S122), and is no reason for any other [U]."""
        if action == APPLY:
            waiting = {name for (name,) in self._node.replica.rows(_WAITING)}
            there = [found for found in there if found.device in waiting]
        self._registrations.tell(RESTART if action == APPLY else action, there)

    def _of_all(self, action: str, _operation: Operation) -> str:
        self._tell_those(action, tuple(self._registrations))
        return "true"

    def _device(self, operation: Operation) -> str:
        key = axl_objects.referred(self._node.replica, PHONE, first(operation.parameters, "deviceName"))
        return self._tell(_wanted(operation), PHONE, key)


def _wanted(operation: Operation) -> str:
    """What a doDeviceReset asks for. Raises FaultError."""
    hard, kind = text(operation.parameters, "isHardReset").lower(), text(operation.parameters, "deviceResetType")
    action = _HARD.get(hard, "") if hard else _TYPES.get(kind, "")
    if not action or (hard and kind):
        raise FaultError("doDeviceReset needs either isHardReset or a deviceResetType that there is.")
    return action
