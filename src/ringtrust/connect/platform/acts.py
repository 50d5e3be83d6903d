"""What the CLI says after an act: `set cert regen UNIT` (S130; interfaces.md §1.7)."""

from typing import Final

import msgspec

from ringtrust.connect.platform.failures import lines_of, refuse_failed
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust import names

_SUCCESS: Final = "successfully regenerated certificate for "
_LOOKED_AT: Final = 400


class Regenerated(msgspec.Struct, frozen=True):
    """The node says that the unit has a new certificate; `text` is all that it said, on one line."""

    text: str


class NotRegenerated(msgspec.Struct, frozen=True):
    """It does not say so. Whether there is a new certificate nevertheless, only its serial number tells."""

    reason: str


def read_regeneration(text: str, unit: str) -> Regenerated | NotRegenerated:
    """What became of `set cert regen UNIT`: any text without the words of success is a failure (S130).

    Raises UnreadableError for an answer without end.
    """
    command = f"set cert regen {unit}"
    lines = lines_of(text, command)
    try:
        refuse_failed(text, command)
    except (UnreadableError, RefusedError) as error:
        return NotRegenerated(error.what)
    # The text is wrapped anywhere, between words.
    told = " ".join(" ".join(lines).split())
    if unit.lower() in _regenerated_units(told.lower()):
        return Regenerated(told)
    last = next((line.strip() for line in reversed(lines) if line.strip()), "nothing at all")
    return NotRegenerated(
        f"The node does not say that it regenerated {names.brief(unit)}, but {names.quoted(last[:_LOOKED_AT])}."
    )


def _regenerated_units(told: str) -> tuple[str, ...]:
    """The units after the words of success: one, or from 15SU5 on `tomcat and tomcat-client.`."""
    words = told.partition(_SUCCESS)[2][:_LOOKED_AT].split()
    named = [words[0], words[2]] if words[1:2] == ["and"] and len(words) > 2 else words[:1]  # noqa: PLR2004 - `a and b`
    return tuple(word.rstrip(".,") for word in named)
