"""The signed files of Cisco Tftp: made when a phone first asks, and kept while content and signer stay the same.

[U] When CUCM signs a file anew no source says. Here it does when the file or the CallManager certificate has changed,
as with its list, so that a phone which is reset twice gets the same bytes twice.
"""

from collections.abc import Callable, Iterable

from ringtrust.lab.certificates.pki import Identity
from ringtrust.trust.certificates import public_key_of
from ringtrust.trust.encrypted import build_encrypted, seal
from ringtrust.trust.signed import build_signed
from ringtrust.trust.signing import SigningKey

Made = tuple[str, bytes, bytes]
"""A signed file: its name, what was signed, and its header."""
Ahead = Callable[[SigningKey, int], Iterable[Made]]


class EncryptedFiles:
    """The encrypted files of one node: a new one, with a new key, when content, phone or signer have changed (§3)."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[bytes, bytes, Identity, bytes]] = {}

    def file(self, name: str, body: bytes, owner: bytes, signer: Identity, now: int) -> bytes:
        """The file of this name for the owner of a certificate (DER). Raises RefusedError for one without RSA key."""
        known = self._made.get(name)
        if known is None or known[:3] != (body, owner, signer):
            sealed = seal(body, public_key_of(owner))
            made = build_encrypted(name, sealed, signer.signing_key, timestamp=now)
            known = self._made[name] = (body, owner, signer, made.data)
        return known[3]


class SignedFiles:
    """Those of one node. Only headers are kept, for the rest of the file is the same for all phones of a CM group.

    `ahead`, where there is one, signs for a new signer what will be asked for, at the time of the first question.
    """

    def __init__(self) -> None:
        self.ahead: Ahead | None = None
        self._signer: Identity | None = None
        self._key: SigningKey | None = None
        self._headers: dict[str, tuple[bytes, bytes]] = {}

    def file(self, name: str, body: bytes, signer: Identity, now: int) -> bytes:
        """The file of this name. `now`, in Unix seconds, is its time if it is new."""
        key = self._key_of(signer, now)
        known = self._headers.get(name)
        if known is None or known[0] != body:
            made = build_signed(name, body, key, timestamp=now)
            known = self._headers[name] = (body, made.header.raw)
        return known[1] + body

    def forget(self) -> None:
        """Makes every file anew when it is next asked for."""
        self._signer = self._key = None
        self._headers.clear()

    def _key_of(self, signer: Identity, now: int) -> SigningKey:
        if self._key is None or self._signer is not signer:
            self._signer, self._key = signer, signer.signing_key
            made = self.ahead(self._key, now) if self.ahead is not None else ()
            self._headers = {name: (body, header) for name, body, header in made}
        return self._key
