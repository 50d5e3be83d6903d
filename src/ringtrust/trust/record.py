"""A record of a trust list: one certificate and what it may be used for (trust-formats.md §1.4)."""

import ipaddress

from ringtrust.errors import RefusedError
from ringtrust.trust import names
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.choices import NAME_BYTES_AT_MOST, NO_ADDRESS
from ringtrust.trust.digests import DIGEST_OF_CODE, Digest
from ringtrust.trust.header import SignerId, serial_text
from ringtrust.trust.record_layout import RECORD_LENGTH_HEAD, SHORTEST, record_layout
from ringtrust.trust.roles import Role, role_name
from ringtrust.trust.tags import RecordTag as Tag
from ringtrust.trust.tlv import BLOCK_BYTES_AT_MOST, Block, encode


class Record(Block, frozen=True):
    """A record as read. What a writer left out is empty."""

    @property
    def function(self) -> int:
        """The role code, see roles.Role."""
        high, low = self.value(Tag.FUNCTION)
        return high << 8 | low

    @property
    def owner(self) -> SignerId:
        """Whose certificate it is, in the words in which a header names a signer."""
        return SignerId(self.value(Tag.SUBJECT_NAME), self.value(Tag.SERIAL_NUMBER), self.value(Tag.ISSUER_NAME))

    @property
    def dns_name(self) -> str:
        """The host, or its address as text in lists that the Windows CTL client made."""
        return names.text(self.value(Tag.DNS_NAME))

    @property
    def subject(self) -> str:
        """The subject of the certificate, as stored."""
        return names.text(self.value(Tag.SUBJECT_NAME))

    @property
    def issuer(self) -> str:
        """The issuer of the certificate, as stored."""
        return names.text(self.value(Tag.ISSUER_NAME))

    @property
    def serial(self) -> bytes:
        """The serial number without a sign byte, big-endian."""
        return self.value(Tag.SERIAL_NUMBER)

    @property
    def certificate(self) -> bytes:
        """The certificate in DER; empty in records that hold only its hash, or nothing of it."""
        return self.value(Tag.CERTIFICATE)

    @property
    def certificate_digest(self) -> bytes:
        """What tells this certificate from others: its SHA-1, or the hash that the record holds in its place."""
        certificate = self.certificate
        return Digest.SHA1.of(certificate) if certificate else self.value(Tag.CERTIFICATE_HASH)

    def same_certificate(self, other: "Record") -> bool:
        """Whether both hold one certificate, be it whole or by its hash."""
        if self.certificate and other.certificate:
            return self.certificate == other.certificate
        whole = self.certificate or other.certificate
        lean = other if self.certificate else self
        digest = DIGEST_OF_CODE.get(int.from_bytes(lean.value(Tag.HASH_ALGORITHM), "big"), Digest.SHA1)
        expected = digest.of(whole) if whole else other.value(Tag.CERTIFICATE_HASH)
        return bool(expected) and lean.value(Tag.CERTIFICATE_HASH) == expected

    @property
    def ip_text(self) -> str:
        """The address as text; in hexadecimal when it is neither IPv4 nor IPv6."""
        value = self.value(Tag.IP_ADDRESS)
        return str(ipaddress.ip_address(value)) if len(value) in {4, 16} else value.hex()

    @property
    def title(self) -> str:
        """The record in a few words: its role and whose certificate it is."""
        owner = names.common_name(self.subject) or self.dns_name or "nobody"
        return f"{role_name(self.function)} {names.brief(owner)}"

    @property
    def serial_text(self) -> str:
        """The serial number as `show itl` prints it."""
        return serial_text(self.serial)


def build_record(
    role: Role,
    certificate: bytes,
    *,
    dns_name: str = "",
    ip_address: str = NO_ADDRESS,
    by_hash: bool = False,
) -> Record:
    """A record in the order of genuine files. `by_hash` puts the certificate's SHA-1 in its place (8.x, 9.x).

    Raises FormatError when the certificate cannot be read, RefusedError when the record cannot be written.
    """
    facts = CertificateFacts.of(certificate)
    return _assemble(
        _host(dns_name)
        + encode(Tag.SUBJECT_NAME, facts.subject)
        + encode(Tag.FUNCTION, role.to_bytes(2, "big"))
        + encode(Tag.ISSUER_NAME, facts.issuer)
        + encode(Tag.SERIAL_NUMBER, facts.serial)
        + encode(Tag.PUBLIC_KEY, facts.public_key)
        + encode(Tag.SIGNATURE, facts.signature)
        + (_hash_of(certificate) if by_hash else encode(Tag.CERTIFICATE, certificate))
        + _address(ip_address)
    )


def client_record(
    role: Role,
    certificate: bytes,
    *,
    dns_name: str = "",
    ip_address: str = NO_ADDRESS,
    owner: SignerId | None = None,
) -> Record:
    """A record as the Windows CTL client writes it: the issuer's signature is left out (trust-formats.md §1.4).

    `owner` names the certificate as the client names that of an eToken, `cn="SAST-…";ou=IPCBU;o="Cisco Systems`; None
    stands for the names that CUCM would write. Raises FormatError, RefusedError as build_record does.
    """
    facts = CertificateFacts.of(certificate)
    named = owner or SignerId(facts.subject, facts.serial, facts.issuer)
    return _assemble(
        _host(dns_name)
        + encode(Tag.SUBJECT_NAME, named.name)
        + encode(Tag.FUNCTION, role.to_bytes(2, "big"))
        + encode(Tag.ISSUER_NAME, named.issuer)
        + encode(Tag.SERIAL_NUMBER, named.serial)
        + encode(Tag.PUBLIC_KEY, facts.public_key)
        + encode(Tag.CERTIFICATE, certificate)
        + _address(ip_address)
    )


def empty_record(role: Role, *, dns_name: str, ip_address: str) -> Record:
    """A record without a certificate, as a CTL holds for its servers after the way back to non-secure mode (118892).

    Raises RefusedError when it cannot be written.
    """
    return _assemble(_host(dns_name) + encode(Tag.FUNCTION, role.to_bytes(2, "big")) + _address(ip_address))


def _host(name: str) -> bytes:
    value = names.stored(name)
    if not name.isprintable() or len(value) > NAME_BYTES_AT_MOST:
        raise RefusedError(f"{names.quoted(name)} is no host name.", advice="Write it as cucm-pub.example.com.")
    return encode(Tag.DNS_NAME, value)


def _address(text: str) -> bytes:
    try:
        return encode(Tag.IP_ADDRESS, ipaddress.ip_address(text).packed)
    except ValueError as error:
        raise RefusedError(f"{names.quoted(text)} is no IP address.", advice="Write it as 10.48.47.153.") from error


def _hash_of(certificate: bytes) -> bytes:
    digest = Digest.SHA1
    return encode(Tag.CERTIFICATE_HASH, digest.of(certificate)) + encode(Tag.HASH_ALGORITHM, bytes((digest.value,)))


def _assemble(items: bytes) -> Record:
    length = SHORTEST + len(items)
    if length > BLOCK_BYTES_AT_MOST:
        raise RefusedError(
            f"The record would have {length:,} bytes; a record has at most {BLOCK_BYTES_AT_MOST:,}.",
            advice="Use a smaller certificate.",
        )
    raw = RECORD_LENGTH_HEAD + length.to_bytes(2, "big") + items
    return Record(raw, record_layout(raw, 0))
