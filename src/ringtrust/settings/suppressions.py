"""audit.toml: which findings somebody has decided to live with, until when and why. It stands beside ringtrust.toml."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from ringtrust.catalog.rules import near
from ringtrust.change.suppression import Suppression
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.settings.file import find_file
from ringtrust.trust.names import quoted

SUPPRESSIONS: Final = "audit.toml"
_BYTES_AT_MOST: Final = 4 * 1024 * 1024
_PAGE: Final = "docs/audit.md says what stands in it."
_EXAMPLE: Final = (
    'An entry has code, where, reason and until, as in: until = 2027-03-31; cluster = "berlin-*" may be there.'
)


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    code: str
    where: str
    reason: str
    until: date
    cluster: str = "*"

    def __post_init__(self) -> None:
        """Raises ValueError for words that are not there."""
        empty = [name for name in ("code", "where", "reason", "cluster") if not getattr(self, name).strip()]
        if empty:
            raise ValueError(f"{empty[0]} is empty")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    suppress: tuple[dict[str, object], ...] = ()


def beside(config: Path | None, environment: Mapping[str, str]) -> Path | None:
    """The file beside ringtrust.toml; None where there is none. Raises UnreadableError when nobody may look."""
    try:
        path = find_file(config, environment).absolute().parent / SUPPRESSIONS
        return path if path.is_file() else None
    except RefusedError:
        return None
    except OSError as error:
        raise UnreadableError(f"{SUPPRESSIONS} cannot be looked for: {error.strerror}.", advice=_PAGE) from error


def read_suppressions(path: Path, codes: Collection[str]) -> tuple[Suppression, ...]:
    """What a file says. Raises UnreadableError for one that cannot be read or is damaged, RefusedError for no code."""
    try:
        with path.open("rb") as file:
            data = file.read(_BYTES_AT_MOST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "") or str(error)
        raise UnreadableError(f"{path} cannot be read: {reason}.", advice="Check the name and your rights.") from error
    if len(data) > _BYTES_AT_MOST:
        raise UnreadableError(f"{path} is far too long for a file that somebody has written.", advice=_PAGE)
    return tuple(_entries(data, str(path), codes))


def _entries(data: bytes, where: str, codes: Collection[str]) -> Iterator[Suppression]:
    try:
        found = msgspec.convert(tomllib.loads(data.decode("utf-8-sig")), _File)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise UnreadableError(f"{where}: {error}.", advice=_PAGE) from error
    for number, tree in enumerate(found.suppress, 1):
        yield _entry(tree, f"{where}, entry {number} of [[suppress]]", codes)


def _entry(tree: Mapping[str, object], where: str, codes: Collection[str]) -> Suppression:
    try:
        entry = msgspec.convert(tree, _Entry)
    except msgspec.ValidationError as error:
        about = f" ({quoted(str(tree['code']))})" if "code" in tree else ""
        raise UnreadableError(f"{where}{about}: {error}.", advice=f"{_EXAMPLE} {_PAGE}") from error
    if entry.code not in codes:
        raise RefusedError(f"{where}: no rule has the code {quoted(entry.code)}.", advice=near(entry.code, codes))
    cluster = "" if entry.cluster == "*" else entry.cluster
    return Suppression(code=entry.code, where=entry.where, reason=entry.reason, until=entry.until, cluster=cluster)
