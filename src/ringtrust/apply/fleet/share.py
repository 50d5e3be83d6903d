"""What one process takes of the work that is there for all."""

from collections.abc import Callable

import msgspec

from ringtrust.apply.news import News
from ringtrust.journal.jobs import Kind

Tell = Callable[[str, News], None]
"""Hears what happens to a cluster, by its name."""


class Share(msgspec.Struct, frozen=True):
    """What a process works on: jobs of these kinds, none where others do it all.

    So many clusters `at_once` by all workers, and so many by this one, of either kind.
    """

    kinds: tuple[Kind, ...]
    at_once: int
    here: int
