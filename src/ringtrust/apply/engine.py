"""Who drives a run from step to step: this process alone, or a durable engine that goes on after it in another.

An engine knows numbers of steps and nothing of clusters. It calls `bring` for each, in their order, and never again for
one whose answer it has on its disk; what a step that was cut short has done, the journal knows.
"""

from collections.abc import Sequence
from typing import Protocol


class Bring(Protocol):
    """Brings a step to its end."""

    async def __call__(self, step: int) -> bool:
        """Whether the next one may begin. It raises nothing: how it ended otherwise is with whoever gave it."""


class Engine(Protocol):
    """Drives runs."""

    async def carry(self, run: int, steps: Sequence[int], bring: Bring) -> bool:
        """Brings these steps to their end, up to the first behind which no other may begin; whether all were."""


class InProcess:
    """No engine but this process. Called again, it begins with the first step: the journal knows what is done."""

    async def carry(self, run: int, steps: Sequence[int], bring: Bring) -> bool:  # noqa: ARG002 - as its port
        """Brings these steps to their end, up to the first behind which no other may begin; whether all were."""
        for step in steps:
            if not await bring(step):
                return False
        return True
