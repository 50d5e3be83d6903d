"""What of a mixed-mode snapshot a proof stands on: the CTL, and who signed for which phones (S73 to S77, H13, H17)."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import msgspec

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.ground import MIC, Copy, FirstCtl, Start, item, token
from ringtrust.cluster.certificate import Certificate, Trusted
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import CALLMANAGER, CAPF, ITLRECOVERY
from ringtrust.cluster.node import SAST, ListRecord, Node, ServedList
from ringtrust.cluster.phone import AUTHENTICATED, ENCRYPTED, NON_SECURE, Lsc, Phone
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.prove.moves import CALLMANAGER_TRUST, CAPF_TRUST
from ringtrust.trust.names import common_name, quoted

_ADVICE: Final = "Mend that, and scan again: a proof stands on what was seen."
_CAPF: Final = re.compile(r"CAPF-[0-9A-Za-z]+", re.IGNORECASE)
_TOKEN: Final = re.compile(r"SAST-[A-Za-z0-9]{4,40}")
_MAKERS: Final = re.compile(r"CAP-RTP|Cisco Manufacturing CA|Cisco Root CA|ACT2 SUDI", re.IGNORECASE)
_SERVERS: Final = frozenset({"CCM+TFTP", "CCM"})
_MODES: Final = frozenset({NON_SECURE, AUTHENTICATED, ENCRYPTED})
_TELLS: Final = Release(11, 5)
"""The first release whose database tells who signed an LSC."""
_HAS_NONE: Final = frozenset({"None", "Delete Success"})
"""What CAPF says of phones without an LSC (trust-formats.md §5.8)."""
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
        phones = snapshot.phones.value if isinstance(snapshot.phones, Known) else ()
        self._secure = tuple(phone for phone in phones if phone.secure)
        self._trusted = tuple((node, trusted) for node in snapshot.nodes for trusted in _for_phones(node))
        self._spelled = {name.casefold(): name for name in self._issuers_by_name()}

    def _issuers_by_name(self) -> Iterator[str]:
        """Who may have signed for phones, as his own certificate spells it where it is there."""
        for phone in self._secure:
            if isinstance(phone.lsc, Known):
                yield _common_name(phone.lsc.value.issuer)
        for _, trusted in self._trusted:
            if _CAPF.fullmatch(_name_of(trusted)):
                yield _name_of(trusted)
        if self._capf_of_now is not None:
            yield self._capf_of_now.common_name

    def ctls(self) -> tuple[FirstCtl, ...]:
        """Every CTL that a node serves, that of the publisher last. Raises RefusedError where one could not be read."""
        self._refuse_unread_identities()
        self._refuse_one_for_several()
        nodes = sorted(self._snapshot.nodes, key=lambda node: node.publisher)
        found = [self._first(node, served) for node in nodes for served in _served(node)]
        if not found:
            raise RefusedError(
                "The cluster is in mixed mode, and no node serves a CTL.",
                advice="Activate Cisco CTL Provider, update the CTL, and scan again (214231).",
            )
        return tuple(dict.fromkeys(found[::-1]))[::-1]

    def ctls_of(self, node: Node) -> Iterator[tuple[ServedList, FirstCtl]]:
        """The CTL that a node serves, and what of it a proof stands on. Raises RefusedError as `ctls`."""
        yield from ((served, self._first(node, served)) for served in _served(node))

    def _refuse_unread_identities(self) -> None:
        """What a CTL or an LSC is compared with has to be known: else all that holds it looked out of date before."""
        for node in self._snapshot.nodes:
            for unit in (CALLMANAGER, CAPF) if node.publisher else (CALLMANAGER,):
                if node.identity(unit) is None:
                    raise RefusedError(
                        f"{unit} of {node.name} could not be read, and in mixed mode phones are checked by it.",
                        advice=_ADVICE,
                    )

    def _refuse_one_for_several(self) -> None:
        """A certificate of several nodes stands in the CTL once: whose record it is cannot be told apart (SG15)."""
        owners: dict[str, str] = {}
        for node in self._snapshot.nodes:
            found = node.identity(CALLMANAGER)
            other = owners.setdefault(found.sha256, node.name) if found is not None else node.name
            if other != node.name:
                raise RefusedError(
                    f"CallManager of {other} and of {node.name} are one certificate (multi-server SAN): which records "
                    "of the CTL are whose nobody can tell.",
                    advice="In mixed mode this is not proved yet. Renew it as SG15 says, outside of ringtrust.",
                )

    def digests(self) -> frozenset[str]:
        """The checksums of the CTLs that are served, as phones show them."""
        return frozenset(
            digest for node in self._snapshot.nodes for served in _served(node) for digest in (served.sha1, served.md5)
        )

    def _first(self, node: Node, served: ServedList) -> FirstCtl:
        record = served.signing_record
        if record is None or not served.signer_serial.strip("0"):
            raise RefusedError(
                f"The CTL of {node.name} holds no record of who signed it.",
                advice="Look at `show ctl` on that node, update the CTL, and scan again (S73).",
            )
        return FirstCtl(
            signer=self._sast(record),
            sasts=tuple(dict.fromkeys(self._sast(each) for each in served.records if each.role == SAST)),
            servers=tuple(dict.fromkeys(self._servers(served))),
            capf=tuple(dict.fromkeys(self._capf(served))),
        )

    def _short(self, record: ListRecord) -> str:
        """The short name of a record's certificate; empty where no identity is like that."""
        return self._names.get(record.digest.upper(), "")

    def _sast(self, record: ListRecord) -> str:
        """An eToken by its CN; a certificate that is not on disk any more is one of before (S74, S75)."""
        if short := self._short(record):
            return short
        if found := _TOKEN.search(record.subject):
            return found[0]
        unit = ITLRECOVERY if ITLRECOVERY.lower() in record.subject.lower() else CALLMANAGER
        return token(item(unit, self._publisher), -1)

    def _servers(self, served: ServedList) -> Iterator[str]:
        for record in served.records:
            host = next((node.name for node in self._snapshot.nodes if _is_host(node, record)), "")
            if record.role in _SERVERS and record.digest and (self._short(record) or host):
                yield self._short(record) or token(item(CALLMANAGER, host), -1)

    def _capf(self, served: ServedList) -> Iterator[str]:
        for record in served.records:
            if record.role == CAPF and record.digest:
                yield self._short(record) or token(item(CAPF, self._publisher), -1)

    def issuers(self, node: Node) -> tuple[str, ...]:
        """Whose certificates of phones its Cisco CallManager takes, by its CallManager-trust (200860).

        Raises RefusedError where that could not be read: what is not known there could not be missed.
        """
        if self._secure:
            _refuse_unread(node)
        found = (self._issuer_in(each) for each in _for_phones(node) if each.store == CALLMANAGER_TRUST)
        return tuple(dict.fromkeys(each for each in found if each))

    def copies(self) -> Iterator[Copy]:
        """The files by which certificates of phones are trusted. Any of the makers' counts for all of them (L11)."""
        for _, trusted in self._trusted:
            if issuer := self._issuer_in(trusted):
                yield Copy(trusted.file, issuer, trusted.store)

    def _issuer_in(self, trusted: Trusted) -> str:
        """Whom a file of a trust store names: CAPF of now, one of before, makers of phones; empty for anybody else."""
        name = _name_of(trusted)
        if _MAKERS.search(name):
            return MIC
        return self._issuer_named(name) if name.casefold() in self._spelled else ""

    def _issuer_named(self, name: str) -> str:
        """Certificates of one name count as one: which of them signed nobody tells."""
        now = self._capf_of_now
        if now is not None and name.casefold() == now.common_name.casefold():
            return self._now
        return self._spelled.get(name.casefold(), name)

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
        ends: dict[str, list[datetime]] = {}
        for _, trusted in self._trusted:
            issuer = self._issuer_in(trusted)
            if issuer not in {"", MIC, self._now} and isinstance(trusted.certificate, Known):
                ends.setdefault(issuer, []).append(trusted.certificate.value.not_after)
        yield from (issuer for issuer, dates in ends.items() if max(dates) < now)
        if self._capf_of_now is not None and self._capf_of_now.not_after < now:
            yield self._now

    def character(self, phone: Phone) -> Character:
        """What a phone is like.

        Raises RefusedError where nobody could read whether it registers over TLS, and who signed for it if it does.
        """
        asks = self._facts.asks_tvs(phone.model)
        unknown = f"Whether {phone.name} registers over TLS is not known"
        if not isinstance(phone.profile, Known):
            raise RefusedError(f"{unknown}: {phone.profile.reason}", advice=_ADVICE)
        if phone.profile.value not in _MODES:
            raise RefusedError(f"{unknown}: its profile says {quoted(phone.profile.value)}.", advice=_ADVICE)
        if not phone.secure:
            return Character(asks)
        if not isinstance(phone.lsc, Known):
            raise RefusedError(f"Who signed the LSC of {phone.name} is not known: {phone.lsc.reason}", advice=_ADVICE)
        return Character(asks, secure=True, issuer=self._issuer(phone.lsc.value))

    def _issuer(self, lsc: Lsc) -> str:
        """Before 11.5 nobody tells: then it is CAPF of now, as the proof says among what it assumes."""
        if not lsc.there and (self._facts.release >= _TELLS or lsc.status in _HAS_NONE):
            return MIC
        if lsc.expires is not None and lsc.expires < self._snapshot.taken:
            return _ENDED
        name = _common_name(lsc.issuer)
        return self._issuer_named(name) if name else self._now

    def start(self, phone: Phone, itl: Start, *, asks: bool) -> Start:
        """How a phone begins, that begins with this ITL; a device without TVS has none, whatever its page says.

        A list that nobody can see is taken to be one of now.
        """
        if not self._snapshot.mixed:
            return itl if asks else "no list"
        ctl = self._first_ctl(phone)
        if not asks:
            return ctl
        if "a list that no node serves" in (itl, ctl):
            return "a list that no node serves"
        if itl == ctl:
            return itl
        return "an ITL alone" if ctl == "no list" else "a CTL alone"

    def _first_ctl(self, phone: Phone) -> Start:
        if not isinstance(phone.ctl, Known) or phone.ctl.value in self.digests():
            return "a list of now"
        return "a list that no node serves" if phone.ctl.value else "no list"


def _served(node: Node) -> Iterator[ServedList]:
    if isinstance(node.ctl, Unread):
        raise RefusedError(f"The CTL of {node.name} could not be read: {node.ctl.reason}", advice=_ADVICE)
    if isinstance(node.ctl, Known):
        yield node.ctl.value


def _for_phones(node: Node) -> tuple[Trusted, ...]:
    """The files of its trust stores by which certificates of phones are trusted."""
    found = node.trusted.value if isinstance(node.trusted, Known) else ()
    return tuple(each for each in found if each.store in {CALLMANAGER_TRUST, CAPF_TRUST})


def _refuse_unread(node: Node) -> None:
    if not isinstance(node.trusted, Known):
        raise RefusedError(f"The trust stores of {node.name} could not be read: {node.trusted.reason}", advice=_ADVICE)
    for trusted in _for_phones(node):
        told = _CAPF.fullmatch(_name_of(trusted)) or _MAKERS.search(_name_of(trusted))
        if not isinstance(trusted.certificate, Known) and not told:
            raise RefusedError(
                f"{quoted(trusted.file)} in {trusted.store} of {node.name} could not be read, and its name does not "
                f"tell whether it signed for phones: {trusted.certificate.reason}",
                advice=_ADVICE,
            )


def _name_of(trusted: Trusted) -> str:
    """The CN of a certificate; where that could not be read, what its file is called by."""
    if isinstance(trusted.certificate, Known):
        return trusted.certificate.value.common_name
    return _common_name(trusted.file.removesuffix(".pem").replace("_", " "))


def _is_host(node: Node, record: ListRecord) -> bool:
    return record.host.lower() in {node.name.lower(), node.address.lower()}


def _common_name(text: str) -> str:
    """The CN of a name; releases tell the whole name of an issuer, or its CN alone [U]."""
    return (common_name(text) if "=" in text else text).strip()
