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
# X509_V_FLAG_NO_CHECK_TIME: the time of a lab is not that of the machine. Who serves looks at the dates by the lab's.
_NO_CHECK_TIME = 0x200000


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
    _load(context, identity)
    context.verify_mode = asks
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
    known = "".join(map(pem, clients))
    if known:
        context.load_verify_locations(cadata=known)
    return context


def callmanager_context(identity: Identity, callers: Iterable[bytes]) -> ssl.SSLContext:
    """Cisco CallManager on its secure port: a phone has to show a certificate that leads to a root of `callers` (DER).

    With TLS 1.2, as phones have it: so a phone that is not taken learns it in the handshake.
    """
    context = server_context(identity, callers, ssl.CERT_REQUIRED)
    context.verify_flags = ssl.VerifyFlags(int(context.verify_flags) & ~int(ssl.VERIFY_X509_PARTIAL_CHAIN))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def believe(context: ssl.SSLContext, certificate: bytes) -> None:
    """From now on a server takes clients of this authority (DER) too."""
    context.load_verify_locations(cadata=pem(certificate))


def _load(context: ssl.SSLContext, identity: Identity) -> None:
    password = secrets.token_hex(16)
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem(identity.certificate).encode() + identity.key_pem(password.encode()))
        file.flush()
        context.load_cert_chain(file.name, password=password)


def phone_context(shows: Identity | None = None) -> ssl.SSLContext:
    """A phone: it does not look for a chain but compares the certificate's bytes with those of its list (§4.1).

    With an identity it shows that to a server that asks.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if shows is not None:
        _load(context, shows)
    return context
