"""Who leans on a certificate of a trust store now, and what nobody could find out (domain.md §4a, H17, L03, L04)."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from ringtrust.audit.verdicts.hosts import host_of, is_capf, written
from ringtrust.audit.verdicts.index import Entry, Index
from ringtrust.audit.verdicts.kinds import What
from ringtrust.change.store_verdict import Kind
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.elsewhere import Elsewhere
from ringtrust.cluster.facts import Known
from ringtrust.trust.names import counted, some

_FOR_PHONES: Final = frozenset({"CallManager-trust", "CAPF-trust"})
_FOR_LISTS: Final = frozenset({"CallManager-trust", "Phone-SAST-trust", "TVS-trust"})
_ASKED: Final = frozenset({Kind.FOREIGN, Kind.LEFTOVER, Kind.UNKNOWN})
_EXAMPLES: Final = 3
_SIP_TLS: Final = ":5061"


class Leans(NamedTuple):
    """Who leans on it, and what could not be found out about that; where its server shows another one (S168)."""

    surely: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    replaced: str = ""


def leaning(index: Index, entry: Entry, what: What) -> Leans:
    """Of one entry, whose kind is known."""
    if not isinstance(entry.certificate, Known):
        return Leans()
    found = entry.certificate.value
    replaced = dict(_replaced(index, entry, found, what))
    surely = (
        *(*_lscs(index, entry, found), *_lists(index, entry, what)),
        *(*_ports(index, found, what), *_in_use_there(index, found), *replaced.values()),
    )
    return Leans(surely, tuple(_unsure(index, entry, found, what)), next(iter(replaced), ""))


def _lscs(index: Index, entry: Entry, found: Certificate) -> Iterator[str]:
    """LSCs are checked by CallManager-trust when phones register, and by CAPF-trust when they are renewed (200860)."""
    if entry.store not in _FOR_PHONES:
        return
    if count := index.issuers.get(found.common_name.casefold(), 0):
        yield f"{counted(count, 'phone')} with an LSC that it signed (H17)"
    if is_capf(found.common_name) and (count := index.issuers.get("", 0)):
        yield f"perhaps {counted(count, 'phone')}: they have an LSC, and this release does not tell who signed it (H17)"


def _lists(index: Index, entry: Entry, what: What) -> Iterator[str]:
    """TVS vouches for an older signer by it, as long as a phone may hold a list of that one (I2)."""
    older = what.kind in {Kind.STALE, Kind.LEFTOVER}
    if older and entry.store in _FOR_LISTS and index.behind:
        phones = f"{counted(len(index.behind), 'phone')} ({some(index.behind, _EXAMPLES)})"
        yield f"{phones} with a list that no node serves any more, perhaps signed by it"


def _ports(index: Index, found: Certificate, what: What) -> Iterator[str]:
    """A service that was not restarted goes on with what it loaded, be it not the identity of now."""
    port = index.still_served.get(found.sha256)
    if port and what.kind is not Kind.IN_USE:
        yield f"{port}, which still shows it: a restart is due"


def _in_use_there(index: Index, found: Certificate) -> Iterator[str]:
    """A server that shows this very certificate uses it, whatever name anybody calls former (S167)."""
    if asked := index.shown_elsewhere.get(found.sha256):
        yield f"{host_of(found.common_name) or found.common_name}, which shows it at {asked}"


def _replaced(index: Index, entry: Entry, found: Certificate, what: What) -> Iterator[tuple[str, str]]:
    """Where a server shows another one that the store does not know yet, and what that asks for (S168)."""
    for shown, now in _shown(index, what):
        if now.sha256 != found.sha256 and not index.vouches(entry.store, now):
            other = f"{what.whose}, which shows another one at {shown.asked}, serial {now.serial}"
            yield shown.asked, f"{other}, whom {entry.store} does not know yet: import that one, or its CA, first"


def _shown(index: Index, what: What) -> Iterator[tuple[Elsewhere, Certificate]]:
    return _answers(index, what) if what.kind is Kind.FOREIGN else iter(())


def _answers(index: Index, what: What) -> Iterator[tuple[Elsewhere, Certificate]]:
    shown = index.elsewhere.get(what.whose.lower()) if what.kind in _ASKED else None
    if shown is not None and isinstance(shown.certificate, Known):
        yield shown, shown.certificate.value


def _unsure(index: Index, entry: Entry, found: Certificate, what: What) -> Iterator[str]:
    if entry.store in _FOR_PHONES and is_capf(found.common_name) and index.lscs_unread:
        names = some(index.lscs_unread, _EXAMPLES)
        yield f"Who signed the LSC of {counted(len(index.lscs_unread), 'phone')} could not be read: {names}."
    older = what.kind in {Kind.STALE, Kind.LEFTOVER}
    if older and entry.store in _FOR_LISTS:
        yield from (*_unread_lists(index), *index.lists_missing)
    if what.kind is Kind.STALE:
        nodes = what.whose.split(", ")
        yield from (f"What a port shows could not be read: {each}" for each in index.ports_unread(nodes))
    if what.kind is Kind.FOREIGN:
        yield from (*_unasked(index, what), *_of_another_service(index, entry, found, what))
    if not isinstance(index.snapshot.phones, Known) and entry.store in _FOR_PHONES | _FOR_LISTS:
        yield f"The phones could not be read: {index.snapshot.phones.reason}"


def _of_another_service(index: Index, entry: Entry, found: Certificate, what: What) -> Iterator[str]:
    """Where a port shows another one, this one is only then replaced if it was that port's, and is the older."""
    for shown, now in _shown(index, what):
        if now.sha256 == found.sha256:
            continue
        if written(found.common_name) != found.common_name.strip().lower() or not _is_port_of(entry.store, shown):
            yield f"{shown.asked} shows another one, and no port shows those of {entry.store}: look at {what.whose}."
        if found.not_before > now.not_before:
            yield f"It is younger than what {shown.asked} shows: it may have been imported for what comes next."


def _is_port_of(store: str, shown: Elsewhere) -> bool:
    """CallManager shows its own at the SIP port; signers of lists show themselves nowhere."""
    if store == "CallManager-trust":
        return shown.asked.endswith(_SIP_TLS)
    return store != "Phone-SAST-trust"


def _unread_lists(index: Index) -> Iterator[str]:
    if index.lists_unread:
        names = some(index.lists_unread, _EXAMPLES)
        yield f"Which list {counted(len(index.lists_unread), 'phone')} hold could not be read: {names}."


def _unasked(index: Index, what: What) -> Iterator[str]:
    shown = index.elsewhere.get(what.whose.lower())
    if shown is None:
        yield (
            f"Nobody has asked {what.whose} which certificate it uses now: ask with `ringtrust stores CLUSTER --ask`, "
            "or look there by hand."
        )
    elif not isinstance(shown.certificate, Known):
        yield f"{what.whose} could not be asked at {shown.asked}: {shown.certificate.reason}"
