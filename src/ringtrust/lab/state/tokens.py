"""The eTokens of the CTL client: keys in software here, each behind a password (S66, S67, S72)."""

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final

from ringtrust.errors import RefusedError
from ringtrust.lab.certificates.pki import Authority, Identity, Maker
from ringtrust.trust import names
from ringtrust.trust.certificates import CertificateFacts
from ringtrust.trust.header import SignerId
from ringtrust.trust.signing import SigningKey

WRONG_AT_MOST: Final = 15  # [U] after how many wrong passwords in a row an eToken locks itself
_ISSUER: Final = "cn=Cisco Manufacturing CA;o=Cisco Systems"
_LIFE: Final = timedelta(days=20 * 365)
_SERIAL_BITS: Final = 28
_PASSWORD_BYTES: Final = 9


class TokenKey(SigningKey, frozen=True):
    """Signs under the names that the CTL client writes for an eToken (S75)."""

    token: str

    @property
    def identity(self) -> SignerId:
        """The signer as the header names it: keys in lower case, and the last quote lost (trust-formats.md §1.4)."""
        subject = names.stored(f'cn="{self.token}";ou=IPCBU;o="Cisco Systems')
        return SignerId(subject, CertificateFacts.of(self.certificate).serial, names.stored(_ISSUER))


class Token:
    """One eToken. `name` is its CN with the blanks behind it; who has `password` can sign."""

    def __init__(self, name: str, identity: Identity) -> None:
        self.name = name
        self.certificate = identity.certificate
        self.password = secrets.token_urlsafe(_PASSWORD_BYTES)
        self.locked = False
        self._wrong = 0
        self._identity = identity

    @property
    def key(self) -> TokenKey:
        """Its key, for the CTL with which a cluster is founded."""
        found = self._identity.signing_key
        return TokenKey(found.certificate, found.key, self.name)

    def unlocked(self, password: str) -> TokenKey:
        """Its key. Raises RefusedError for a wrong password, and once it has been typed wrong too often."""
        if self.locked:
            raise RefusedError("The eToken is locked.", advice="Take the other one.")
        if not compare_digest(password.encode(), self.password.encode()):
            self._wrong += 1
            self.locked = self._wrong >= WRONG_AT_MOST
            raise RefusedError("The password of the eToken is wrong.", advice="Look it up, or take the other one.")
        self._wrong = 0
        return self.key


def new_token(maker: Maker, authority: Authority, begin: datetime) -> Token:
    """One more, signed by the lab's Cisco Manufacturing CA (S75)."""
    name = f"SAST-ADN{maker.chance.getrandbits(_SERIAL_BITS):08x}        "
    return Token(name, maker.token(name, authority, begin, begin + _LIFE))
