"""The files that `file …` shows: logs of the active side, that of the installation, what Cisco Tftp serves."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.trust.lists import ListKind, TrustList

_PARTITIONS: Final = ("activelog", "inactivelog", "install", "tftp")
_ITL: Final = ListKind.ITL.filename
_CTL: Final = ListKind.CTL.filename


class Entry(msgspec.Struct, frozen=True):
    """A file, or a directory, which has no lines: the path that is shown, and when it was last written to."""

    path: str
    when: datetime
    lines: tuple[str, ...] = ()
    directory: bool = False

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @property
    def size(self) -> int:
        """Its bytes."""
        return sum(len(line.encode()) + 1 for line in self.lines)


def partition(call: Call) -> str:
    """The part of the file system that a command names. Raises CommandFailedError."""
    if call.words[0] not in _PARTITIONS:
        raise CommandFailedError
    return call.words[0]


def entries(call: Call, spec: str) -> list[Entry]:
    """What a specification names: with `*` what fits, for a directory what is in it; by name."""
    files = _files(call)
    wanted = spec.strip("/")
    inside = f"{wanted}/" if wanted else ""
    if not wanted or any(path.startswith(inside) for path in files):
        wanted = f"{inside}*"
    found = {each.path: each for each in _with_directories(files)}
    depth = wanted.count("/")
    return [found[path] for path in sorted(found) if path.count("/") == depth and fnmatchcase(path, wanted)]


def files(call: Call, spec: str) -> list[Entry]:
    """The files among them."""
    return [entry for entry in entries(call, spec) if not entry.directory]


def the_file(call: Call, spec: str) -> Entry:
    """The one file that is named. Raises CommandFailedError where there is none, or more."""
    found = files(call, spec)
    if len(found) != 1:
        raise CommandFailedError(texts.NO_SUCH_FILE.format(file=spec))
    return found[0]


def _with_directories(files: Mapping[str, Entry]) -> Iterator[Entry]:
    yield from files.values()
    for path, entry in files.items():
        parts = path.split("/")
        yield from (Entry("/".join(parts[:depth]), entry.when, directory=True) for depth in range(1, len(parts)))


def _files(call: Call) -> dict[str, Entry]:
    match partition(call):
        case "activelog":
            log = call.node.logbook.files
            return {path: Entry(path, file.when, tuple(file.lines)) for path, file in log.items()}
        case "install":
            lines = (f"Installation of {call.release.version} completed",)  # [U]
            return {"system-history.log": Entry("system-history.log", call.cluster.founded, lines)}
        case "tftp":
            return dict(_served(call))
        case _:  # nothing was ever upgraded here
            return {}


def _served(call: Call) -> Iterator[tuple[str, Entry]]:
    """The lists that Cisco Tftp serves; their bytes are shown as their hexadecimal digits."""
    image, ctl = call.node.tftp, call.node.ctl
    if ctl is not None:
        yield _CTL, _list(_CTL, ctl, datetime.fromtimestamp(ctl.header.timestamp or 0, UTC))
    if image is not None and not image.withdrawn:
        yield _ITL, _list(_ITL, image.itl, image.built)


def _list(name: str, found: TrustList, written: datetime) -> Entry:
    data = found.data.hex()
    return Entry(name, written, tuple(data[at : at + 64] for at in range(0, len(data), 64)))
