"""One apply at a time for a cluster: the system frees the lock when its process ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from ringtrust.errors import RefusedError, RingtrustError


@contextmanager
def held(folder: Path, cluster: str) -> Iterator[None]:
    """Holds the lock of a cluster in a folder, which is made where there is none.

    Raises RefusedError while another process does, RingtrustError when it cannot.
    """
    path = folder / f".{quote(cluster, safe='')}.apply.lock"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = _locked(path, cluster)
    except OSError as error:
        raise RingtrustError(f"{path} cannot be locked: {error.strerror}.", advice="Check your rights.") from error
    try:
        yield
    finally:
        os.close(descriptor)


def _locked(path: Path, cluster: str) -> int:
    """The lock file, open and locked, with the number of this process in it. Raises OSError, RefusedError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, cluster)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _lock(descriptor: int, cluster: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        who = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
        raise RefusedError(
            f"Another apply works on {cluster} (process {who}).", advice="Wait until it has ended."
        ) from error
