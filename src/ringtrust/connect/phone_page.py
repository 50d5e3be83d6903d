"""The web page of a phone: which ITL it holds (interfaces.md §8.2, trust-formats.md §6.5).

No document shows these pages whole, and models differ: SHA-1 or MD5, blanks or colons between the bytes, XML or HTML,
one path or another. All that is accepted stands in the constants below, and nowhere else.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Final

import msgspec

from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.connect.ports import PhonePage
from ringtrust.connect.web import Server, Web
from ringtrust.errors import FormatError, UnreadableError
from ringtrust.safe_xml import local_name, read_xml
from ringtrust.trust import names

PORT: Final = 80
_PAGE_BYTES_AT_MOST: Final = 256 * 1024

# In the order in which they are tried, until one tells about an ITL. [U] which model has which.
_PAGES: Final = (
    "/NetworkConfigurationX",
    "/CGI/Java/Serviceability?adapter=device.statistics.configuration",
    "/NetworkConfiguration",
)
# Names of fields in lower case, letters and digits alone. [U] what each model calls them.
_ABOUT_LIST: Final = "{kind}(?:file)?(?:signature|hash|fingerprint|md5|sha1|checksum)*"
_ITL, _CTL = (re.compile(_ABOUT_LIST.format(kind=kind)) for kind in ("itl", "ctl"))
_TFTP: Final = re.compile(r"(?:alternate)?tftp(?:server)?(?:address)?[1-4]?")
# The value of a list that the phone does not hold.
_NOT_INSTALLED: Final = frozenset({"notinstalled", "none", "na", "notavailable", "noitl", "noctl", "no"})
# Before the digits of a hash, and between them.
_ALGORITHM: Final = re.compile(r"\A\s*(?:md5|sha-?1)\b[\s:=]*", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[\s:.\-]")
_HASH: Final = re.compile(r"(?:[0-9A-F]{32}|[0-9A-F]{40})")
# The addresses that stand for no server.
_NO_SERVER: Final = frozenset({"", "0.0.0.0", "::", "n/a", "none"})  # noqa: S104 - read, not listened on
_ROW: Final = re.compile(r"<tr\b[^<>]*>?", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*>")
# A character by a number that no character has: longer ones make Python refuse to count.
_ENDLESS: Final = re.compile(r"&#[0-9]{9,}")
_BEYOND_NAME: Final = re.compile(r"[^a-z0-9]")

Field = tuple[str, str]


class ListsTold(msgspec.Struct, frozen=True):
    """What a page tells about lists. `itl` is Unread where it tells nothing of it that can be read."""

    itl: Fact[str]
    ctl: Fact[str]
    tftp: tuple[str, ...]


class PhonePageClient:
    """Reads the pages of any number of phones. How many at once is the caller's choice."""

    def __init__(self, web: Web) -> None:
        self._web = web

    async def read(self, address: str, port: int = PORT) -> PhonePage:
        """What a phone tells about its lists. Raises UnreadableError, also where it has no web server."""
        phone = Server(address, port, tls=False)
        told, itl = await self._lists(phone)
        return PhonePage(itl, told.ctl, told.tftp)

    async def _lists(self, phone: Server) -> tuple[ListsTold, str]:
        """From the first page that tells about an ITL. A phone that cannot be reached is asked once."""
        why = "it has none of the pages that tell"
        for target in _PAGES:
            answer = await self._web.get(phone, target, bytes_at_most=_PAGE_BYTES_AT_MOST)
            if answer.good:
                told = read_lists(answer.body)
                if isinstance(told.itl, Known):
                    return told, told.itl.value
                why = told.itl.reason
        raise UnreadableError(
            f"The web page of {phone.text} does not say which ITL the phone holds: {why}.",
            advice="Some models hide it, some firmware too: look at the phone itself, under Security Setup.",
        )


def read_lists(page: bytes) -> ListsTold:
    """What a page tells, be it XML or HTML. Never raises."""
    fields = read_fields(page)
    tftp = tuple(value for name, value in fields if _TFTP.fullmatch(name) and value.lower() not in _NO_SERVER)
    return ListsTold(_hash(fields, _ITL), _hash(fields, _CTL), tuple(dict.fromkeys(tftp)))


def _hash(fields: Sequence[Field], about: re.Pattern[str]) -> Fact[str]:
    """The first field about a list that can be read; empty when the phone says that it holds none."""
    found = [value for name, value in fields if about.fullmatch(name)]
    for value in found:
        digits = _BETWEEN.sub("", _ALGORITHM.sub("", value)).upper()
        if _HASH.fullmatch(digits):
            return Known(digits)
        if _name(value) in _NOT_INSTALLED:
            return Known("")
    return Unread(f"{names.quoted(found[0])} is no hash" if found else "there is no such line on it")


def read_fields(page: bytes) -> tuple[Field, ...]:
    """The fields of a page with their names in lower case, letters and digits alone. Never raises."""
    try:
        root = read_xml(page)
    except FormatError:
        return tuple(_html_fields(page.decode(errors="replace")))
    if local_name(root).lower() == "html":
        return tuple(_html_fields(page.decode(errors="replace")))
    leaves = (leaf for leaf in root.iter() if local_name(leaf) and not len(leaf))
    return tuple((_name(local_name(leaf)), (leaf.text or "").strip()) for leaf in leaves)


def _html_fields(page: str) -> Iterator[Field]:
    """A row of a table is a name and what stands behind it; without tables, every text names the next one."""
    rows = _ROW.split(page)
    if len(rows) == 1:
        yield from ((_name(name), value) for name, value in itertools.pairwise(_texts(page)))
    for texts in filter(None, map(_texts, rows[1:])):
        yield _name(texts[0]), " ".join(texts[1:])


def _texts(part: str) -> list[str]:
    """The texts between the tags."""
    return [text for each in _TAG.split(part) if (text := unescape(_ENDLESS.sub("", each)).strip())]


def _name(label: str) -> str:
    return _BEYOND_NAME.sub("", label.lower())
