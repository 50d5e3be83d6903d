"""Registration of phones with Cisco CallManager of a node: SIP on TCP 5060, and over TLS on 5061.

TLS itself checks the chain of a phone's certificate. Its dates are looked at here, by the clock of the lab, and a phone
that is not taken meets the end of the connection. Who comes by the other way than its profile says is refused [U: 403].
"""

import asyncio
import re
import uuid
from typing import Final

from ringtrust.errors import FormatError
from ringtrust.lab.state import itl_reports
from ringtrust.lab.state.admission import Taken, judge
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.directory import last_seen
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.registrations import Registration
from ringtrust.lab.wire.door import SECONDS_AT_MOST
from ringtrust.lab.wire.sip import SipMessage, SipReader

PORT: Final = 5060
SECURE_PORT: Final = 5061
_CHUNK: Final = 65_536
_DEVICE: Final = re.compile(r'\+u\.sip!devicename\.ccm\.cisco\.com="(SEP[0-9A-F]{12})"', re.IGNORECASE)
_EXPIRES: Final = ("expires", "120")


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cluster: Cluster, node: Node) -> None:
    """The connection of one phone, until it ends."""
    await Line(writer, cluster, node).serve(reader)


async def serve_secure(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cluster: Cluster, node: Node
) -> None:
    """The same over TLS, unless the phone's certificate has ended (S120)."""
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    if shown and isinstance(judge(shown, node.callers(), cluster.time.now()), Taken):
        await Line(writer, cluster, node, secure=True).serve(reader)


class Line:
    """The connection of one phone."""

    def __init__(self, writer: asyncio.StreamWriter, cluster: Cluster, node: Node, *, secure: bool = False) -> None:
        self._writer = writer
        self._secure = secure
        self._cluster = cluster
        self._node = node
        self._registration: Registration | None = None

    async def serve(self, reader: asyncio.StreamReader) -> None:
        """Until the phone hangs up, or says what is no SIP."""
        messages = SipReader()
        try:
            while data := await self._read(reader):
                for message in messages.feed(data):
                    self._take(message)
                await self._writer.drain()
        except FormatError:
            return
        finally:
            self._forget()

    def _forget(self) -> None:
        mine = self._registration
        if mine is None:
            return
        if self._cluster.release.itl_told and self._cluster.registrations.find(mine.device) is mine:
            self._cluster.database.write(tuple(itl_reports.forgotten(mine.device)))
        self._cluster.registrations.lost(mine, self._cluster.time.now())

    async def _read(self, reader: asyncio.StreamReader) -> bytes:
        """Whoever does not register is not waited for."""
        if self._registration is not None:
            return await reader.read(_CHUNK)
        return await asyncio.wait_for(reader.read(_CHUNK), SECONDS_AT_MOST)

    def _take(self, message: SipMessage) -> None:
        match message.method:
            case "REGISTER":
                self._send(self._registered(message))
            case "REFER":
                self._report(message)
                self._send(message.answer(202, "Accepted"))
            case "OPTIONS":
                self._send(message.answer(200, "OK"))
            case "":
                pass
            case _:
                self._send(message.answer(405, "Method Not Allowed"))

    def _registered(self, message: SipMessage) -> SipMessage:
        found = _DEVICE.search(message.header("contact"))
        if found is None or not self._known(found[1].upper()):
            return message.answer(404, "Not Found")
        if not self._node.admits(found[1].upper(), secure=self._secure):
            return message.answer(403, "Forbidden")
        self._forget()
        address = str(self._writer.get_extra_info("peername")[0])
        self._registration = Registration(
            found[1].upper(),
            self._node.name,
            address,
            self._cluster.time.now(),
            self._notify,
            self._writer.transport.abort,
        )
        self._cluster.registrations.register(self._registration)
        self._cluster.database.write(tuple(last_seen(self._registration, self._cluster.topology.phones.load)))
        return message.answer(200, "OK", ("contact", message.header("contact")), _EXPIRES)

    def _report(self, message: SipMessage) -> None:
        """A phone tells of its lists: kept from 14 on (Security Guide 15). Raises FormatError for what is no alarm."""
        mine = self._registration
        if mine is None or not self._cluster.release.itl_told:
            return
        if message.header("content-type") == itl_reports.CONTENT_TYPE:
            said, now = itl_reports.told(message.body), self._cluster.time.now()
            if said.get("DeviceName", "").upper() == mine.device:
                self._cluster.database.write(tuple(itl_reports.reported(mine.device, said, now)))

    def _known(self, device: str) -> bool:
        return bool(self._node.replica.rows("select 1 from device where name = ?", device))

    def _notify(self, action: str) -> None:
        """Tells the phone to reset or restart, as Unified CM does: an unsolicited NOTIFY."""
        host, port = self._writer.get_extra_info("peername")[:2]
        here = f"<sip:{self._node.address}>"
        way = f"TLS {self._node.address}:{SECURE_PORT}" if self._secure else f"TCP {self._node.address}:{PORT}"
        headers = (
            ("via", f"SIP/2.0/{way};branch=z9hG4bK{uuid.uuid4().hex}"),
            ("from", f"{here};tag={uuid.uuid4().hex}"),
            ("to", f"<sip:{host}>"),
            ("call-id", f"{uuid.uuid4()}@{self._node.address}"),
            ("cseq", "101 NOTIFY"),
            ("event", "service-control"),
            ("subscription-state", "active"),
            ("content-type", "text/plain"),
        )
        self._send(SipMessage(f"NOTIFY sip:{host}:{port} SIP/2.0", headers, f"action={action}\r\n".encode()))

    def _send(self, message: SipMessage) -> None:
        self._writer.write(message.to_bytes())
