"""Names of certificates as lists write them: `CN=…;OU=…;O=…` by CUCM, `cn="…";o="…` by eTokens, RFC 4514 by others."""

import re
from typing import Final

_COMMA: Final = re.compile(r"(?<!\\),(?=\s*[A-Za-z][\w.]*=)")
_ESCAPE: Final = re.compile(r"\\(.)")


def stored(text: str) -> bytes:
    """A string as it is stored: with one NUL behind it."""
    return text.encode() + b"\0"


def text(value: bytes) -> str:
    """A stored string without its NUL. Bytes that are no UTF-8 are read one by one, so that nothing is lost."""
    bare = value[:-1] if value.endswith(b"\0") else value
    try:
        return bare.decode()
    except UnicodeDecodeError:
        return bare.decode("latin-1")


def printable(value: str) -> str:
    """The text with every character that a terminal would obey written as an escape: names come from foreign files."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in value)


def attributes(name: str) -> tuple[tuple[str, str], ...]:
    """The attributes of a stored name as (KEY, value), sorted: upper-case keys, without quotes and escapes."""
    parts = name.split(";") if ";" in name else _COMMA.split(name)
    pairs = (part.partition("=") for part in parts if part.strip())
    return tuple(sorted((key.strip().upper(), _bare(value)) for key, _, value in pairs))


def _bare(value: str) -> str:
    return _ESCAPE.sub(r"\1", value.strip().strip('"').strip())


def common_name(name: str) -> str:
    """The CN of a stored name, or the whole name when it has none."""
    return next((value for key, value in attributes(name) if key == "CN"), name)


def same_name(one: bytes, other: bytes) -> bool:
    """Whether two stored names mean the same: byte for byte, or attribute for attribute in whichever spelling."""
    return one == other or attributes(text(one)) == attributes(text(other))
