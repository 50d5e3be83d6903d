"""What the CLI says after an act, and what that means (S130; interfaces.md §1.7 to §1.10).

An act is done where the node says so, in the words of the grammar, of this very unit, after the last answer that it was
given. Any other text is a failure: so are the same words behind a `not`, and those of a question or of a warning.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Final

import msgspec

from ringtrust.connect.platform.failures import lines_of, refuse_failed
from ringtrust.connect.platform.grammar import grammar
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust import names

_LOOKED_AT: Final = 400
_PLACES_AT_MOST: Final = 1000
_UNIT: Final = "{unit}"
# The old wording of `utils itl reset localkey`: how many servers there are, and a line for each that has it.
_SERVERS: Final = re.compile(r"number of active tftp servers in the cluster\s*:\s*(\d{1,3})\b")
_TRANSFERRED: Final = "successfully transferred reset itl to node"
_END_OF_PASTE: Final = "-----end certificate-----"
_SISTER: Final = "client copy"
# Where a sentence may begin. Text is wrapped anywhere, so a new line alone is none, unless it begins in upper case.
_BEGIN: Final = re.compile(r"[.!?:;]\s|\n\s*\n|\n\s*(?=[A-Z])")
_WORD: Final = re.compile(r"[\w']+")
_AGAINST: Final = frozenset(
    (
        *("not", "no", "never", "cannot", "none", "nothing", "neither", "nor", "without", "unable"),
        *("fail", "fails", "failed", "failure", "error"),
        *("if", "unless", "until", "once", "when", "before", "after"),
    )
)


class Accepted(msgspec.Struct, frozen=True):
    """The node says that it has done it; `text` is all that it said after the last answer, on one line."""

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
    told = _after_the_last_answer(lines)
    try:
        refuse_failed(told, typed)
    except (UnreadableError, RefusedError) as error:
        return NotAccepted(error.what)
    if any(_times(told, phrase, unit.lower()) for phrase in grammar().command(name).success):
        return Accepted(_on_one_line(told))
    last = next((line.strip() for line in reversed(lines) if line.strip()), "nothing at all")
    return NotAccepted(
        f"The node does not say that {names.brief(typed)} was done, but {names.quoted(last[:_LOOKED_AT])}."
    )


def read_reset(text: str) -> Accepted | NotAccepted:
    """What became of `utils itl reset localkey`, in either wording: every TFTP node that is counted must have it."""
    typed = "utils itl reset localkey"
    found = read_act(text, "reset list", typed)
    if isinstance(found, NotAccepted):
        return found
    servers = _SERVERS.search(found.text.lower())
    done = _times(_after_the_last_answer(lines_of(text, typed)), _TRANSFERRED)
    if servers is not None and int(servers[1]) != done:
        return NotAccepted(f"The new list was brought to {done} of {servers[1]} TFTP nodes.")
    return found


def _on_one_line(text: str) -> str:
    """The text is wrapped anywhere, between words."""
    return " ".join(text.split())


def _after_the_last_answer(lines: Sequence[str]) -> str:
    """What was said then. The question for the unit of clients may come behind the words of success: it is left out."""
    told: list[str] = []
    for line in lines:
        if line.strip().lower() == _END_OF_PASTE:
            told = []
            continue
        rest = _behind_question(line)
        if rest is None:
            told.append(line)
        elif any(word in line.lower() for word in grammar().question(_SISTER).words):
            told.append(rest)
        else:
            told = [rest]
    return "\n".join(told)


def _behind_question(line: str) -> str | None:
    """What stands behind a question and its answer; None where the line asks nothing."""
    ends = [(found.end(), words) for pattern, words in _endings() for found in pattern.finditer(line)] if line else []
    if not ends:
        return None
    end, words = max(ends)
    rest = line[end:]
    return "" if rest.strip().lower() in words else rest


@cache
def _endings() -> tuple[tuple[re.Pattern[str], tuple[str, str]], ...]:
    """How questions end, wherever in a line, and the answers that may stand behind."""
    return tuple(
        (re.compile(each.pattern.pattern.removesuffix(r"\Z"), re.IGNORECASE), (each.yes, each.no))
        for each in grammar().endings
    )


def _times(told: str, phrase: str, unit: str = "") -> int:
    """How often it says the phrase as its own words, and not its contrary; of this unit where the phrase names one."""
    return sum(
        not _is_denied(told[max(found.start() - _LOOKED_AT, 0) : found.start() + 1])
        and (not phrase.endswith(_UNIT) or unit in _units(told[found.end() : found.end() + _LOOKED_AT].lower()))
        for found in _places(told, phrase)
    )


def _places(told: str, phrase: str) -> Iterator[re.Match[str]]:
    words = r"\s+".join(map(re.escape, phrase.removesuffix(_UNIT).split()))
    return islice(re.finditer(rf"(?<![\w-]){words}(?![\w-])", told, re.IGNORECASE), _PLACES_AT_MOST)


def _is_denied(shown: str) -> bool:
    """Whether the sentence so far, or the very last word, turns what follows into its contrary, or a condition.

    `shown` ends with the first letter of what follows: in upper case at the begin of a line, that begins a sentence.
    """
    begun, before = max((found.end() for found in _BEGIN.finditer(shown)), default=0), shown[:-1]
    words = [word.lower() for word in (*_WORD.findall(before[begun:]), *before.split()[-1:])]
    return any(word in _AGAINST or word.endswith("n't") for word in words)


def _units(behind: str) -> tuple[str, ...]:
    """The units after the words of success: one, or from 15SU5 on `tomcat and tomcat-client.`."""
    words = behind.split()
    named = [words[0], words[2]] if words[1:2] == ["and"] and len(words) > 2 else words[:1]  # noqa: PLR2004 - `a and b`
    return tuple(word.rstrip(".,") for word in named)
