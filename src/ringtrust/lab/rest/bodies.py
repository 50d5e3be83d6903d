"""What a client may send to the certificate REST interface, read within bounds."""

from typing import Annotated, Final, TypeVar

import msgspec

from ringtrust.errors import FormatError

_CERTIFICATES_AT_MOST: Final = 100
Text = Annotated[str, msgspec.Meta(max_length=1_000)]
Pem = Annotated[str, msgspec.Meta(max_length=1_000_000)]
Certificates = Annotated[list[Pem], msgspec.Meta(min_length=1, max_length=_CERTIFICATES_AT_MOST)]


class CsrBody(msgspec.Struct, frozen=True, rename="camel"):
    """POST csr."""

    service: Text
    distribution: Text = ""
    common_name: Text = ""
    key_type: Text = ""
    key_length: int = 0
    hash_algorithm: Text = "sha256"
    alt_names: Annotated[list[Text], msgspec.Meta(max_length=1_000)] = []


class IdentityBody(msgspec.Struct, frozen=True):
    """POST identity/certificates: first the certificate itself, then its authorities."""

    service: Text
    certificates: Certificates


class TrustBody(msgspec.Struct, frozen=True):
    """POST trust/certificates."""

    service: Annotated[list[Text], msgspec.Meta(min_length=1, max_length=50)] | Text
    certificates: Certificates
    description: Text = ""

    @property
    def services(self) -> list[str]:
        """One or several."""
        return [self.service] if isinstance(self.service, str) else self.service


class ServiceBody(msgspec.Struct, frozen=True):
    """A body that says which service, and nothing else."""

    service: Text


Body = TypeVar("Body", CsrBody, IdentityBody, TrustBody, ServiceBody)


def read_body(data: bytes, kind: type[Body]) -> Body:
    """The body of a request. Raises FormatError."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError("This is not the JSON that is expected here", 0) from error
