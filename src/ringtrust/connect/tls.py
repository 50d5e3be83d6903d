"""TLS as this tool speaks it, and a look at which certificate a port shows.

Certificates of a cluster are self-signed, expired, signed with SHA-1, and bear odd names: no chain is checked anywhere.
Whoever sends something over such a connection compares the certificate itself: with a pin, or with a trust list.
"""

import asyncio
import errno
import os
import ssl
from collections.abc import Iterator
from typing import Final

from ringtrust.cluster.doors import Door
from ringtrust.connect.tap import Ear
from ringtrust.errors import UnreadableError
from ringtrust.trust import names

SECONDS: Final = 10.0
_CHUNK: Final = 16_384
_HANDSHAKE_AT_MOST: Final = 256 * 1024
_RECORD_HEAD: Final = 5
_MESSAGE_HEAD: Final = 4
_HANDSHAKE, _CERTIFICATE = 22, 11
# OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT (RFC 5746), which the module ssl names only from Python 3.12 on.
_OLD_RENEGOTIATION: Final = 0x4


def client_context(*, legacy: bool) -> ssl.SSLContext:
    """A client that checks no chain. `legacy` takes TLS 1.0, small keys and SHA-1 too, as releases up to 10.x need."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if legacy:
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.options |= _OLD_RENEGOTIATION
    return context


class CertificateProbe:
    """Looks at TLS ports: a handshake and not a byte more. Nothing is trusted by what it sees."""

    def __init__(self, *, seconds: float = SECONDS, ear: Ear | None = None) -> None:
        self._seconds = seconds
        self._ear = ear or Ear()
        self._contexts = (client_context(legacy=False), client_context(legacy=True))

    async def shown(self, host: str, port: int) -> bytes:
        """The certificate (DER) that a port shows, also to a client without one. Raises UnreadableError."""
        with self._ear.exchange(Door.TLS.value, f"{host}:{port}", bytes) as heard:
            heard.data = await self._shown(host, port)
            return heard.data

    async def _shown(self, host: str, port: int) -> bytes:
        why = ""
        for context in self._contexts:
            try:
                async with asyncio.timeout(self._seconds):
                    return await _look(host, port, context)
            except (ssl.SSLError, EOFError) as error:
                why = reason(error)
            except TimeoutError as error:
                raise silent(host, port, self._seconds) from error
            except (OSError, UnicodeError) as error:
                raise unreachable(host, port, error) from error
        raise UnreadableError(
            f"{names.brief(host)}:{port} does not speak TLS: {why}.", advice="Check that this is the port you mean."
        )


async def _look(host: str, port: int, context: ssl.SSLContext) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        return await _Handshake(context).certificate(reader, writer)
    except ConnectionError as error:
        raise EOFError(reason(error)) from error
    finally:
        writer.transport.abort()


class _Handshake:
    """A handshake that is watched. What the server has said stays readable when the handshake then fails.

    A port that wants a client certificate, as SIP over TLS does, ends it up to TLS 1.2 before OpenSSL gives ours away.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing)
        self._heard = bytearray()

    async def certificate(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """The server's. Raises ssl.SSLError, EOFError and OSError."""
        try:
            while not self._done():
                writer.write(self._outgoing.read())
                await self._hear(reader)
        except (ssl.SSLError, EOFError, ConnectionError):
            if found := plain_certificate(bytes(self._heard)):
                return found
            raise
        shown = self._tls.getpeercert(binary_form=True)
        if not shown:
            raise EOFError("it shows no certificate")
        return shown

    def _done(self) -> bool:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        data = await reader.read(_CHUNK)
        if not data:
            raise EOFError("it hung up")
        self._heard += data
        if len(self._heard) > _HANDSHAKE_AT_MOST:
            raise EOFError("its handshake has no end")
        self._incoming.write(data)


def plain_certificate(heard: bytes) -> bytes:
    """The first certificate in what a server said up to TLS 1.2, where it goes in the clear; empty when there is none.

    RFC 5246 §7.4.2: a list in a handshake message of type 11, each with three bytes of length.
    """
    for kind, body in _messages(b"".join(_handshake_records(heard))):
        if kind == _CERTIFICATE:
            size = int.from_bytes(body[3:6], "big")
            found = body[6 : 6 + size]
            return found if len(found) == size else b""
    return b""


def _handshake_records(heard: bytes) -> Iterator[bytes]:
    at = 0
    while at + _RECORD_HEAD <= len(heard) and heard[at] == _HANDSHAKE:
        end = at + _RECORD_HEAD + int.from_bytes(heard[at + 3 : at + _RECORD_HEAD], "big")
        yield heard[at + _RECORD_HEAD : end]
        at = end


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _MESSAGE_HEAD <= len(data):
        end = at + _MESSAGE_HEAD + int.from_bytes(data[at + 1 : at + _MESSAGE_HEAD], "big")
        yield data[at], data[at + _MESSAGE_HEAD : end]
        at = end


def reason(error: BaseException) -> str:
    """Why a connection failed, in the words of the system, which libraries hide in what caused their own error."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, ssl.SSLError) and found.reason:
            return found.reason.replace("_", " ").lower()
        if isinstance(found, OSError) and found.strerror:
            number = found.errno or 0
            return (os.strerror(number) if number in errno.errorcode else found.strerror).lower()
        found = found.__cause__ or found.__context__
    return names.brief(str(error)).rstrip(".") or type(error).__name__


def unreachable(host: str, port: int, error: BaseException) -> UnreadableError:
    """A server to which no connection comes about, or whose connection breaks."""
    return UnreadableError(
        f"{names.brief(host)}:{port} cannot be reached: {reason(error)}.",
        advice="Check the address, whether the service runs there, and whether a firewall lets this machine through.",
    )


def silent(host: str, port: int, seconds: float) -> UnreadableError:
    """A server that does not answer in time."""
    return UnreadableError(
        f"{names.brief(host)}:{port} has not answered within {seconds:g} seconds.",
        advice="Check the network in between and the load of the node, then look again.",
    )
