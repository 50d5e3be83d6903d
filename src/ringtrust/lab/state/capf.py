"""CAPF of the publisher, without a socket: one session a connection, a message in, the next message out (§5.4).

What it does with a phone follows from the row of that in the database: operation, authentication mode, string, key
order and sizes. Afterwards it writes there how it went, in Cisco's words (§5.8). `Office` is what a session knows of
the cluster; `capf_office` has that of a real one.

[U], and what is done here: an operation that has failed is over, but for a phone that went silent, which finds it
pending when it comes again; a string where none is asked for counts as a wrong one; a phone that will not keep its
certificate has `Invalid LSC`; whoever comes after the time of `Operation Completes By` is turned away.
"""

import hmac
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from typing import Final, Protocol, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ringtrust.errors import FormatError
from ringtrust.trust.capf import (
    AuthRequest,
    AuthResponse,
    FetchResponse,
    KeyGenerateRequest,
    KeyGenerateResponse,
    Message,
    StoreCertificateRequest,
    read_message,
)
from ringtrust.trust.capf_elements import VERSION, CertificateType, Curve, HeldCertificate, Reason
from ringtrust.trust.capf_frame import Command, Element, Frame
from ringtrust.trust.capf_proof import Proved, PublicKey, judge, phone_key
from ringtrust.trust.capf_views import (
    DeleteRequest,
    DeleteResponse,
    EndSession,
    FetchRequest,
    InProgress,
    StoreCertificateResponse,
)

EC_ONLY: Final = "Upgrade Failed: No Support for EC only in CAPF version 3"
_SILENT: Final = "Phone Communication Failure"
_NO_KEY: Final = "Key Generation Failed/Timeout"
_CURVES: Final = {256: Curve.SECP256R1, 384: Curve.SECP384R1, 521: Curve.SECP521R1}


class Operation(Enum):
    """What is scheduled for a phone; the value is the word that its certificate status begins with."""

    NONE = ""
    INSTALL = "Upgrade"
    DELETE = "Delete"
    FETCH = "Troubleshoot"


class Mode(Enum):
    """How the phone is to show who it is, as the database and capfAuthMode number it."""

    STRING = 1
    NULL = 2
    LSC_FIRST = 3
    MIC_FIRST = 4


class KeyOrder(Enum):
    """Which keys are wanted, as the database numbers it."""

    RSA = 1
    EC = 2
    EC_FIRST = 3


class Appointment(msgspec.Struct, frozen=True):
    """What the database says of a phone. `string` is a secret; `late` is the last moment, None for no limit."""

    device: str
    operation: Operation
    mode: Mode = Mode.NULL
    string: str = ""
    rsa_bits: int = 2048
    curve_bits: int = 384
    order: KeyOrder = KeyOrder.RSA
    late: datetime | None = None

    def __repr__(self) -> str:
        return f"<Appointment of {self.device}: {self.operation.name}>"


class Outcome(msgspec.Struct, frozen=True):
    """How an operation went: its certificate status; the LSC where one was stored; whether it is over."""

    operation: Operation
    status: str
    lsc: bytes = b""
    over: bool = True


class Office(Protocol):
    """What a session knows of the cluster, and tells it."""

    version: int
    """Of the protocol."""

    def now(self) -> datetime:
        """By the clock of the publisher."""

    def appointment(self, device: str) -> Appointment | None:
        """What is to be done with a phone; None for one that is not in the database."""

    def believes(self, certificate: bytes) -> bool:
        """Whether the issuer of a certificate (DER) is in CAPF-trust."""

    def issue(self, device: str, key: PublicKey) -> bytes:
        """A new LSC in DER."""

    def shown(self, device: str, certificate: bytes) -> None:
        """A phone has proved that this certificate is its own."""

    def done(self, device: str, outcome: Outcome) -> None:
        """An operation has come to an end."""


class _FailedError(Exception):
    """The session ends with a reason; `why` is what the certificate status says, empty where nothing is written."""

    def __init__(self, why: str, reason: Reason = Reason.INVALID_ELEMENT, status: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.reason = reason
        self.status = status


_Step = Callable[[Message], Message]
_M = TypeVar("_M", bound=Message)


class Session:
    """One conversation. `greeting` goes out first; `ended` once the last message has gone out."""

    def __init__(self, number: int, office: Office) -> None:
        self.number = number
        self.ended = False
        self._office = office
        self._appointment: Appointment | None = None
        self._lsc = b""
        self._next: _Step = self._authenticated

    def greeting(self) -> bytes:
        """The server speaks first."""
        return AuthRequest.make(self.number, version=self._office.version).to_bytes()

    def take_all(self, messages: Iterable[bytes]) -> bytes:
        """What it says to several messages in a row."""
        return b"".join([self.take(each) for each in messages])

    def take(self, data: bytes) -> bytes:
        """The next message of the server; empty when it has none. What is no CAPF ends the session."""
        if self.ended:
            return b""
        try:
            return self._answer(read_message(data))
        except FormatError:
            return self._fail(_FailedError(_SILENT))
        except _FailedError as failed:
            return self._fail(failed)

    def _answer(self, message: Message) -> bytes:
        if isinstance(message, InProgress):
            return b""
        if message.session != self.number:
            raise _FailedError(_SILENT)
        return self._next(message).to_bytes()

    def lost(self) -> None:
        """The phone has hung up; in the midst of an operation that is a failure, which it may make good [U]."""
        if not self.ended and self._appointment is not None:
            why = _NO_KEY if self._next == self._generated else _SILENT
            self._tell(f"{self._appointment.operation.value} Failed: {why}", over=False)
        self.ended = True

    def _fail(self, failed: _FailedError) -> bytes:
        if self._appointment is not None and failed.why:
            self._tell(failed.status or f"{self._appointment.operation.value} Failed: {failed.why}")
        return self._end(failed.reason).to_bytes()

    def _tell(self, status: str, lsc: bytes = b"", *, over: bool = True) -> None:
        appointment = self._appointment
        if appointment is not None and appointment.operation is not Operation.NONE:
            self._office.done(appointment.device, Outcome(appointment.operation, status, lsc, over))

    def _end(self, reason: Reason) -> EndSession:
        self.ended = True
        return EndSession.make(self.number, reason)

    def _authenticated(self, message: Message) -> Message:
        response = _expected(message, AuthResponse)
        found = self._office.appointment(response.device)
        if found is None:
            raise _FailedError("", Reason.UNKNOWN_DEVICE)
        self._appointment = found
        if found.operation is Operation.NONE:
            self._note_certificate(response)
            return self._end(Reason.NO_ACTION)
        if found.late is not None and self._office.now() > found.late:
            raise _FailedError("User Initiated Request Late/Timedout")
        self._check(found, response)
        return self._begin(found, response)

    def _note_certificate(self, response: AuthResponse) -> None:
        """With nothing to do it still learns whose key an encrypted configuration is for (trust-formats.md §3)."""
        judged = judge(response)
        if isinstance(judged, Proved) and self._office.believes(judged.certificate.der):
            self._office.shown(response.device, judged.certificate.der)

    def _check(self, found: Appointment, response: AuthResponse) -> None:
        """Whether the phone is who it says. Raises _FailedError."""
        said = response.authentication_string
        if found.mode in {Mode.LSC_FIRST, Mode.MIC_FIRST}:
            self._check_certificate(response)
            return
        due = found.string if found.mode is Mode.STRING else ""
        missing = found.mode is Mode.STRING and not said
        if missing or not hmac.compare_digest(said.encode(), due.encode()):
            raise _FailedError("Invalid Authentication String")

    def _check_certificate(self, response: AuthResponse) -> None:
        shown = response.evidence
        if shown is None:
            raise _FailedError("Invalid Credentials")
        judged = judge(response)
        if not isinstance(judged, Proved) or not self._office.believes(judged.certificate.der):
            is_mic = shown.certificate.kind == CertificateType.MIC
            raise _FailedError("Invalid MIC" if is_mic else "Invalid LSC")
        self._office.shown(response.device, judged.certificate.der)

    def _begin(self, found: Appointment, response: AuthResponse) -> Message:
        match found.operation:
            case Operation.FETCH:
                self._next = self._fetched
                return FetchRequest.make(self.number)
            case Operation.DELETE:
                self._next = self._deleted
                return DeleteRequest.make(self.number)
            case _:
                self._next = self._generated
                return self._key_wanted(found, min(response.version or self._office.version, self._office.version))

    def _key_wanted(self, found: Appointment, version: int) -> KeyGenerateRequest:
        if found.order is not KeyOrder.RSA and version >= VERSION:
            return KeyGenerateRequest.ec(self.number, _CURVES[found.curve_bits])
        if found.order is KeyOrder.EC:
            raise _FailedError(EC_ONLY, status=EC_ONLY)
        if version >= VERSION:
            return KeyGenerateRequest.rsa(self.number, found.rsa_bits)
        size = ((Element.KEY_SIZE, found.rsa_bits.to_bytes(2, "big")),)
        return KeyGenerateRequest(Frame(Command.KEY_GENERATE_REQUEST, self.number, size))

    def _generated(self, message: Message) -> Message:
        response = _expected(message, KeyGenerateResponse)
        appointment = self._appointment
        assert appointment is not None  # noqa: S101 - no key is asked of a phone without one
        if not response.good:
            raise _FailedError(_NO_KEY)
        key = phone_key(response.public_key)
        if not _as_wanted(appointment, key):
            raise _FailedError(_NO_KEY)
        self._lsc = self._office.issue(appointment.device, key)
        self._next = self._stored
        return StoreCertificateRequest.make(self.number, HeldCertificate(self._lsc))

    def _stored(self, message: Message) -> Message:
        if not _expected(message, StoreCertificateResponse).good:
            raise _FailedError("Invalid LSC")
        self._tell("Upgrade Success", self._lsc)
        return self._end(Reason.UPDATE_CERTIFICATE)

    def _fetched(self, message: Message) -> Message:
        if not _expected(message, FetchResponse).good:
            raise _FailedError("Invalid LSC", Reason.NO_ACTION)
        self._tell("Troubleshoot Success")
        return self._end(Reason.NO_ACTION)

    def _deleted(self, message: Message) -> Message:
        if not _expected(message, DeleteResponse).good:
            raise _FailedError("Invalid LSC")
        self._tell("Delete Success")
        return self._end(Reason.UPDATE_CERTIFICATE)


def _expected(message: Message, kind: type[_M]) -> _M:
    if not isinstance(message, kind):
        raise _FailedError(_SILENT)
    return message


def _as_wanted(found: Appointment, key: PublicKey) -> bool:
    """Whether a phone has made a key as it was told to."""
    match key:
        case RSAPublicKey():
            return found.order is not KeyOrder.EC and key.key_size == found.rsa_bits
        case EllipticCurvePublicKey():
            return found.order is not KeyOrder.RSA and key.curve.key_size == found.curve_bits
