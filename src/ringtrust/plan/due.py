"""What is due behind a renewal: the restarts and the wave without which it is half done."""

from itertools import dropwhile, takewhile

from ringtrust.change.act import ClientCtl, Delete, IssueLscs, Regenerate, TakeBackup, is_a_persons
from ringtrust.change.plan import Plan, Step


def due(plan: Plan, reached: int) -> tuple[Step, ...]:
    """The restarts and the wave behind the last renewals up to a step, as far as they come after that step."""
    here = [step for step in plan.steps if step.number == reached]
    rest = [step for step in plan.steps if step.number > reached]
    if here and renews(here[0]):
        rest = list(dropwhile(renews, rest))
    owed = takewhile(lambda step: not renews(step), rest)
    return tuple(step for step in owed if _is_owed(step)) if here else ()


def renews(step: Step) -> bool:
    """Whether it makes a new certificate."""
    return isinstance(step.act, Regenerate)


def _is_owed(step: Step) -> bool:
    """What a person does with the CTL client is as due as what ringtrust does: without it phones are refused (H13).

    LSCs are not: those of before stay good, and a new plan sees who has one (I7). Nor is a backup: a new plan begins
    with one. Nor is a deletion: a new plan sees what is left, and a file of that name may be another one by now.
    """
    if isinstance(step.act, IssueLscs | TakeBackup | Delete):
        return False
    return isinstance(step.act, ClientCtl) or not is_a_persons(step.act)
