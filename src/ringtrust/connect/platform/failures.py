"""How the platform CLI says no, and how its readers do (interfaces.md §1.5: there is no typed code, only text)."""

from typing import Final

from ringtrust.connect.platform.grammar import Failure, grammar
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.trust import names

# The longest genuine answers are inventories by `run sql`, a few hundred kilobytes.
_TEXT_AT_MOST: Final = 4 * 1024 * 1024
# Some releases print the verdict last, some the explanation.
_LAST_LINES: Final = 2
_REASON_LINES: Final = 4
_REASON_AT_MOST: Final = 200  # what a sentence shows of it: its end, not its beginning


def lines_of(text: str, command: str) -> list[str]:
    """The lines of an answer, without blanks at their ends. Raises UnreadableError for an answer without end."""
    if len(text) > _TEXT_AT_MOST:
        raise UnreadableError(
            f"The answer to {shown(command)} has {len(text):,} characters, more than is read here.",
            advice=_by_hand(command),
        )
    return [line.rstrip() for line in text.split("\n")]


def answer_lines(text: str, command: str) -> list[str]:
    """The lines of a command that did not fail. Raises UnreadableError and RefusedError."""
    refuse_failed(text, command)
    return lines_of(text, command)


def refuse_failed(text: str, command: str) -> None:
    """Lets an answer through unless its end says that the command failed.

    Raises RefusedError when the node did not take the command at all, UnreadableError when it did and failed.
    """
    told = [line.strip() for line in lines_of(text, command) if line.strip()]
    last = [line.lower() for line in told[-_LAST_LINES:]]
    for failure in grammar().failures:
        if any(failure.in_line(line) for line in last):
            raise _failed(failure, told, command)


def _failed(failure: Failure, told: list[str], command: str) -> RingtrustError:
    match failure.kind:
        case "interrupted":
            return UnreadableError(
                f"{shown(command)} was interrupted by Control-C.", advice="Look at the node, then decide."
            )
        case "unknown":
            return RefusedError(
                f"This node knows no command {shown(command)}.", advice="Its release may be too old or too new."
            )
        case "parameters":
            return RefusedError(f"The node wants other parameters than {shown(command)} has.", advice=_by_hand(command))
        case "failed":
            reason = names.brief(_reason(told, failure)) or "it gives no reason"
            return UnreadableError(f"{shown(command)} failed on the node: {reason}", advice=_by_hand(command))


def _reason(told: list[str], verdict: Failure) -> str:
    """What stands right before the verdict: the end of it, where there is much, as what was typed stands above."""
    said = [line for line in told[-_REASON_LINES:] if not verdict.in_line(line.lower())]
    return " ".join(said)[-_REASON_AT_MOST:]


def unreadable(command: str, problem: str, met: str = "") -> UnreadableError:
    """The error of a reader that does not understand an answer; `met` is what it met, quoted briefly."""
    behind = f": {names.quoted(met[:_REASON_AT_MOST])}" if met else ""
    return UnreadableError(
        f"The answer to {shown(command)} cannot be read: {problem}{behind}.", advice=_by_hand(command)
    )


def first_told(lines: list[str]) -> str:
    """The first line that says something, for an error; words of our own when there is none."""
    return next((line.strip() for line in lines if line.strip()), "nothing at all")


def small_number(word: str) -> bool:
    """Whether a word is a number that may be counted with: digits of ASCII, nine at most."""
    return word.isascii() and word.isdigit() and len(word) <= 9  # noqa: PLR2004 - a number of 32 bits


def shown(command: str) -> str:
    """A command inside a sentence."""
    return f"`{names.brief(command)}`"


def _by_hand(command: str) -> str:
    return f"Type {shown(command)} at the CLI of the node, and see what it answers."
