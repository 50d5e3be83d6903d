"""What cannot be done without the interfaces that do not work."""

from collections.abc import Container, Mapping, Sequence
from typing import Final

from ringtrust.cluster.doors import Door
from ringtrust.observe.check.probes import Probe
from ringtrust.observe.check.tried import Lacking, Missing, NotAsked, Tried, Works

_WITHOUT_CLI: Final = (
    "no certificates, no trust stores, no services of that node: it can be neither judged nor renewed nor its services "
    "restarted"
)
_NEVER_CLI: Final = (
    "nothing is renewed and no service restarted: `apply` and `verify` need it. Nobody sees backups, nor which nodes "
    "authenticate each other, and which certificates are on disk only REST shows. `scan`, `audit` and `plan` work"
)


def lacking(tried: Sequence[Tried], probes: Sequence[Probe]) -> list[Lacking]:
    """What cannot be done, for every interface that works nowhere, or is missing where it is needed."""
    logged_in = any(each.door is Door.CLI and not isinstance(each, NotAsked) for each in tried)
    without: Mapping[Door, str] = {
        Door.CLI: _WITHOUT_CLI if logged_in else _NEVER_CLI,
        **{probe.door: probe.without for probe in probes},
    }
    extra = {probe.door for probe in probes if probe.extra}
    found = []
    for door, consequence in without.items():
        of_door = [each for each in tried if each.door is door]
        missing = any(_counts(each, extra) for each in of_door)
        if missing or not (door in extra or any(isinstance(each, Works) for each in of_door)):
            found.append(Lacking(door, consequence))
    return found


def _counts(tried: Tried, extra: Container[Door]) -> bool:
    """Whether something is lost by this one: of extras, what was asked and did not answer counts too."""
    return not isinstance(tried, Works) and (tried.needed or (isinstance(tried, Missing) and tried.door in extra))
