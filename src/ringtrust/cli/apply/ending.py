"""What `ringtrust apply` says when it ends: how, and what to do next."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from ringtrust.apply.due import due_after
from ringtrust.apply.news import Ending, Finished, Postponed, StoppedAtAct, StoppedAtGate, StoppedByPerson
from ringtrust.change.act import is_a_persons
from ringtrust.change.gate import CertificateIs, PhonesBack, PhonesCurrent
from ringtrust.change.outcome import Failed, Outcome, Refused, Unclear, Unknown
from ringtrust.change.plan import Plan, Step
from ringtrust.cli.apply.text import evidence
from ringtrust.trust.names import counted, printable

_SEE_TO_IT: Final = "see to it, then call apply again with the same plan."
_MEND: Final = "mend that, then call apply again with the same plan; it goes on from here."
_LOOK: Final = "call apply again with the same plan: it looks at the cluster before it does anything else."


def ending_lines(ending: Ending, plan: Plan) -> Iterator[str]:
    """How it ended, and what to do next."""
    yield ""
    yield from map(printable, _ending(ending, plan))


def _ending(ending: Ending, plan: Plan) -> Iterator[str]:
    match ending:
        case Finished(run=run, let_pass=let_pass, backup=backup):
            yield f"Done: every step of the plan, and {_passed(let_pass)} (run {run})."
            if backup:
                yield f"The backup from before the change is {backup}: keep it until everything is well (S189)."
            yield from (f"Left for you: {step.title}." for step in plan.steps[-1:] if is_a_persons(step.act))
            yield f"Look once more with: ringtrust verify {plan.cluster} --against PLAN"
        case StoppedAtGate(step=step, gate=gate, verdict=verdict):
            how = "nobody can tell whether" if isinstance(verdict, Unknown) else "it is not so that"
            yield f"Stopped at step {step.number}, {step.title}: {how} {gate.what} ({gate.code})."
            yield from (f"  {text}" for text in evidence(verdict))
            yield from _next(_after_gate(ending, plan), acted=ending.acted)
            which = f"{ending.run} --step {step.number} --gate {gate.code}"
            yield f'Or let it pass by your word: ringtrust override {which} --because "…"'
            yield f"Then: ringtrust resume {ending.run}"
        case StoppedAtAct(step=step, outcome=outcome):
            yield f"Stopped at step {step.number}, {step.title}: {_why(outcome)}"
            yield from (f"  {text}" for text in evidence(outcome))
            yield from _next(_LOOK if isinstance(outcome, Unclear) else _to_do(step), acted=ending.acted)
        case Postponed(step=step, evidence=said):
            yield from said
            yield from _next(f"go on in a window: ringtrust resume {ending.run}.", acted=ending.acted)
        case StoppedByPerson(step=step, evidence=said):
            yield f"Stopped before step {step.number}, {step.title}: {' '.join(said)}"
            yield from _next(_when_ended(ending), acted=ending.acted)


def _passed(let_pass: Sequence[str]) -> str:
    if not let_pass:
        return "every gate passed"
    return f"every gate passed but {counted(len(let_pass), 'gate')} that a person let pass: {'; '.join(let_pass)}"


def _when_ended(ending: StoppedByPerson) -> str:
    """What is due is not forgotten; where nothing is, the plan is over."""
    if not ending.owed:
        return "nothing is due from it. To renew what is left, scan and plan anew."
    return f"this is due from what was renewed: {_titles(ending.owed)}. Go on with it: ringtrust resume {ending.run}."


def _after_gate(ending: StoppedAtGate, plan: Plan) -> str:
    """What somebody else has renewed cannot be mended, and the plan that knew the old one cannot go on."""
    to_do, which = _to_do(ending.step), ending.gate.condition
    if isinstance(which, PhonesBack | PhonesCurrent) and which.only:
        return _after_canary(ending)
    if not isinstance(ending.verdict, Failed):
        return to_do
    if isinstance(which, CertificateIs):
        return (
            f"find out who renewed {which.unit} of {which.node}. Due is, as far as nobody has done it since: "
            f"{_titles(ending.owed or due_after(plan, which))}. Do it, scan and plan anew, and apply that with "
            f"--instead-of {ending.run}: this plan is stuck."
        )
    if isinstance(which, PhonesBack | PhonesCurrent) and ending.acted:
        return (
            f"{to_do} If a phone stays away for good, do by hand what is due ({_titles(ending.owed)}), scan, plan with "
            f"--stragglers, and apply that with --instead-of {ending.run}."
        )
    return to_do


def _after_canary(ending: StoppedAtGate) -> str:
    """Nobody else has been sent for the new list. Whether it is a bad list or a broken phone a person has to tell."""
    return (
        f"find out why the canary did not converge. {ending.step.if_it_fails} Called again with the same plan, apply "
        "looks at the canary again, and goes on when it is well. Where a phone is broken by itself, and the others of "
        f"the canary have converged, do by hand what is due ({_titles(ending.owed)}), scan, plan anew, and apply that "
        f"with --instead-of {ending.run}."
    )


def _titles(steps: Sequence[Step]) -> str:
    return "; ".join(step.title for step in steps) or "nothing more"


def _why(outcome: Outcome) -> str:
    if isinstance(outcome, Refused):
        return "the cluster did not do it."
    return "nobody knows what became of it; look before anything else is done."


def _to_do(step: Step) -> str:
    return _SEE_TO_IT if is_a_persons(step.act) else _MEND


def _next(to_do: str, *, acted: bool) -> Iterator[str]:
    yield f"What to do: {to_do}"
    if acted:
        yield "Change nothing else meanwhile, and renew nothing by hand: phones keep the trust that they have."
        yield "If you need help, contact Cisco TAC, and keep the backup from before the change at hand."
    else:
        yield "Nothing has been changed so far."


def ending_document(ending: Ending) -> dict[str, Any]:
    """The same for programs."""
    document: dict[str, Any] = {"format": "ringtrust.apply/1", "run": ending.run, "finished": False, "acted": True}
    match ending:
        case Finished(let_pass=let_pass, backup=backup):
            document |= {"finished": True, "let_pass": list(let_pass)}
            document |= {"backup_before": backup} if backup else {}
        case StoppedAtGate(step=step, gate=gate, verdict=verdict):
            document["acted"] = ending.acted
            document["gate"] = {"code": gate.code, "what": gate.what, "verdict": type(verdict).__name__.lower()}
            document |= {"step": step.number, "title": step.title, "evidence": list(evidence(verdict))}
        case StoppedAtAct(step=step, outcome=outcome):
            document["acted"] = ending.acted
            document["outcome"] = type(outcome).__name__.lower()
            document |= {"step": step.number, "title": step.title, "evidence": list(evidence(outcome))}
        case StoppedByPerson(step=step, evidence=said) | Postponed(step=step, evidence=said):
            document["acted"] = ending.acted
            document |= {"step": step.number, "title": step.title, "evidence": list(said)}
            document["owed"] = [each.title for each in ending.owed]
    return document
