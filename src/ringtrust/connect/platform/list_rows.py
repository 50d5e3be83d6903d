"""The rows of tags in `show itl` and `show ctl`: BYTEPOS, TAG, LENGTH, VALUE, and values that run over lines (S77)."""

from typing import Final

import msgspec

from ringtrust.connect.platform.failures import small_number, unreadable
from ringtrust.trust.choices import CERTIFICATE_HASH_NAME

_NAMES: Final = frozenset({"DNSNAME", "SUBJECTNAME", "ISSUERNAME", "SIGNERNAME", "CANAME"})
_BYTES: Final = frozenset({"SERIALNUMBER", "CERTIFICATE", CERTIFICATE_HASH_NAME, "SIGNATURE"})
_HASH_WORDS: Final = frozenset({"(SHA1", "HASH", "HEX)"})
_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF:")
# A signature of 512 bytes takes about 2,000 characters; no other value is nearly as long.
_VALUE_AT_MOST: Final = 4096


class ListTextTag(msgspec.Struct, frozen=True):
    """A tag: its number, Cisco's name of it, the length of its value in the file, in bytes, and the value as shown."""

    number: int
    name: str
    length: int
    value: str


class Unfinished:
    """A tag whose value may go on in the next line."""

    def __init__(self, number: int, name: str, length: int, value: str) -> None:
        self.name = name
        self._number, self._length = number, length
        self._parts = [value] if value else []
        self._size = _size(value)

    def take(self, line: str) -> bool:
        """Whether the line goes on with the value; then it is part of it."""
        if not self._goes_on(line):
            return False
        self._parts.append(line)
        self._size += _size(line)
        if self._size > _VALUE_AT_MOST:
            raise unreadable("show itl|ctl", f"the value of {self.name} does not end", line)
        return True

    def _goes_on(self, line: str) -> bool:
        """Names go on until they are as long as they say, NUL included; bytes as long as there are bytes."""
        if self.name in _NAMES:
            return self._size + 1 < self._length
        return self.name in _BYTES and all(_is_byte(word) for word in line.split())

    def finished(self) -> ListTextTag:
        """The tag with its whole value."""
        glued = "".join(self._parts)
        whole = self.name == "SERIALNUMBER" or self._size + 1 == self._length
        value = glued if whole else " ".join(self._parts)
        return ListTextTag(self._number, self.name, self._length, value)


def begin_tag(line: str) -> Unfinished | None:
    """The tag that a line begins; None for any other line. Raises UnreadableError for a value without end.

    Names have one word or, as HASH ALGORITHM, two.
    """
    for words in (1, 2):
        fields = line.split(maxsplit=words + 2)
        name, length = fields[1 : 1 + words], fields[1 + words : 2 + words]
        if len(fields) > words + 1 and small_number(fields[0]) and all(map(_is_name, name)) and small_number(length[0]):
            return _begun(fields, words)
    return None


def _begun(fields: list[str], words: int) -> Unfinished:
    value = fields[words + 2].strip() if len(fields) > words + 2 else ""
    name = " ".join(fields[1 : 1 + words])
    if len(value) > _VALUE_AT_MOST:
        raise unreadable("show itl|ctl", f"the value of {name} does not end", value)
    return Unfinished(int(fields[0]), name, int(fields[1 + words]), value)


def _size(text: str) -> int:
    return len(text.encode(errors="replace"))


def _is_name(word: str) -> bool:
    return word.isascii() and word.isalpha() and word.isupper()


def _is_byte(word: str) -> bool:
    return word.upper() in _HASH_WORDS or set(word) <= _HEXADECIMAL
