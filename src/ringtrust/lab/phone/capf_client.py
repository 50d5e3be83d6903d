"""A phone in a conversation with CAPF, without a socket: a message in, its messages out (trust-formats.md §5.4).

A new LSC takes the place of the old one when it is stored, and not before. What the documents leave open [U]: a phone
says the version of the server where that is the lower one, and shows a certificate only where its configuration wants
one of it (§5.8).
"""

from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ringtrust.errors import FormatError, RefusedError
from ringtrust.lab.phone.keys import Credential, Key, KeyWanted, MakeKey, Papers
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
from ringtrust.trust.capf_elements import VERSION, CertificateType, Curve, Evidence, HeldCertificate, KeyType, Reason
from ringtrust.trust.capf_proof import evidence, spki
from ringtrust.trust.capf_views import (
    DeleteRequest,
    DeleteResponse,
    EndSession,
    FetchRequest,
    InProgress,
    StoreCertificateResponse,
)
from ringtrust.trust.certificates import public_key_of
from ringtrust.trust.signing import SigningKey

BY_STRING, BY_LSC, BY_MIC = 1, 3, 4
_CURVE_BITS: Final[dict[int, int]] = {Curve.SECP256R1: 256, Curve.SECP384R1: 384, Curve.SECP521R1: 521}
_NOT: Final = Reason.INVALID_ELEMENT


class Introduction(msgspec.Struct, frozen=True):
    """Who a phone says it is, and how it shows that: `mode` is that of its configuration. The string is a secret."""

    device: str
    mode: int
    string: str = ""

    def __repr__(self) -> str:
        return f"<Introduction of {self.device}>"


class CapfClient:
    """One conversation. `ended` holds the reason once the server has ended it; `stored` whether a new LSC is there."""

    def __init__(self, introduction: Introduction, papers: Papers, make_key: MakeKey) -> None:
        self.ended: int | None = None
        self.stored = False
        self._introduction = introduction
        self._papers = papers
        self._make_key = make_key
        self._key: Key | None = None

    def take(self, data: bytes) -> tuple[bytes, ...]:
        """What the phone says to a message, each in one piece. Raises FormatError for what is no message of CAPF."""
        message = read_message(data)
        if isinstance(message, EndSession):
            self.ended = message.reason
            return ()
        return tuple(each.to_bytes() for each in self._answers(message))

    def _answers(self, message: Message) -> tuple[Message, ...]:
        session = message.session
        match message:
            case AuthRequest():
                return (self._introduced(message),)
            case KeyGenerateRequest():
                return InProgress.make(session), self._generated(message)
            case StoreCertificateRequest():
                return (StoreCertificateResponse.make(session, self._store(message.certificate.der)),)
            case FetchRequest():
                return (self._fetched(session),)
            case DeleteRequest():
                return (DeleteResponse.make(session, self._delete()),)
            case _:
                raise FormatError("CAPF has said what a phone has no answer to", 0)

    def _introduced(self, asked: AuthRequest) -> AuthResponse:
        who = self._introduction
        version = min(asked.version or VERSION, VERSION)
        string = who.string if who.mode == BY_STRING else ""
        return AuthResponse.make(asked.session, who.device, string, self._evidence(asked.session), version)

    def _evidence(self, session: int) -> Evidence | None:
        """LSC before MIC or the reverse; only one is used (§5.8)."""
        lsc, mic, mode = self._papers.lsc, self._papers.mic, self._introduction.mode
        shown = (mic or lsc) if mode == BY_MIC else (lsc or mic)
        if mode not in {BY_LSC, BY_MIC} or shown is None:
            return None
        kind = CertificateType.MIC if shown is mic else CertificateType.LSC
        made_with = SigningKey(mic.certificate, mic.key) if mic and isinstance(mic.key, RSAPrivateKey) else None
        held = HeldCertificate(shown.certificate, kind)
        return evidence(session, self._introduction.device, held, shown.key, made_with)

    def _generated(self, asked: KeyGenerateRequest) -> KeyGenerateResponse:
        is_curve = asked.key_type == KeyType.EC
        bits = _CURVE_BITS.get(asked.curve, 0) if is_curve else asked.key_size
        try:
            self._key = self._make_key(KeyWanted(bits, is_curve))
        except RefusedError:
            return KeyGenerateResponse.failed(asked.session, _NOT)
        return KeyGenerateResponse.make(asked.session, spki(self._key.public_key()))

    def _store(self, certificate: bytes) -> Reason:
        """Only a certificate of the key that it has just made."""
        try:
            fits = self._key is not None and public_key_of(certificate) == self._key.public_key()
        except FormatError:
            fits = False
        if not fits or self._key is None:
            return _NOT
        self._papers.lsc = Credential(certificate, self._key)
        self.stored = True
        return Reason.UPDATE_CERTIFICATE

    def _fetched(self, session: int) -> FetchResponse:
        lsc = self._papers.lsc
        if lsc is None:
            return FetchResponse.failed(session, _NOT)
        return FetchResponse.make(session, HeldCertificate(lsc.certificate))

    def _delete(self) -> Reason:
        if self._papers.lsc is None:
            return _NOT
        self._papers.lsc = None
        return Reason.UPDATE_CERTIFICATE
