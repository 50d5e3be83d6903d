"""Plain text out of what an alarm came in: a log file, a mail in MIME, a page in HTML, in any usual encoding."""

import binascii
import email
import email.errors
import email.header
import email.message
import email.policy
import email.utils
import html
import quopri
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ringtrust.errors import FormatError

BYTES_AT_MOST: Final = 16 * 1024 * 1024
_PARTS_AT_MOST: Final = 100
_MAILS_AT_MOST: Final = 10_000
_LOOKED_AT: Final = 65_536
_BOUNDARIES_AT_MOST: Final = 10
_MAIL_AT_MOST: Final = 8 * 1024 * 1024
_HEADER_AT_MOST: Final = 4096

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LINE_ENDS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# What relays of syslog make of line ends and tabs inside a message.
_ESCAPED: Final = (("#015", ""), ("#012", "\n"), ("#011", "\t"))
_HEADER: Final = re.compile(rb"(?:From |[A-Za-z][A-Za-z0-9-]{1,60}:[ \t])[^\n]*\n")
_OF_A_MAIL: Final = re.compile(
    rb"^(?:mime-version|content-type|subject|from|to|received|date):", re.IGNORECASE | re.MULTILINE
)
_MBOX: Final = re.compile(rb"^From [^\n]{3,200}[0-9]{4}\r?\n(?=[A-Za-z][A-Za-z0-9-]*:)", re.MULTILINE)
_MARKUP: Final = re.compile(
    r"</?(?:html|body|br|p|div|td|tr|pre|span|table)\b[^<>]{0,500}>|&lt;|&quot;|&nbsp;", re.IGNORECASE
)
_BREAKS: Final = re.compile(r"<(?:br|/p|/div|/tr|/pre|/h[1-6]|/li)\b[^<>]{0,500}>", re.IGNORECASE)
_TAGS: Final = re.compile(r"</?[A-Za-z!][^<>]{0,2000}>")
_QUOTED_PRINTABLE: Final = re.compile(rb"\[[A-Za-z]+=3D|=\r?\n")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/=\s]{40,}\Z")
_ONE_BYTE: Final = "cp1252"


class _Bounded(email.policy.Compat32):
    """Headers cut at a length that none has: to take long ones apart costs the square of it."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_HEADER_AT_MOST]


class Plain(NamedTuple):
    """A text, and the date of the mail that it came in: in ISO 8601, empty where there is none."""

    text: str
    date: str = ""


def plain_texts(data: bytes) -> list[Plain]:
    """Each mail, or all of it where it is none: LF ends its lines, and it has no markup.

    Raises FormatError for far too much.
    """
    if len(data) > BYTES_AT_MOST:
        raise FormatError(
            f"this is more than {BYTES_AT_MOST // 1024 // 1024} MiB, more than anybody reads", BYTES_AT_MOST
        )
    return [_mail(each) for each in _mails(data)] or [Plain(_tidied(_unwrapped(data)))]


def _mails(data: bytes) -> list[bytes]:
    """The mails in it; none when it is no mail. Raises FormatError for far too many."""
    begins = [match.start() for match in _MBOX.finditer(data)]
    if len(begins) > _MAILS_AT_MOST:
        raise FormatError(f"there are more than {_MAILS_AT_MOST:,} mails", begins[_MAILS_AT_MOST])
    if begins and begins[0] == 0:
        return [data[begin:end] for begin, end in zip(begins, [*begins[1:], len(data)], strict=True)]
    head = data[:_LOOKED_AT].lstrip()
    is_mail = _HEADER.match(head) and len(_OF_A_MAIL.findall(head.replace(b"\r\n", b"\n").partition(b"\n\n")[0])) > 1
    return [data.lstrip()] if is_mail else []


def _mail(data: bytes) -> Plain:
    """Its subject and its text, the plain one where there is one; and its date.

    What cannot be taken apart is read as it stands; so are far too long ones, and parts in parts without an end.
    """
    if len(data) > _MAIL_AT_MOST or data.lower().count(b"boundary=") > _BOUNDARIES_AT_MOST:
        return Plain(_tidied(decoded(data)))
    try:
        found = email.message_from_bytes(data, policy=_Bounded())
        parts = [part for _, part in zip(range(_PARTS_AT_MOST), found.walk(), strict=False)]
        texts = list(_texts(parts, "text/plain")) or list(_texts(parts, "text/html"))
        return Plain(_tidied("\n".join((f"Subject: {_subject(found)}", "", *texts))), _date(found))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, email.errors.MessageError):
        return Plain(_tidied(_unwrapped(data)))


def _texts(parts: list["email.message.Message[str, str]"], kind: str) -> Iterator[str]:
    for part in parts:
        if part.get_content_type() == kind and not part.is_multipart():
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                yield decoded(body, part.get_content_charset() or "")


def _subject(found: "email.message.Message[str, str]") -> str:
    pieces = email.header.decode_header(str(found.get("Subject", "")))
    return " ".join("".join(_piece(text, charset) for text, charset in pieces).split())


def _date(found: "email.message.Message[str, str]") -> str:
    """By the clock of whoever sent it, in ISO 8601; empty where it has none."""
    parts = email.utils.parsedate(str(found.get("Date", "")))
    if parts is None:
        return ""
    year, month, day, hour, minute, second = parts[:6]
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"


def _piece(text: bytes | str, charset: str | None) -> str:
    return decoded(text, charset or "") if isinstance(text, bytes) else text


def _unwrapped(data: bytes) -> str:
    """A body that came without its headers: quoted-printable and base64 are known by their looks."""
    if _QUOTED_PRINTABLE.search(data) and b"=3D" in data:
        data = quopri.decodestring(data)
    elif _BASE64.match(data.strip()):
        try:
            data = binascii.a2b_base64(data)
        except binascii.Error:
            return decoded(data)
    return decoded(data)


def decoded(data: bytes, charset: str = "") -> str:
    """Bytes as text: by their mark, by what they are said to be, as UTF-8, else byte by byte: nothing is lost."""
    named = next((name for mark, name in _BOMS if data.startswith(mark)), charset or _looks_like(data))
    for name in (named, "utf-8", _ONE_BYTE):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def _looks_like(data: bytes) -> str:
    """UTF-16 without its mark is known by its zeros."""
    start = data[:400]
    if len(start) > 1 and start[1::2].count(0) > len(start) // 3:
        return "utf-16-le"
    return "utf-16-be" if len(start) > 1 and start[::2].count(0) > len(start) // 3 else "utf-8"


def _tidied(text: str) -> str:
    if _MARKUP.search(text):
        text = html.unescape(_TAGS.sub("", _BREAKS.sub("\n", text)))
    for escaped, meant in _ESCAPED:
        text = text.replace(escaped, meant)
    return _LINE_ENDS.sub("\n", text).replace("\xa0", " ").replace("\0", "")
