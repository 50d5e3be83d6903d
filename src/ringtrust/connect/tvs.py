"""Asks a TVS server as a phone does whether it knows the certificate of a signer (trust-formats.md §4).

Nothing here decides whether the server may be believed: the answer comes with the certificate that the server showed,
to be compared with the role 21 records of a list.
"""

import asyncio
import itertools
import ssl
from typing import Final

from ringtrust.connect.ports import DoesNotVouch, Vouches
from ringtrust.connect.tap import Ear
from ringtrust.connect.tls import SECONDS, client_context, silent, unreachable
from ringtrust.errors import FormatError, UnreadableError
from ringtrust.trust import names
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.header import SignerId
from ringtrust.trust.tvs import (
    FRAME_HEAD,
    Message,
    QueryRequest,
    QueryResponse,
    VerifyRequest,
    VerifyResponse,
    frame_size,
    read_message,
)

PORT: Final = 2445
DEVICE: Final = "CP-7965-SEP000000000000"
"""Who asks: a phone that no cluster has."""
_FIRST_SESSION: Final = 1001
_DOOR: Final = "tvs"


class TvsClient:
    """A phone that only asks. One question a connection, as phones do (§4.1)."""

    def __init__(self, *, device: str = DEVICE, seconds: float = SECONDS, ear: Ear | None = None) -> None:
        self._device = device
        self._ear = ear or Ear()
        self._seconds = seconds
        self._context = client_context(legacy=True)  # nothing secret is sent, and the caller compares what is shown
        self._sessions = itertools.count(_FIRST_SESSION)

    async def vouches(self, host: str, port: int, signer: SignerId) -> Vouches | DoesNotVouch:
        """Whether the server knows the certificate of a signer. Raises UnreadableError."""
        question = QueryRequest.make(next(self._sessions), self._device, signer.name, signer.issuer, signer.serial)
        shown, answer = await self._ask(host, port, question)
        if not isinstance(answer, QueryResponse):
            raise _beside_the_point(host, port, "another kind of message")
        if not answer.good:
            return DoesNotVouch(shown)
        certificate = answer.certificates[0]
        if not _is_of(certificate, signer):
            raise _beside_the_point(host, port, "the certificate of somebody else")
        return Vouches(shown, certificate, answer.roles, answer.ttl)

    async def knows(self, host: str, port: int, certificate: bytes) -> Vouches | DoesNotVouch:
        """Whether the server knows this certificate (DER) of a TLS server. Raises UnreadableError."""
        question = VerifyRequest.make(next(self._sessions), self._device, certificate)
        shown, answer = await self._ask(host, port, question)
        if not isinstance(answer, VerifyResponse):
            raise _beside_the_point(host, port, "another kind of message")
        return Vouches(shown, certificate, answer.roles, answer.ttl) if answer.good else DoesNotVouch(shown)

    async def _ask(self, host: str, port: int, question: QueryRequest | VerifyRequest) -> tuple[bytes, Message]:
        """What the server shows and what it answers."""
        asked = question.to_bytes()
        with self._ear.exchange(_DOOR, host, lambda: asked) as heard:
            shown, heard.data = await self._told(host, port, asked)
            return shown, self._understood(host, port, question, heard.data)

    async def _told(self, host: str, port: int, question: bytes) -> tuple[bytes, bytes]:
        try:
            async with asyncio.timeout(self._seconds):
                return await _exchange(host, port, question, self._context)
        except FormatError as error:  # of the frame
            raise _beside_the_point(host, port, "no TVS message") from error
        except TimeoutError as error:
            raise silent(host, port, self._seconds) from error
        except EOFError as error:
            raise _beside_the_point(host, port, "nothing, or only the start of a message") from error
        except (OSError, UnicodeError) as error:
            raise unreachable(host, port, error) from error

    @staticmethod
    def _understood(host: str, port: int, question: QueryRequest | VerifyRequest, data: bytes) -> Message:
        try:
            answer = read_message(data)
        except FormatError as error:
            raise _beside_the_point(host, port, "no TVS message") from error
        if answer.session != question.session:
            raise _beside_the_point(host, port, "an answer to another question")
        return answer


async def _exchange(host: str, port: int, question: bytes, context: ssl.SSLContext) -> tuple[bytes, bytes]:
    reader, writer = await asyncio.open_connection(host, port, ssl=context)
    try:
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True) or b""
        writer.write(question)
        return shown, await _frame(reader)
    finally:
        writer.transport.abort()


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """The bytes of one message: two bytes say how many, so that there are never more than 64 KB."""
    head = await reader.readexactly(FRAME_HEAD)
    return head + await reader.readexactly(frame_size(head) - FRAME_HEAD)


def _is_of(certificate: bytes, signer: SignerId) -> bool:
    """By issuer and serial number, as a phone tells certificates apart."""
    try:
        facts = CertificateFacts.of(certificate)
    except FormatError:
        return False
    return facts.serial == signer.serial.lstrip(b"\0") and names.same_name(facts.issuer, signer.issuer)


def _beside_the_point(host: str, port: int, what: str) -> UnreadableError:
    return UnreadableError(
        f"TVS of {names.brief(host)}:{port} answered with {what}.",
        advice="Check that Cisco Trust Verification Service runs there, and look again.",
    )
