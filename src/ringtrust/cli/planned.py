"""Which certificates plans have made, as the journal has it: whoever compares two snapshots needs to know."""

from collections.abc import Iterator
from pathlib import Path

from ringtrust.change.outcome import Done
from ringtrust.cli.runs.place import journal_place, opened_at
from ringtrust.errors import RefusedError
from ringtrust.journal.briefs import briefs
from ringtrust.journal.journal import Journal


def made_by_plans(config: Path | None) -> frozenset[str]:
    """Their serial numbers; none where there is no ringtrust.toml, or no journal beside it yet.

    Raises UnreadableError for a journal that is there and cannot be read.
    """
    try:
        with opened_at(journal_place(config, None)) as found:
            return frozenset(_made(found))
    except RefusedError:
        return frozenset()


def _made(journal: Journal) -> Iterator[str]:
    for each in briefs(journal):
        for carried in journal.carried(journal.run(each.id)):
            if isinstance(carried.outcome, Done) and carried.outcome.made:
                yield carried.outcome.made
