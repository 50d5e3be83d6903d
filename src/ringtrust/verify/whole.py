"""The whole cluster, looked at again: every condition that a finished plan has left true."""

from collections.abc import Iterator

import msgspec

from ringtrust.change.act import IssueLscs, Regenerate
from ringtrust.change.gate import (
    CertificateIsNew,
    CertificatesFit,
    Condition,
    CtlMatches,
    Gate,
    ListsMatch,
    LscIssuersTrusted,
    LscsRenewed,
    PhonesBack,
    PhonesCurrent,
    ReplicationGood,
    ServedIs,
    ServicesRun,
    Synchronised,
    Vouched,
)
from ringtrust.change.outcome import Failed, NotYet, Passed, Unknown, Verdict
from ringtrust.change.plan import Plan
from ringtrust.cluster.names import TOMCAT, TVS
from ringtrust.cluster.snapshot import MIXED
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe import rows
from ringtrust.observe.eyes import Eyes
from ringtrust.verify.judge import ClusterJudge


class Checked(msgspec.Struct, frozen=True):
    """A condition, and how it was found."""

    what: str
    code: str
    verdict: Verdict


_MIXED = str(MIXED)
Question = tuple[str, Condition]


def renewed(plan: Plan) -> Iterator[tuple[Question, tuple[Question, ...]]]:
    """What a plan was to renew: whether it is new, and whether it has got where the plan waits for it."""
    for step in plan.steps:
        if isinstance(step.act, Regenerate):
            act = step.act
            spread = ((gate.what, gate.condition) for gate in step.after if isinstance(gate.condition, Synchronised))
            is_new = CertificateIsNew(act.unit, act.node, act.serial, plan.taken)
            yield (f"{act.unit} of {act.node} is new", is_new), tuple(spread)
        elif isinstance(step.act, IssueLscs):
            gates = (gate for gate in step.after if isinstance(gate.condition, LscsRenewed))
            yield from (((gate.what, gate.condition), ()) for gate in gates)


def lasting(eyes: Eyes, ctl_signer: str = "") -> Iterator[Question]:
    """What has to be so at any time: health, what ports serve, lists, phones; in mixed mode, with a signer, the CTL."""
    yield "the database of every node follows", ReplicationGood()
    yield "what is needed runs", ServicesRun()
    for site in eyes.sites:
        for unit in (TOMCAT, TVS):
            yield f"{site.name} serves the {unit} certificate on its disk", ServedIs(unit, site.name)
    yield "every list holds the certificates of now", ListsMatch()
    yield "phones can load every list", CertificatesFit()
    yield "TVS vouches for every list", Vouched()
    if ctl_signer:
        yield "every node serves one CTL, with the certificates of now", CtlMatches(ctl_signer)
        yield "whoever signed an LSC in use is trusted", LscIssuersTrusted()
    yield "the phones are registered", PhonesBack()
    too = ", and the CTL of now" if ctl_signer else ""
    yield f"every phone holds a list of now{too}", PhonesCurrent(ctl=bool(ctl_signer))


async def look(eyes: Eyes, judge: ClusterJudge, plan: Plan | None) -> tuple[Checked, ...]:
    """All of it, once."""
    found = []
    for new, spread in renewed(plan) if plan is not None else ():
        found.append(await _check(judge, new))
        if isinstance(found[-1].verdict, Passed):
            found.extend([await _check(judge, question) for question in spread])
    try:
        signer = await judge.ctl_signer() if await eyes.parameter(rows.SECURITY_MODE) == _MIXED else ""
    except (UnreadableError, RefusedError) as error:
        found.append(Checked("whether there is a CTL is known", "G-MODE", Unknown((error.what, error.advice))))
        signer = ""
    return (*found, *[await _check(judge, question) for question in lasting(eyes, signer)])


async def _check(judge: ClusterJudge, question: Question) -> Checked:
    """What would come by itself counts as not there."""
    what, condition = question
    verdict = await judge.judge(condition)
    settled = Failed(verdict.evidence) if isinstance(verdict, NotYet) else verdict
    return Checked(what, Gate(condition, what).code, settled)
