"""Who still leans on a certificate that lies in a trust store, as far as a snapshot tells."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from ringtrust.audit.seen import Held, Seen
from ringtrust.audit.years.stored import Found, Ours, ours, stored
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known
from ringtrust.trust.names import brief, counted, some

_NAMED: Final = 3


class Leaning(msgspec.Struct, frozen=True):
    """Gathered once for a few certificates: `identities` and `trusted` by who signed them, lists by serial number."""

    ours: Ours
    identities: Mapping[str, tuple[Held, ...]]
    trusted: Mapping[str, tuple[Certificate, ...]]
    lscs: Mapping[str, int]
    lists: Mapping[str, tuple[str, ...]]

    def on(self, found: Found) -> tuple[str, ...]:
        """Who leans on it, a part of a sentence each; none where nobody is seen to."""
        return (*self._as_authority(found.certificate), *self._as_itself(found))

    def _as_authority(self, certificate: Certificate) -> Iterator[str]:
        identities, trusted = self.identities.get(certificate.subject, ()), self.trusted.get(certificate.subject, ())
        signed = [held.where for held in identities if _fits(held.certificate, certificate)]
        if signed:
            yield f"it signed {some(signed, _NAMED)}"
        if phones := self.lscs.get(certificate.common_name, 0):
            yield f"it signed the LSC of {counted(phones, 'phone')}"
        if others := sum(_fits(each, certificate) for each in trusted):
            yield f"it signed {counted(others, 'certificate')} in trust stores"

    def _as_itself(self, found: Found) -> Iterator[str]:
        if owners := self.ours.owners.get(found.certificate.sha256, ()):
            yield f"it is {some(owners, _NAMED)}"
        if lists := self.lists.get(_plain(found.certificate.serial), ()):
            yield f"it signed the {some(lists, _NAMED)}"


def leaning(seen: Seen, asked: Iterable[Found]) -> Leaning:
    """What is to be known for `asked`: everything else is read once, and kept for those alone."""
    own, names = ours(seen.snapshot), frozenset(each.certificate.subject for each in asked)
    phones = (each.lsc.value for each in seen.snapshot.all_phones() if isinstance(each.lsc, Known))
    return Leaning(
        own,
        _identities(seen, names),
        _trusted(seen, own, names),
        Counter(lsc.issuer for lsc in phones if lsc.there and lsc.issuer),
        _lists(seen),
    )


def _identities(seen: Seen, names: frozenset[str]) -> Mapping[str, tuple[Held, ...]]:
    below: dict[str, tuple[Held, ...]] = {}
    for held in seen.owned():
        issuer = held.certificate.issuer
        if issuer in names and not held.certificate.self_signed:
            below[issuer] = (*below.get(issuer, ()), held)
    return below


def _trusted(seen: Seen, own: Ours, names: frozenset[str]) -> Mapping[str, tuple[Certificate, ...]]:
    """Those in stores that are valid still, but for copies of identities."""
    below: dict[str, dict[str, Certificate]] = {}
    for certificate, _ in stored(seen.snapshot) if names else ():
        if certificate.issuer in names and not certificate.self_signed and certificate.not_after > seen.snapshot.taken:
            below.setdefault(certificate.issuer, {})[certificate.sha256] = certificate
    return {name: tuple(each for each in found.values() if not own.is_current(each)) for name, found in below.items()}


def _lists(seen: Seen) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for node in seen.snapshot.nodes:
        for kind, fact in (("ITL", node.itl), ("CTL", node.ctl)):
            if isinstance(fact, Known) and (serial := _plain(fact.value.signer_serial)):
                found[serial] = (*found.get(serial, ()), f"{kind} of {brief(node.name)}")
    return found


def _fits(below: Certificate, authority: Certificate) -> bool:
    told, own = below.issuer_key_id, authority.key_id
    return not told or not own or told == own


def _plain(serial: str) -> str:
    """Lists drop or add leading zeros of a serial number."""
    return serial.upper().lstrip("0")
