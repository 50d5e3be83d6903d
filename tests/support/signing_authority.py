"""A certificate authority for tests: a root, and an intermediate that signs what nodes ask for."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ringtrust.lab.certificates.text import pem
from tests.support.throwaway import certificate, new_key

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
YEAR = timedelta(days=365)


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


class Authority:
    """Its two certificates in DER."""

    def __init__(self) -> None:
        self._root_key, self._key = new_key(), new_key()
        self.root = certificate(named("Test Root"), self._root_key)
        self.intermediate = certificate(
            named("Test Issuing CA"), self._key, issuer=named("Test Root"), issuer_key=self._root_key
        )

    @property
    def chain(self) -> list[str]:
        """Both in PEM, as they are brought into a trust store."""
        return [pem(self.intermediate), pem(self.root)]

    def sign(
        self,
        request: bytes,
        *,
        names: list[x509.GeneralName] | None = None,
        until: datetime = BEGIN + YEAR,
        key: RSAPrivateKey | None = None,
    ) -> bytes:
        """A certificate for a request, both in DER; with other names, end or key where they are given."""
        asked = x509.load_der_x509_csr(request)
        assert asked.is_signature_valid
        wanted = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        public = key.public_key() if key is not None else asked.public_key()
        builder = x509.CertificateBuilder(issuer_name=named("Test Issuing CA"), subject_name=asked.subject)
        return (
            builder.public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(BEGIN)
            .not_valid_after(until)
            .add_extension(x509.SubjectAlternativeName(names) if names is not None else wanted, critical=False)
            .sign(self._key, hashes.SHA256())
            .public_bytes(Encoding.DER)
        )


@cache
def authority() -> Authority:
    """One for all tests of a run."""
    return Authority()
