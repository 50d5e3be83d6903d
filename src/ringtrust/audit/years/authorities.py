"""Who signed a certificate, and whether that is a public CA: as far as names tell, and it is said where they do not."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, Literal

import msgspec

from ringtrust.audit.seen import Seen
from ringtrust.audit.years.stored import stored
from ringtrust.catalog.years import Authority, Years
from ringtrust.cluster.certificate import Certificate
from ringtrust.trust.names import attributes, brief, common_name

PUBLIC: Final = "public"
PRIVATE: Final = "private"
UNTOLD: Final = "untold"
Kind = Literal["public", "private", "untold"]
_TOLD_BY: Final = frozenset({"O", "CN"})
_LONGEST_CHAIN: Final = 8


class Signed(msgspec.Struct, frozen=True):
    """Who signed it. `authority` is the row of a public CA."""

    kind: Kind
    issuer: str
    authority: Authority | None = None

    def ends(self, years: Years) -> date:
        """From when on it signs nothing with clientAuth, if it is a public CA."""
        own = self.authority.ends if self.authority is not None else None
        return own or years.chrome.ends


class Signers(msgspec.Struct, frozen=True):
    """The CA certificates that lie in the trust stores, by their subjects: chains are followed along them."""

    years: Years
    authorities: Mapping[str, tuple[Certificate, ...]]

    def of(self, certificate: Certificate) -> Signed:
        """Who signed a certificate that is not self-signed.

        A public CA is told by its name or the name of a CA above it. Domain components (DC=) in a name are those of a
        directory, as a Windows CA has them: no public CA names itself so [INF].
        """
        names = (certificate.issuer, *(each.issuer for each in self.chain(certificate)))
        issuer = brief(common_name(certificate.issuer))
        found = next((row for name in names if (row := self._row(name)) is not None), None)
        if found is not None:
            return Signed(PUBLIC, issuer, found)
        directory = any(key == "DC" for name in names for key, _ in attributes(name))
        return Signed(PRIVATE if directory else UNTOLD, issuer)

    def chain(self, certificate: Certificate) -> tuple[Certificate, ...]:
        """The CA certificates above it, the nearest first, as far as the stores hold them."""
        found: list[Certificate] = []
        below = certificate
        while not below.self_signed and len(found) < _LONGEST_CHAIN:
            above = next(self._above(below), None)
            if above is None or above in found:
                break
            found.append(above)
            below = above
        return tuple(found)

    def _above(self, below: Certificate) -> Iterator[Certificate]:
        for each in self.authorities.get(below.issuer, ()):
            if not below.issuer_key_id or not each.key_id or below.issuer_key_id == each.key_id:
                yield each

    def _row(self, name: str) -> Authority | None:
        told = " ".join(("", *(value for key, value in attributes(name) if key in _TOLD_BY), "")).lower()
        rows = self.years.authorities
        return next((row for row in rows if any(f" {word.lower()}" in told for word in row.words)), None)


def signers(seen: Seen) -> Signers:
    """The CA certificates of all stores."""
    found: dict[str, dict[str, Certificate]] = {}
    for certificate, _ in stored(seen.snapshot):
        if certificate.authority:
            found.setdefault(certificate.subject, {})[certificate.sha256] = certificate
    return Signers(seen.catalog.years, {subject: tuple(each.values()) for subject, each in found.items()})
