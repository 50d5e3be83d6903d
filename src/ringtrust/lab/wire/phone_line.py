"""What a phone does with its network: carries out the orders of the state machine over real sockets."""

import asyncio
import contextlib
import ssl
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from ringtrust.errors import FormatError
from ringtrust.lab.certificates.pki import Identity
from ringtrust.lab.labtime import LabTime, Timer
from ringtrust.lab.phone import events
from ringtrust.lab.phone.phone import Phone, State
from ringtrust.lab.state import itl_reports
from ringtrust.lab.state.admission import has_ended
from ringtrust.lab.wire import capf, http, sip, tftp_http, tls, tvs
from ringtrust.trust.lists import ListKind

Route = Callable[[str, int], tuple[str, int]]
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_SECONDS_AT_MOST: Final = 10.0
_GONE: Final = (OSError, EOFError, TimeoutError, FormatError)
# What a restart spares a phone is not told: it reads its files again here as after a reset [U].
_RESETS: Final = (b"action=reset", b"action=restart")


# Orders that go on over a connection just dialled; every other one is the end of it.
_GO_ON: Final = (events.Dial, events.Ask, events.Converse, events.Register)
# The alerts of TLS by the names that OpenSSL has for them.
_ALERTS: Final = {
    "TLSV1_ALERT_UNKNOWN_CA": "unknown CA",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "certificate expired",
    "SSLV3_ALERT_BAD_CERTIFICATE": "bad certificate",
}


def _shown(connection: Connection) -> bytes:
    """The certificate that the server has shown (DER)."""
    return connection[1].get_extra_info("ssl_object").getpeercert(binary_form=True) or b""


def _answered(turn: int, message: sip.SipMessage) -> events.Happening:
    """What a Unified CM has said to a REGISTER."""
    if message.ok:
        return events.Registered(turn)
    return events.Forbidden(turn) if message.status == HTTPStatus.FORBIDDEN else events.Unreachable(turn)


def straight(address: str, port: int) -> tuple[str, int]:
    """The way on which nobody sits in between."""
    return address, port


class PhoneLine:
    """One phone on the network, at an address of its own. `route` may lead its connections through somebody else.

    `switch` says whether the network takes a certificate (DER), of those phones that have to show one (802.1X).
    """

    def __init__(
        self, phone: Phone, address: str, time: LabTime, context: ssl.SSLContext, route: Route = straight
    ) -> None:
        self.phone = phone
        self.address = address
        self.route = route
        self.on_change: Callable[[], None] = lambda: None
        self._time = time
        self._tls = context
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None
        self.switch: Callable[[bytes], bool] = lambda _: True
        self._dialled: Connection | None = None
        self._secured: Connection | None = None
        self._registration: sip.SipStream | None = None

    @property
    def busy(self) -> bool:
        """Whether it is in the middle of something that takes no time of the lab."""
        return self.phone.state in {State.LOADING, State.ENROLLING, State.REGISTERING}

    def happen(self, event: events.Event) -> None:
        """Something happens to the phone."""
        for order in self.phone.handle(event):
            self._carry_out(order)
        self.on_change()

    def _carry_out(self, order: events.Order) -> None:
        if not isinstance(order, _GO_ON):
            self._hang_up()
        match order:
            case events.Abandon():
                self._abandon()
            case events.Wait(turn=turn, seconds=seconds):
                self._timer = self._time.call_later(seconds, lambda: self.happen(events.Elapsed(turn)))
            case _:
                self._task = asyncio.get_running_loop().create_task(self._do(order))

    def _abandon(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()
        self._hang_up_sip()
        self._timer = self._task = None

    async def _do(self, order: events.Order) -> None:
        try:
            happening = await self._done(order)
        except _GONE:
            happening = events.Unreachable(order.turn)
        self.happen(happening)

    async def _done(self, order: events.Order) -> events.Happening:
        match order:
            case events.Fetch():
                return await self._fetch(order)
            case events.Dial():
                return await self._dial(order)
            case events.Ask():
                return await self._ask(order)
            case events.Register():
                return await self._register(order)
            case events.Attend():
                return await self._attend(order)
            case _:
                return await self._done_secure(order)

    async def _done_secure(self, order: events.Order) -> events.Happening:
        match order:
            case events.Converse():
                return await self._converse(order)
            case events.Secure():
                return await self._secure(order)
            case events.Enter(certificate=certificate):
                return events.Admitted(order.turn) if self.switch(certificate) else events.Denied(order.turn)
            case _:
                raise TypeError(order)

    async def _connect(self, address: str, port: int, tls: ssl.SSLContext | None = None) -> Connection:
        host, way = self.route(address, port)
        async with asyncio.timeout(_SECONDS_AT_MOST):
            return await asyncio.open_connection(host, way, local_addr=(self.address, 0), ssl=tls)

    async def _fetch(self, order: events.Fetch) -> events.Happening:
        reader, writer = await self._connect(order.address, tftp_http.PORT)
        try:
            host = f"{order.address}:{tftp_http.PORT}"
            answer = await http.get(reader, writer, host, f"/{order.name}")
        finally:
            writer.close()
        if answer.status == http.NOT_FOUND.status:
            return events.Missing(order.turn)
        return (
            events.Fetched(order.turn, answer.body)
            if answer.status == HTTPStatus.OK
            else events.Unreachable(order.turn)
        )

    async def _dial(self, order: events.Dial) -> events.Happening:
        self._hang_up()
        self._dialled = await self._connect(order.address, order.port, self._tls)
        return events.Presented(order.turn, _shown(self._dialled))

    async def _ask(self, order: events.Ask) -> events.Happening:
        if self._dialled is None:
            return events.Unreachable(order.turn)
        reader, writer = self._dialled
        writer.write(order.question)
        try:
            return events.Answered(order.turn, await tvs.read_frame(reader))
        finally:
            self._hang_up()

    async def _converse(self, order: events.Converse) -> events.Happening:
        if self._dialled is None:
            return events.Unreachable(order.turn)
        reader, writer = self._dialled
        for message in order.messages:
            writer.write(message)
            await writer.drain()
        async with asyncio.timeout(_SECONDS_AT_MOST):
            return events.Answered(order.turn, await capf.read_frame(reader))

    async def _secure(self, order: events.Secure) -> events.Happening:
        shows = Identity(order.credential.certificate, order.credential.key)
        try:
            self._secured = await self._connect(order.address, order.port, tls.phone_context(shows))
        except (ssl.SSLError, ConnectionResetError) as error:  # asyncio's servers hang up, and leave the alert unsaid
            return events.Rejected(order.turn, _ALERTS.get(getattr(error, "reason", None) or "", ""))
        shown = _shown(self._secured)
        return events.Presented(order.turn, shown, has_ended(shown, self._time.now()))

    def _hang_up(self) -> None:
        """Whatever it has dialled and does not need any more."""
        for connection in filter(None, (self._dialled, self._secured)):
            connection[1].close()
        self._dialled = self._secured = None

    def _hang_up_sip(self) -> None:
        if self._registration is not None:
            self._registration.abort()
        self._registration = None

    async def _register(self, order: events.Register) -> events.Happening:
        self._hang_up_sip()
        secured, self._secured = self._secured, None
        line = sip.SipStream(*(secured or await self._connect(order.address, order.port)))
        self._registration = line
        way = "TLS" if secured else "TCP"
        line.send(self._request(order, line.own_port, way))
        try:
            async with asyncio.timeout(_SECONDS_AT_MOST):
                if (message := await line.answer()) is not None:
                    if message.ok:  # it counts as registered once it has told of its lists, and that was heard
                        line.send(self._about_lists(order, line.own_port, way))
                        await line.answer()
                    return _answered(order.turn, message)
        except ConnectionError:
            pass
        # Over TLS a server that hangs up before it says anything has looked at the certificate, and did not like it.
        return events.Rejected(order.turn) if secured else events.Unreachable(order.turn)

    def _about_lists(self, order: events.Register, port: int, way: str) -> sip.SipMessage:
        """The alarm in which a phone tells its ITL to the Unified CM that it has registered with (§6.7)."""
        device, held = self.phone.traits.device, self.phone.held.get(ListKind.ITL)
        server = self.phone.traits.tftp[0] if self.phone.traits.tftp else ""
        data = itl_reports.body(device, self.address, held.data if held is not None else b"", server)
        headers = (*self._headers(order, port, way, "REFER"), ("content-type", itl_reports.CONTENT_TYPE))
        return sip.SipMessage(f"REFER sip:{order.address} SIP/2.0", headers, data)

    def _request(self, order: events.Register, port: int, way: str) -> sip.SipMessage:
        device = self.phone.traits.device
        here = f"{self.address}:{port}"
        urn = uuid.uuid5(uuid.NAMESPACE_OID, device)
        contact = (
            f'<sip:{urn}@{here};transport={way.lower()}>;+sip.instance="<urn:uuid:{urn}>"'
            f';+u.sip!devicename.ccm.cisco.com="{device}";+u.sip!model.ccm.cisco.com="684"'
        )
        headers = (*self._headers(order, port, way, "REGISTER"), ("contact", contact), ("expires", "3600"))
        return sip.SipMessage(f"REGISTER sip:{order.address} SIP/2.0", headers)

    def _headers(self, order: events.Register, port: int, way: str, method: str) -> tuple[tuple[str, str], ...]:
        device = self.phone.traits.device
        return (
            ("via", f"SIP/2.0/{way} {self.address}:{port};branch=z9hG4bK{uuid.uuid4().hex}"),
            ("from", f"<sip:{device}@{order.address}>;tag={uuid.uuid4().hex}"),
            ("to", f"<sip:{device}@{order.address}>"),
            ("call-id", f"{uuid.uuid4()}@{self.address}"),
            ("cseq", f"101 {method}"),
        )

    async def _attend(self, order: events.Order) -> events.Happening:
        """Stays on the line until it ends, and obeys a reset that comes over it."""
        if self._registration is not None:
            with contextlib.suppress(*_GONE):
                await self._listen(self._registration)
        self._hang_up_sip()
        return events.Lost(order.turn)

    async def _listen(self, line: sip.SipStream) -> None:
        while (message := await line.receive()) is not None:
            if message.method == "NOTIFY":
                line.send(message.answer(200, "OK"))
                await line.drain()
                if any(action in message.body for action in _RESETS):
                    asyncio.get_running_loop().call_soon(self.happen, events.Reset())
