"""The parts of an alarm in plain text: its parameters, and what is said of a certificate in them."""

import re
from typing import Final

from ringtrust.cluster.alarm import Notice, Stamp
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.connect.alarms.dates import date_at_start, read_expiry
from ringtrust.trust.names import quoted

Parameters = tuple[tuple[str, str], ...]

_BLOCK_AT_MOST: Final = 8192
_TEXT_AT_MOST: Final = 1000
_PARAMETERS_AT_MOST: Final = 64
_BEGIN: Final = re.compile(r"\s{0,20}%?\s{0,20}\[")
_END: Final = re.compile(r"\]\s{0,20}(?::|\Z)")
_BETWEEN: Final = re.compile(r"\]\s?\[")
# Where the text of an alarm ends: at a blank line, at a field of RTMT, at another line of a log.
_OVER: Final = re.compile(
    r"\n[ \t]*\n|\b(?:AppID|ClusterID|NodeID|TimeStamp|SeverityMatch|MatchedEvent)[ \t]?:|\]\[AppID="
    r"|\n(?=[ \t]*(?:<[0-9]{1,3}>|[A-Z][a-z]{2} {1,2}[0-9]{1,2} [0-9]{2}:|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]))"
    r"|\n(?=[ \t]*At [A-Z][a-z]{2} )"
)
_LABEL: Final = re.compile(r"\b(certificate\s{1,20}name|unit|type|expiration)\s{0,20}:", re.IGNORECASE)
ABOUT_CERTIFICATES: Final = re.compile(r"certificate\s{1,20}name\s{0,20}:", re.IGNORECASE)


def parameters_and_text(text: str) -> tuple[Parameters, str]:
    """The parameters in brackets behind the name of an alarm, and the sentence behind them; what follows is cut off.

    A block that breaks off is read as far as it goes.
    """
    begin = _BEGIN.match(text)
    if begin is None:
        return (), _sentence(text)
    block = text[begin.end() : begin.end() + _BLOCK_AT_MOST]
    end = _END.search(block)
    if end is None:
        return _parameters(_until_over(block).rstrip("]")), ""
    return _parameters(block[: end.start()]), _sentence(text[begin.end() + end.end() :])


def _parameters(block: str) -> Parameters:
    pairs = (each.partition("=") for each in _BETWEEN.split(_joined(block))[:_PARAMETERS_AT_MOST])
    return tuple((key.strip(), value.strip()) for key, _, value in pairs if key.strip())


def _sentence(text: str) -> str:
    return _joined(_until_over(text[: _TEXT_AT_MOST * 2]).lstrip(" :\t"))[:_TEXT_AT_MOST]


def _until_over(text: str) -> str:
    over = _OVER.search(text)
    return text if over is None else text[: over.start()]


def _joined(text: str) -> str:
    """Lines that were folded on their way are one again."""
    return " ".join(text.split())


def _labelled(message: str) -> dict[str, str]:
    """What stands behind each label, the first of each. But for a date, which may be folded, it is one line at most."""
    parts = _LABEL.split(message)
    found: dict[str, str] = {}
    for label, value in zip(parts[1::2], parts[2::2], strict=True):
        name = _joined(label).lower()
        found.setdefault(name, _joined(value) if name == "expiration" else _joined(value.strip().partition("\n")[0]))
    return found


def read_notice(message: str, alarm: str, dated: Known[Stamp] | Unread) -> Known[Notice] | Unread | Skipped:
    """What the Message of an alarm says of a certificate. Skipped where it speaks of none."""
    found = _labelled(message[:_BLOCK_AT_MOST])
    if "certificate name" not in found and "expiration" not in found:
        return Skipped("The alarm names no certificate.")
    if not found.get("certificate name") and not found.get("unit"):
        return Unread(f"The alarm names neither a certificate nor a unit: {quoted(message)}.")
    expiration = date_at_start(found.get("expiration", "")).rstrip(". ")
    return Known(
        Notice(
            certificate=found.get("certificate name", ""),
            unit=found.get("unit", ""),
            kind=found.get("type", ""),
            expiration=expiration,
            expiry=read_expiry(expiration, alarm, dated),
        )
    )
