"""`show itl` and `show ctl`: a trust list as the CLI prints it (S73 to S77; interfaces.md §1.9, trust-formats.md §7).

The column that Cisco calls BYTEPOS holds tag numbers. Long values may run over several lines, and older releases print
no checksums. What the text says is what the node says: the signature of a list is checked on its bytes, by `trust`.
"""

from typing import Final

import msgspec

from ringtrust.connect.platform.failures import answer_lines, first_told, small_number, unreadable
from ringtrust.connect.platform.list_rows import ListTextTag, Unfinished, begin_tag
from ringtrust.errors import UnreadableError
from ringtrust.trust import names
from ringtrust.trust.choices import CERTIFICATE_HASH_NAME, ITEMS_AT_MOST, RECORDS_AT_MOST
from ringtrust.trust.lists import ListKind
from ringtrust.trust.signer import Signer, Unlisted, named_signer

_SERVES_FILES: Final = frozenset({"CCM+TFTP", "TFTP"})
_EITHER: Final = "show itl|ctl"
_FURNITURE: Final = ("bytepos", "---", "headerlength:")
_DIGITS: Final = {"md5": 32, "sha1": 40}


class ListTextRecord(msgspec.Struct, frozen=True):
    """A record. `signed` is what the sentence under it says; None where there is none, as under records of servers."""

    number: int
    tags: tuple[ListTextTag, ...]
    signed: bool | None

    def value(self, name: str) -> str:
        """The value of a tag, as `SUBJECTNAME`; empty when the record does not have it, or has it empty."""
        return next((tag.value for tag in self.tags if tag.name == name), "")

    @property
    def sha1(self) -> str:
        """The SHA-1 of its certificate, upper-case hexadecimal; empty in a record without one.

        Up to 9.x records of servers may hold the hash alone (trust-formats.md §1.4).
        """
        shown = self.value("CERTIFICATE") or self.value(CERTIFICATE_HASH_NAME)
        return shown.partition("(")[0].replace(" ", "").upper()


class ListText(msgspec.Struct, frozen=True):
    """A list. `md5` and `sha1`, in upper case, are empty in releases that print none; `length` counts its bytes (S76).

    `modified` is the date as printed, with its time zone. `verified` says whether the node calls the list verified.
    """

    kind: ListKind
    md5: str
    sha1: str
    length: int
    modified: str
    version: str
    header: tuple[ListTextTag, ...]
    records: tuple[ListTextRecord, ...]
    verified: bool


class NoList(msgspec.Struct, frozen=True):
    """The node has no such list, and says so; `reason` is its sentence."""

    reason: str


def read_list_text(text: str) -> ListText | NoList:
    """What `show itl` or `show ctl` shows. Raises UnreadableError and RefusedError."""
    lines = answer_lines(text, _EITHER)
    reader = _Reader(_kind(lines))
    for line in lines:
        if line.strip():
            reader.feed(line.strip())
    return reader.result(first_told(lines))


def who_signed_text(found: ListText) -> Signer:
    """Who signed, as the names in the marked record tell: the sentence stands there with either method (S73 to S75)."""
    marked = [record for record in found.records if record.signed]
    if len(marked) == 1:
        return _kind_of(marked[0], found)
    header = {tag.name: tag.value for tag in found.header}
    name, serial = header.get("SIGNERNAME", ""), header.get("SERIALNUMBER", "")
    return Unlisted(f"{names.quoted(name)}, serial {names.brief(serial) or 'none'}")


def _kind_of(record: ListTextRecord, found: ListText) -> Signer:
    """The record of a server has its DNS name, also where it holds no certificate that another record could repeat."""
    subject, issuer = record.value("SUBJECTNAME"), record.value("ISSUERNAME")
    itself = bool(record.value("DNSNAME")) and names.attributes(subject) == names.attributes(issuer)
    return named_signer(subject, issuer, of_server=itself or _serves_files(record, found))


def _serves_files(record: ListTextRecord, found: ListText) -> bool:
    """Whether the same certificate stands in a record of a TFTP server: that is a CallManager certificate."""
    return bool(record.sha1) and any(
        each.value("FUNCTION") in _SERVES_FILES and each.sha1 == record.sha1 for each in found.records
    )


def _kind(lines: list[str]) -> ListKind:
    """Which list it is: the text names it again and again."""
    for line in lines:
        for kind in ListKind:
            if any(f"{kind.value} {word}" in line for word in ("file", "File", "Record")):
                return kind
    raise unreadable(_EITHER, "it names neither an ITL nor a CTL", first_told(lines))


class _Reader:
    """Line by line. What it does not know is an error: it could be a record that is then missed."""

    def __init__(self, kind: ListKind) -> None:
        self._kind = kind
        self._facts: dict[str, str] = {}
        self._numbers: list[int] = []
        self._tags: list[list[ListTextTag]] = [[]]
        self._signed: list[bool | None] = [None]
        self._open: Unfinished | None = None
        self._missing = ""
        self._verified = False

    def feed(self, line: str) -> None:
        """One line that says something. A sentence that is known goes on with no value, however long that should be."""
        lower = line.lower()
        tag = begin_tag(line)
        if tag is not None:
            self._close()
            self._open = tag
        elif self._tell_of_file(line, lower) or self._tell_of_record(line, lower):
            self._close()
        elif not (self._open is not None and self._open.take(line)) and not self._explains(lower):
            raise self._error("this line is unknown", line)

    def _close(self) -> None:
        if self._open is None:
            return
        if len(self._tags[-1]) >= ITEMS_AT_MOST:
            raise self._error("a record has more tags than there are", self._open.name)
        self._tags[-1].append(self._open.finished())
        self._open = None

    def _tell_of_file(self, line: str, lower: str) -> bool:
        """The lines above the tags, and those that stand around them."""
        kind = self._kind.value.lower()
        modified = f"the {kind} file was last modified on "
        if lower.startswith(modified):
            self._facts["modified"] = line[len(modified) :].strip()
        elif lower.startswith((f"length of {kind} file:", "version:")):
            name, _, value = line.partition(":")
            self._facts["version" if name.lower() == "version" else "length"] = value.strip()
        elif lower.endswith(("(md5)", "(sha1)")):
            self._facts[lower.rpartition("(")[2][:-1]] = line.partition("(")[0].strip().upper()
        elif lower.startswith((f"{kind} file not found", f"error parsing the {kind} file")):
            self._missing = self._missing or line
        else:
            titles = (f"the checksum value of the {kind} file", f"parse {kind} file", *_FURNITURE)
            return lower.startswith(titles)
        return True

    def _tell_of_record(self, line: str, lower: str) -> bool:
        kind = self._kind.value.lower()
        if lower.startswith(f"{kind} record #"):
            self._begin_record(line)
        elif lower == f"this etoken was used to sign the {kind} file.":
            self._signed[-1] = True
        elif lower == f"this etoken was not used to sign the {kind} file.":
            self._signed[-1] = False
        elif lower.startswith(f"the {kind} file was ") and "verif" in lower:
            self._verified = lower == f"the {kind} file was verified successfully."
        else:
            return False
        return True

    def _explains(self, lower: str) -> bool:
        """Before it says that a list is not verified, a node may say why, in words that no document shows."""
        return bool(self._numbers) and lower.endswith(".") and lower[0].isalpha() and "etoken" not in lower

    def _begin_record(self, line: str) -> None:
        self._close()
        number = line.partition("#")[2].strip(" :")
        if not small_number(number) or len(self._numbers) >= RECORDS_AT_MOST:
            raise self._error("this is no record of a list", line)
        self._numbers.append(int(number))
        self._tags.append([])
        self._signed.append(None)

    def result(self, beginning: str) -> ListText | NoList:
        """What all lines say together."""
        self._close()
        length = self._facts.get("length", "")
        if not self._numbers:
            if length.strip("0") == "" and "not found" in self._missing.lower():
                return NoList(names.brief(self._missing))
            raise self._error("it shows no record", self._missing or beginning)
        if not small_number(length):
            raise self._error("it does not say how long the list is", length or beginning)
        return self._list(int(length))

    def _list(self, length: int) -> ListText:
        numbered = zip(self._numbers, self._tags[1:], self._signed[1:], strict=True)
        return ListText(
            kind=self._kind,
            md5=self._checksum("md5"),
            sha1=self._checksum("sha1"),
            length=length,
            modified=self._facts.get("modified", ""),
            version=self._facts.get("version", ""),
            header=tuple(self._tags[0]),
            records=tuple(ListTextRecord(number, tuple(tags), signed) for number, tags, signed in numbered),
            verified=self._verified,
        )

    def _checksum(self, name: str) -> str:
        """A checksum; empty where the release prints none."""
        value = self._facts.get(name, "")
        if value and (len(value) != _DIGITS[name] or not set(value) <= set("0123456789ABCDEF")):
            raise self._error(f"this is no {name.upper()}", value)
        return value

    def _error(self, problem: str, met: str) -> UnreadableError:
        return unreadable(f"show {self._kind.value.lower()}", problem, met)
