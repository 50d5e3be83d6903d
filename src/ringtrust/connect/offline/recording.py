"""Everything that a scan hears, written down as an export: whoever may not see the cluster scans that."""

import csv
import io
import ssl
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import msgspec

from ringtrust.cluster.facts import Known
from ringtrust.connect.offline.folder import FORMAT, HEAD, NO_ROWS, PHONES, REGISTRATIONS, SERVED, SQL, Head
from ringtrust.connect.offline.wire import DOORS
from ringtrust.connect.platform.node import Terminal
from ringtrust.connect.platform.questions import NOTHING, Script
from ringtrust.connect.ports import Axl, DeviceSeen, FileServer, NotThere, PhonePage, PhonePages, Ris, Row, TlsProbe
from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError

_PROMPT: Final = "admin:"
_LOG: Final = "cli.log"
# Since when it is so, no scan asks.
_DEVICE: Final = tuple(name for name in DeviceSeen.__struct_fields__ if name != "when")


class Pen:
    """Writes into a new folder. Raises RefusedError when it is there already, or cannot be written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        try:
            folder.mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise RefusedError(f"{folder} cannot be made: {error.strerror}.", advice="Name a new folder.") from error

    def number(self) -> int:
        """The next number, for files that have no name."""
        self._count += 1
        return self._count

    def write(self, data: bytes, *parts: str) -> None:
        """A file."""
        self._place(*parts).write_bytes(data)

    def add(self, text: str, *parts: str) -> None:
        """More text at the end of a file."""
        with self._place(*parts).open("a", encoding="utf-8", newline="") as file:
            file.write(text)

    def rows(self, head: Sequence[str], rows: Sequence[Sequence[str]], *parts: str, before: str = "") -> None:
        """A table."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows((head, *rows))
        self.write(f"{before}{out.getvalue()}".encode(), *parts)

    def _place(self, *parts: str) -> Path:
        place = self._folder.joinpath(*parts)
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise RefusedError(f"{place} cannot be written: {error.strerror}.", advice="Check the disk.") from error
        return place


class RecordingReach(Reach):
    """A cluster within reach by the doors that an export has, every answer of which is written down."""

    pen: Pen | None = None

    def record(self, pen: Pen) -> None:
        """From now on."""
        self.pen = pen
        self.doors &= DOORS
        self.files: FileServer = _Files(self.files, pen)
        self.tls: TlsProbe = _Tls(self.tls, pen)
        self.pages: PhonePages = _Pages(self.pages, pen)

    def close_export(self, cluster: str, publisher: str, taken: datetime) -> None:
        """Says of which cluster it is, and when it was taken."""
        head = Head(FORMAT, cluster, publisher, taken)
        if self.pen is not None:
            self.pen.write(msgspec.json.format(msgspec.json.encode(head), indent=1) + b"\n", HEAD)

    def terminal(self, address: str) -> Terminal:
        """The terminal of a node, with a log once it is recorded."""
        terminal = super().terminal(address)
        return terminal if self.pen is None else _Terminal(terminal, self.pen, address)

    @property
    def axl(self) -> Axl:
        """Administration."""
        return super().axl if self.pen is None else _Axl(super().axl, self.pen)

    @property
    def ris(self) -> Ris:
        """Who is registered."""
        return super().ris if self.pen is None else _Ris(super().ris, self.pen)


class _Terminal:
    def __init__(self, terminal: Terminal, pen: Pen, address: str) -> None:
        self._terminal = terminal
        self._pen = pen
        self._address = address

    async def read(self, command: str) -> str:
        answer = await self._terminal.read(command)
        self._pen.add(f"{_PROMPT}{command}\n{answer}\n{_PROMPT}\n", self._address, _LOG)
        return answer

    async def act(self, command: str, seconds: float, script: Script = NOTHING) -> str:
        return await self._terminal.act(command, seconds, script)


class _Axl:
    """The queries of a scan, and their rows."""

    def __init__(self, axl: Axl, pen: Pen) -> None:
        self._axl = axl
        self._pen = pen

    async def version(self, node_name: str = "") -> str:
        return await self._axl.version(node_name)

    async def query(self, sql: str) -> tuple[Row, ...]:
        found = await self._axl.query(sql)
        head = tuple(found[0]) if found else ()
        rows = [[row[name] for name in head] for row in found]
        file = (SQL, f"{self._pen.number():03}.csv")
        if found:
            self._pen.rows(head, rows, *file, before=f"-- {sql}\n")
        else:
            self._pen.write(f"-- {sql}\n{NO_ROWS}\n".encode(), *file)
        return found

    async def parameter(self, name: str) -> str:
        return await self._axl.parameter(name)

    async def reset_all_phones(self) -> None:
        await self._axl.reset_all_phones()

    async def reset_phones(self, names: Sequence[str]) -> None:
        await self._axl.reset_phones(names)

    async def set_lsc_operation(self, names: Sequence[str], operation: str, authentication: str) -> int:
        return await self._axl.set_lsc_operation(names, operation, authentication)

    async def apply_phones(self, names: Sequence[str]) -> None:
        await self._axl.apply_phones(names)


class _Ris:
    def __init__(self, ris: Ris, pen: Pen) -> None:
        self._ris = ris
        self._pen = pen

    async def registrations(self, names: Sequence[str]) -> tuple[DeviceSeen, ...]:
        found = await self._ris.registrations(names)
        self._pen.rows(_DEVICE, [[str(getattr(each, name)) for name in _DEVICE] for each in found], REGISTRATIONS)
        return found


class _Files:
    def __init__(self, files: FileServer, pen: Pen) -> None:
        self._files = files
        self._pen = pen

    async def fetch(self, node_address: str, name: str) -> bytes | NotThere:
        found = await self._files.fetch(node_address, name)
        if isinstance(found, bytes):
            self._pen.write(found, node_address, name)
        return found


class _Tls:
    def __init__(self, tls: TlsProbe, pen: Pen) -> None:
        self._tls = tls
        self._pen = pen

    async def shown(self, host: str, port: int) -> bytes:
        found = await self._tls.shown(host, port)
        self._pen.write(ssl.DER_cert_to_PEM_cert(found).encode(), host, SERVED, f"{port}.pem")
        return found


class _Pages:
    """What pages said about lists, in the form of a page."""

    def __init__(self, pages: PhonePages, pen: Pen) -> None:
        self._pages = pages
        self._pen = pen

    async def read(self, address: str, port: int) -> PhonePage:
        found = await self._pages.read(address, port)
        told = {"ITLFile": found.itl_hash or "Not installed"}
        if isinstance(found.ctl, Known):
            told["CTLFile"] = found.ctl.value or "Not installed"
        told |= {f"TFTPServer{place}": server for place, server in enumerate(found.tftp[:4], 1)}
        inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in told.items())
        self._pen.write(f"<NetworkConfiguration>{inner}</NetworkConfiguration>\n".encode(), PHONES, f"{address}.xml")
        return found
