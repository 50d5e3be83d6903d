"""A record of a trust list: one certificate and what it may be used for (trust-formats.md §1.4)."""

import ipaddress
from array import array
from collections.abc import Mapping
from typing import Final

import msgspec

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust import names
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.choices import NO_ADDRESS
from ringtrust.trust.digests import Digest
from ringtrust.trust.header import serial_text
from ringtrust.trust.roles import Role, role_name
from ringtrust.trust.tags import RECORD_NAMES
from ringtrust.trust.tags import RecordTag as Tag
from ringtrust.trust.tlv import HEAD, VALUE_BYTES_AT_MOST, Field, encode, expect_length, scan

_RECORD_LENGTH_HEAD: Final = b"\x01\0\x02"
_SIZES: Final = ((Tag.FUNCTION, 2), (Tag.HASH_ALGORITHM, 1))


class Record(msgspec.Struct, frozen=True):
    """A record as read: its bytes, the tags in their order, and where each item ends. What a writer left out is empty.

    `function` is the role code, see roles.Role. Places are kept as an array: a hostile list is full of tiny items.
    """

    raw: bytes
    function: int
    tags: bytes
    ends: "array[int]"

    def value(self, tag: int) -> bytes:
        """The value of the first item with this tag, empty when the record has none."""
        place = self.tags.find(tag)
        if place < 0:
            return b""
        start = self.ends[place - 1] if place else 0
        return self.raw[start + HEAD : self.ends[place]]

    def has(self, tag: int) -> bool:
        """Whether the record holds an item with this tag, be it empty."""
        return tag in self.tags

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)

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

    @property
    def ip_text(self) -> str:
        """The address as text; in hexadecimal when it is neither IPv4 nor IPv6."""
        value = self.value(Tag.IP_ADDRESS)
        return str(ipaddress.ip_address(value)) if len(value) in {4, 16} else value.hex()

    @property
    def title(self) -> str:
        """The record in a few words: its role and whose certificate it is."""
        owner = names.common_name(self.subject) or self.dns_name or "nobody"
        return f"{role_name(self.function)} {names.printable(owner)}"

    @property
    def serial_text(self) -> str:
        """The serial number as `show itl` prints it."""
        return serial_text(self.serial)


def read_record(raw: bytes) -> Record:
    """The record that fills `raw`. Raises FormatError with the offset inside the record."""
    fields = scan(raw, 0, len(raw))
    if not raw.startswith(_RECORD_LENGTH_HEAD):
        raise FormatError("A record begins with RECORDLENGTH (tag 1, 2 bytes)", 0)
    at: dict[int, Field] = {}
    for field in fields:
        if field.tag in at and field.tag in RECORD_NAMES:
            raise FormatError(f"Tag {field.tag} stands twice in the record", field.start - HEAD)
        at.setdefault(field.tag, field)
    _check(raw, at)
    function = int.from_bytes(raw[at[Tag.FUNCTION].span], "big")
    return Record(raw, function, bytes([field.tag for field in fields]), array("H", [field.end for field in fields]))


def _check(raw: bytes, at: Mapping[int, Field]) -> None:
    if int.from_bytes(raw[at[Tag.RECORD_LENGTH].span], "big") != len(raw):
        raise FormatError(f"RECORDLENGTH does not say {len(raw)}", 0)
    if Tag.FUNCTION not in at:
        raise FormatError(f"The record has no FUNCTION (tag {Tag.FUNCTION})", len(raw))
    for tag, size in _SIZES:
        if tag in at:
            expect_length(at[tag], size)


def build_record(
    role: Role,
    certificate: bytes,
    *,
    dns_name: str = "",
    ip_address: str = NO_ADDRESS,
    by_hash: bool = False,
) -> Record:
    """A record in the order of genuine files. `by_hash` puts the certificate's SHA-1 in its place (8.x, 9.x).

    Raises FormatError when the certificate cannot be read, RefusedError when the record would be too long.
    """
    facts = CertificateFacts.of(certificate)
    identity = (
        encode(Tag.CERTIFICATE_HASH, Digest.SHA1.of(certificate))
        + encode(Tag.HASH_ALGORITHM, bytes((Digest.SHA1.value,)))
        if by_hash
        else encode(Tag.CERTIFICATE, certificate)
    )
    return _assemble(
        encode(Tag.DNS_NAME, names.stored(dns_name))
        + encode(Tag.SUBJECT_NAME, facts.subject)
        + encode(Tag.FUNCTION, role.to_bytes(2, "big"))
        + encode(Tag.ISSUER_NAME, facts.issuer)
        + encode(Tag.SERIAL_NUMBER, facts.serial)
        + encode(Tag.PUBLIC_KEY, facts.public_key)
        + encode(Tag.SIGNATURE, facts.signature)
        + identity
        + encode(Tag.IP_ADDRESS, ipaddress.ip_address(ip_address).packed)
    )


def empty_record(role: Role, *, dns_name: str, ip_address: str) -> Record:
    """A record without a certificate, as a CTL holds for its servers after the way back to non-secure mode (118892)."""
    return _assemble(
        encode(Tag.DNS_NAME, names.stored(dns_name))
        + encode(Tag.FUNCTION, role.to_bytes(2, "big"))
        + encode(Tag.IP_ADDRESS, ipaddress.ip_address(ip_address).packed)
    )


def _assemble(items: bytes) -> Record:
    length = len(_RECORD_LENGTH_HEAD) + 2 + len(items)
    if length > VALUE_BYTES_AT_MOST:
        raise RefusedError(
            f"The record would have {length:,} bytes; a record has at most {VALUE_BYTES_AT_MOST:,}.",
            advice="Use a smaller certificate.",
        )
    return read_record(_RECORD_LENGTH_HEAD + length.to_bytes(2, "big") + items)
