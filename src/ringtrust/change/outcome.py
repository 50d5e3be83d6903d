"""What became of an act and of a gate: closed families of results."""

import msgspec


class _Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="was"):
    evidence: tuple[str, ...] = ()


class Passed(_Result, frozen=True, tag="passed"):
    """The condition holds; `evidence` says by what."""


class NotYet(_Result, frozen=True, tag="not-yet"):
    """It does not hold, and may by itself: look again. `evidence` says what is missing."""


class Failed(_Result, frozen=True, tag="failed"):
    """It does not hold, and waiting will not help."""


class Unknown(_Result, frozen=True, tag="unknown"):
    """Nobody can tell: a source could not be read. It never passes (design.md §4.4)."""


Verdict = Passed | NotYet | Failed | Unknown


class Done(_Result, frozen=True, tag="done"):
    """The act has happened; `evidence` says what the cluster answered.

    `made` is the serial number of the certificate that a regeneration has made.
    """

    made: str = ""


class Refused(_Result, frozen=True, tag="refused"):
    """The cluster did not carry it out, and says so."""


class Unclear(_Result, frozen=True, tag="unclear"):
    """Whether it has happened nobody knows: look at the cluster before anything else (design.md §4.3)."""


Outcome = Done | Refused | Unclear
