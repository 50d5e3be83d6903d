"""One apply at a time for a cluster: the system frees the lock when its process ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ringtrust.errors import RefusedError, RingtrustError
from ringtrust.journal.who import here
from ringtrust.trust.names import brief

_AT_MOST: Final = 1000


@contextmanager
def held(folder: Path, cluster: str, what: str = "a single act") -> Iterator[None]:
    """Holds the lock of a cluster in a folder, which is made where there is none; `what` for is written into it.

    Raises RefusedError while another process does, RingtrustError when it cannot.
    """
    path = folder / f".{quote(cluster, safe='')}.apply.lock"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = _locked(path, cluster, what)
    except OSError as error:
        raise RingtrustError(f"{path} cannot be locked: {error.strerror}.", advice="Check your rights.") from error
    try:
        yield
    finally:
        os.close(descriptor)


def _locked(path: Path, cluster: str, what: str) -> int:
    """The lock file, open and locked, with who holds it: process, person, what for. Raises OSError, RefusedError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, cluster)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n{here()}\n{brief(what)}\n".encode(errors="replace"), 0)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _lock(descriptor: int, cluster: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise RefusedError(
            f"Another apply works on {cluster} ({_who(os.pread(descriptor, _AT_MOST, 0))}).",
            advice="Wait until it has ended. `ringtrust runs` tells how far it is; ringtrust abort RUN has it end.",
        ) from error


def _who(data: bytes) -> str:
    """Who holds it, by what is written in it: whoever may write there may have written anything."""
    process, who, what = (*data.decode(errors="replace").split("\n"), "", "", "")[:3]
    person = f"{brief(who)}, " if who else ""
    return f"{person}process {brief(process) or 'unknown'}{f': {brief(what)}' if what else ''}"
