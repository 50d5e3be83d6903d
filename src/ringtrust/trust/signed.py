"""Signed files: a header, and behind it the original file, unchanged (trust-formats.md §2)."""

import re

import msgspec

from ringtrust.errors import FormatError
from ringtrust.trust import names
from ringtrust.trust.digests import Digest
from ringtrust.trust.header import Header, read_header
from ringtrust.trust.lists import TrustList
from ringtrust.trust.signature import Unjudged, Verdict, best, judge_by
from ringtrust.trust.signing import SigningKey
from ringtrust.trust.tags import HeaderTag

_VERSION = (1, 0)
_FIRMWARE_VERSION = (1, 1)
_LIST = re.compile(r"(?:ITL|CTL)\w*\.tlv\Z", re.IGNORECASE)


class SignedFile(msgspec.Struct, frozen=True):
    """A signed file as read. `data` is the whole file, byte for byte."""

    data: bytes
    header: Header

    @property
    def body(self) -> bytes:
        """The file that was signed; still encrypted when `encrypted` says so."""
        return self.data[self.header.length :]

    @property
    def encrypted(self) -> bool:
        """Whether it is an .enc.sgn file: its body is only for one phone (§3)."""
        return self.header.has(HeaderTag.ENCRYPTION_INFO)

    def verdict_for_holder_of(self, *held: TrustList) -> Verdict:
        """Whether the signature holds for a TFTP or CCM+TFTP record of a list that a phone holds.

        Firmware is signed with a key that is built into phones, and over what nobody has found out (§2).
        """
        if self.header.version == _FIRMWARE_VERSION:
            return Unjudged("it has the version of firmware, which no trust list vouches for")
        return best(judge_by(self.data, self.header, each.file_signers) for each in held)


def read_signed(data: bytes) -> SignedFile:
    """A signed file. Raises FormatError; `read_signed(data).data` is `data`."""
    header = read_header(data)
    if _LIST.match(header.filename):
        raise FormatError(
            f"This is the trust list {names.quoted(header.filename)}, no signed file",
            0,
            advice="Use `ringtrust trustlist` for it.",
        )
    return SignedFile(data, header)


def build_signed(
    filename: str, body: bytes, signer: SigningKey, *, timestamp: int, digest: Digest = Digest.SHA1
) -> SignedFile:
    """The body, signed. `filename` is the name that phones ask for, with its `.sgn`; `timestamp` in Unix seconds."""
    return read_signed(signer.signed(body, digest=digest, filename=filename, timestamp=timestamp, version=_VERSION))
