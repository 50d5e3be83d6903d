"""The signed files of Cisco Tftp: made when a phone first asks, and kept while content and signer stay the same.

[U] When CUCM signs a file anew no source says. Here it does when the file or the CallManager certificate has changed,
as with its list, so that a phone which is reset twice gets the same bytes twice.
"""

from ringtrust.lab.certificates.pki import Identity
from ringtrust.trust.signed import build_signed
from ringtrust.trust.signing import SigningKey


class SignedFiles:
    """Those of one node. Only headers are kept, for the rest of the file is the same for all phones of a CM group."""

    def __init__(self) -> None:
        self._signer: Identity | None = None
        self._key: SigningKey | None = None
        self._headers: dict[str, tuple[bytes, bytes]] = {}

    def file(self, name: str, body: bytes, signer: Identity, now: int) -> bytes:
        """The file of this name. `now`, in Unix seconds, is its time if it is new."""
        key = self._key_of(signer)
        known = self._headers.get(name)
        if known is None or known[0] != body:
            made = build_signed(name, body, key, timestamp=now)
            known = self._headers[name] = (body, made.header.raw)
        return known[1] + body

    def forget(self) -> None:
        """Makes every file anew when it is next asked for."""
        self._signer = self._key = None
        self._headers.clear()

    def _key_of(self, signer: Identity) -> SigningKey:
        if self._key is None or self._signer is not signer:
            self._signer, self._key = signer, signer.signing_key
            self._headers.clear()
        return self._key
