"""Trust lists, ITL and CTL: read and build (trust-formats.md §1.6)."""

from collections.abc import Sequence
from enum import Enum
from functools import cached_property
from typing import Final

import msgspec

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust import names
from ringtrust.trust.choices import LIST_BYTES_AT_MOST, RECORDS_AT_MOST
from ringtrust.trust.digests import Digest
from ringtrust.trust.header import Header
from ringtrust.trust.header_layout import FIXED_PART, HEADER_LENGTH_AT, header_layout
from ringtrust.trust.record import Record
from ringtrust.trust.records import ListPlaces, Records, record_places
from ringtrust.trust.roles import MAY_SIGN_FILES, MAY_SIGN_LISTS, Role
from ringtrust.trust.shapes import Place, Placed, Shapes
from ringtrust.trust.signature import Numbered, Verdict, best, judge, signers
from ringtrust.trust.signing import SigningKey
from ringtrust.trust.tags import HeaderTag
from ringtrust.trust.tlv import HEAD

_VERSION = (1, 2)
_SIGNED = b".sgn\0"


class ListKind(Enum):
    """The identity trust list of a TFTP node, or the certificate trust list of a mixed-mode cluster."""

    __hash__ = object.__hash__  # members are singletons, and that of Enum is Python code: phones ask it all the time

    ITL = "ITL"
    CTL = "CTL"

    @property
    def filename(self) -> str:
        """The name in the header of the node's own copy; phones ask for ITLSEP<MAC>.tlv and CTLSEP<MAC>.tlv."""
        return f"{self.value}File.tlv"


class TrustList(msgspec.Struct, frozen=True, dict=True):
    """A trust list as read. `data` is the whole file, byte for byte.

    What thousands of phones that hold it ask of it again and again it finds out once.
    """

    data: bytes
    header: Header
    records: Sequence[Record]

    @cached_property
    def kind(self) -> ListKind:
        """By the name in the header; under another name it is an ITL when it holds TVS records, which no CTL does."""
        name = self.header.filename.upper()
        if name.startswith("CTL"):
            return ListKind.CTL
        if name.startswith("ITL") or self.with_role(Role.TVS):
            return ListKind.ITL
        return ListKind.CTL

    def with_role(self, role: Role) -> tuple[Record, ...]:
        """The records of one role, in the order of the list."""
        return tuple(record for record in self.records if record.function == role)

    @cached_property
    def emptied(self) -> bool:
        """Whether it is an ITL prepared for a rollback to pre-8.0: a phone that holds it accepts any list (S82).

        Its records for TVS and TFTP are there without a certificate, and none with one (trust-formats.md §6.3).
        """
        servers = [record for record in self.records if record.function in {Role.TVS, *MAY_SIGN_FILES}]
        return self.kind is ListKind.ITL and bool(servers) and not any(record.certificate_digest for record in servers)

    @cached_property
    def file_signers(self) -> tuple[Numbered, ...]:
        """The records that may sign the files of a TFTP node, with their numbers, counted from 1."""
        return tuple(signers(self.records, MAY_SIGN_FILES))

    def verdict(self) -> Verdict:
        """Whether the signature holds for a SAST record inside."""
        return judge(self.data, self.header, self.records, MAY_SIGN_LISTS)

    def verdict_for_holder_of(self, *held: "TrustList") -> Verdict:
        """Whether the signature holds for a SAST record of a list that a phone holds: it then needs to ask nobody.

        A phone of a mixed-mode cluster holds two, a CTL and an ITL. Its first ITL is checked against the CTL alone
        (trust-formats.md §6.2 point 2), and there a CallManager may be a server and no SAST: with eTokens all are. That
        it then may sign the ITL no document says [U]; but phones of such clusters have an ITL.
        """
        first = self.kind is ListKind.ITL and all(each.kind is ListKind.CTL for each in held)
        roles = MAY_SIGN_LISTS | {int(Role.CCM_TFTP), int(Role.TFTP)} if first else MAY_SIGN_LISTS
        return best(judge(self.data, self.header, each.records, roles) for each in held)


def read_list(data: bytes) -> TrustList:
    """A trust list. Raises FormatError with the offset in the file; `read_list(data).data` is `data`."""
    if len(data) > LIST_BYTES_AT_MOST:
        raise FormatError(f"{len(data):,} bytes are more than any trust list has", LIST_BYTES_AT_MOST)
    places = SHAPES.of(data, (len(data), data[HEADER_LENGTH_AT:FIXED_PART]))
    header = Header(data[: places.header.size], places.header)
    _refuse_signed_file(header)
    return TrustList(data, header, Records(data, places.records))


def _walk(data: bytes) -> tuple[ListPlaces, Placed]:
    header = header_layout(data)
    _refuse_signed_file(Header(data[: header.size], header))  # before its body is taken for damaged records
    records = record_places(data, header.size)
    placed = (Place(0, header, HEADER_LENGTH_AT), *(Place(begin, layout, HEAD) for begin, layout in records))
    return ListPlaces(header, records), placed


def _refuse_signed_file(header: Header) -> None:
    if header.value(HeaderTag.FILENAME).endswith(_SIGNED):
        raise FormatError(
            f"This is the signed file {names.quoted(header.filename)}, no trust list",
            0,
            advice="Use `ringtrust signed` for it.",
        )


SHAPES: Final = Shapes(_walk)


def build_list(
    kind: ListKind,
    records: Sequence[Record],
    signer: SigningKey,
    *,
    timestamp: int,
    digest: Digest = Digest.SHA1,
) -> TrustList:
    """A new list, signed. `timestamp` in Unix seconds.

    Raises RefusedError when the signer is not among the SAST records: no phone could ever check such a list.
    """
    if not any(record.function == Role.SAST and record.certificate == signer.certificate for record in records):
        raise RefusedError(
            "The signer's certificate is in none of the SAST records, so that no phone could check the list.",
            advice="Add it as a SAST record, whole and not by its hash.",
        )
    if len(records) > RECORDS_AT_MOST:
        raise RefusedError(f"A list of {len(records)} records is more than any phone reads.", advice="Leave some out.")
    body = b"".join(record.raw for record in records)
    return read_list(signer.signed(body, digest=digest, filename=kind.filename, timestamp=timestamp, version=_VERSION))
