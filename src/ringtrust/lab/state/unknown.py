"""What was asked of a lab and is not served: counted, so that a person sees what is missing."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

_KINDS_AT_MOST: Final = 1_000
_CHARACTERS_AT_MOST: Final = 200


class Unknown:
    """Every question that nothing answers, by its interface (`rest`, `control-center`, `cli` and so on)."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def note(self, interface: str, what: str) -> None:
        """Somebody asked for this. Beyond 1,000 different questions only those that are known are counted."""
        key = (interface, what[:_CHARACTERS_AT_MOST])
        if key in self._counts or len(self._counts) < _KINDS_AT_MOST:
            self._counts[key] += 1

    def __iter__(self) -> Iterator[tuple[str, str, int]]:
        """The interface, what was asked for, and how often, in the order in which they first came."""
        return iter([(interface, what, count) for (interface, what), count in self._counts.items()])
