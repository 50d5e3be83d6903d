"""The files of an export, by node (docs/scan.md).

EXPORT/
export.json                       optional: of which cluster, and when
NODE/                             named as the cluster names it, or by its address
*.log, *.txt                    what a terminal showed
ITLFile.tlv CTLFile.tlv         as Cisco Tftp served them
UNIT.pem, STORE-trust/NAME.pem  identity and trust certificates
served/PORT.pem                 what a TLS port showed
sql/*.csv                         results of SQL: the query after `--` in the first line, then the columns
phones/NAME.xml|html              the page of a phone that tells about its lists, by its name or address
registrations.csv                 name, status, node, address, model, load
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec

from ringtrust.cluster.facts import Moment
from ringtrust.connect.offline.table import table_in
from ringtrust.connect.offline.transcripts import plain, query_key, transcripts
from ringtrust.connect.platform.health import NetworkNode, read_network
from ringtrust.connect.ports import DeviceSeen, Row
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust.names import quoted

FORMAT: Final = "ringtrust.export/1"
HEAD: Final = "export.json"
SQL: Final = "sql"
PHONES: Final = "phones"
SERVED: Final = "served"
REGISTRATIONS: Final = "registrations.csv"
NETWORK: Final = "show network cluster"
_NOT_NODES: Final = frozenset({SQL, PHONES})
_LOGS: Final = frozenset({".log", ".txt"})
_FILES_AT_MOST: Final = 100_000
_BYTES_AT_MOST: Final = 64 * 1024 * 1024
NO_ROWS: Final = "-- no rows"
_NEEDED: Final = ("name", "status", "node", "address")
_DEVICE: Final = ("name", "status", "node", "address", "model", "load")


class Head(msgspec.Struct, frozen=True):
    """What an export says of itself: the cluster's name, its publisher's address, and when it was taken."""

    format: str
    cluster: str
    publisher: str
    taken: Moment


class NodeFolder:
    """What there is of one node."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def answers(self) -> Mapping[str, str]:
        """What each command showed, the last time it was typed; a file may also bear the name of its one command."""
        found: dict[str, str] = {}
        for path in sorted(self.path.iterdir()):
            if path.suffix.lower() in _LOGS and path.is_file():
                text = read_inside(self.path, path).decode("utf-8-sig", errors="replace")
                shown = {each.command: each.answer for each in transcripts(text)}
                found |= shown or {plain(path.stem.replace("_", " ")): text}
        return found

    def file(self, *parts: str) -> Path:
        """A file of this node. Raises RefusedError for a name that leads elsewhere."""
        path = self.path.joinpath(*parts)
        if not path.resolve().is_relative_to(self.path.resolve()):
            raise RefusedError(f"{quoted('/'.join(parts))} leads out of the export.")
        return path


class Export:
    """A folder that somebody exported. Raises UnreadableError when there is none, or nothing of a node in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            folders = sorted(each for each in path.iterdir() if each.is_dir() and each.name not in _NOT_NODES)
        except OSError as error:
            raise UnreadableError(f"{path} cannot be read: {error.strerror}.", advice="Name the folder.") from error
        if not folders:
            raise UnreadableError(f"{path} holds no folder of a node.", advice="docs/scan.md says how it is made.")
        self.nodes = {folder.name: NodeFolder(folder) for folder in folders}

    @cached_property
    def head(self) -> Head:
        """What it says of itself; else the folder's name, and when its latest file was written."""
        place = self.path / HEAD
        if place.exists():
            try:
                return msgspec.json.decode(read_bytes(place), type=Head)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise UnreadableError(f"{place} cannot be read: {error}.", advice="Take it away.") from error
        written = max(path.stat().st_mtime for path in _files(self.path))
        return Head(FORMAT, self.path.name, self.publisher.address, datetime.fromtimestamp(written, UTC))

    @cached_property
    def publisher(self) -> NetworkNode:
        """The publisher, as its own `show network cluster` names it. Raises UnreadableError."""
        for name, folder in self.nodes.items():
            if NETWORK in folder.answers:
                rows = read_network(folder.answers[NETWORK])
                first = next((row for row in rows if row.publisher), None)
                if first is not None and self._is_of(name, first, rows):
                    return first
        raise UnreadableError(
            f"{self.path} does not say which node is the publisher.",
            advice=f"Save what `{NETWORK}` shows on the publisher, in a folder named like it.",
        )

    def _is_of(self, folder: str, publisher: NetworkNode, rows: tuple[NetworkNode, ...]) -> bool:
        """Whether a folder is the publisher's: it bears its name, or it is the only one and bears no other node's."""
        others = {name for row in rows if row != publisher for name in names_of(row)}
        return folder.lower() in names_of(publisher) or (len(self.nodes) == 1 and folder.lower() not in others)

    def node(self, address: str) -> NodeFolder:
        """The folder of the node at an address. Raises UnreadableError.

        A single folder may have any name but that of another node: it is the publisher's.
        """
        if len(self.nodes) == 1 and address == self.publisher.address:
            return next(iter(self.nodes.values()))
        called = {address.lower()}
        for folder in self.nodes.values():
            for row in read_network(folder.answers[NETWORK]) if NETWORK in folder.answers else ():
                called |= names_of(row) if row.address == address else set()
        found = next((folder for name, folder in self.nodes.items() if name.lower() in called), None)
        if found is None:
            raise UnreadableError(
                f"The export has no folder of {address}.", advice=f"It would be named {' or '.join(sorted(called))}."
            )
        return found

    def rows(self) -> tuple[NetworkNode, ...]:
        """The nodes, as the publisher's `show network cluster` has them. Raises UnreadableError."""
        return read_network(self.node(self.publisher.address).answers[NETWORK])

    @cached_property
    def tables(self) -> Mapping[str, tuple[Row, ...]]:
        """The rows of every saved query, by the query."""
        return dict(_table(self, path) for path in sorted((self.path / SQL).glob("*.csv")))

    @cached_property
    def devices(self) -> tuple[DeviceSeen, ...] | None:
        """Who was registered; None where nobody has saved that in a file of its own. Raises UnreadableError."""
        place = self.path / REGISTRATIONS
        if not place.exists():
            return None
        rows = table_in(place, self.text(place))
        missing = [name for name in _NEEDED if rows.columns and name not in rows.columns]
        if missing or not rows.columns:
            raise UnreadableError(
                f"{place} has no column {', '.join(missing or _NEEDED)}.",
                advice=f"Its first line is {','.join(_DEVICE)} (docs/scan.md).",
            )
        return tuple(_device(row) for row in rows.rows)

    def text(self, path: Path) -> str:
        """A file of this export as text. Raises UnreadableError, RefusedError."""
        return read_inside(self.path, path).decode("utf-8-sig", errors="replace")


def _device(row: Row) -> DeviceSeen:
    name, status, node, address, model, load = (row.get(column, "") for column in _DEVICE)
    return DeviceSeen(name, status, node, address, model, load)


def names_of(row: NetworkNode) -> set[str]:
    """Everything that a node is called, in lower case."""
    return {name.lower() for name in (row.name, row.fqdn, row.address)}


def read_bytes(path: Path) -> bytes:
    """A file of an export. Raises UnreadableError, also for one that is far too large."""
    try:
        if path.stat().st_size > _BYTES_AT_MOST:
            raise UnreadableError(f"{path} is larger than {_BYTES_AT_MOST:,} bytes.", advice="Take it out.")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}.", advice="Check your rights.") from error


def _files(path: Path) -> list[Path]:
    found = []
    for each in path.rglob("*"):
        if each.is_file():
            found.append(each)
        if len(found) > _FILES_AT_MOST:
            raise UnreadableError(f"{path} holds more than {_FILES_AT_MOST:,} files.", advice="Name the export itself.")
    return found


def _table(export: Export, path: Path) -> tuple[str, tuple[Row, ...]]:
    first, _, rest = export.text(path).partition("\n")
    if not first.startswith("--"):
        raise UnreadableError(f"{path} does not begin with `-- select …`.", advice="docs/scan.md shows one.")
    query = query_key(first.removeprefix("--"))
    if rest.strip() == NO_ROWS:
        return query, ()
    rows = table_in(path, rest)
    if not rows.columns:
        raise UnreadableError(f"{path} names no columns.", advice=f"Save it again; without any row, write {NO_ROWS}.")
    return query, rows.rows


def read_inside(folder: Path, path: Path) -> bytes:
    """A file of a folder; a link that leads out of it is not followed. Raises RefusedError, UnreadableError."""
    if not path.resolve().is_relative_to(folder.resolve()):
        raise RefusedError(f"{path} leads out of the export.", advice="Put the file itself there.")
    return read_bytes(path)
