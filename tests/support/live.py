"""Tests that run in an event loop: `@live` over an `async def`."""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any


def live(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """The test, run to its end in a loop of its own."""

    @functools.wraps(test)
    def _run(*arguments: Any, **named: Any) -> None:
        asyncio.run(test(*arguments, **named))

    return _run
