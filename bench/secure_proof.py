"""Proving the renewal of everything in mixed mode, against the same cluster without it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bench.proof import seconds_of
from bench.result import Result
from bench.timing import Timed
from ringtrust.change.plan import Plan
from ringtrust.cluster.facts import Known
from ringtrust.cluster.phone import Lsc
from ringtrust.cluster.snapshot import Snapshot
from tests.plan.material import V15, campus, planned, with_phones
from tests.plan.secured import ctl_of, secure_phone, secured

_NODES: Final = ("pub", *(f"sub{number}" for number in range(1, 9)))
_TFTP: Final = _NODES[:8]
_GROUPS: Final = {f"G{number}": pair for number, pair in enumerate(zip(_NODES[1::2], _NODES[2::2], strict=True))}
_WITHOUT: Final = Known(Lsc("", None, None, "No Pending Operation", "None", "By Null String"))
_KINDS: Final[tuple[Mapping[str, Any], ...]] = (
    {},
    {"lsc": _WITHOUT},
    {"model": "Cisco 7940", "itl": Known("")},
    {"lsc": _WITHOUT, "profile": Known("non-secure")},
)
"""With an LSC, with a MIC alone, without TVS, and without anything: one of each in every CM group."""
_AT_MOST: Final = 25.0
"""Measured: 15. A phone has two lists, an LSC and a registration to lose, and there are four kinds in a group."""
_ROUNDS: Final = 3
_MICROSECONDS: Final = 1e6


def results() -> Iterator[Result]:
    """The one figure."""
    plan, plain = planned(_mixed(), "all"), planned(campus(V15, nodes=_NODES, tftp=_TFTP, groups=_GROUPS), "all")
    ours, bare = _fastest(plan), _fastest(plain)
    name = f"{len(_NODES)} nodes, {len(_TFTP)} of TFTP"
    timed = Timed(ours * _MICROSECONDS, bare * _MICROSECONDS, ours / bare)
    yield Result(name, timed, _AT_MOST, f"{len(plan.steps)} steps, {len(plan.ground.classes)} classes of phones")


def _fastest(plan: Plan) -> float:
    return min(seconds_of(plan) for _ in range(_ROUNDS))


def _mixed() -> Snapshot:
    found = secured(V15, nodes=_NODES, tftp=_TFTP, groups=_GROUPS)
    ctl = ctl_of(found)
    desks = [(group, kind) for group in _GROUPS for kind in _KINDS]
    return with_phones(found, *(secure_phone(number, group, ctl, **kind) for number, (group, kind) in enumerate(desks)))
