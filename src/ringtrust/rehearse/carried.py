"""A plan carried over to its twin: the same steps, with the certificates and the phones of the twin in them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from ringtrust.change.act import (
    Act,
    ClientCtl,
    IssueLscs,
    Regenerate,
    ResetPhones,
    Restart,
    StartService,
    StopService,
)
from ringtrust.change.gate import (
    CertificateIs,
    CertificateIsNew,
    Condition,
    CtlMatches,
    DatabaseMatches,
    Gate,
    LscsRenewed,
    NoAlarms,
    PhonesBack,
    PhonesCurrent,
    TokenAtHand,
    Vouched,
    Voucher,
)
from ringtrust.change.plan import Plan, Step, Straggler, sealed
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.names import TVS
from ringtrust.connect.certificates import certificate_of
from ringtrust.errors import RefusedError
from ringtrust.lab.state.cluster import Cluster
from ringtrust.rehearse.twin import Cast, has_lsc, tokens_of

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
    carrying = _Carrying(plan, cluster, phones, now)
    late = [each for each in phones if not each.kind.waited]
    twins = msgspec.structs.replace(
        plan,
        version=cluster.release.version,
        made=now,
        taken=now,
        phones=tuple(each.name for each in phones if each.kind.waited),
        stragglers=tuple(Straggler(each.name, each.kind.name, "It is off throughout.") for each in late),
        steps=tuple(map(carrying.step, plan.steps)),
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


class _Carrying:
    """What of the twin stands in the steps: its certificates, its eTokens, its phones."""

    def __init__(self, plan: Plan, cluster: Cluster, phones: Sequence[Cast], now: datetime) -> None:
        self._found = identities_of(cluster)
        self._now = now
        names = tuple(token.name.strip() for token in cluster.tokens)
        self._tokens = dict(zip(tokens_of(plan), names, strict=False))
        self._names = names
        self._issued = [name for step in plan.steps if isinstance(step.act, IssueLscs) for name in step.act.phones]
        self._twins = [each.name for each in phones if has_lsc(each.kind) and each.kind.waited]
        self._canary = tuple(each.name for each in phones if each.kind.canary and each.kind.waited)
        self._places = {name: place for place, name in enumerate(self._issued)}

    def step(self, step: Step) -> Step:
        """The step for the twin."""
        return msgspec.structs.replace(
            step,
            act=self._act(step.act),
            before=tuple(map(self._gate, step.before)),
            after=tuple(map(self._gate, step.after)),
        )

    def _act(self, act: Act) -> Act:
        match act:
            case Regenerate(unit=unit, node=node):
                certificate = self._found[unit, node]
                return msgspec.structs.replace(act, serial=certificate.serial, sha256=certificate.sha256)
            case ClientCtl():
                return ClientCtl(self._names)
            case IssueLscs(phones=phones):
                return IssueLscs(self._share(phones))
            case ResetPhones(group=group) if group:
                return ResetPhones(group, self._canary)
            case _:
                return act

    def _share(self, phones: Sequence[str]) -> tuple[str, ...]:
        """Of a batch as large a share of the twin's phones as it has of the cluster's."""
        if not phones:
            return ()
        begin, end = self._places[phones[0]], self._places[phones[-1]] + 1
        size, of = len(self._twins), len(self._issued)
        return tuple(self._twins[round(begin * size / of) : round(end * size / of)])

    def _gate(self, gate: Gate) -> Gate:
        return msgspec.structs.replace(gate, condition=self._secure(self._condition(gate.condition)))

    def _condition(self, condition: Condition) -> Condition:
        match condition:
            case CertificateIs(unit=unit, node=node):
                return msgspec.structs.replace(condition, serial=self._found[unit, node].serial)
            case CertificateIsNew(unit=unit, node=node):
                return msgspec.structs.replace(condition, serial=self._found[unit, node].serial, since=self._now)
            case NoAlarms():
                return NoAlarms(self._now)
            case DatabaseMatches(certificates=all_of_them):
                return DatabaseMatches(tuple(each for each in all_of_them if (each.unit, each.node) in self._found))
            case Vouched(known=known):
                return Vouched(tuple(_voucher(each, self._found) for each in known))
            case _:
                return condition

    def _secure(self, condition: Condition) -> Condition:
        """On the twin nobody is locked out in the beginning: every certificate there is good still."""
        match condition:
            case CtlMatches(signer=signer):
                return CtlMatches(self._tokens.get(signer, signer))
            case TokenAtHand():
                return TokenAtHand(self._names)
            case LscsRenewed(phones=phones):
                return LscsRenewed(self._share(phones))
            case PhonesBack(only=only):
                return PhonesBack(only=self._canary if only else ())
            case PhonesCurrent(only=only) if only:
                return msgspec.structs.replace(condition, only=self._canary)
            case _:
                return condition


def _voucher(each: Voucher, found: Identities) -> Voucher:
    """An empty one is made by the plan itself, and stays so."""
    return Voucher(each.node, found[TVS, each.node].serial) if each.serial else each
