"""What the CLI says after an act, and what that means (S130; interfaces.md §1.7 to §1.10).

An act is done where the node says so, in the words of the grammar, of this very unit. Any other text is a failure.
"""

import re
from typing import Final

import msgspec

from ringtrust.connect.platform.failures import lines_of, refuse_failed
from ringtrust.connect.platform.grammar import grammar
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust import names

_LOOKED_AT: Final = 400
_UNIT: Final = "{unit}"
# The old wording of `utils itl reset localkey`: how many servers there are, and a line for each that has it.
_SERVERS: Final = re.compile(r"number of active tftp servers in the cluster\s*:\s*(\d{1,3})\b")
_TRANSFERRED: Final = "successfully transferred reset itl to node"


class Accepted(msgspec.Struct, frozen=True):
    """The node says that it has done it; `text` is all that it said, on one line."""

    text: str


class NotAccepted(msgspec.Struct, frozen=True):
    """It does not say so. Whether it has happened nevertheless, only a look tells: a serial number, a listing."""

    reason: str


class Regenerated(Accepted, frozen=True):
    """The node says that the unit has a new certificate."""


class NotRegenerated(NotAccepted, frozen=True):
    """It does not say so. Whether there is a new certificate nevertheless, only its serial number tells."""


def read_regeneration(text: str, unit: str) -> Regenerated | NotRegenerated:
    """What became of `set cert regen UNIT` (S130). Raises UnreadableError for an answer without end."""
    found = read_act(text, "regenerate", f"set cert regen {unit}", unit)
    return Regenerated(found.text) if isinstance(found, Accepted) else NotRegenerated(found.reason)


def read_act(text: str, name: str, typed: str, unit: str = "") -> Accepted | NotAccepted:
    """What became of an act of the grammar, as it was typed, for a unit where its success names one.

    Raises UnreadableError for an answer without end.
    """
    lines = lines_of(text, typed)
    try:
        refuse_failed(text, typed)
    except (UnreadableError, RefusedError) as error:
        return NotAccepted(error.what)
    told = _on_one_line(lines)
    if any(_says(told.lower(), phrase, unit.lower()) for phrase in grammar().command(name).success):
        return Accepted(told)
    last = next((line.strip() for line in reversed(lines) if line.strip()), "nothing at all")
    return NotAccepted(f"The node does not say that {names.brief(typed)} was done, but {names.quoted(_clip(last))}.")


def read_reset(text: str) -> Accepted | NotAccepted:
    """What became of `utils itl reset localkey`, in either wording: every TFTP node that is counted must have it."""
    found = read_act(text, "reset list", "utils itl reset localkey")
    if isinstance(found, NotAccepted):
        return found
    told = found.text.lower()
    servers, done = _SERVERS.search(told), told.count(_TRANSFERRED)
    if servers is not None and int(servers[1]) != done:
        return NotAccepted(f"The new list was brought to {done} of {servers[1]} TFTP nodes.")
    return found


def _on_one_line(lines: list[str]) -> str:
    """The text is wrapped anywhere, between words."""
    return " ".join(" ".join(lines).split())


def _clip(text: str) -> str:
    return text[:_LOOKED_AT]


def _says(told: str, phrase: str, unit: str) -> bool:
    """Whether it says the phrase, of this unit where the phrase names one."""
    if not phrase.endswith(_UNIT):
        return phrase in told
    _, found, behind = told.partition(phrase.removesuffix(_UNIT))
    return bool(found) and unit in _units(behind)


def _units(behind: str) -> tuple[str, ...]:
    """The units after the words of success: one, or from 15SU5 on `tomcat and tomcat-client.`."""
    words = _clip(behind).split()
    named = [words[0], words[2]] if words[1:2] == ["and"] and len(words) > 2 else words[:1]  # noqa: PLR2004 - `a and b`
    return tuple(word.rstrip(".,") for word in named)
