"""The certificates of a lab: made fresh in every run, with names, serial numbers and dates that follow the seed."""

import random
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurve,
    EllipticCurvePrivateKey,
)
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_curve_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as new_rsa_key
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ringtrust.lab.releases import Preloaded, Unit
from ringtrust.lab.topology import Subject
from ringtrust.trust import der
from ringtrust.trust.signing import SigningKey

Key = RSAPrivateKey | EllipticCurvePrivateKey

_SHA256_RSA: Final = bytes.fromhex("300d06092a864886f70d01010b0500")
_SHA1_RSA: Final = bytes.fromhex("300d06092a864886f70d0101050500")
_SERIAL_BITS: Final = 127
_TOKEN_SERIAL_BITS: Final = 80  # 10 bytes (S75)
DIGESTS: Final[Mapping[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
"""The hash algorithms of signing requests, by Cisco's names."""
_CURVES: Final[Mapping[int, EllipticCurve]] = {256: SECP256R1(), 384: SECP384R1(), 521: SECP521R1()}
_CURVE_BITS: Final = 384
RSA_BITS: Final = (2048, 3072, 4096)
CURVE_BITS: Final = tuple(_CURVES)
_AUTHORITY_LIFE: Final = timedelta(days=20 * 365)
_EXTENDED: Final = (
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.CLIENT_AUTH,
    x509.ObjectIdentifier("1.3.6.1.5.5.7.3.5"),  # ipsecEndSystem
)


class Identity(msgspec.Struct, frozen=True, eq=False):
    """A certificate in DER and its private key."""

    certificate: bytes
    key: Key

    @property
    def signing_key(self) -> SigningKey:
        """Able to sign lists and files. Raises TypeError for a key that is no RSA key."""
        if not isinstance(self.key, RSAPrivateKey):
            raise TypeError("only RSA keys sign trust lists")
        return SigningKey(self.certificate, self.key)

    def key_pem(self, password: bytes) -> bytes:
        """The private key in PEM, locked with a password: no key of a lab is ever readable on a disk."""
        locked = serialization.BestAvailableEncryption(password)
        return self.key.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)


def new_key(unit: Unit, bits: int = 0) -> Key:
    """A fresh key, as the unit has it, or of so many bits. Raises KeyError for a length that no curve has."""
    if unit.curve:
        return new_curve_key(_CURVES[bits or _CURVE_BITS])
    return new_rsa_key(public_exponent=65537, key_size=bits or unit.bits)


def new_key_of_others() -> RSAPrivateKey:
    """A fresh key of 2048 bits: of who makes phones, or an eToken of today. Real ones of 2015 have 1024 (118892)."""
    return new_rsa_key(public_exponent=65537, key_size=2048)


def new_keys(units: Iterable[Unit]) -> list[Key]:
    """One for each, made side by side: the library lets other threads go on while it looks for primes."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(new_key, units))


class Authority(msgspec.Struct, frozen=True, eq=False):
    """A CA that signs what others have: its certificate in DER, and its key."""

    certificate: bytes
    key: RSAPrivateKey


class Named(msgspec.Struct, frozen=True):
    """Whose identity is made: its CN, the rest of the subject where it is not the cluster's, and other DNS names."""

    common_name: str
    subject: Subject | None = None
    alternative: tuple[str, ...] = ()


class Maker(msgspec.Struct, frozen=True, eq=False):
    """Makes identities. `chance` is seeded: the same acts in the same order give the same names and serial numbers."""

    subject: Subject
    chance: random.Random

    def identity(self, unit: Unit, named: "Named", begin: datetime, end: datetime, key: Key) -> Identity:
        """A self-signed identity of this key, valid from `begin` to `end`."""
        name = name_of(named.subject or self.subject, named.common_name)
        authority = unit.name == "CAPF"
        content = _Content(name, name, self._serial(), begin, end, authority=authority, alternative=named.alternative)
        certificate = content.signed(key)
        if unit.digest == "sha1" and isinstance(key, RSAPrivateKey):
            certificate = signed_with_sha1(certificate, key)
        return Identity(certificate, key)

    def stand_in(self, authority: Preloaded, end: datetime, key: RSAPrivateKey) -> bytes:
        """A CA certificate that has the names, the serial number and the end of one of Cisco's, and another key."""
        subject = _authority_name(authority.organization, authority.name)
        issuer = subject
        if authority.issuer:
            issuer = _authority_name(authority.issuers_organization or authority.organization, authority.issuer)
        begin = end - _AUTHORITY_LIFE
        content = _Content(subject, issuer, int(authority.serial, 16), begin, end, authority=True, basic=True)
        return content.signed(key)

    def token(self, name: str, authority: "Authority", begin: datetime, end: datetime) -> Identity:
        """The identity of an eToken, of this name: its certificate is signed by an authority (S75)."""
        key = new_key_of_others()
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Cisco Systems"),
                x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "IPCBU"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        issuer = x509.load_der_x509_certificate(authority.certificate).subject
        serial = self.chance.getrandbits(_TOKEN_SERIAL_BITS) | 1 << (_TOKEN_SERIAL_BITS - 1)
        content = _Content(subject, issuer, serial, begin, end, authority=False)
        return Identity(content.signed(key, authority.key), key)

    def common_name(self, node: str, unit: Unit) -> str:
        """The CN of an identity: the node's, with a mark for some units; CAPF has a new one every time (S119)."""
        if unit.name == "CAPF":
            return f"CAPF-{self.chance.getrandbits(32):08x}"
        if unit.name == "ITLRecovery":
            return f"ITLRECOVERY_{node}"
        return f"{node}-EC" if unit.curve else node

    def _serial(self) -> int:
        return self.chance.getrandbits(_SERIAL_BITS) | 1 << (_SERIAL_BITS - 1)


def name_of(subject: Subject, common_name: str, *, organizational_unit: bool = True) -> x509.Name:
    """In the order of real CUCM certificates, which texts show the other way round (trust-formats.md §1.4)."""
    parts = (
        (NameOID.COUNTRY_NAME, subject.country),
        (NameOID.ORGANIZATION_NAME, subject.organization),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, subject.unit if organizational_unit else ""),
        (NameOID.COMMON_NAME, common_name),
        (NameOID.STATE_OR_PROVINCE_NAME, subject.state),
        (NameOID.LOCALITY_NAME, subject.locality),
    )
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])


def _authority_name(organization: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


class _Content(msgspec.Struct, frozen=True):
    """What a certificate says, but for its key. `basic`: it says that it is an authority, as those of Cisco do.

    CAPF up to 14SU1 does not (trust-formats.md §5.7).
    """

    subject: x509.Name
    issuer: x509.Name
    serial: int
    begin: datetime
    end: datetime
    authority: bool
    alternative: tuple[str, ...] = ()
    basic: bool = False

    def signed(self, key: Key, authority: Key | None = None) -> bytes:
        """The certificate of this key, signed by itself or by an authority's, in DER."""
        builder = (
            x509.CertificateBuilder(subject_name=self.subject, issuer_name=self.issuer, public_key=key.public_key())
            .serial_number(self.serial)
            .not_valid_before(self.begin)
            .not_valid_after(self.end)
            .add_extension(usage(authority=self.authority), critical=False)
            .add_extension(extended_usage(), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        if self.basic:
            builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        if self.alternative:
            names = x509.SubjectAlternativeName([x509.DNSName(name) for name in self.alternative])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(authority or key, hashes.SHA256()).public_bytes(Encoding.DER)


def extended_usage() -> x509.ExtendedKeyUsage:
    """Server, client, IPsec: as identities of CUCM have them."""
    return x509.ExtendedKeyUsage(_EXTENDED)


def usage(*, authority: bool) -> x509.KeyUsage:
    """What the key of an identity may be used for."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=not authority,
        data_encipherment=not authority,
        key_agreement=not authority,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def signed_with_sha1(certificate: bytes, key: RSAPrivateKey) -> bytes:
    """The same certificate signed with SHA-1, as CUCM up to 11.0 does; the library only makes newer ones.

    Both algorithm identifiers have one length, so that no other byte moves.
    """
    whole = der.element_at(certificate, 0, len(certificate))
    body, algorithm, signature = der.children(certificate, whole)
    inner = next(part for part in der.children(certificate, body) if certificate[part.whole] == _SHA256_RSA)
    changed = bytearray(certificate)
    changed[inner.whole] = changed[algorithm.whole] = _SHA1_RSA
    made = key.sign(bytes(changed[body.whole]), PKCS1v15(), hashes.SHA1())
    changed[signature.start + 1 : signature.end] = made
    return bytes(changed)
