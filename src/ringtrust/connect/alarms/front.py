"""What syslog puts in front of an alarm: `<186>864: CUCM02: Sep 05 2014 00:00:06.433 UTC :` and its like (§7.2)."""

import re
from typing import Final, NamedTuple

from ringtrust.cluster.alarm import Carried, Level, Stamp
from ringtrust.cluster.facts import Known, Unread
from ringtrust.connect.alarms.dates import read_stamp

_AT_MOST: Final = 600
_WORDS_AT_MOST: Final = 12
_DATED_AT_MOST: Final = 80
_WORD: Final = re.compile(r"\S+")
# Jun 19 2019 10:00:00.19 UTC :
_DATED: Final = re.compile(
    r"(?P<stamp>[A-Z][a-z]{2}\s{1,3}[0-9]{1,2}\s{1,3}[0-9]{4}\s{1,3}[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.:][0-9]{1,6})?"
    r"(?:\s?[A-Z]{1,5})?)\s*:?\s*\Z"
)
_PRIORITY: Final = re.compile(r"<(?P<number>[0-9]{1,3})>(?:1 (?=[0-9]{4}-))?")
_HOST: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,254}\Z")
_SEQUENCE: Final = re.compile(r"[0-9]{1,10}:\Z")
_FACILITY: Final = re.compile(
    r"(?:kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-9]{1,2})\Z"
)
_CLOCK: Final = re.compile(r"[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?\Z")
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+Z-]{5,20}\Z")
_MONTH: Final = re.compile(r"[A-Z][a-z]{2}\Z")
_NAMES: Final = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"),
    *("ntp", "audit", "alert", "clock", *(f"local{number}" for number in range(8))),
)
_NOT_SENDERS: Final = frozenset(
    {"matchedevent", "severitymatch", "message", "appid", "clusterid", "nodeid", "timestamp"}
)


class Front(NamedTuple):
    """What does not belong to the alarm any more; its header; and the date in it."""

    before: str
    carried: Carried
    dated: Known[Stamp] | Unread


class _Words:
    """The last words of a text, taken away from its end."""

    def __init__(self, text: str) -> None:
        self._found = [(match.start(), match[0]) for match in _WORD.finditer(text)][-_WORDS_AT_MOST:]
        self.begin = len(text)

    def last(self, place: int = 1) -> str:
        """The last but so many; empty where there are not so many."""
        return self._found[-place][1] if len(self._found) >= place else ""

    def take(self, count: int = 1) -> str:
        """Takes so many away; gives them."""
        taken, self._found = self._found[-count:], self._found[:-count]
        self.begin = taken[0][0]
        return " ".join(word for _, word in taken)


def read_front(text: str) -> Front:
    """The header at the end of what stands before an alarm. Whatever of it is there counts; nothing of it has to be."""
    offset = max(0, len(text) - _AT_MOST)
    tail = text[offset:]
    found = _DATED.search(tail[-_DATED_AT_MOST:])
    dated = read_stamp(found["stamp"]) if found else Unread("The alarm bears no date.")
    if found:
        tail = tail[: len(tail) - len(found[0])]
    priority = next(iter([*_PRIORITY.finditer(tail)][-1:]), None)
    begin = priority.end() if priority else 0
    words = _Words(tail[begin:])
    carried = _carried(words)
    start = priority.start() if priority else words.begin
    if priority:
        carried = _with_priority(carried, int(priority["number"]))
    return Front(text[: offset + start], carried, dated if found else _received(carried))


def _carried(words: _Words) -> Carried:
    """The parts of the header, from its end to its beginning."""
    sender = sequence = facility = host = received = ""
    level = Level.UNSAID
    bare = words.last().removesuffix(":")
    if words.last().endswith(":") and _HOST.match(bare) and not bare.isdigit() and bare.lower() not in _NOT_SENDERS:
        sender = words.take().removesuffix(":")
    if _SEQUENCE.match(words.last()):
        sequence = words.take().removesuffix(":")
    if words.last() == ":" and len(words.last(2)) == 1 and _FACILITY.match(words.last(3)):
        facility, digit, _ = words.take(3).split()
        level = Level.of(int(digit)) if digit.isascii() and digit.isdigit() else Level.UNSAID
    if _HOST.match(words.last()) and _ISO.match(words.last(2)):
        received, host = words.take(2).split()
    elif _HOST.match(words.last()) and _CLOCK.match(words.last(2)) and _MONTH.match(words.last(4)):
        *when, host = words.take(4).split()
        received = " ".join(when)
    return Carried(facility, level, host, sequence, sender, received)


def _with_priority(carried: Carried, number: int) -> Carried:
    """The number in front holds facility and level (RFC 5424); 191 is the highest."""
    facility, level = divmod(number, 8)
    if facility >= len(_NAMES):
        return carried
    return Carried(_NAMES[facility], Level.of(level), carried.host, carried.sequence, carried.sender, carried.received)


def _received(carried: Carried) -> Known[Stamp] | Unread:
    """The date that a relay put in front, where it has a year."""
    if _ISO.match(carried.received):
        return read_stamp(carried.received)
    return Unread("The alarm bears no date with a year.")
