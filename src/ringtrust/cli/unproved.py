"""Plans that do not prove: never carried out before somebody has typed how many phones may be stranded."""

import sys
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

import click

from ringtrust.change.plan import Plan
from ringtrust.cli.output import warn
from ringtrust.errors import RefusedError
from ringtrust.plan.strategies import waited_only
from ringtrust.prove.documents import violations
from ringtrust.prove.prove import examined
from ringtrust.prove.steps import night_of
from ringtrust.trust.names import counted, printable, some

_NAMED = 5
_ANOTHER = (
    "See how it would happen: ringtrust prove PLAN. Make another with `ringtrust plan`, or carry it out all the same"
)


class Unproved(NamedTuple):
    """Of a plan that does not prove: how many phones it may strand, and a sentence of why."""

    phones: int
    what: str


def unproved(plan: Plan) -> Unproved | None:
    """Nothing, for a plan that proves.

    Of phones that are left behind knowingly the plan has told, and whoever made it has said how many.
    """
    ground, night = waited_only(plan.ground), night_of(plan)
    lost = [found.phones for found in examined(ground, night) if found.lost]
    forbidden = violations(ground, night) if plan.basis == "documented" else ()
    if not lost and not forbidden:
        return None
    count = sum(each.phones for each in lost)
    named = some([each.name for each in lost], _NAMED)
    says = f"{counted(count, 'phone')} may be stranded by it: {named}." if lost else "it strands no phone,"
    but = "" if lost else " but"
    why = f"{but} Cisco's documents forbid it: {forbidden[0].text} ({forbidden[0].hazard})." if forbidden else ""
    return Unproved(count, f"This plan does not prove: {says}{why}")


def refuse_unproved(plan: Plan, accepted: int | None) -> tuple[str, ...]:
    """Raises RefusedError for a plan that does not prove, unless the number of phones that it may strand is typed.

    Gives what was accepted, in a sentence.
    """
    found = unproved(plan)
    if found is None:
        return ()
    if accepted is None and sys.stdin is not None and sys.stdin.isatty():
        warn(printable(found.what))
        accepted = click.prompt(
            "Type the number of phones that may be stranded, to carry it out all the same", type=int
        )
    if accepted != found.phones:
        _refuse(found.what, found.phones)
    return (found.what,)


def refuse_any_unproved(plans: Sequence[Plan]) -> None:
    """Raises RefusedError where some of these do not prove: nobody has looked at each of many by itself."""
    found = [f"{plan.cluster}: {why.what}" for plan in plans if (why := unproved(plan)) is not None]
    if found:
        out = "that plan" if len(found) == 1 else "those plans"
        raise RefusedError(
            f"Nothing was begun. {' '.join(found)}",
            advice=f"Take {out} out. {_ANOTHER}, alone: ringtrust apply PLAN.",
        )


def _refuse(what: str, count: int) -> NoReturn:
    raise RefusedError(what, advice=f"{_ANOTHER}: --stranded {count}.")
