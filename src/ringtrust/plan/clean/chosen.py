"""Which certificates of trust stores are to go, as a person says it: `all`, `expired`, a store, or STORE/FILE."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from ringtrust.change.store_verdict import Fate, StoreVerdict
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import is_store
from ringtrust.errors import RefusedError
from ringtrust.trust.names import brief, counted, quoted, some

ALL: Final = "all"
EXPIRED: Final = "expired"
_NAMED: Final = 6


class Chosen(NamedTuple):
    """What goes, and what somebody has named himself: there he answers for what nobody could find out."""

    free: tuple[StoreVerdict, ...]
    named: tuple[StoreVerdict, ...]

    @property
    def all(self) -> tuple[StoreVerdict, ...]:
        """Both."""
        return (*self.free, *self.named)


def chosen(verdicts: Sequence[StoreVerdict], words: Sequence[str], now: datetime) -> Chosen:
    """What these words mean. What may go goes by `all`, `expired` or its store; anything else only by its own name.

    Raises RefusedError for a word that means nothing, and where nothing is left to be deleted.
    """
    free = [each for each in verdicts if each.fate is Fate.FREE]
    picked: dict[int, StoreVerdict] = {}
    named: dict[int, StoreVerdict] = {}
    for word in words:
        into = named if "/" in word else picked
        into |= {id(each): each for each in _meant(verdicts, free, word, now)}
    found = Chosen(
        tuple(each for key, each in picked.items() if key not in named),
        tuple(each for each in named.values()),
    )
    if not found.all:
        raise RefusedError(
            f"There is nothing to delete: of {counted(len(verdicts), 'trust certificate')} none of those may go.",
            advice="See why: ringtrust stores. What a person has to decide is named as STORE/FILE.",
        )
    return found


def _meant(
    verdicts: Sequence[StoreVerdict], free: Sequence[StoreVerdict], word: str, now: datetime
) -> Iterator[StoreVerdict]:
    if word.lower() == ALL:
        yield from free
    elif word.lower() == EXPIRED:
        yield from (
            each for each in free if isinstance(each.certificate, Known) and each.certificate.value.not_after < now
        )
    elif "/" in word:
        yield from _file(verdicts, word)
    elif is_store(word):
        yield from _of_store(verdicts, free, word)
    else:
        raise RefusedError(
            f"{quoted(word)} names nothing in a trust store.",
            advice="Say all, expired, the name of a store such as tomcat-trust, or STORE/FILE.",
        )


def _file(verdicts: Sequence[StoreVerdict], word: str) -> Iterator[StoreVerdict]:
    store, _, file = word.partition("/")
    found = [each for each in verdicts if each.store.lower() == store.lower() and file in each.files]
    if not found:
        files = [name for each in verdicts if each.store.lower() == store.lower() for name in each.files]
        raise RefusedError(
            f"No node has {quoted(word)}.",
            advice=f"{brief(store)} has {some([brief(each) for each in dict.fromkeys(files)], _NAMED) or 'nothing'}.",
        )
    yield from found


def _of_store(verdicts: Sequence[StoreVerdict], free: Sequence[StoreVerdict], word: str) -> Iterator[StoreVerdict]:
    stores = dict.fromkeys(each.store for each in verdicts)
    if word.lower() not in {each.lower() for each in stores}:
        raise RefusedError(f"No node has anything in {quoted(word)}.", advice=f"There are {', '.join(stores)}.")
    yield from (each for each in free if each.store.lower() == word.lower())
