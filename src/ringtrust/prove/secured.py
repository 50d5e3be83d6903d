"""What of a mixed-mode snapshot a proof stands on: the CTL, and who signed for which phones (S73 to S77, H13, H17)."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.ground import MIC, UNKNOWN, Copy, FirstCtl, Start, item, token
from ringtrust.cluster.certificate import Certificate, Trusted
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import CALLMANAGER, CAPF, ITLRECOVERY
from ringtrust.cluster.node import SAST, ListRecord, Node, ServedList
from ringtrust.cluster.phone import Lsc, Phone
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.prove.moves import CALLMANAGER_TRUST, CAPF_TRUST

_ADVICE: Final = "Mend that, and scan again: a proof stands on what was seen."
_ISSUER: Final = re.compile(r"CAPF-[0-9A-Za-z]+")
_TOKEN: Final = re.compile(r"SAST-[A-Za-z0-9]{4,40}")
_MAKERS: Final = re.compile(r"CAP-RTP|Manufacturing CA|Cisco Root CA|ACT2 SUDI", re.IGNORECASE)
_SERVERS: Final = frozenset({"CCM+TFTP", "CCM"})
_ENDED: Final = "an LSC that has expired"


class Character(msgspec.Struct, frozen=True, order=True):
    """What a phone is like in mixed mode: whether it asks TVS, registers over TLS, and who signed its certificate."""

    asks: bool = True
    secure: bool = False
    issuer: str = ""


PLAIN: Final = Character()


class Secured:
    """A cluster in mixed mode. `names` are the short names of all identities, by the hashes of their certificates."""

    def __init__(self, snapshot: Snapshot, facts: ReleaseFacts, names: Mapping[str, str]) -> None:
        self._snapshot = snapshot
        self._facts = facts
        self._names = names
        self._publisher = snapshot.publisher.name

    def ctls(self) -> tuple[FirstCtl, ...]:
        """Every CTL that a node serves, that of the publisher last. Raises RefusedError where one could not be read."""
        nodes = sorted(self._snapshot.nodes, key=lambda node: node.publisher)
        found = [self._first(served) for node in nodes for served in _served(node)]
        if not found:
            raise RefusedError(
                "The cluster is in mixed mode, and no node serves a CTL.",
                advice="Activate Cisco CTL Provider, update the CTL, and scan again (214231).",
            )
        return tuple(dict.fromkeys(found[::-1]))[::-1]

    def digests(self) -> frozenset[str]:
        """The checksums of the CTLs that are served, as phones show them."""
        return frozenset(
            digest for node in self._snapshot.nodes for served in _served(node) for digest in (served.sha1, served.md5)
        )

    def _first(self, served: ServedList) -> FirstCtl:
        record = served.signing_record
        return FirstCtl(
            signer=self._sast(record) if record is not None else UNKNOWN,
            sasts=tuple(dict.fromkeys(self._sast(each) for each in served.records if each.role == SAST)),
            servers=tuple(dict.fromkeys(self._servers(served))),
            capf=tuple(dict.fromkeys(self._capf(served))),
        )

    def _sast(self, record: ListRecord) -> str:
        """An eToken by its CN; a certificate that is not on disk any more is one of before (S74, S75)."""
        if record.digest in self._names:
            return self._names[record.digest]
        if found := _TOKEN.search(record.subject):
            return found[0]
        unit = ITLRECOVERY if ITLRECOVERY.lower() in record.subject.lower() else CALLMANAGER
        return token(item(unit, self._publisher), -1)

    def _servers(self, served: ServedList) -> Iterator[str]:
        for record in served.records:
            host = next((node.name for node in self._snapshot.nodes if _is_host(node, record)), "")
            if record.role in _SERVERS and (record.digest in self._names or (record.digest and host)):
                yield self._names.get(record.digest, token(item(CALLMANAGER, host), -1))

    def _capf(self, served: ServedList) -> Iterator[str]:
        for record in served.records:
            if record.role == CAPF and record.digest:
                yield self._names.get(record.digest, token(item(CAPF, self._publisher), -1))

    def issuers(self, node: Node) -> tuple[str, ...]:
        """Whose certificates of phones its Cisco CallManager takes, by its CallManager-trust (200860)."""
        found = (self._issuer_in(each) for each in _in_store(node, CALLMANAGER_TRUST))
        return tuple(dict.fromkeys(each for each in found if each))

    def copies(self) -> Iterator[Copy]:
        """The files by which certificates of phones are trusted. Any of the makers' counts for all of them (L11)."""
        for node in self._snapshot.nodes:
            for store in (CALLMANAGER_TRUST, CAPF_TRUST):
                for trusted in _in_store(node, store):
                    issuer = self._issuer_in(trusted)
                    if issuer:
                        yield Copy(trusted.file, issuer, store)

    def _issuer_in(self, trusted: Trusted) -> str:
        """Whom a file of a trust store names: CAPF of now, one of before, makers of phones; empty for anybody else."""
        if not isinstance(trusted.certificate, Known):
            return ""
        certificate = trusted.certificate.value
        short = self._names.get(certificate.sha256, "")
        if short.startswith(f"{CAPF}@"):
            return short if short == self._now else certificate.common_name
        return MIC if _MAKERS.search(certificate.common_name) else _named(certificate.common_name)

    @property
    def _now(self) -> str:
        return token(item(CAPF, self._publisher), 0)

    @property
    def _capf_of_now(self) -> Certificate | None:
        return self._snapshot.publisher.identity(CAPF)

    def expired(self) -> tuple[str, ...]:
        """Whoever signed for phones and has expired (S120), by the time of the scan."""
        return tuple(dict.fromkeys(self._expired(self._snapshot.taken)))

    def _expired(self, now: datetime) -> Iterator[str]:
        yield _ENDED
        for node in self._snapshot.nodes:
            for trusted in _in_store(node, CALLMANAGER_TRUST):
                issuer = self._issuer_in(trusted)
                if issuer and issuer != MIC and isinstance(trusted.certificate, Known):
                    ends = trusted.certificate.value.not_after
                    yield from (issuer,) if ends < now else ()
        if self._capf_of_now is not None and self._capf_of_now.not_after < now:
            yield self._now

    def character(self, phone: Phone) -> Character:
        """What a phone is like. Raises RefusedError for a secure one of which nobody could read who signed for it."""
        asks = self._facts.asks_tvs(phone.model)
        if not phone.secure:
            return Character(asks)
        if isinstance(phone.lsc, Unread):
            raise RefusedError(f"Who signed the LSC of {phone.name} is not known: {phone.lsc.reason}", advice=_ADVICE)
        lsc = phone.lsc.value if isinstance(phone.lsc, Known) else None
        return Character(asks, secure=True, issuer=self._issuer(lsc))

    def _issuer(self, lsc: Lsc | None) -> str:
        """Before 11.5 nobody tells: then it is CAPF of now, as the proof says among what it assumes."""
        if lsc is None:
            return self._now
        if not lsc.there:
            return MIC
        if lsc.expires is not None and lsc.expires < self._snapshot.taken:
            return _ENDED
        named = _named(lsc.issuer)
        now = self._capf_of_now
        return self._now if not named or (now is not None and named == now.common_name) else named

    def start(self, phone: Phone) -> Start:
        """How a device without an ITL begins, by its CTL; one that nobody can see is taken to hold that of now."""
        if not isinstance(phone.ctl, Known) or phone.ctl.value in self.digests():
            return "a list of now"
        return "a list that no node serves" if phone.ctl.value else "no list"


def _served(node: Node) -> Iterator[ServedList]:
    if isinstance(node.ctl, Unread):
        raise RefusedError(f"The CTL of {node.name} could not be read: {node.ctl.reason}", advice=_ADVICE)
    if isinstance(node.ctl, Known):
        yield node.ctl.value


def _in_store(node: Node, store: str) -> Iterator[Trusted]:
    return (each for each in (node.trusted.value if isinstance(node.trusted, Known) else ()) if each.store == store)


def _is_host(node: Node, record: ListRecord) -> bool:
    return record.host.lower() in {node.name.lower(), node.address.lower()}


def _named(text: str) -> str:
    """The name of a CAPF in a subject; empty where there is none."""
    found = _ISSUER.search(text)
    return found[0] if found else ""
