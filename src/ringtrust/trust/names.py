"""Names of certificates as lists write them: `CN=…;OU=…;O=…` by CUCM, `cn="…";o="…` by eTokens, RFC 4514 by others."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

Attributes = tuple[tuple[str, str], ...]

# The attributes that CUCM stores, in its order.
CUCM_KEYS: Final = ("CN", "OU", "O", "L", "ST", "C")

_ATTRIBUTES_AT_MOST: Final = 32
_CLIPPED: Final = 200
# A character with its backslash, a separator, or a run of anything else. A comma separates where an attribute follows.
_TOKEN: Final = re.compile(r"\\.|[;,]|[^\\;,]+|\\", re.DOTALL)
_ATTRIBUTE_FOLLOWS: Final = re.compile(r"\s*[A-Za-z][A-Za-z0-9.]*=")
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9.]*")
_ESCAPE: Final = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)", re.DOTALL)


def stored(text: str) -> bytes:
    """A string as it is stored: with one NUL behind it. Lone surrogates become question marks."""
    return text.encode(errors="replace") + b"\0"


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


def brief(value: str) -> str:
    """The text printable, and cut off where nobody would read on."""
    shown = printable(value)
    return shown if len(shown) <= _CLIPPED else shown[:_CLIPPED] + "…"


def quoted(value: str) -> str:
    """A foreign text inside a sentence: brief, and in quotes."""
    return f'"{brief(value)}"'


def counted(count: int, noun: str) -> str:
    """`1 record`, `2 records`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def some(words: Sequence[str], count: int = 5) -> str:
    """The first of them, and how many more there are."""
    more = len(words) - count
    return ", ".join(words[:count]) + (f" and {more} more" if more > 0 else "")


@lru_cache(maxsize=512)
def attributes(name: str) -> Attributes:
    """The attributes of a stored name as (KEY, value), in the order of their keys; none for a name of far too many."""
    parts = _parts(name)
    if len(parts) > _ATTRIBUTES_AT_MOST:
        return ()
    pairs = [_pair(part) for part in parts if part.strip()]
    return tuple(sorted(pairs, key=lambda pair: pair[0]))


def _parts(name: str) -> list[str]:
    tokens = list(_TOKEN.finditer(name))
    semicolons = any(token[0] == ";" for token in tokens)
    parts = [""]
    for token in tokens:
        comma = token[0] == "," and not semicolons and _ATTRIBUTE_FOLLOWS.match(name, token.end())
        if token[0] == ";" or comma:
            parts.append("")
        else:
            parts[-1] += token[0]
    return parts


def _pair(part: str) -> tuple[str, str]:
    key, _, value = part.partition("=")
    bare = key.strip()
    return bare.upper() if _KEY.fullmatch(bare) else bare, _ESCAPE.sub(_unescaped, _unquoted(value.strip())).strip()


def _unquoted(value: str) -> str:
    """Without its quotes; names of eTokens keep the first and lose the last."""
    return value.removeprefix('"').removesuffix('"') if value.startswith('"') else value


def _unescaped(match: "re.Match[str]") -> str:
    if match[1]:
        return bytes.fromhex(match[1].replace("\\", "")).decode(errors="replace")
    return str(match[2])


def common_name(name: str) -> str:
    """The first CN of a stored name, or the whole name when it has none."""
    return next((value for key, value in attributes(name) if key == "CN"), name)


def same_name(one: bytes, other: bytes) -> bool:
    """Whether two stored names mean the same: byte for byte, or attribute for attribute in whichever spelling."""
    if one == other:
        return True
    meaning = attributes(text(one))
    return bool(meaning) and meaning == attributes(text(other))
