"""Where recovery keys are kept: in the user's own folder, one file a key, for nobody's eyes but his.

A key is never read again by ringtrust but to be counted: whoever needs it takes the file.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec

from ringtrust.cluster.recovery_key import KeptKey
from ringtrust.errors import RingtrustError, UnreadableError
from ringtrust.settings.state import state_folder

_FOLDER: Final = "recovery-keys"
_SIZE_AT_MOST: Final = 64 * 1024


def key_folder(environment: Mapping[str, str], cluster: str) -> Path:
    """Where those of a cluster are, by what it is known by in a journal. Raises RefusedError where there is no home."""
    return state_folder(environment) / _FOLDER / quote(cluster, safe="")


def key_file(folder: Path, kept: KeptKey) -> Path:
    """The file of a key."""
    return folder / f"{kept.sha256}.p12"


def keep_key(folder: Path, data: bytes, kept: KeptKey) -> bool:
    """Writes it down, once; whether it was not there before. Raises RingtrustError where it cannot be written."""
    if any(each.sha256 == kept.sha256 for each in kept_keys(folder)):
        return False
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(key_file(folder, kept), data)
        _write(folder / f"{kept.sha256}.json", msgspec.json.encode(kept))  # last: without it the key does not count
    except OSError as error:
        raise RingtrustError(f"{folder} cannot be written: {error.strerror}.", advice="Check your rights.") from error
    return True


def _write(path: Path, data: bytes) -> None:
    """Whole, for its user alone, and on the disk. What is left of an attempt that was cut is written over."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def kept_keys(folder: Path) -> tuple[KeptKey, ...]:
    """Those of a cluster whose files are whole, the latest last. Raises UnreadableError where one cannot be told."""
    try:
        found = [_read(path) for path in sorted(folder.glob("*.json"))] if folder.is_dir() else []
        whole = [each for each in found if _is_whole(key_file(folder, each), each)]
    except (OSError, msgspec.DecodeError) as error:
        raise UnreadableError(f"{folder} cannot be read: {error}.", advice="Check your rights.") from error
    return tuple(sorted(whole, key=lambda each: each.kept))


def _read(path: Path) -> KeptKey:
    with path.open("rb") as file:
        return msgspec.json.decode(file.read(_SIZE_AT_MOST), type=KeptKey)


def _is_whole(path: Path, kept: KeptKey) -> bool:
    """A key whose file is gone, or is another one by now, is not kept."""
    if not path.is_file() or path.stat().st_size != kept.size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == kept.sha256
