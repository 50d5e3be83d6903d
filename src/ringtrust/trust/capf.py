"""The messages of CAPF: how a phone gets its LSC, has it fetched, or deleted (trust-formats.md §5).

The server speaks first. Every message is a view of the frame that it was read from, so that writing it gives the same
bytes, whatever order or unknown element the other side used. No socket here: bytes in, values out. `capf_frame` cuts
streams, `capf_views` has the messages without content, `capf_elements` the numbers and what elements hold, and
`capf_proof` makes and checks proofs.
"""

from typing import Final

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust import capf_views as views
from ringtrust.trust import names
from ringtrust.trust.capf_elements import (
    SUCCESS,
    VERSION,
    AuthType,
    Curve,
    Evidence,
    HashedProof,
    HeldCertificate,
    KeyType,
    SudiData,
)
from ringtrust.trust.capf_frame import FRAME_HEAD, Command, Element, Frame, Items, read_frame
from ringtrust.trust.capf_views import Reasoned, View, ascii_string, read_element, read_if_there, u8

_U16: Final = 0xFFFF


class AuthRequest(View, frozen=True):
    """The server asks who is there, and how it wants that shown (1)."""

    @classmethod
    def make(cls, session: int, auth_type: int = AuthType.NONE, version: int = VERSION) -> "AuthRequest":
        """The recorded servers always ask for AuthType.NONE, whatever they then want to see. Raises RefusedError."""
        items = ((Element.VERSION, u8(version)), (Element.AUTH_TYPE, u8(auth_type)))
        return cls(Frame(Command.AUTH_REQUEST, session, items))

    @property
    def version(self) -> int:
        """The version of the protocol; 0 when it says none."""
        return self.frame.number(Element.VERSION)

    @property
    def auth_type(self) -> int:
        """An AuthType, or a number that nobody knows."""
        return self.frame.number(Element.AUTH_TYPE)


class AuthResponse(Reasoned, frozen=True):
    """The phone says who it is (2). The authentication string in it is a secret: it is printed nowhere."""

    @classmethod
    def make(
        cls,
        session: int,
        device: str,
        authentication_string: str = "",
        evidence: Evidence | None = None,
        version: int = VERSION,
    ) -> "AuthResponse":
        """`device` is `SEP001122334455`. An empty string is the null string. Raises RefusedError."""
        items: list[tuple[int, bytes]] = [
            (Element.REASON, u8(SUCCESS)),
            (Element.VERSION, u8(version)),
            (Element.PASSWORD, ascii_string(authentication_string, "An authentication string")),
            (Element.DEVICE_NAME, ascii_string(device, "The name of a device")),
        ]
        if evidence is not None:
            items += _evidence_items(evidence)
        return cls(Frame(Command.AUTH_RESPONSE, session, tuple(sorted(items))))

    @property
    def version(self) -> int:
        """The version of the protocol; 0 when it says none."""
        return self.frame.number(Element.VERSION)

    @property
    def device(self) -> str:
        """The phone, as `SEP001122334455`. Foreign text."""
        return names.text(self.frame.value(Element.DEVICE_NAME))

    @property
    def authentication_string(self) -> str:
        """What was typed at the phone: a secret. Empty for the null string, and where there is none."""
        return names.text(self.frame.value(Element.PASSWORD))

    @property
    def evidence(self) -> Evidence | None:
        """The existing certificate and its proofs; None where the phone shows no certificate."""
        if not self.frame.has(Element.CERTIFICATE):
            return None
        return Evidence(
            certificate=read_element(self.frame, Element.CERTIFICATE, HeldCertificate.read),
            sha1=self.frame.value(Element.SIGNED_DATA),
            sha2=read_if_there(self.frame, Element.SHA2_SIGNED_DATA, HashedProof.read),
            sudi=read_if_there(self.frame, Element.SUDI_DATA, SudiData.read),
        )


def _evidence_items(evidence: Evidence) -> Items:
    items = (
        (Element.CERTIFICATE, evidence.certificate.to_bytes()),
        (Element.SIGNED_DATA, evidence.sha1),
        (Element.SUDI_DATA, evidence.sudi.to_bytes() if evidence.sudi else b""),
        (Element.SHA2_SIGNED_DATA, evidence.sha2.to_bytes() if evidence.sha2 else b""),
    )
    return tuple((tag, value) for tag, value in items if value)


class KeyGenerateRequest(View, frozen=True):
    """The server wants a new key pair (3)."""

    @classmethod
    def rsa(cls, session: int, bits: int) -> "KeyGenerateRequest":
        """An RSA key of so many bits: 512, 1024, 2048, 3072 or 4096 are known. Raises RefusedError."""
        if not 0 <= bits <= _U16:
            raise RefusedError(f"The size of a key is a number of 16 bits, not {bits}.")
        items = ((Element.KEY_SIZE, bits.to_bytes(2, "big")), (Element.KEY_TYPE, u8(KeyType.RSA)))
        return cls(Frame(Command.KEY_GENERATE_REQUEST, session, items))

    @classmethod
    def ec(cls, session: int, curve: Curve) -> "KeyGenerateRequest":
        """An EC key on this curve."""
        items = ((Element.KEY_TYPE, u8(KeyType.EC)), (Element.CURVE, u8(curve)))
        return cls(Frame(Command.KEY_GENERATE_REQUEST, session, items))

    @property
    def key_type(self) -> int:
        """A KeyType, or a number that nobody knows. Servers before version 3 say none and mean RSA, which is 0."""
        return self.frame.number(Element.KEY_TYPE)

    @property
    def key_size(self) -> int:
        """How many bits an RSA key is to have; 0 where it does not say, as for EC."""
        return self.frame.number(Element.KEY_SIZE)

    @property
    def curve(self) -> int:
        """A Curve, or a number that nobody knows; it means nothing unless the key type is EC."""
        return self.frame.number(Element.CURVE)


class KeyGenerateResponse(Reasoned, frozen=True):
    """The phone sends the public half of its new key, or the reason why it made none (4)."""

    @classmethod
    def make(cls, session: int, public_key: bytes) -> "KeyGenerateResponse":
        """`public_key` is a SubjectPublicKeyInfo in DER. Raises RefusedError."""
        return cls(Frame(Command.KEY_GENERATE_RESPONSE, session, ((Element.PUBLIC_KEY, public_key),)))

    @classmethod
    def failed(cls, session: int, reason: int) -> "KeyGenerateResponse":
        """No key was made. Raises RefusedError."""
        return cls(Frame(Command.KEY_GENERATE_RESPONSE, session, ((Element.REASON, u8(reason)),)))

    @property
    def good(self) -> bool:
        """Whether a key was made; the message then gives no reason."""
        return bool(self.public_key)

    @property
    def public_key(self) -> bytes:
        """A SubjectPublicKeyInfo in DER, see capf_proof.phone_key; empty when no key was made."""
        return self.frame.value(Element.PUBLIC_KEY)


class StoreCertificateRequest(View, frozen=True):
    """The server has a certificate for the phone to keep (9)."""

    @classmethod
    def make(cls, session: int, certificate: HeldCertificate) -> "StoreCertificateRequest":
        """The certificate to keep. Raises RefusedError."""
        kind = (Element.CERTIFICATE_TYPE, u8(certificate.kind))
        items = (kind, (Element.CERTIFICATE, certificate.to_bytes()))
        return cls(Frame(Command.STORE_CERTIFICATE_REQUEST, session, items))

    @property
    def certificate(self) -> HeldCertificate:
        """The certificate; its `kind` says whether it is an LSC."""
        return read_element(self.frame, Element.CERTIFICATE, HeldCertificate.read)

    @property
    def certificate_type(self) -> int:
        """A CertificateType, or a number that nobody knows; where it does not say, what the certificate itself says."""
        return self.frame.number(Element.CERTIFICATE_TYPE) or self.certificate.kind


class FetchResponse(Reasoned, frozen=True):
    """The phone's certificate (12); reason 7 when it has none."""

    @classmethod
    def make(cls, session: int, certificate: HeldCertificate) -> "FetchResponse":
        """Here it is. Raises RefusedError."""
        items = ((Element.REASON, u8(SUCCESS)), (Element.CERTIFICATE, certificate.to_bytes()))
        return cls(Frame(Command.FETCH_RESPONSE, session, items))

    @classmethod
    def failed(cls, session: int, reason: int) -> "FetchResponse":
        """There is none. Raises RefusedError."""
        return cls(Frame(Command.FETCH_RESPONSE, session, ((Element.REASON, u8(reason)),)))

    @property
    def certificate(self) -> HeldCertificate | None:
        """The certificate; None when the phone has none, as `good` says."""
        return read_element(self.frame, Element.CERTIFICATE, HeldCertificate.read) if self.good else None


Message = (
    AuthRequest
    | AuthResponse
    | KeyGenerateRequest
    | KeyGenerateResponse
    | StoreCertificateRequest
    | views.StoreCertificateResponse
    | views.FetchRequest
    | FetchResponse
    | views.DeleteRequest
    | views.DeleteResponse
    | views.EndSession
    | views.RetryLater
    | views.InProgress
    | views.StatusRequest
    | views.StatusResponse
    | views.AbortRequest
    | views.AbortResponse
    | views.SignRequest
    | views.SignResponse
    | views.Unknown
)

_KINDS: Final[dict[int, type[Message]]] = {
    Command.AUTH_REQUEST: AuthRequest,
    Command.AUTH_RESPONSE: AuthResponse,
    Command.KEY_GENERATE_REQUEST: KeyGenerateRequest,
    Command.KEY_GENERATE_RESPONSE: KeyGenerateResponse,
    Command.STORE_CERTIFICATE_REQUEST: StoreCertificateRequest,
    Command.STORE_CERTIFICATE_RESPONSE: views.StoreCertificateResponse,
    Command.FETCH_REQUEST: views.FetchRequest,
    Command.FETCH_RESPONSE: FetchResponse,
    Command.DELETE_REQUEST: views.DeleteRequest,
    Command.DELETE_RESPONSE: views.DeleteResponse,
    Command.END_SESSION: views.EndSession,
    Command.RETRY_LATER: views.RetryLater,
    Command.IN_PROGRESS: views.InProgress,
    Command.STATUS_REQUEST: views.StatusRequest,
    Command.STATUS_RESPONSE: views.StatusResponse,
    Command.ABORT_REQUEST: views.AbortRequest,
    Command.ABORT_RESPONSE: views.AbortResponse,
    Command.SIGN_REQUEST: views.SignRequest,
    Command.SIGN_RESPONSE: views.SignResponse,
}

# What a message must hold, once, before it is taken for one.
_ONCE: Final[dict[int, tuple[int, ...]]] = {
    Command.AUTH_REQUEST: (Element.AUTH_TYPE,),
    Command.AUTH_RESPONSE: (Element.DEVICE_NAME,),
    Command.STORE_CERTIFICATE_REQUEST: (Element.CERTIFICATE,),
    Command.STORE_CERTIFICATE_RESPONSE: (Element.REASON,),
    Command.FETCH_RESPONSE: (Element.REASON,),
    Command.DELETE_RESPONSE: (Element.REASON,),
    Command.END_SESSION: (Element.REASON,),
}


def read_message(data: bytes) -> Message:
    """The message that fills `data`; one that nobody knows is `Unknown`. Raises FormatError."""
    frame = read_frame(data)
    for tag in (*_ONCE.get(frame.command, ()), *_also_due(frame)):
        count = len(frame.values(tag))
        if count != 1:
            what = "more than one" if count else "no"
            raise FormatError(f"The CAPF message {frame.command} has {what} tag {tag}", FRAME_HEAD)
    message = _KINDS.get(frame.command, views.Unknown)(frame)
    _look_inside(message)
    return message


def _also_due(frame: Frame) -> tuple[int, ...]:
    """What a message must hold because of what else it holds."""
    match frame.command:
        case Command.KEY_GENERATE_REQUEST:
            return _DUE_FOR_KEY.get(frame.number(Element.KEY_TYPE), ())
        case Command.KEY_GENERATE_RESPONSE:
            return (Element.PUBLIC_KEY if frame.value(Element.PUBLIC_KEY) else Element.REASON,)
        case Command.FETCH_RESPONSE if frame.number(Element.REASON) == SUCCESS:
            return (Element.CERTIFICATE,)
        case _:
            return ()


_DUE_FOR_KEY: Final[dict[int, tuple[int, ...]]] = {KeyType.RSA: (Element.KEY_SIZE,), KeyType.EC: (Element.CURVE,)}


def _look_inside(message: Message) -> None:
    """Elements that have parts are read now, so that nobody who asks for one meets a FormatError later."""
    match message:
        case AuthResponse():
            _ = message.evidence
        case StoreCertificateRequest() | FetchResponse():
            _ = message.certificate
        case _:
            pass
