"""AXL: what changes something other than by SQL: the certificate fields of a phone, and parameters (§3.3)."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from lxml import etree

from ringtrust.errors import RefusedError
from ringtrust.lab.soap import axl_objects
from ringtrust.lab.soap.axl_kinds import DEVICE_POOL, PHONE, SERVICE_PARAMETER
from ringtrust.lab.soap.envelope import FaultError, Operation
from ringtrust.lab.state import type_tables
from ringtrust.lab.state.cluster import Cluster
from ringtrust.safe_xml import first, text

_PENDING, _NO_STATE = 2, 1
_NO_OPERATION: Final = 1
_OPERATION: Final = "certificateOperation"
# Fields with a list of values: the column, and the values in the order of their numbers.
_CHOICES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    _OPERATION: ("tkcertificateoperation", type_tables.CERTIFICATE_OPERATIONS),
    "authenticationMode": ("tkauthenticationmode", type_tables.AUTHENTICATION_MODES),
    "keySize": ("tkkeysize", type_tables.KEY_SIZES),
    "keyOrder": ("tkkeyorder", type_tables.KEY_ORDERS),
    "ecKeySize": ("tkeckeysize", type_tables.EC_KEY_SIZES),
}
# The schema says YYYY:MM:DD:HH:SS, tools send YYYY:MM:DD:HH:MM (interfaces.md §3.3): they look alike.
_TEXTS: Final[Mapping[str, tuple[str, re.Pattern[str]]]] = {
    "authenticationString": ("authenticationstring", re.compile(r"[0-9]{0,128}\Z")),
    "upgradeFinishTime": ("upgradefinishtime", re.compile(r"(?:[0-9]{4}(?::[0-9]{2}){4})?\Z")),
    "description": ("description", re.compile(r"[^\0]{0,128}\Z", re.DOTALL)),
}
_POOL: Final = "devicePoolName"
# They "can be updated only if certificateOperation is Install/Upgrade, Delete or Troubleshoot" (AXLX, schema 12.5).
_ONLY_WHEN_PENDING: Final = frozenset(
    {"authenticationMode", "keySize", "keyOrder", "ecKeySize", "authenticationString"}
)


class Changes:
    """The operations. Whatever is asked on whichever node, the publisher's database is written."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._replica = cluster.publisher.replica

    def operations(self) -> dict[str, Callable[[Operation], str]]:
        """All of them, by their names."""
        return {"updatePhone": self._phone, "updateServiceParameter": self._parameter}

    def _phone(self, operation: Operation) -> str:
        given = axl_objects.fields_given(operation.parameters, {"name", "uuid", _POOL, *_CHOICES, *_TEXTS})
        key = axl_objects.found(self._replica, PHONE, operation.parameters)
        self._refuse_without_operation(key, given)
        columns = dict(self._columns(operation.parameters, given))
        if columns:
            changed = ", ".join(f"{column} = ?" for column in columns)
            statement = f"update device set {changed} where pkid = ?"  # noqa: S608 - our own words
            self._cluster.database.write(((statement, (*columns.values(), key)),))
        return axl_objects.uuid_of(key)

    def _refuse_without_operation(self, key: str, given: Mapping[str, str]) -> None:
        late = sorted(_ONLY_WHEN_PENDING & given.keys())
        if not late:
            return
        pending = self._replica.rows("select tkcertificateoperation from device where pkid = ?", key)[0][0]
        wanted = given.get(_OPERATION)
        if wanted == type_tables.CERTIFICATE_OPERATIONS[0] or (wanted is None and pending in {None, _NO_OPERATION}):
            raise FaultError(f"{late[0]} can be updated only together with a certificateOperation.")

    def _columns(self, parameters: etree._Element, given: Mapping[str, str]) -> Iterator[tuple[str, object]]:
        for tag, (column, names) in _CHOICES.items():
            if tag in given:
                yield column, _number(tag, given[tag], names)
        for tag, (column, shape) in _TEXTS.items():
            if tag in given:
                yield column, _text(tag, given[tag], shape)
        if _OPERATION in given:
            waits = given[_OPERATION] != type_tables.CERTIFICATE_OPERATIONS[0]
            yield "tkcertificatestatus", _PENDING if waits else _NO_STATE
        if _POOL in given:
            yield "fkdevicepool", axl_objects.referred(self._replica, DEVICE_POOL, first(parameters, _POOL))

    def _parameter(self, operation: Operation) -> str:
        axl_objects.fields_given(operation.parameters, {"uuid", "value", *SERVICE_PARAMETER.named})
        key = axl_objects.found(self._replica, SERVICE_PARAMETER, operation.parameters)
        ((name,),) = self._replica.rows("select paramname from processconfig where pkid = ?", key)
        try:
            self._cluster.set_parameter(name, text(operation.parameters, "value"))
        except RefusedError as error:
            raise FaultError(error.what) from error
        return axl_objects.uuid_of(key)


def _number(tag: str, value: str, names: tuple[str, ...]) -> int:
    if value not in names:
        raise FaultError(f"{tag} cannot have this value.")
    return names.index(value) + 1


def _text(tag: str, value: str, shape: re.Pattern[str]) -> str | None:
    if not shape.match(value):
        raise FaultError(f"{tag} cannot have this value.")
    return value or None
