"""A certification authority for tests: it signs what a CSR of a node asks for."""

from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.support.throwaway import new_key

LIFE = timedelta(days=365)


class Authority(NamedTuple):
    """Its name, its key and its own certificate in PEM."""

    name: x509.Name
    key: RSAPrivateKey
    pem: str

    def signed(self, request: str, begin: datetime, *, names: tuple[str, ...] | None = None) -> str:
        """A certificate for a request in PEM, with its names or with others."""
        csr = x509.load_pem_x509_csr(request.encode())
        asked = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        wanted = asked if names is None else x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = (
            x509.CertificateBuilder()
            .subject_name(csr.subject)
            .issuer_name(self.name)
            .public_key(csr.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + LIFE)
            .add_extension(wanted, critical=False)
        )
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def new_authority(
    begin: datetime, common_name: str = "Test Root", bits: int = 2048, life: timedelta = LIFE
) -> Authority:
    """A self-signed one, valid from an instant on."""
    key = new_key(bits)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(name, key, certificate.public_bytes(Encoding.PEM).decode())
