"""What is secret, taken out of bytes before anybody may keep them (design.md §4.8).

Known secrets are found in each way of writing that our protocols have; a hostile server may send back what it was sent.
What only looks like a secret, a private key or the value of a field for a password, goes too.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

from ringtrust.settings import Secret

MASKED: Final = b"***"
# A mark of which no secret has a character: so none can come about where it stands beside something else.
_MARKS: Final = b"*#~^|!"
_PRIVATE: Final = re.compile(
    rb"-----BEGIN ([A-Z ]{0,30})PRIVATE KEY-----.*?(?:-----END \1PRIVATE KEY-----|\Z)", re.DOTALL
)
# Fields of AXL and of the certificate REST interface, in XML and in JSON.
_NAMES: Final = b"password passwd passphrase passcode credential authenticationstring privatekey".split()
_FIELD: Final = rb"[\w:.-]{0,40}(?:" + b"|".join(_NAMES) + rb")[\w.-]{0,20}"
_XML: Final = re.compile(rb"(<" + _FIELD + rb"(?:\s[^<>]{0,200})?>)[^<]+", re.IGNORECASE)
_JSON: Final = re.compile(rb'("' + _FIELD + rb'"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
_WORDS: Final = (*_NAMES, b"private key")


class Mask:
    """Takes these secrets out of bytes. Users are those whose name goes with a password, in one piece, over HTTP."""

    def __init__(self, secrets: Iterable[Secret] = (), users: Iterable[str] = ()) -> None:
        found = {each.reveal() for each in secrets} - {""}
        written = {way for secret in found for way in _written(secret)}
        written |= {_basic(user, secret) for user in users for secret in found}
        self._known = sorted(written, key=lambda each: (-len(each), each))  # the longest first: one may be in another
        self._mark = next((bytes([each]) * 3 for each in _MARKS if not any(each in way for way in written)), MASKED)

    def bytes(self, data: bytes) -> bytes:
        """The same without a secret."""
        small = data.lower()
        if any(word in small for word in _WORDS):
            data = _PRIVATE.sub(self._mark, data)
            data = _XML.sub(rb"\g<1>" + self._mark, data)
            data = _JSON.sub(rb'\g<1>"' + self._mark + b'"', data)
        for each in self._known:
            data = data.replace(each, self._mark)
        return data

    def text(self, text: str) -> str:
        """The same of a text."""
        return self.bytes(text.encode(errors="replace")).decode(errors="replace")


def _written(secret: str) -> Iterator[bytes]:
    """A secret as terminals, XML, JSON, paths and errors of Python write it."""
    plain = secret.encode(errors="replace")
    yield plain
    yield secret.encode("latin-1", errors="replace")
    yield base64.b64encode(plain)
    for text in (
        *(escape(secret), quoteattr(secret)[1:-1], escape(secret, {'"': "&quot;", "'": "&apos;"})),
        *(json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]),
        *(quote(secret), quote(secret, safe=""), quote_plus(secret)),
    ):
        yield text.encode(errors="replace")


def _basic(user: str, secret: str) -> bytes:
    """The two as RFC 7617 sends them."""
    return base64.b64encode(f"{user}:{secret}".encode(errors="replace"))
