"""The twin of a cluster, declared: what a plan knows of it as a topology of the lab, and which phones are which."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ringtrust.change.act import TakeBackup
from ringtrust.change.gate import PhonesCurrent
from ringtrust.change.ground import GroundNode, PhoneClass, place_of
from ringtrust.change.plan import Plan
from ringtrust.cluster.names import CAPF
from ringtrust.errors import RefusedError
from ringtrust.lab.phone.kind import PhoneKind
from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.phones import new_phones
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.topology import (
    Backup,
    Certificates,
    Delays,
    Group,
    NodePlan,
    PhonePlan,
    Security,
    Some,
    Subject,
    Tftp,
    Topology,
)
from ringtrust.rehearse.release import Part

DELAYS: Final = Delays()
"""Cisco's half an hour for Change Notification (210541), and what the lab takes for the rest [U]."""

_DAYS: Final = 30
_LIFETIME: Final = 1825
_SUBJECT: Final = Subject("Rehearsal", "Voice", "Lab", "Lab", "PL")
_PHONES: Final = PhonePlan("CP-8861", "sip88xx")
_SEED: Final = 1
_TOKENS_AT_MOST: Final = 2


class Cast(msgspec.Struct, frozen=True, eq=False):
    """A phone of the twin: whom it plays."""

    phone: Phone
    kind: PhoneClass

    @property
    def name(self) -> str:
        """Its device name on the twin."""
        return self.phone.traits.device


def topology_of(plan: Plan, part: Part, phones: int | None = None, delays: Delays = DELAYS) -> Topology:
    """The twin of a plan's cluster, with so many `phones` in all or as many as there are.

    Raises RefusedError where the lab cannot have such a cluster.
    """
    kinds = sized(plan.ground.classes, phones)
    try:
        return Topology(
            name="twin",
            release=part.release.name,
            domain="twin.example",
            seed=_SEED,
            subject=_SUBJECT,
            certificates=Certificates(_DAYS, _LIFETIME),
            nodes=tuple(_node(plan, part, plan.ground.node(name)) for name in plan.ground.names),
            tftp=Tftp(tftp_order(plan)),
            groups=tuple(_groups(kinds)),
            phones=_PHONES,
            backup=_backup(plan),
            delays=delays,
            security=Security(mixed=plan.ground.mixed, tokens=min(len(tokens_of(plan)), _TOKENS_AT_MOST)),
            manual_resets=any(kind.canary for kind in kinds),
        )
    except RefusedError as error:
        raise RefusedError(
            f"The lab can have no twin of {plan.cluster}. {error.what}", advice="`ringtrust prove` needs no lab."
        ) from error


def _backup(plan: Plan) -> Backup:
    """The device that the plan backs up to, and the features that the cluster has."""
    acts = [step.act for step in plan.steps if isinstance(step.act, TakeBackup)]
    if not acts:
        return Backup(days_ago=1)
    return Backup(1, acts[0].device, acts[0].copies, tuple(acts[0].features.split(",")))


def sized(kinds: Sequence[PhoneClass], phones: int | None) -> tuple[PhoneClass, ...]:
    """The classes, group by group, with so many phones in all: shared out as they are, at least one in each."""
    total = sum(each.phones for each in kinds)
    order = list(dict.fromkeys(each.group for each in kinds))
    found = []
    for kind in sorted(kinds, key=lambda each: order.index(each.group)):
        share = kind.phones if phones is None or not total else round(kind.phones * phones / total)
        found.append(msgspec.structs.replace(kind, phones=max(share, 1) if kind.phones else 0))
    return tuple(found)


def tftp_order(plan: Plan) -> tuple[str, ...]:
    """The TFTP nodes, that one first whose list all phones hold: DHCP option 150 itself nobody can see from here."""
    first = _list_of_all(plan)
    return tuple(sorted(plan.ground.tftp, key=lambda name: name not in first))


def _list_of_all(plan: Plan) -> tuple[str, ...]:
    """The TFTP node whose list all phones hold, in a tuple; an empty one where they hold those of several."""
    gates = [gate.condition for step in plan.steps for gate in (*step.before, *step.after)]
    return tuple(each.node for each in gates if isinstance(each, PhonesCurrent) and each.node)[:1]


def _node(plan: Plan, part: Part, node: GroundNode) -> NodePlan:
    """Services that the lab does not know have no part in this."""
    services = tuple(name for name in part.release.services.features if name in node.services)
    return NodePlan(node.name, "publisher" if node.name == plan.ground.publisher else "subscriber", services)


def tokens_of(plan: Plan) -> tuple[str, ...]:
    """The eTokens of the cluster, where one of them signed its CTL: they have no place in it."""
    signed = [ctl for ctl in plan.ground.ctl[-1:] if "@" not in ctl.signer]
    return tuple(each for ctl in signed for each in ctl.sasts if "@" not in each)


def has_lsc(kind: PhoneClass) -> bool:
    """Whether phones of a class show a certificate that CAPF signed."""
    return place_of(kind.issuer).partition("@")[0] == CAPF


def _groups(kinds: Sequence[PhoneClass]) -> Iterator[Group]:
    """In the order of the classes, as the lab gives kinds to the phones of a group."""
    for name in dict.fromkeys(each.group for each in kinds):
        alike = [each for each in kinds if each.group == name]
        some = tuple(Some(each.phones, _kind(each)) for each in alike)
        yield Group(name, alike[0].members, sum(each.phones for each in alike), some)


def _kind(each: PhoneClass) -> PhoneKind:
    return PhoneKind(
        profile="encrypted" if each.secure else "non-secure",
        lsc=has_lsc(each),
        tvs=each.asks,
    )


def cast(plan: Plan, phones: Sequence[Phone], of: int | None = None) -> tuple[Cast, ...]:
    """The phones of a twin, each with the class that it plays; `of` is how many there are, where that was chosen."""
    kinds = [kind for kind in sized(plan.ground.classes, of) for _ in range(kind.phones)]
    return tuple(Cast(phone, kind) for phone, kind in zip(phones, kinds, strict=True))


def memory_phones(plan: Plan, cluster: Cluster, of: int | None = None) -> tuple[Phone, ...]:
    """Phones as they come out of their boxes. Who holds the list of another TFTP node than the first asks it first.

    A phone that is locked out tells of no list: it holds that of all others.
    """
    found, of_all = cast(plan, new_phones(cluster), of), set(_list_of_all(plan))
    return tuple(
        each.phone if of_all.intersection(each.kind.lists) else _asking_first(each, place, cluster)
        for place, each in enumerate(found)
    )


def _asking_first(each: Cast, place: int, cluster: Cluster) -> Phone:
    order = [node.name for node in cluster.tftp_order]
    lists = [name for name in each.kind.lists if name in order]
    if not lists or lists == order[:1]:
        return each.phone
    first = lists[place % len(lists)]
    addresses = [cluster.node(name).address for name in sorted(order, key=lambda name: name != first)]
    return Phone(msgspec.structs.replace(each.phone.traits, tftp=tuple(addresses)), each.phone.papers)
