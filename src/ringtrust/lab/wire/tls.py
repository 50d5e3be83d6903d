"""TLS as a node offers it and as a phone takes it."""

import secrets
import ssl
import tempfile
from collections.abc import Iterable

from ringtrust.lab.certificates.pki import Identity
from ringtrust.lab.certificates.text import pem

# Which versions of TLS a release takes at least is [U]: here TLS 1.2 everywhere, as today's clients want it.
# The nodes of old releases have RSA keys of 1024 bits and certificates signed with SHA-1, and phones take them.
_CIPHERS = "DEFAULT:@SECLEVEL=0"


def server_context(
    identity: Identity, clients: Iterable[bytes] = (), asks: ssl.VerifyMode = ssl.CERT_NONE
) -> ssl.SSLContext:
    """A server with this certificate. The key passes through a file that is locked and gone at once.

    Where it `asks` for a certificate of the client, that has to be one of `clients` (DER), or one that they signed;
    who shows none is let in with CERT_OPTIONAL, and not with CERT_REQUIRED.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    password = secrets.token_hex(16)
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem(identity.certificate).encode() + identity.key_pem(password.encode()))
        file.flush()
        context.load_cert_chain(file.name, password=password)
    context.verify_mode = asks
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    known = "".join(map(pem, clients))
    if known:
        context.load_verify_locations(cadata=known)
    return context


def phone_context() -> ssl.SSLContext:
    """A phone: it does not look for a chain but compares the certificate's bytes with those of its list (§4.1)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
