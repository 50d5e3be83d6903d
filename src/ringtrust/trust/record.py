"""A record of a trust list: one certificate and what it may be used for (trust-formats.md §1.4)."""

import ipaddress
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, overload

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust import names
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.choices import NO_ADDRESS, RECORDS_AT_MOST
from ringtrust.trust.digests import Digest
from ringtrust.trust.header import SignerId, serial_text
from ringtrust.trust.roles import Role, role_name
from ringtrust.trust.shapes import Shapes
from ringtrust.trust.tags import RECORD_NAMES
from ringtrust.trust.tags import RecordTag as Tag
from ringtrust.trust.tlv import BLOCK_BYTES_AT_MOST, HEAD, Block, Layout, encode, scan

_RECORD_LENGTH_HEAD: Final = b"\x01\0\x02"
_SHORTEST: Final = len(_RECORD_LENGTH_HEAD) + 2
_SIZES: Final = ((Tag.FUNCTION, 2), (Tag.HASH_ALGORITHM, 1))


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


class Records(Sequence[Record]):
    """The records of a list. Each is cut out of the file when it is looked at: reading a list copies nothing."""

    __slots__ = ("_data", "_places")

    def __init__(self, data: bytes, places: list[tuple[int, Layout]]) -> None:
        self._data = data
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Record]:
        for start, layout in self._places:
            yield Record(self._data[start : start + layout.size], layout)

    @overload
    def __getitem__(self, which: int) -> Record: ...
    @overload
    def __getitem__(self, which: slice) -> Sequence[Record]: ...
    def __getitem__(self, which: int | slice) -> Record | Sequence[Record]:
        if isinstance(which, slice):
            return Records(self._data, self._places[which])
        start, layout = self._places[which]
        return Record(self._data[start : start + layout.size], layout)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def read_records(data: bytes, position: int) -> Records:
    """The records from this position to the end of a file. Raises FormatError with the offset in the file."""
    run = SHAPES.run(data, position)
    places = list(islice(run, RECORDS_AT_MOST))
    for start, _ in run:
        raise FormatError(f"More than {RECORDS_AT_MOST} records", start)
    return Records(data, places)


def read_record(raw: bytes) -> Record:
    """The record that fills `raw`. Raises FormatError."""
    records = read_records(raw, 0)
    if len(records) != 1:
        raise FormatError(f"One record is due here, not {len(records)}", 0)
    return records[0]


def _walk(data: bytes, position: int) -> Layout:
    length = int.from_bytes(data[position + HEAD : position + _SHORTEST], "big")
    if position + length > len(data):
        raise FormatError(f"{length} bytes are due here, but the file has only {len(data) - position} more", position)
    try:
        return _checked(data[position : position + length])
    except FormatError as error:
        raise error.shifted(position) from None


SHAPES: Final = Shapes(_walk, size_at=HEAD)


def _checked(block: bytes) -> Layout:
    """The layout of a record that begins with its length, has a role, and repeats nothing that has a meaning."""
    if len(block) < _SHORTEST:
        raise FormatError(f"A record has at least {_SHORTEST} bytes", 0)
    if not block.startswith(_RECORD_LENGTH_HEAD):
        raise FormatError(f"A record begins with RECORDLENGTH (tag {Tag.RECORD_LENGTH}, 2 bytes)", 0)
    layout = scan(block)
    for place, tag in enumerate(layout.tags):
        if tag in RECORD_NAMES and layout.tags.index(tag) < place:
            raise FormatError(f"Tag {tag} stands twice in the record", layout.head(place))
    if Tag.FUNCTION not in layout.tags:
        raise FormatError(f"The record has no FUNCTION (tag {Tag.FUNCTION})", len(block))
    for tag, size in _SIZES:
        layout.expect(tag, size)
    return layout


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
    if length > BLOCK_BYTES_AT_MOST:
        raise RefusedError(
            f"The record would have {length:,} bytes; a record has at most {BLOCK_BYTES_AT_MOST:,}.",
            advice="Use a smaller certificate.",
        )
    return read_record(_RECORD_LENGTH_HEAD + length.to_bytes(2, "big") + items)
