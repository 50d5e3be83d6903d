"""A text in, its alarms out: those of nodes, and the alerts of RTMT around them (S24, interfaces.md §7)."""

import re
from bisect import bisect
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

import msgspec

from ringtrust.cluster.alarm import Alarm, Carried, Level, Rtmt, Stamp
from ringtrust.cluster.facts import Known, Skipped, Unread
from ringtrust.connect.alarms.dates import read_stamp
from ringtrust.connect.alarms.fields import ABOUT_CERTIFICATES, parameters_and_text, read_notice
from ringtrust.connect.alarms.front import Front, read_front
from ringtrust.connect.alarms.plain import Plain, plain_texts
from ringtrust.errors import FormatError, UnreadableError

ALARMS_AT_MOST: Final = 10_000
_RTMT: Final = "RTMT"
_MONITOR: Final = "UC_CERT"
# %UC_CERT-2-CertValidfor7days:
_EVENT: Final = re.compile(
    r"%(?P<facility>[A-Z]{2,5}_\w{1,40})-(?P<level>[0-7])-(?P<name>[\w.]{1,80}?)[ \t]{0,4}:", re.ASCII
)
_OPENING: Final = re.compile(
    r"\bAt\s{1,5}(?P<at>[A-Z][a-z]{2}[^\n]{5,40}?)\s{1,5}on\s{1,5}node\s{1,5}(?P<node>[^\s,;]{1,255})[,;]?\s{1,5}"
    r"the\s{1,5}following\s{1,5}(?P<event>\w{1,80})\s{1,5}events?\s{1,5}generated"
)
_SUBJECT: Final = re.compile(r"\[RTMT-ALERT-(?P<cluster>[^\]\n]{0,200})\]\s{0,5}(?P<event>\w{1,80})")
_MATCHED: Final = re.compile(r"\bMatchedEvent\s?:|\bSeverityMatch\s?:\s{0,5}(?P<severity>\w{1,40})")
_CARRIER: Final = re.compile(r"\s{0,5}%?\[AlertName=(?P<event>\w{1,80})\]")
_FIELD: Final = re.compile(r"\b(AppID|ClusterID|NodeID|TimeStamp)[ \t]?:[ \t]?([^\n\]]{0,200})")
_NEXT_FIELD: Final = re.compile(r"\s(?:AppID|ClusterID|NodeID|TimeStamp|SeverityMatch|MatchedEvent)\s?:.*")
_NONE: Final = "There is no alarm of a Cisco node in it"


def read_alarms(data: bytes) -> tuple[Alarm, ...]:
    """The alarms of a log, an alert or a mail, in their order.

    Raises FormatError for far too much, UnreadableError when there is none: that is not the same as all being well.
    """
    found = [alarm for mail in plain_texts(data) for alarm in _alarms(mail)]
    if len(found) > ALARMS_AT_MOST:
        raise FormatError(f"there are more than {ALARMS_AT_MOST:,} alarms in it", len(data))
    if not found:
        raise UnreadableError(
            f"{_NONE}: nothing like %UC_CERT-2-CertValidfor7days, and no alert of RTMT.",
            advice="Hand in the text as it came: the mail with its headers, the lines of the log, or CiscoSyslog.",
        )
    return tuple(found)


def _alarms(mail: Plain) -> Iterator[Alarm]:
    """Those of one mail, or of a text that is none, in their order."""
    date = read_stamp(mail.date) if mail.date else Unread("It did not come in a mail that has a date.")
    yield from (each.alarm for each in sorted(_found(mail.text, date), key=lambda each: each.place))


class _Found(NamedTuple):
    place: int
    alarm: Alarm


class _Piece(NamedTuple):
    """An alarm of a node in the text, what stands before it, and what behind it up to the next one."""

    match: "re.Match[str]"
    front: Front
    behind: str

    @property
    def carrier(self) -> "re.Match[str] | None":
        """Whether it is the syslog line in which RTMT carries another alarm."""
        return _CARRIER.match(self.behind)


def _found(text: str, date: Known[Stamp] | Unread) -> Iterator[_Found]:
    pieces = _pieces(text)
    openings = _at_most(_OPENING.finditer(text), "alerts")
    places = [opening.start() for opening in openings]
    rtmt: Known[Rtmt] | Skipped = Skipped("It came without RTMT.")
    inside: set[int] = set()
    for piece in pieces:
        if piece.carrier:
            continue
        rtmt = _rtmt_around(piece, rtmt)
        if isinstance(rtmt, Known):
            inside.add(bisect(places, piece.match.start()) - 1)
        yield _Found(piece.match.start(), _alarm(piece, rtmt, date))
    for place, (opening, end) in enumerate(zip(openings, [*places[1:], len(text)], strict=False)):
        if place not in inside:
            yield _Found(opening.start(), _alert(opening, text[opening.end() : min(end, opening.end() + 4096)]))
    if not pieces and not openings:
        yield from _monitored(text, date)


def _at_most(matches: Iterator["re.Match[str]"], what: str) -> list["re.Match[str]"]:
    """All of them. Raises FormatError for far too many."""
    found = list(islice(matches, ALARMS_AT_MOST + 1))
    if len(found) > ALARMS_AT_MOST:
        raise FormatError(f"there are more than {ALARMS_AT_MOST:,} {what} in it", found[-1].start())
    return found


def _pieces(text: str) -> list[_Piece]:
    events = _at_most(_EVENT.finditer(text), "alarms")
    ends = [0, *(event.end() for event in events)]
    fronts = [read_front(text[end : event.start()]) for end, event in zip(ends, events, strict=False)]
    last = text[ends[-1] :]
    behind = [*(front.before for front in fronts[1:]), last]
    return [_Piece(*each) for each in zip(events, fronts, behind, strict=False)]


def _rtmt_around(piece: _Piece, before: Known[Rtmt] | Skipped) -> Known[Rtmt] | Skipped:
    """The alert around an alarm; the one of the alarm before it goes on where another MatchedEvent follows."""
    gap = piece.front.before
    opening = next(iter([*_OPENING.finditer(gap)][-1:]), None)
    matched = [*_MATCHED.finditer(gap)]
    subject = next(iter([*_SUBJECT.finditer(gap)][-1:]), None)
    if opening is None and not matched and subject is None:
        return Skipped("It came without RTMT.")
    found = before.value if isinstance(before, Known) and opening is None and subject is None else Rtmt("")
    if subject is not None:
        found = msgspec.structs.replace(found, event=subject["event"], cluster=subject["cluster"])
    if opening is not None:
        found = msgspec.structs.replace(
            found, event=opening["event"], node=opening["node"], at=" ".join(opening["at"].split())
        )
    severity = next((each["severity"] for each in reversed(matched) if each["severity"]), "")
    fields = _fields(piece.behind)
    return Known(
        msgspec.structs.replace(
            found,
            severity=severity,
            app_id=fields.get("appid", ""),
            cluster_id=fields.get("clusterid", ""),
            node_id=fields.get("nodeid", ""),
            time_stamp=fields.get("timestamp", ""),
        )
    )


def _fields(text: str) -> dict[str, str]:
    """The fields behind an alarm, the first of each."""
    found: dict[str, str] = {}
    for match in _FIELD.finditer(text[:8192]):
        found.setdefault(match[1].lower(), _NEXT_FIELD.sub("", f"{match[2]}").strip())
    return found


def _alarm(piece: _Piece, rtmt: Known[Rtmt] | Skipped, date: Known[Stamp] | Unread) -> Alarm:
    parameters, text = parameters_and_text(piece.behind)
    name = piece.match["name"]
    dated = _dated(piece.front, rtmt, date)
    message = next((value for key, value in parameters if key.lower() == "message"), "")
    return Alarm(
        facility=piece.match["facility"],
        level=Level.of(int(piece.match["level"])),
        name=name,
        parameters=parameters,
        text=text,
        dated=dated,
        notice=read_notice(message, name, dated),
        carried=piece.front.carried,
        rtmt=rtmt,
    )


def _dated(front: Front, rtmt: Known[Rtmt] | Skipped, date: Known[Stamp] | Unread) -> Known[Stamp] | Unread:
    """When it was raised: by the node, else by RTMT, else by the mail that brought it."""
    found = rtmt.value if isinstance(rtmt, Known) else Rtmt("")
    told = (front.dated, *(read_stamp(text) for text in (found.time_stamp, found.at) if text), date)
    return next((each for each in told if isinstance(each, Known)), front.dated)


def _alert(opening: "re.Match[str]", behind: str) -> Alarm:
    """An alert of RTMT that has no alarm of a node inside."""
    at = " ".join(opening["at"].split())
    dated = read_stamp(at)
    fields = _fields(behind)
    rtmt = Rtmt(
        event=opening["event"],
        node=opening["node"],
        at=at,
        app_id=fields.get("appid", ""),
        cluster_id=fields.get("clusterid", ""),
        node_id=fields.get("nodeid", ""),
        time_stamp=fields.get("timestamp", ""),
    )
    return Alarm(
        facility=_RTMT,
        level=Level.UNSAID,
        name=opening["event"],
        parameters=(),
        text=" ".join(behind.lstrip(" :").split())[:1000],
        dated=dated,
        notice=read_notice(_NEXT_FIELD.sub("", behind.partition("\nAppID")[0]), opening["event"], dated),
        carried=Carried(),
        rtmt=Known(rtmt),
    )


def _monitored(text: str, date: Known[Stamp] | Unread) -> Iterator[_Found]:
    """What the Certificate Monitor mails by itself: how it is laid out is not documented, only its words [U]."""
    places = [match.start() for match in _at_most(ABOUT_CERTIFICATES.finditer(text), "certificates")]
    for begin, end in zip(places, [*places[1:], len(text)], strict=False):
        message = text[begin:end].partition("\n\n")[0]
        alarm = Alarm(
            facility=_MONITOR,
            level=Level.UNSAID,
            name="",
            parameters=(("Message", " ".join(message.split())),),
            text="",
            dated=date,
            notice=read_notice(message, "", date),
            carried=Carried(),
            rtmt=Skipped("It came without RTMT."),
        )
        yield _Found(begin, alarm)
