"""What stands beside a step for whoever watches it: what is typed, what is noticed, and what to do when it fails.

Commands are those of S117 to S127 and S143 to S150; what to do about phones follows domain.md R1 to R7.
"""

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.act import (
    Act,
    AwaitNotification,
    ClientCtl,
    Delete,
    HandOver,
    IssueLscs,
    Regenerate,
    ResetCtl,
    ResetItl,
    ResetPhones,
    Restart,
    SetMode,
    SetRollback,
    StartService,
    StopService,
    TakeBackup,
    UpdateCtl,
)
from ringtrust.change.plan import Step
from ringtrust.cluster.names import CALLMANAGER_SERVICE, TFTP_SERVICE, TOMCAT_SERVICE, TVS_SERVICE
from ringtrust.plan.clean import instructions as clean
from ringtrust.plan.secure import instructions as secure
from ringtrust.trust.names import some

_EFFECTS: Final[Mapping[str, str]] = {
    CALLMANAGER_SERVICE: "Its phones, trunks and gateways move to the next member of their CM group, and calls that it "
    "handles may drop.",
    TFTP_SERVICE: "For about a minute phones that start ask the next TFTP node; its list is built anew.",
    TVS_SERVICE: "For about a minute this node vouches for nobody; then it shows the certificate on its disk.",
    TOMCAT_SERVICE: "Web pages, AXL, and HTTPS services of phones are away on this node for some minutes.",
}
_NAMED: Final = 8
_STUCK: Final = (
    "Look at `utils service list`, and start it: utils service start {service}. Nothing is lost: phones keep the list "
    "that they hold. Then call apply again."
)


def instructed(step: Step, facts: ReleaseFacts) -> Step:
    """The step with all that. What it has of its own already stays, and comes first."""
    return replace(
        step,
        command=step.command or _command(step.act, facts),
        effect=step.effect or _effect(step.act, facts),
        if_it_fails=f"{step.if_it_fails} {_if_it_fails(step.act, facts)}".strip(),
    )


def _command(act: Act, facts: ReleaseFacts) -> str:
    match act:
        case Regenerate(unit=unit, node=node):
            return f"{facts.unit(unit).command} (CLI of {node})"
        case Restart() | StopService() | StartService():
            return f"{_typed(act, facts)} (CLI of {act.node})"
        case ResetPhones(group=group, phones=phones):
            each = f"Each of these is reset over AXL (Device > Phone > Reset): {some(phones, _NAMED)}"
            return each if group else "Every phone is reset over AXL (Enterprise Parameters > Reset, or the CM groups)"
        case SetRollback():
            return "Cisco Unified CM Administration > System > Enterprise Parameters > Save"
        case HandOver() | TakeBackup():
            return _backup(act)
        case _:
            return clean.command(act) if isinstance(act, Delete | AwaitNotification) else secure.command(act)


def _backup(act: HandOver | TakeBackup) -> str:
    if isinstance(act, TakeBackup):
        return f"utils disaster_recovery backup network {act.features} {act.device} (CLI of {act.node})"
    return "Disaster Recovery System > Backup > Manual Backup"


def _effect(act: Act, facts: ReleaseFacts) -> str:
    match act:
        case Regenerate(unit=unit):
            return _renewal(facts.unit(unit).rebuilds_lists, facts)
        case Restart() | StopService() | StartService():
            return _service(act)
        case ResetPhones(group=group):
            who, rest = ("Each of these", "; no other phone notices.") if group else ("Every phone", ".")
            return f"{who} starts anew once and fetches its list and its configuration; its calls end{rest}"
        case SetRollback(value=value):
            https = "HTTPS services of phones are dead from now on" if value else "HTTPS services of phones come back"
            return f"All phones reset by themselves (S88). {https}, as soon as they have the new list."
        case HandOver() | TakeBackup():
            return "None on phones."
        case _:
            return clean.effect(act) if isinstance(act, Delete | AwaitNotification) else secure.effect(act)


def _typed(act: Restart | StopService | StartService, facts: ReleaseFacts) -> str:
    if isinstance(act, Restart):
        typed = next((each.restart for each in facts.services if act.service in each.spellings), "")
        return typed or f"utils service restart {act.service}"
    return f"utils service {'stop' if isinstance(act, StopService) else 'start'} {act.service}"


def _service(act: Restart | StopService | StartService) -> str:
    if isinstance(act, StopService):
        return f"{act.service} is away on this node until it is started: what it serves, others have to."
    return _EFFECTS.get(act.service, "No phone notices.")


def _renewal(rebuilds: str, facts: ReleaseFacts) -> str:
    """What a new certificate does by itself (S113 to S116)."""
    if not rebuilds:
        return "None on phones, as a rule; any type may make them reset (S116)."
    if facts.reset_is_automatic:
        return "Lists are built anew, and then all phones reset by themselves (S113, S114)."
    return f"Lists are built anew, and phones reset by themselves as {facts.resets.parameter} says."


def _if_it_fails(act: Act, facts: ReleaseFacts) -> str:
    match act:
        case Regenerate(unit=unit, node=node):
            return (
                f"The serial number tells whether it happened: show cert own {unit} on {node}. Renew nothing by hand; "
                "call apply again, it looks first."
            )
        case Restart(service=service) | StopService(service=service) | StartService(service=service):
            return _STUCK.format(service=service)
        case ResetPhones():
            return f"Who is away keeps his list: bring him back, and call apply again. {_refusing(facts)}"
        case UpdateCtl() | ResetCtl() | ResetItl() | ClientCtl() | SetMode() | IssueLscs():
            return secure.if_it_fails(act)
        case Delete() | AwaitNotification():
            return clean.if_it_fails(act)
        case _:
            return "The gates behind it wait. Call apply again when it is done."


def _refusing(facts: ReleaseFacts) -> str:
    """What to do about phones that refuse the list of now, in the order of effort (domain.md §5)."""
    first = "utils itl reset localkey on the publisher, and a reset (R1); " if facts.signing.second else ""
    restore = "a restore of the backup from before, with Cisco TAC (R4); " if facts.backup_holds_keys else ""
    return f"Who refuses the list: {first}{restore}erase its trust list by hand (R6, R7)."
