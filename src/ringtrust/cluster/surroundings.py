"""What a plan hangs on beside certificates and phones, as far as a cluster tells of it (domain.md §6a).

What could not be read is no failure of a scan: no gate of a plan asks for it then, and the plan says so.
"""

from enum import Enum

import msgspec

from ringtrust.cluster.facts import Fact, Skipped

_NOT_ASKED = Skipped("It was not asked for.")


class Progress(Enum):
    """Whether an upgrade is under way. UNCLEAR: the node says something that nobody here has read before."""

    RUNS = "runs"
    ENDED = "ended"
    NONE = "none"
    UNCLEAR = "unclear"


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An enterprise parameter: what the database calls it, and its value."""

    name: str
    value: str


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When backups are made by themselves: its name, the device that they go to, and whether it is enabled."""

    name: str
    device: str
    enabled: bool


class BackupDevice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where backups go: `kind` is NETWORK, TAPE or LOCAL; `path` is what the node shows of the place."""

    name: str
    kind: str
    path: str


class Drs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The Disaster Recovery System, as the publisher tells of it. How many copies a device keeps it does not tell."""

    devices: tuple[BackupDevice, ...]
    schedules: tuple[Schedule, ...]


class Surroundings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As the publisher tells it.

    clock        whether its clock follows a server
    backup       whether a backup or a restore is under way
    upgrade      whether an upgrade is
    trouble      how many alarms of TVS, Cisco Tftp and CAPF its syslog keeps, of severity error or worse
    interaction  Phone Interaction on Certificate Update, from 14.0 on
    sso          the nodes where single sign-on is on
    drs          where backups go, and when they are made by themselves
    """

    clock: Fact[bool] = _NOT_ASKED
    backup: Fact[bool] = _NOT_ASKED
    upgrade: Fact[Progress] = _NOT_ASKED
    trouble: Fact[int] = _NOT_ASKED
    interaction: Fact[Parameter] = _NOT_ASKED
    sso: Fact[tuple[str, ...]] = _NOT_ASKED
    drs: Fact[Drs] = _NOT_ASKED
