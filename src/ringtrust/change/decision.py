"""What a person decides while a plan is carried out: it is in the journal, with who, when and why."""

from typing import Literal

import msgspec

from ringtrust.cluster.facts import Moment

What = Literal["pause", "resume", "abort", "approve", "override", "accept"]
"""Pause before the next act; go on; end for good; a second person agrees; a gate counts as passed; a risk is taken."""


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision. `by` is a user of this machine, `why` in the words of that person.

    `step` and `gate` say what an override is about: a gate such as G-ALM, of this step and of no other.
    """

    what: What
    by: str
    at: Moment
    why: str = ""
    step: int = 0
    gate: str = ""
