"""One apply at a time for a cluster: the system frees the lock when its process ends, however it ends."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ringtrust.errors import RefusedError, RingtrustError


@contextmanager
def held(folder: Path, cluster: str) -> Iterator[None]:
    """Holds the lock of a cluster. Raises RefusedError while another process does."""
    path = folder / f".{re.sub('[^A-Za-z0-9._-]', '_', cluster)}.apply.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise RingtrustError(f"{path} cannot be written: {error.strerror}.", advice="Check your rights.") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            who = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            raise RefusedError(
                f"Another apply works on {cluster} (process {who}).", advice="Wait until it has ended."
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
