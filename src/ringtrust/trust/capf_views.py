"""What every CAPF message can be asked, and those that say little more than what they are (trust-formats.md §5.2).

A message is a view of the frame that it was read from, so that writing it gives the same bytes.
"""

from collections.abc import Callable
from typing import ClassVar, Self, TypeVar

import msgspec

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust import names
from ringtrust.trust.capf_elements import SUCCESS
from ringtrust.trust.capf_frame import Command, Element, Frame

Value = TypeVar("Value")

_U8 = 0xFF


class View(msgspec.Struct, frozen=True):
    """A message."""

    frame: Frame

    def to_bytes(self) -> bytes:
        """The bytes on the wire, those that it was read from; write them in one piece."""
        return self.frame.to_bytes()

    @property
    def session(self) -> int:
        """The number of the session, chosen by the server, the same in both directions."""
        return self.frame.session


class Unknown(View, frozen=True):
    """A message of a kind that nobody uses or knows: 5 to 8, and from 24 on. `frame` has its number and elements."""


class Reasoned(View, frozen=True):
    """A message that says how something went."""

    @property
    def reason(self) -> int:
        """A capf_elements.Reason, or a number that nobody knows [U]."""
        return self.frame.number(Element.REASON)

    @property
    def info(self) -> str:
        """What the message says of the reason, as sent: foreign text. Empty when it says nothing."""
        return names.text(self.frame.value(Element.REASON_INFO))

    @property
    def good(self) -> bool:
        """Whether it says that all went well."""
        return self.reason == SUCCESS


class _Outcome(Reasoned, frozen=True):
    COMMAND: ClassVar[Command]

    @classmethod
    def make(cls, session: int, reason: int = SUCCESS) -> Self:
        """It went so. Raises RefusedError."""
        return cls(Frame(cls.COMMAND, session, ((Element.REASON, u8(reason)),)))


class StoreCertificateResponse(_Outcome, frozen=True):
    """The phone says whether it keeps the certificate (10)."""

    COMMAND = Command.STORE_CERTIFICATE_RESPONSE


class DeleteResponse(_Outcome, frozen=True):
    """The phone says whether it deleted its certificate (14)."""

    COMMAND = Command.DELETE_RESPONSE


class EndSession(_Outcome, frozen=True):
    """The server ends the session (15): reason 1 after work, 0 when there was none, 7 or 9 when it refuses."""

    COMMAND = Command.END_SESSION


class _Bare(Reasoned, frozen=True):
    """Without elements in all that was recorded; a reason is read where one stands."""

    COMMAND: ClassVar[Command]

    @classmethod
    def make(cls, session: int) -> Self:
        """The message. Raises RefusedError."""
        return cls(Frame(cls.COMMAND, session))


class FetchRequest(_Bare, frozen=True):
    """The server asks for the phone's certificate (11): "Troubleshoot" in CUCM."""

    COMMAND = Command.FETCH_REQUEST


class DeleteRequest(_Bare, frozen=True):
    """The server asks the phone to delete its certificate (13)."""

    COMMAND = Command.DELETE_REQUEST


class RetryLater(_Bare, frozen=True):
    """Not now (16). When, and who says it, is not known [U]."""

    COMMAND = Command.RETRY_LATER


class InProgress(_Bare, frozen=True):
    """The phone has heard, and will answer: a key takes its time (17)."""

    COMMAND = Command.IN_PROGRESS


class StatusRequest(_Bare, frozen=True):
    """How far are you (18)? Seen nowhere [U]."""

    COMMAND = Command.STATUS_REQUEST


class StatusResponse(_Bare, frozen=True):
    """So far (19). Seen nowhere [U]."""

    COMMAND = Command.STATUS_RESPONSE


class AbortRequest(_Bare, frozen=True):
    """Stop it (20). Seen nowhere [U]."""

    COMMAND = Command.ABORT_REQUEST


class AbortResponse(_Bare, frozen=True):
    """Stopped (21). Seen nowhere [U]."""

    COMMAND = Command.ABORT_RESPONSE


class SignRequest(_Bare, frozen=True):
    """Sign a certificate request (22), for an external CA. What it holds is not known [U]."""

    COMMAND = Command.SIGN_REQUEST


class SignResponse(_Bare, frozen=True):
    """The signed certificate request (23). What it holds is not known [U]."""

    COMMAND = Command.SIGN_RESPONSE


def read_element(frame: Frame, tag: int, read: Callable[[bytes], Value]) -> Value:
    """What `read` makes of an element. Raises FormatError, with the offset in the message."""
    try:
        return read(frame.value(tag))
    except FormatError as error:
        raise error.shifted(frame.offset(tag)) from None


def read_if_there(frame: Frame, tag: int, read: Callable[[bytes], Value]) -> Value | None:
    """The same; None where the message has no such element."""
    return read_element(frame, tag, read) if frame.has(tag) else None


def u8(number: int) -> bytes:
    """A number of 8 bits. Raises RefusedError for any other."""
    if not 0 <= number <= _U8:
        raise RefusedError(f"An element holds a number of 8 bits here, not {number}.")
    return bytes((number,))


def ascii_string(text: str, what: str) -> bytes:
    """A text with its NUL. Raises RefusedError unless it is ASCII, without repeating it: it may be a secret."""
    if not text.isascii() or not (text.isprintable() or not text):
        raise RefusedError(f"{what} is written in ASCII without control characters.")
    return names.stored(text)
