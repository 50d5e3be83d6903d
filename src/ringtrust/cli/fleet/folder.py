"""Snapshots and plans of many clusters: a folder, a file each, by the name of the cluster."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ringtrust.change.plan import Plan, read_plan, write_plan
from ringtrust.cli.files import read_input, write_output
from ringtrust.cluster.snapshot import Snapshot, read_snapshot
from ringtrust.errors import RefusedError

SNAPSHOT: Final = ".json"
PLAN: Final = ".plan"


def made(folder: Path) -> Path:
    """A folder to write into. Raises RefusedError when it cannot be made."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise RefusedError(f"{folder} cannot be made: {error.strerror}.", advice="Name another: -o FOLDER.") from error
    return folder


def put(folder: Path, name: str, kind: str, data: bytes) -> None:
    """Writes the file of a cluster; one that is there from before is replaced. Raises RingtrustError."""
    write_output(folder / f"{quote(name, safe='')}{kind}", data, force=True)


def snapshots(folder: Path) -> Iterator[Snapshot]:
    """Those in a folder, by the names of their clusters. Raises RefusedError, UnreadableError."""
    for path in _files(folder, SNAPSHOT):
        yield read_input(str(path)).parsed(read_snapshot)


def plans(words: tuple[str, ...]) -> Iterator[Plan]:
    """Those in these folders and files. Raises RefusedError, UnreadableError."""
    for word in words:
        for path in _files(Path(word), PLAN) if Path(word).is_dir() else [Path(word)]:
            yield read_input(str(path)).parsed(read_plan)


def written(plan: Plan) -> bytes:
    """The file of a plan."""
    return write_plan(plan) + b"\n"


def _files(folder: Path, kind: str) -> list[Path]:
    found = sorted(folder.glob(f"*{kind}"))
    if not found:
        what = "snapshot" if kind == SNAPSHOT else "plan"
        raise RefusedError(f"There is no {what} in {folder}.", advice=f"Make one: ringtrust fleet {_MAKER[kind]}.")
    return found


_MAKER: Final = {SNAPSHOT: "scan … -o FOLDER", PLAN: "plan … -o FOLDER"}
