"""Who signed a list: a hardware eToken, a server, or the recovery key of the cluster (S73-S75).

The words "This etoken was used to sign the CTL file." stand under the signer's record with either method, so that only
the names in that record tell (S73). It matters because a CTL is to be updated by the method that secured the cluster
(S79). Names are taken from the certificate where the record holds one: a record may claim anything.
"""

import msgspec

from ringtrust.errors import FormatError
from ringtrust.trust import names
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.lists import TrustList
from ringtrust.trust.record import Record
from ringtrust.trust.roles import MAY_SIGN_FILES, MAY_SIGN_LISTS
from ringtrust.trust.signature import Holds, Verdict, named_signers

_TOKEN_PREFIX = "SAST-"  # noqa: S105 - the beginning of a name, not a secret
_TOKEN_ISSUER = "cisco manufacturing ca"  # noqa: S105 - the name of an issuer, not a secret
_RECOVERY_PREFIX = "ITLRECOVERY"


class Token(msgspec.Struct, frozen=True):
    """A hardware eToken of the CTL client (S75): its id is in the subject, the Cisco Manufacturing CA is the issuer."""

    token: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"Signer: the hardware eToken {names.brief(self.token)}. The CTL client made this list."


class Server(msgspec.Struct, frozen=True):
    """The CallManager key of a server (S74): tokenless, `utils ctl` made the list; or an ITL up to 11.5."""

    name: str
    self_signed: bool

    @property
    def sentence(self) -> str:
        """For people."""
        how = "self-signed" if self.self_signed else "signed by a CA"
        name = names.quoted(self.name)
        return f"Signer: the CallManager key of {name}, whose certificate is {how}. No eToken is involved."


class Recovery(msgspec.Struct, frozen=True):
    """The ITLRecovery key of the cluster: the signer from 12.0 on."""

    name: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"Signer: the recovery key {names.quoted(self.name)}. No eToken is involved."


class Other(msgspec.Struct, frozen=True):
    """A SAST record of none of the known kinds."""

    name: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"Signer: the key of {names.quoted(self.name)}. No eToken is involved."


class Unlisted(msgspec.Struct, frozen=True):
    """No SAST record names the signer, so that nothing is known of it but the header."""

    name: str

    @property
    def sentence(self) -> str:
        """For people."""
        return f"Signer: it says {self.name}, who is none of its SAST records."


Signer = Token | Server | Recovery | Other | Unlisted


def who_signed(found: TrustList, verdict: Verdict) -> Signer:
    """Who signed the list: the record whose key did, or, where no signature holds, the one that the header names."""
    if isinstance(verdict, Holds):
        return _kind_of(verdict.signer, found)
    for _, record in named_signers(found.header, found.records, MAY_SIGN_LISTS):
        return _kind_of(record, found)
    return Unlisted(found.header.signer.text)


def named_signer(subject: str, issuer: str, *, of_server: bool) -> Signer:
    """The signer with these names (S73-S75). `of_server` says that its record tells of a server's CallManager key."""
    name = names.common_name(subject)
    if name.startswith(_TOKEN_PREFIX) and names.common_name(issuer).lower() == _TOKEN_ISSUER:
        return Token(name)
    if name.upper().startswith(_RECOVERY_PREFIX):
        return Recovery(name)
    self_signed = bool(subject) and names.attributes(subject) == names.attributes(issuer)
    return Server(name, self_signed) if of_server else Other(name)


def _kind_of(record: Record, found: TrustList) -> Signer:
    subject, issuer = _certified_names(record)
    return named_signer(subject, issuer, of_server=_serves_files(record, found))


def _certified_names(record: Record) -> tuple[str, str]:
    try:
        facts = CertificateFacts.of(record.certificate)
    except FormatError:
        return record.subject, record.issuer
    return names.text(facts.subject), names.text(facts.issuer)


def _serves_files(record: Record, found: TrustList) -> bool:
    """Whether the same certificate signs the files of a TFTP node: that is a CallManager certificate."""
    digest = record.certificate_digest
    return any(each.function in MAY_SIGN_FILES and each.certificate_digest == digest for each in found.records)
