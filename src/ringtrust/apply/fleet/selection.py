"""Which clusters are meant: by name, by a pattern, by a tag."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

from ringtrust.errors import RefusedError
from ringtrust.settings import ClusterEntry

_TAG: Final = "tag:"
ALL: Final = "*"


def selected(entries: Sequence[ClusterEntry], words: Sequence[str]) -> tuple[ClusterEntry, ...]:
    """The clusters that any of these words means, in the order of the file: `eu-1`, `eu-*`, `tag:emea`.

    Raises RefusedError for a word that means none: a cluster that was mistyped must not be forgotten without a word.
    """
    found: set[str] = set()
    for word in words:
        names = {entry.name for entry in entries if _is_meant(entry, word)}
        if not names:
            what = f"No cluster has the tag {word[len(_TAG) :]!r}." if word.startswith(_TAG) else f"No cluster is {word!r}."
            known = ", ".join(entry.name for entry in entries[:20]) or "none"
            raise RefusedError(what, advice=f"ringtrust.toml knows: {known}{', …' if len(entries) > 20 else ''}.")
        found |= names
    return tuple(entry for entry in entries if entry.name in found)


def _is_meant(entry: ClusterEntry, word: str) -> bool:
    if word.startswith(_TAG):
        return word[len(_TAG) :] in entry.settings.tags
    return fnmatchcase(entry.name, word)
