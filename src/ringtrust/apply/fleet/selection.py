"""Which clusters are meant: by name, by a pattern, by a tag."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

from ringtrust.errors import RefusedError
from ringtrust.settings import ClusterEntry
from ringtrust.trust.names import some

_TAG: Final = "tag:"
_SHOWN: Final = 20


def selected(entries: Sequence[ClusterEntry], words: Sequence[str]) -> tuple[ClusterEntry, ...]:
    """The clusters that any of these words means, in the order of the file: `eu-1`, `eu-*`, `tag:emea`.

    Raises RefusedError for a word that means none: a cluster that was mistyped must not be forgotten without a word.
    """
    found: set[str] = set()
    for word in words:
        names = {entry.name for entry in entries if _is_meant(entry, word)}
        if not names:
            raise _no_cluster(entries, word)
        found |= names
    return tuple(entry for entry in entries if entry.name in found)


def _no_cluster(entries: Sequence[ClusterEntry], word: str) -> RefusedError:
    tag = word.removeprefix(_TAG)
    what = f"No cluster has the tag {tag!r}." if word.startswith(_TAG) else f"No cluster is called {word!r}."
    known = [entry.name for entry in entries]
    return RefusedError(what, advice=f"ringtrust.toml knows {some(known, _SHOWN) if known else 'none'}.")


def _is_meant(entry: ClusterEntry, word: str) -> bool:
    if word.startswith(_TAG):
        return word[len(_TAG) :] in entry.settings.tags
    return fnmatchcase(entry.name, word)
