"""Who signed a list: a hardware eToken, a server, or the recovery key of the cluster (S73-S75).

The words "This etoken was used to sign the CTL file." stand under the signer's record with either method, so that only
the names in that record tell (S73). It matters because a CTL is to be updated by the method that secured the cluster
(S79).
"""

import msgspec

from ringtrust.trust import names
from ringtrust.trust.lists import TrustList
from ringtrust.trust.record import Record
from ringtrust.trust.roles import MAY_SIGN_LISTS
from ringtrust.trust.signature import signer_records

_TOKEN_PREFIX = "SAST-"  # noqa: S105 - the beginning of a name, not a secret
_TOKEN_ISSUER = "Cisco Manufacturing CA"  # noqa: S105
_RECOVERY_PREFIX = "ITLRECOVERY"


class Token(msgspec.Struct, frozen=True, tag="token"):
    """A hardware eToken of the CTL client (S75): its id is in the subject, the Cisco Manufacturing CA is the issuer."""

    token: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"Signed with the hardware eToken {self.token}: the CTL client made this list."


class Server(msgspec.Struct, frozen=True, tag="server"):
    """The CallManager key of a server (S74): tokenless, `utils ctl` made the list; or an ITL up to 11.5."""

    name: str
    self_signed: bool

    @property
    def sentence(self) -> str:
        """For people."""
        how = "self-signed" if self.self_signed else "signed by a CA"
        return f"Signed with the CallManager key of {self.name}, whose certificate is {how}: no eToken is involved."


class Recovery(msgspec.Struct, frozen=True, tag="recovery"):
    """The ITLRecovery key of the cluster: the signer from 12.0 on."""

    name: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"Signed with the recovery key {self.name}: no eToken is involved."


class Unlisted(msgspec.Struct, frozen=True, tag="unlisted"):
    """No SAST record names the signer, so that nothing is known of it but the header."""

    name: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"Signed, it says, by {self.name}, who is none of its SAST records."


Signer = Token | Server | Recovery | Unlisted


def who_signed(found: TrustList) -> Signer:
    """Who signed the list, by the record that the header names."""
    for _, record in signer_records(found.header, found.records, MAY_SIGN_LISTS):
        return _kind_of(record)
    return Unlisted(found.header.signer.text)


def _kind_of(record: Record) -> Signer:
    name = names.printable(names.common_name(record.subject))
    if name.startswith(_TOKEN_PREFIX) and names.common_name(record.issuer).lower() == _TOKEN_ISSUER.lower():
        return Token(name)
    if name.upper().startswith(_RECOVERY_PREFIX):
        return Recovery(name)
    return Server(name, self_signed=names.attributes(record.subject) == names.attributes(record.issuer))
