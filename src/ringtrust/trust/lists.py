"""Trust lists, ITL and CTL: read and build (trust-formats.md §1.6)."""

from collections.abc import Sequence
from enum import Enum

import msgspec

from ringtrust.errors import FormatError, RefusedError
from ringtrust.trust.choices import LIST_BYTES_AT_MOST
from ringtrust.trust.digests import Digest
from ringtrust.trust.header import Header, read_header
from ringtrust.trust.record import Record, read_records
from ringtrust.trust.roles import MAY_SIGN_LISTS, Role
from ringtrust.trust.signature import SigningKey, Verdict, judge

_VERSION = (1, 2)


class ListKind(Enum):
    """The identity trust list of a TFTP node, or the certificate trust list of a mixed-mode cluster."""

    ITL = "ITL"
    CTL = "CTL"

    @property
    def filename(self) -> str:
        """The name in the header of the node's own copy; phones ask for ITLSEP<MAC>.tlv and CTLSEP<MAC>.tlv."""
        return f"{self.value}File.tlv"


class TrustList(msgspec.Struct, frozen=True):
    """A trust list as read. `data` is the whole file, byte for byte."""

    data: bytes
    header: Header
    records: Sequence[Record]

    @property
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

    def verdict(self) -> Verdict:
        """Whether the signature holds for a SAST record inside."""
        return judge(self.data, self.header, self.records, MAY_SIGN_LISTS)

    def verdict_for_holder_of(self, held: "TrustList") -> Verdict:
        """Whether the signature holds for a SAST record of a list that a phone holds: it then needs to ask nobody."""
        return judge(self.data, self.header, held.records, MAY_SIGN_LISTS)


def read_list(data: bytes) -> TrustList:
    """A trust list. Raises FormatError with the offset in the file; `read_list(data).data` is `data`."""
    if len(data) > LIST_BYTES_AT_MOST:
        raise FormatError(f"{len(data):,} bytes are more than any trust list has", LIST_BYTES_AT_MOST)
    header = read_header(data)
    return TrustList(data, header, read_records(data, header.length))


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
            "The signer is not among the SAST records.",
            advice="Add the signer's certificate as a SAST record.",
        )
    body = b"".join(record.raw for record in records)
    return read_list(signer.signed(body, digest=digest, filename=kind.filename, timestamp=timestamp, version=_VERSION))
