"""A plan carried over to its twin: the same steps, with the certificates and the phones of the twin in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from ringtrust.change.act import Act, Regenerate, Restart, StartService, StopService
from ringtrust.change.gate import CertificateIs, CertificateIsNew, Condition, Gate, Vouched, Voucher
from ringtrust.change.plan import Plan, Step, Straggler, sealed
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.names import TVS
from ringtrust.connect.certificates import certificate_of
from ringtrust.errors import RefusedError
from ringtrust.lab.state.cluster import Cluster
from ringtrust.rehearse.twin import Cast

Identities = Mapping[tuple[str, str], Certificate]
"""The certificates of a twin, by unit and node."""


def identities_of(cluster: Cluster) -> Identities:
    """Those on the disks of its nodes."""
    return {
        (unit, node.name): certificate_of(identity.certificate)
        for node in cluster.nodes
        for unit, identity in node.identities.items()
    }


def carried_over(plan: Plan, cluster: Cluster, phones: Sequence[Cast], now: datetime) -> Plan:
    """The plan for the twin, sealed. Raises RefusedError where the twin lacks what a step is about."""
    found = identities_of(cluster)
    for step in plan.steps:
        _refuse_missing(step, found, cluster)
    late = [each for each in phones if not each.kind.waited]
    twins = msgspec.structs.replace(
        plan,
        version=cluster.release.version,
        made=now,
        taken=now,
        phones=tuple(each.name for each in phones if each.kind.waited),
        stragglers=tuple(Straggler(each.name, each.kind.name, "It is off throughout.") for each in late),
        steps=tuple(_step(step, found, now) for step in plan.steps),
    )
    return sealed(twins)


def _refuse_missing(step: Step, found: Identities, cluster: Cluster) -> None:
    match step.act:
        case Regenerate(unit=unit, node=node) if (unit, node) not in found:
            what = f"there is no {unit} on {node}"
        case Restart() | StopService() | StartService() if not _runs(cluster, step.act.node, step.act.service):
            what = f"{step.act.service} does not run on {step.act.node}"
        case _:
            return
    raise RefusedError(
        f"Step {step.number}, {step.title}, cannot be rehearsed: on the twin, release {cluster.release.name}, {what}.",
        advice="Rehearse a plan without it, or trust in `ringtrust prove`.",
    )


def _runs(cluster: Cluster, node: str, name: str) -> bool:
    service = cluster.node(node).services.find(name)
    return service is not None and service.activated


def _step(step: Step, found: Identities, now: datetime) -> Step:
    return msgspec.structs.replace(
        step,
        act=_act(step.act, found),
        before=tuple(_gate(gate, found, now) for gate in step.before),
        after=tuple(_gate(gate, found, now) for gate in step.after),
    )


def _act(act: Act, found: Identities) -> Act:
    if not isinstance(act, Regenerate):
        return act
    certificate = found[act.unit, act.node]
    return msgspec.structs.replace(act, serial=certificate.serial, sha256=certificate.sha256)


def _gate(gate: Gate, found: Identities, now: datetime) -> Gate:
    return msgspec.structs.replace(gate, condition=_condition(gate.condition, found, now))


def _condition(condition: Condition, found: Identities, now: datetime) -> Condition:
    match condition:
        case CertificateIs(unit=unit, node=node):
            return msgspec.structs.replace(condition, serial=found[unit, node].serial)
        case CertificateIsNew(unit=unit, node=node):
            return msgspec.structs.replace(condition, serial=found[unit, node].serial, since=now)
        case Vouched(known=known):
            return Vouched(tuple(_voucher(each, found) for each in known))
        case _:
            return condition


def _voucher(each: Voucher, found: Identities) -> Voucher:
    """An empty one is made by the plan itself, and stays so."""
    return Voucher(each.node, found[TVS, each.node].serial) if each.serial else each
