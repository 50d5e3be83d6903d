"""What Cisco's documents forbid, be it that the mechanism would bear it: the basis "documented".

Of three ways to keep trust (S81) each may be followed: the rollback parameter (S82), one type at a time (S106), TFTP
servers in turn (S96). What is forbidden in all of them is said here, hazard by hazard (domain.md §3a).
"""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from ringtrust.change import night
from ringtrust.change.ground import Ground, item
from ringtrust.change.proof import Remark, Violation
from ringtrust.cluster.names import (
    CALLMANAGER,
    CALLMANAGER_SERVICE,
    CAPF,
    CAPF_SERVICE,
    ITLRECOVERY,
    TFTP_SERVICE,
    TVS,
    TVS_SERVICE,
)
from ringtrust.prove.frame import ANCHORS, Frame, first_frame
from ringtrust.prove.moves import CALLMANAGER_TRUST, CAPF_TRUST, after
from ringtrust.trust.names import counted

_MEETING: Final = frozenset({CALLMANAGER_SERVICE, CAPF_SERVICE, TFTP_SERVICE, TVS_SERVICE})
"""The services with which phones meet what has been renewed."""
_WHEN: Final[Mapping[type[night.Deed], str]] = {
    night.Renew: "another type begins",
    night.Start: "services are restarted",
}


class _Pair(msgspec.Struct, frozen=True):
    """Two types that must not change before every phone holds a list from in between."""

    units: frozenset[str]
    hazard: str
    text: str
    sources: tuple[str, ...]
    signed_by_recovery: bool = False


_PAIRS: Final = (
    _Pair(
        frozenset({CALLMANAGER, TVS}),
        "H01",
        "CallManager and TVS change before every phone holds a list from in between",
        ("H01", "214231", "217138", "S106"),
    ),
    _Pair(
        frozenset({ITLRECOVERY, TVS}),
        "H03",
        "ITLRecovery, which signs the lists, and TVS change before every phone holds a list from in between",
        ("H03", "225746", "SG15"),
        signed_by_recovery=True,
    ),
    _Pair(
        frozenset({ITLRECOVERY, CALLMANAGER}),
        "H04",
        "ITLRecovery changes before every phone holds a list with the new CallManager, or the other way about",
        ("H04", "CLI15", "SG15"),
        signed_by_recovery=True,
    ),
)


class _Window(msgspec.Struct):
    """What has changed since every phone last held a list of now, and what those lists may have lacked then."""

    changed: set[str] = msgspec.field(default_factory=set)
    unlisted: set[str] = msgspec.field(default_factory=set)
    said: set[str] = msgspec.field(default_factory=set)
    unsaved: bool = False
    rollback: bool = False
    served_empty: bool = False
    emptied: bool = False
    unserved: set[str] = msgspec.field(default_factory=set)
    ctl_due: set[str] = msgspec.field(default_factory=set)
    issued: bool = False
    stopped: set[tuple[str, str]] = msgspec.field(default_factory=set)


def violations(ground: Ground, stages: tuple[night.Stage, ...]) -> tuple[Violation, ...]:
    """What they forbid in a night, each hazard once, in the order of the night."""
    return tuple(_found(ground, stages))


def _found(ground: Ground, stages: tuple[night.Stage, ...]) -> Iterator[Violation]:
    window = _Window(rollback=ground.rollback, served_empty=ground.rollback, emptied=_all_emptied(ground))
    frame = first_frame(ground)
    for place, stage in enumerate(stages):
        for violation in _at(ground, window, place, stage.deed):
            if violation.hazard not in window.said:
                window.said.add(violation.hazard)
                yield violation
        _go_on(ground, window, stage.deed, frame)
        frame = after(ground, frame, stage.deed)
    if window.rollback and stages:
        text = "the night ends with the rollback parameter True: HTTPS is dead, and phones trust anybody"
        yield Violation("H11", len(stages) - 1, text, ("H11", "S83", "S92"))
    elif window.unserved:
        text = (
            f"Cisco Tftp of {' and '.join(sorted(window.unserved))} is not restarted after the parameter is False again"
        )
        yield Violation("H11", len(stages) - 1, text, ("H11", "S93"))
    if window.ctl_due and "H13" not in window.said:
        yield _without_ctl(window, len(stages) - 1, "the night ends")


def _without_ctl(window: _Window, place: int, when: str) -> Violation:
    units = " and ".join(sorted(window.ctl_due))
    text = f"{units} changed, and {when} before the CTL is updated: secure phones meet what their CTL does not hold"
    return Violation("H13", place, text, ("H13", "S64", "214231", "217138"))


def _all_emptied(ground: Ground) -> bool:
    served = [first for node in ground.nodes for first in node.serves]
    return bool(served) and all(first.emptied for first in served)


def _at(ground: Ground, window: _Window, place: int, deed: night.Deed) -> Iterator[Violation]:
    match deed:
        case night.SetRollback(value=True) if ground.mixed:
            text = "the rollback parameter does not empty the CTL, and an empty ITL names no TVS to check a new one by"
            yield Violation("H12", place, text, ("H12", "S86", "213407"))
        case night.Rename(node=node) if window.changed:
            text = f"the identities of {node} are made anew by its new name in the midst of other work on certificates"
            yield Violation("H23", place, text, ("H23", "IPC", "SG15"))
        case night.Restore() if window.unsaved:
            text = "a restore brings back keys of before, while phones may hold lists of after"
            yield Violation("H24", place, text, ("H24", "SG15"))
        case night.Renew(unit=unit) if unit in ANCHORS and not window.emptied:
            yield from _late_ctl(window, place, deed)
            yield from _renewal(ground, window, place, unit)
        case night.Delete():
            yield from _clean_up(ground, window, place, deed)
        case night.Start() | night.Wave() | night.IssueLscs():
            yield from _late_ctl(window, place, deed)
        case _:
            pass


def _late_ctl(window: _Window, place: int, deed: night.Deed) -> Iterator[Violation]:
    """In mixed mode the CTL follows before services are restarted, phones reset or other types begun (P0, P7)."""
    due = window.ctl_due - ({deed.unit} if isinstance(deed, night.Renew) else set())
    if not due or (isinstance(deed, night.Start) and deed.service not in _MEETING):
        return
    yield _without_ctl(window, place, _WHEN.get(type(deed), "phones are reset"))


def _clean_up(ground: Ground, window: _Window, place: int, deed: night.Delete) -> Iterator[Violation]:
    """Whoever signed an LSC that is in use stays where LSCs are checked (H17, I7); and whatever somebody leans on."""
    gone = {copy.certificate for copy in ground.copies if (copy.store, copy.file) == (deed.store, deed.name)}
    using = [phones for phones in ground.classes if phones.issuer in gone]
    if using and deed.store in {CALLMANAGER_TRUST, CAPF_TRUST} and not window.issued:
        count = sum(phones.phones for phones in using)
        text = f"{deed.name} goes from {deed.store}, and the LSCs of {counted(count, 'phone')} are signed by it"
        yield Violation("H17", place, text, ("H17", "I7", "200860", "pkinane"))
    for each in ground.leaning:
        if (each.store, each.file) == (deed.store, deed.name) and each.node in {deed.node, ""}:
            text = f"{each.file} goes from {each.store} of {deed.node}, and it is needed: {each.who}"
            yield Violation(each.hazard, place, text, each.sources)


def _renewal(ground: Ground, window: _Window, place: int, unit: str) -> Iterator[Violation]:
    others = window.changed - {unit}
    by_recovery = ground.signer == ITLRECOVERY
    if others | {unit} == ANCHORS:
        text = "CallManager, TVS and ITLRecovery change together: every anchor of the list is replaced"
        yield Violation("H02", place, text, ("H02", "225746"))
    for pair in _PAIRS:
        counts = by_recovery or not pair.signed_by_recovery or _signs_ctl_by(ground, pair)
        if unit in pair.units and pair.units & others and counts:
            yield Violation(pair.hazard, place, pair.text, pair.sources)
    if window.unlisted - {unit}:
        text = "phones may hold lists without the last change: the next type waits until it is everywhere (wait sync)"
        yield Violation("H06", place, text, ("H06", "210541", "SG15", "S101"))
    if unit in {TVS, ground.signer}:
        yield from _alone(ground, window, place, unit)


def _stands_in_ctl(ground: Ground, unit: str, node: str) -> bool:
    """CallManager of every node does, of CAPF and ITLRecovery the publisher's (trust-formats.md §1.6)."""
    return unit == CALLMANAGER or (unit in {CAPF, ITLRECOVERY} and node == ground.publisher)


def _signs_ctl_by(ground: Ground, pair: _Pair) -> bool:
    """Whether a CTL hangs on both: one signs it, and the other after a reset (H04, S71)."""
    return bool(ground.ctl) and pair.units == {ground.ctl_signer, ground.ctl_second}


def _alone(ground: Ground, window: _Window, place: int, unit: str) -> Iterator[Violation]:
    for phones in ground.classes:
        if len(set(phones.members)) == 1:
            text = (
                f"CM group {phones.group} has one member: nobody else vouches while {unit} changes. "
                "The documented way is the rollback parameter"
            )
            yield Violation("H09", place, text, ("H09", "pkinane", "IPC"))
        if unit == ground.signer and all((TVS_SERVICE, member) in window.stopped for member in phones.members):
            text = f"no TVS of CM group {phones.group} runs that could vouch for the new {unit}"
            yield Violation("H10", place, text, ("H10", "118699", "213407"))


def _go_on(ground: Ground, window: _Window, deed: night.Deed, frame: Frame) -> None:  # noqa: C901 - a closed family
    match deed:
        case night.Renew(unit=unit, node=node) if unit in ANCHORS or unit == CAPF:
            window.changed |= {unit} & ANCHORS
            window.ctl_due |= {unit} if frame.mixed and _stands_in_ctl(ground, unit, node) else set()
            window.unsaved = True
        case night.UpdateCtl() | night.ResetCtl() | night.SetMode():
            window.ctl_due.clear()
        case night.IssueLscs(group="", complete=True):
            window.issued = True
        case night.Rename():
            window.changed |= {CALLMANAGER, TVS}
            window.unsaved = True
        case night.BackUp():
            window.unsaved = False
        case night.Restore():
            window.changed |= ANCHORS
        case night.SetRollback(value=value):
            window.rollback, window.served_empty = value, False
            window.unserved = set() if value else set(ground.tftp)
        case night.Stop(service=service, node=node):
            window.stopped.add((service, node))
        case night.Start(service=service, node=node):
            window.stopped.discard((service, node))
            if service == TFTP_SERVICE:
                window.unserved.discard(node)
            window.served_empty = window.rollback and (service == TFTP_SERVICE or window.served_empty)
        case night.Wave(group="", complete=True, canary=False):
            window.changed.clear()
            window.unlisted = _unlisted(ground, frame)
            window.emptied = window.served_empty and not ground.mixed
        case _:
            pass


def _unlisted(ground: Ground, frame: Frame) -> set[str]:
    """The types of which some list that is served may lack what is on disk: a phone may hold that one (I4)."""
    tvs = [item(TVS, node.name) for node in ground.nodes]
    running = [node for node in ground.tftp if (TFTP_SERVICE, node) not in frame.stopped]
    return {
        place.partition("@")[0]
        for node in running
        for built in frame.built[node]
        for place in (*(item(unit, ground.owner(unit, node)) for unit in ground.sasts), *tvs)
        if built[place] < frame.last(place)
    }


def remarks(ground: Ground, stages: tuple[night.Stage, ...]) -> tuple[Remark, ...]:
    """What is worth a look: two TFTP servers at once, where their way is not the one that is followed (S104)."""
    touched: set[str] = set()
    for stage in stages:
        match stage.deed:
            case night.Renew(unit=unit, node=node) if unit == CALLMANAGER and node in ground.tftp:
                touched.add(node)
            case night.Wave(group="", canary=False):
                touched.clear()
            case _:
                pass
        if len(touched) > 1:
            names = " and ".join(sorted(touched))
            text = (
                f"{stage.where} changes CallManager of {names} with no wave in between; TFTP servers in turn are safer."
            )
            return (Remark(text, ("H05", "S104", "S105")),)
    return ()
