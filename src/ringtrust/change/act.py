"""What is done to a cluster, one thing at a time: a closed family."""

from collections.abc import Mapping
from typing import Final

import msgspec


class _Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    pass


class Regenerate(_Act, frozen=True, tag="regenerate"):
    """`set cert regen UNIT` on a node (S117 to S127). `serial` and `sha256` are of the certificate to be replaced."""

    unit: str
    node: str
    serial: str
    sha256: str


class Restart(_Act, frozen=True, tag="restart"):
    """`utils service restart SERVICE` on a node (S143 to S150); `unit` is the one whose certificate it is to load."""

    service: str
    node: str
    unit: str


class ResetPhones(_Act, frozen=True, tag="reset-phones"):
    """All phones reset once, so that they fetch the list of now: a wave."""


class HandOver(_Act, frozen=True, tag="hand-over"):
    """Something that a person does. ringtrust only looks whether it was done, where it can."""

    what: str


class SetRollback(_Act, frozen=True, tag="set-rollback"):
    """A person sets the rollback parameter (S82, S92): Cisco documents no other way than the page that it is on."""

    value: bool


class StopService(_Act, frozen=True, tag="stop"):
    """`utils service stop SERVICE` on a node: it stays stopped until it is started (S97)."""

    service: str
    node: str


class StartService(_Act, frozen=True, tag="start"):
    """`utils service start SERVICE` on a node (S101)."""

    service: str
    node: str


Act = Regenerate | Restart | ResetPhones | HandOver | SetRollback | StopService | StartService


def is_a_persons(act: Act) -> bool:
    """Whether a person does it: ringtrust only waits, and looks."""
    return isinstance(act, HandOver | SetRollback)


def sentence(act: Act) -> str:
    """What is done, in a few words."""
    match act:
        case Regenerate(unit=unit, node=node):
            return f"regenerate {unit} on {node}"
        case Restart() | StopService() | StartService():
            return f"{_VERBS[type(act)]} {act.service} on {act.node}"
        case ResetPhones():
            return "reset all phones"
        case HandOver(what=what):
            return what
        case SetRollback(value=value):
            return f"set the enterprise parameter Prepare Cluster for Rollback to pre 8.0 to {value}, and save"


_VERBS: Final[Mapping[type[Act], str]] = {Restart: "restart", StopService: "stop", StartService: "start"}
