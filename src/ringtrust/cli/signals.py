"""How a process is told to end: by Ctrl-C, by a service manager, by a session that is closed."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _heard() -> list[signal.Signals]:
    """What the caller ignores stays ignored: nohup holds, and so does `&` in a script."""
    return [each for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]


@contextmanager
def as_ctrl_c() -> Iterator[None]:
    """All of them raise KeyboardInterrupt inside."""
    before = {each: signal.signal(each, signal.default_int_handler) for each in _heard()}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def told_to_end(ending: Callable[[], object]) -> Iterator[None]:
    """All of them call `ending` in the running loop."""
    loop = asyncio.get_running_loop()
    heard = _heard()
    for each in heard:
        loop.add_signal_handler(each, ending)
    try:
        yield
    finally:
        for each in heard:
            loop.remove_signal_handler(each)
