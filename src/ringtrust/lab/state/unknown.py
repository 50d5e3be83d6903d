"""What was asked of a lab that it does not serve: counted, so that a person sees what is missing (`lab coverage`)."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

_KINDS_AT_MOST: Final = 200
_LENGTH_AT_MOST: Final = 120
OTHERS: Final = "(others)"


class Unknown:
    """Counts by interface (`cli`, `axl`, …) and by what was asked for. What comes after the 200th kind is one kind."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def note(self, interface: str, what: str) -> None:
        """Somebody asked for this, and nobody here knows it. Only its beginning is kept, without control characters."""
        kept = "".join(letter if letter.isprintable() else "?" for letter in what[:_LENGTH_AT_MOST])
        known = (interface, kept)
        self._counts[known if known in self._counts or len(self._counts) < _KINDS_AT_MOST else (interface, OTHERS)] += 1

    def __iter__(self) -> Iterator[tuple[str, str, int]]:
        """The most frequent first: interface, what was asked for, how often."""
        for (interface, what), count in self._counts.most_common():
            yield interface, what, count

    def __len__(self) -> int:
        """How many kinds there are."""
        return len(self._counts)
