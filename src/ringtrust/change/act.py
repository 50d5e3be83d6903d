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
    """All phones reset once, so that they fetch the list of now: a wave.

    With the name of a `group` these `phones` alone do, and nobody else: the canary of the wave behind it.
    """

    group: str = ""
    phones: tuple[str, ...] = ()


class TakeBackup(_Act, frozen=True, tag="take-backup"):
    """`utils disaster_recovery backup network FEATURES DEVICE` on the publisher (S58, 214287): it begins a DRS backup.

    The device keeps so many `copies`. Taken `again`, after the change, it may not take the place of `keep`, which is
    the one from before: its name is known once that is made (S189).
    """

    node: str
    device: str
    features: str
    copies: int
    again: bool = False
    keep: str = ""


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


class UpdateCtl(_Act, frozen=True, tag="update-ctl"):
    """`utils ctl update CTLFile` on the publisher: the CTL of now, signed by whom the release has for it (S64, S79)."""

    node: str


class ResetCtl(_Act, frozen=True, tag="reset-ctl"):
    """`utils ctl reset localkey` on the publisher: the CTL of now, signed by its other SAST (R3, P9)."""

    node: str


class ClientCtl(_Act, frozen=True, tag="client-ctl"):
    """A person updates the CTL with the Windows CTL client and one of these eTokens (S66, S67, S72, S79)."""

    tokens: tuple[str, ...]


class SetMode(_Act, frozen=True, tag="set-mode"):
    """`utils ctl set-cluster mixed-mode` or `non-secure-mode` on the publisher (S70, 118893, 118892)."""

    node: str
    mixed: bool


class ResetItl(_Act, frozen=True, tag="reset-itl"):
    """`utils itl reset localkey` on the publisher: every ITL signed by the other key, until Cisco Tftp starts (R1)."""

    node: str


class IssueLscs(_Act, frozen=True, tag="issue-lscs"):
    """A new LSC for each of these phones: Install/Upgrade by null string, saved and applied (S169 to S174)."""

    phones: tuple[str, ...]


class Delete(_Act, frozen=True, tag="delete"):
    """`set cert delete UNIT FILE` on a node: a certificate of a trust store goes (S109, S136 to S141).

    `serial` and `sha256` are of the certificate that is meant: a file of that name may have become another one.
    """

    store: str
    file: str
    node: str
    serial: str
    sha256: str


class AwaitNotification(_Act, frozen=True, tag="await-notification"):
    """Lets so many seconds pass, in which Change Notification looks once: what was deleted may come back (S112)."""

    seconds: int


AboutStores = Delete | AwaitNotification
AboutLists = UpdateCtl | ResetCtl | ClientCtl | SetMode | ResetItl
OfAPerson = HandOver | SetRollback | ClientCtl
Ours = Regenerate | Restart | ResetPhones | StopService | StartService | IssueLscs | TakeBackup
Act = Ours | AboutStores | AboutLists | OfAPerson


def is_a_persons(act: Act) -> bool:
    """Whether a person does it: ringtrust only waits, and looks."""
    return isinstance(act, OfAPerson)


def sentence(act: Act) -> str:
    """What is done, in a few words."""
    match act:
        case Regenerate(unit=unit, node=node):
            return f"regenerate {unit} on {node}"
        case Restart() | StopService() | StartService():
            return f"{_VERBS[type(act)]} {act.service} on {act.node}"
        case ResetPhones(group=group, phones=phones):
            return f"reset the canary {group} alone: {_counted(phones)}" if group else "reset all phones"
        case HandOver() | SetRollback():
            return _of_a_person(act)
        case Delete() | AwaitNotification():
            return _about_stores(act)
        case _:
            return _backup(act) if isinstance(act, TakeBackup) else _about_lists(act)


def _backup(act: TakeBackup) -> str:
    if act.again:
        return f"take a new DRS backup to {act.device}, and keep the one from before"
    return f"take a DRS backup to {act.device}"


def _of_a_person(act: HandOver | SetRollback) -> str:
    if isinstance(act, HandOver):
        return act.what
    return f"set the enterprise parameter Prepare Cluster for Rollback to pre 8.0 to {act.value}, and save"


def _about_stores(act: AboutStores) -> str:
    if isinstance(act, Delete):
        return f"delete {act.file} from {act.store} of {act.node}"
    return f"wait {act.seconds // 60} minutes, in which Change Notification looks once"


def _counted(phones: tuple[str, ...]) -> str:
    return f"{len(phones):,} phone{'' if len(phones) == 1 else 's'}"


def _about_lists(act: AboutLists | IssueLscs) -> str:
    match act:
        case ResetItl():
            return "have every trust list signed by its other key"
        case IssueLscs(phones=phones):
            return f"renew the LSC of {_counted(phones)}"
        case UpdateCtl():
            return "update the CTL"
        case ResetCtl():
            return "have the CTL signed by its other key"
        case ClientCtl(tokens=tokens):
            return f"update the CTL with the CTL client and eToken {' or '.join(tokens)}"
        case SetMode(mixed=mixed):
            return f"set the cluster to {'mixed' if mixed else 'non-secure'} mode"


_VERBS: Final[Mapping[type[Act], str]] = {Restart: "restart", StopService: "stop", StartService: "start"}
