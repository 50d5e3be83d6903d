"""The engine remembers which steps were brought to their end, and nothing of another journal."""

import asyncio
from contextlib import closing, suppress
from pathlib import Path

from ringtrust.apply.durable import Durable
from ringtrust.journal.journal import Journal
from tests.support.live import live


class Steps:
    """Notes which steps were brought; the one that is `bad` may not be followed by another."""

    def __init__(self, bad: int = 0) -> None:
        self.brought: list[int] = []
        self._bad = bad

    async def bring(self, step: int) -> bool:
        self.brought.append(step)
        return step != self._bad


@live
async def test_every_step_is_brought_up_to_the_first_behind_which_no_other_may_begin(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "journal.db")) as journal:
        stopping, rest = Steps(bad=2), Steps()
        assert not await Durable(journal.store).carry(1, (1, 2, 3), stopping.bring)
        assert stopping.brought == [1, 2]
        assert await Durable(journal.store).carry(1, (1, 2, 3), rest.bring)
        assert rest.brought == [1, 2, 3]  # it was called again: the journal knows what is done


async def _cut(journal: Journal, at: int) -> None:
    """A run that is interrupted while a step is brought to its end."""
    begun = asyncio.Event()

    async def bring(step: int) -> bool:
        if step == at:
            begun.set()
            await asyncio.Event().wait()
        return True

    carrying = asyncio.create_task(Durable(journal.store).carry(1, (1, 2), bring))
    await begun.wait()
    carrying.cancel()
    with suppress(asyncio.CancelledError):
        await carrying


@live
async def test_what_was_cut_short_is_gone_on_with_behind_the_steps_that_were_brought(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "journal.db")) as journal:
        await _cut(journal, 2)
        rest = Steps()
        assert await Durable(journal.store).carry(1, (1, 2), rest.bring)
        assert rest.brought == [2]


@live
async def test_what_it_remembers_of_a_journal_that_was_put_away_is_not_taken_for_the_new_ones(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "journal.db")) as journal:
        await _cut(journal, 2)
    (tmp_path / "journal.db").unlink()
    with closing(Journal(tmp_path / "journal.db")) as journal:
        steps = Steps()
        assert await Durable(journal.store).carry(1, (1, 2), steps.bring)
        assert steps.brought == [1, 2]
