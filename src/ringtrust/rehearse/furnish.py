"""What a plan expects of a cluster besides certificates and phones, brought about on its twin: else no gate would pass.

[U] Where the cluster calls Phone Interaction on Certificate Update otherwise than the lab does, the twin has it by that
name, and phones reset by themselves: that is the case with more in it.
"""

from collections.abc import Iterator

from ringtrust.change.gate import PhoneInteractionIs, SsoIs
from ringtrust.change.plan import Plan
from ringtrust.lab.state import parameters
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.database import Statement, key, put


def furnish(plan: Plan, cluster: Cluster) -> None:
    """Settings that gates of the plan ask for are on the twin as they were scanned."""
    cluster.database.seed(tuple(_rows(plan)))


def _rows(plan: Plan) -> Iterator[Statement]:
    conditions = {gate.condition for step in plan.steps for gate in (*step.before, *step.after)}
    for condition in conditions:
        if isinstance(condition, PhoneInteractionIs):
            yield "delete from processconfig where paramname = ?", (parameters.RESETS,)
            name, value = condition.name, condition.value
            yield put("processconfig", key("parameter", name), name, value, None, None)
        elif isinstance(condition, SsoIs):
            yield from (("update processnode set tkssomode = 2 where name = ?", (node,)) for node in condition.nodes)
