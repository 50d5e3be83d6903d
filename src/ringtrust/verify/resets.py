"""Whether phones reset by themselves when a certificate changes: the enterprise parameter of 14 and later (SG15)."""

from typing import Final

from ringtrust.change.gate import ResetsByHand
from ringtrust.change.outcome import Failed, Passed, Unknown, Verdict
from ringtrust.observe.eyes import Eyes
from ringtrust.observe.rows import INTERACTION_SQL
from ringtrust.trust.names import brief

_SET: Final = (
    "Set Enterprise Parameters > Security Parameters > Phone Interaction on Certificate Update so that phones are "
    "reset manually, and save: all phones would reset together with the canary."
)
_SAID: Final = "The database does not tell. When the plan was made it was said that phones are reset manually."
_UNSAID: Final = "The database does not tell whether phones are reset manually, and nobody has said so."


async def by_hand(eyes: Eyes, condition: ResetsByHand) -> Verdict:
    """Whether phones wait for somebody to reset them. Where the database tells, that counts, whatever was said."""
    rows = await eyes.sql(eyes.publisher.name, INTERACTION_SQL)
    values = [row.get("paramvalue", "") for row in rows]
    if any("auto" in value.lower() for value in values):
        return Failed((f"The parameter is {brief(values[0])}: phones reset by themselves.", _SET))
    if values and all("manual" in value.lower() for value in values):
        return Passed((f"The parameter is {brief(values[0])}.",))
    shown = (f"The parameter is {brief(values[0])}, which nobody can read.",) if values else ()
    return Passed((*shown, _SAID)) if condition.said else Unknown((*shown, _UNSAID))
