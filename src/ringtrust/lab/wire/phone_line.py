"""What a phone does with its network: carries out the orders of the state machine over real sockets."""

import asyncio
import contextlib
import ssl
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from ringtrust.errors import FormatError
from ringtrust.lab.labtime import LabTime, Timer
from ringtrust.lab.phone import events
from ringtrust.lab.phone.phone import Phone, State
from ringtrust.lab.wire import http, sip, tftp_http, tvs

Route = Callable[[str, int], tuple[str, int]]
_SECONDS_AT_MOST: Final = 10.0
_GONE: Final = (OSError, EOFError, TimeoutError, FormatError)
# What a restart spares a phone is not told: it reads its files again here as after a reset [U].
_RESETS: Final = (b"action=reset", b"action=restart")


def straight(address: str, port: int) -> tuple[str, int]:
    """The way on which nobody sits in between."""
    return address, port


class PhoneLine:
    """One phone on the network, at an address of its own. `route` may lead its connections through somebody else."""

    def __init__(self, phone: Phone, address: str, time: LabTime, tls: ssl.SSLContext, route: Route = straight) -> None:
        self.phone = phone
        self.address = address
        self.route = route
        self.on_change: Callable[[], None] = lambda: None
        self._time = time
        self._tls = tls
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None
        self._dialled: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._registration: sip.SipStream | None = None

    @property
    def busy(self) -> bool:
        """Whether it is in the middle of something that takes no time of the lab."""
        return self.phone.state in {State.LOADING, State.REGISTERING}

    def happen(self, event: events.Event) -> None:
        """Something happens to the phone."""
        for order in self.phone.handle(event):
            self._carry_out(order)
        self.on_change()

    def _carry_out(self, order: events.Order) -> None:
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
        self._hang_up_tvs()
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
            case _:
                return await self._attend(order)

    async def _connect(
        self, address: str, port: int, tls: ssl.SSLContext | None = None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
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
        self._hang_up_tvs()
        self._dialled = await self._connect(order.address, order.port, self._tls)
        shown = self._dialled[1].get_extra_info("ssl_object").getpeercert(binary_form=True)
        return events.Presented(order.turn, shown or b"")

    async def _ask(self, order: events.Ask) -> events.Happening:
        if self._dialled is None:
            return events.Unreachable(order.turn)
        reader, writer = self._dialled
        writer.write(order.question)
        try:
            return events.Answered(order.turn, await tvs.read_frame(reader))
        finally:
            self._hang_up_tvs()

    def _hang_up_tvs(self) -> None:
        if self._dialled is not None:
            self._dialled[1].close()
        self._dialled = None

    def _hang_up_sip(self) -> None:
        if self._registration is not None:
            self._registration.abort()
        self._registration = None

    async def _register(self, order: events.Register) -> events.Happening:
        self._hang_up_sip()
        self._registration = sip.SipStream(*await self._connect(order.address, order.port))
        self._registration.send(self._request(order, self._registration.own_port))
        async with asyncio.timeout(_SECONDS_AT_MOST):
            while (message := await self._registration.receive()) is not None:
                if message.status:
                    return events.Registered(order.turn) if message.ok else events.Unreachable(order.turn)
        return events.Unreachable(order.turn)

    def _request(self, order: events.Register, port: int) -> sip.SipMessage:
        device = self.phone.traits.device
        here = f"{self.address}:{port}"
        urn = uuid.uuid5(uuid.NAMESPACE_OID, device)
        contact = (
            f'<sip:{urn}@{here};transport=tcp>;+sip.instance="<urn:uuid:{urn}>"'
            f';+u.sip!devicename.ccm.cisco.com="{device}";+u.sip!model.ccm.cisco.com="684"'
        )
        headers = (
            ("via", f"SIP/2.0/TCP {here};branch=z9hG4bK{uuid.uuid4().hex}"),
            ("from", f"<sip:{device}@{order.address}>;tag={uuid.uuid4().hex}"),
            ("to", f"<sip:{device}@{order.address}>"),
            ("call-id", f"{uuid.uuid4()}@{self.address}"),
            ("cseq", "101 REGISTER"),
            ("contact", contact),
            ("expires", "3600"),
        )
        return sip.SipMessage(f"REGISTER sip:{order.address} SIP/2.0", headers)

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
