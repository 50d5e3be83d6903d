"""LSCs of phones: by whom, until when, what CAPF is about with them, and which are due (S9, S120 to S123, S169)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec

from ringtrust.audit.secure.lsc_words import failed, way_out
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.names import CAPF
from ringtrust.cluster.phone import Lsc, Phone
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.report.spreadsheet import csv_text
from ringtrust.trust.names import brief, counted, printable, some

FORMAT: Final = "ringtrust.lscs/1"
Only = Literal["due", "failed", "pending", "expiring"]
_COLUMNS: Final = (
    *("name", "model", "profile", "issuer", "expires", "issuer_expires", "operation", "status", "authentication"),
    *("due", "expiring", "pending", "failed", "refused", "way_out"),
)


class LscRow(msgspec.Struct, frozen=True):
    """The LSC of a phone. `due`: another CAPF than that of now has signed it, or it has expired, or its issuer has.

    `refused`: its issuer has expired, so that CUCM does not let the phone register with it (S120).
    """

    name: str
    model: str
    profile: str
    issuer: str
    expires: datetime | None
    issuer_expires: datetime | None
    operation: str
    status: str
    authentication: str
    there: bool
    due: bool
    expiring: bool
    pending: bool
    failed: bool
    refused: bool
    way_out: str


class Lscs(msgspec.Struct, frozen=True):
    """All of them. `capf` is the common name of the CAPF of now, empty where it was not read.

    `unread` are phones of which nobody could tell, `wireless` those that are left alone. `capf_ends` says whether that
    CAPF has expired, or is about to: then new LSCs of it would help nobody.
    """

    capf: str
    rows: tuple[LscRow, ...]
    unread: tuple[str, ...]
    reason: str
    wireless: tuple[str, ...]
    capf_ends: bool = False

    @property
    def goal(self) -> str:
        """What to renew, as `plan` takes it: a new CAPF brings new LSCs with it (S169)."""
        return CAPF if self.capf_ends else "lsc"

    @property
    def complete(self) -> bool:
        """Whether all could be read, and the CAPF of now as far as there are LSCs to compare it with."""
        return not self.unread and bool(self.capf or not any(row.there for row in self.rows))

    def only(self, what: Only | None) -> tuple[LscRow, ...]:
        """Those of one kind; all that have an LSC, or something to be done about one, where none is named."""
        if what is not None:
            return tuple(row for row in self.rows if getattr(row, what))
        return tuple(row for row in self.rows if row.there or row.pending or row.failed)


def lscs_of(snapshot: Snapshot, soon: timedelta) -> Lscs:
    """What a snapshot tells of LSCs. `soon` is how soon one expires soon."""
    capf = _capf(snapshot)
    phones = [phone for phone in snapshot.all_phones() if not phone.wireless]
    unread = [(phone.name, phone.lsc.reason) for phone in phones if isinstance(phone.lsc, Unread)]
    return Lscs(
        capf=capf,
        rows=tuple(_row(each, each.lsc.value, snapshot, soon, capf) for each in phones if isinstance(each.lsc, Known)),
        unread=tuple(name for name, _ in unread),
        reason=unread[0][1] if unread else "",
        wireless=tuple(phone.name for phone in snapshot.all_phones() if phone.wireless),
        capf_ends=any(each.not_after - snapshot.taken <= soon for each in _capfs(snapshot)),
    )


def _capf(snapshot: Snapshot) -> str:
    return next((found.common_name for found in _capfs(snapshot)), "")


def _capfs(snapshot: Snapshot) -> Iterator[Certificate]:
    publishers = (node.identity(CAPF) for node in snapshot.nodes if node.publisher)
    yield from (found for found in publishers if found is not None)


def _row(phone: Phone, lsc: Lsc, snapshot: Snapshot, soon: timedelta, capf: str) -> LscRow:
    ends = [end - snapshot.taken for end in (lsc.expires, lsc.issuer_expires) if end is not None]
    gone = any(left <= timedelta(0) for left in ends)
    other = bool(capf) and lsc.issuer not in {"", capf}
    return LscRow(
        name=phone.name,
        model=phone.model,
        profile=phone.profile.value if isinstance(phone.profile, Known) else "",
        issuer=lsc.issuer,
        expires=lsc.expires,
        issuer_expires=lsc.issuer_expires,
        operation=lsc.operation,
        status=lsc.status,
        authentication=lsc.authentication,
        there=lsc.there,
        due=lsc.there and (other or gone),
        expiring=lsc.there and any(left <= soon for left in ends),
        pending=lsc.pending,
        failed=failed(lsc),
        refused=lsc.there and lsc.issuer_expires is not None and lsc.issuer_expires <= snapshot.taken,
        way_out=way_out(lsc.status) if failed(lsc) else "",
    )


def lsc_lines(found: Lscs, only: Only | None, next_step: str) -> Iterator[str]:
    """The summary by issuer first, then phone by phone, then failures with their way out, then what to do next."""
    yield from map(printable, _lines(found, only, next_step))


def _lines(found: Lscs, only: Only | None, next_step: str) -> Iterator[str]:
    yield f"CAPF of now: {brief(found.capf) or 'could not be read, so that nobody can tell which LSCs are due'}"
    yield from _summary(found)
    rows = found.only(only)
    if rows:
        yield ""
    elif only is not None:
        yield f"No phone is {only}." if only != "failed" else "No phone failed."
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        yield f"{row.name:<{width}}  {_one(row)}"
    yield from _ways_out(rows)
    yield ""
    yield from _remarks(found)
    if any(row.due or row.expiring for row in found.rows):
        if found.capf_ends:
            yield "That CAPF itself has expired, or is about to: a new one brings new LSCs with it (S119, S169)."
        yield f"Next: {next_step}"


def _summary(found: Lscs) -> Iterator[str]:
    there = [row for row in found.rows if row.there]
    issuers = Counter(row.issuer for row in there)
    for issuer, count in issuers.most_common():
        whose = brief(issuer) or "an issuer that the release does not tell"
        yield f"  {count:>7,}  LSCs of {whose}{_which(found, issuer)}"
    yield f"  {len(found.rows) - len(there):>7,}  phones without an LSC"
    for what in ("due", "expiring", "pending", "failed"):
        count = sum(bool(getattr(row, what)) for row in found.rows)
        if count:
            yield f"  {count:>7,}  {_SAID[what]}"


_SAID: Final = {
    "due": "due: of another CAPF than that of now, or expired, or of one that has",
    "expiring": "expire soon, or have expired",
    "pending": "wait for CAPF",
    "failed": "failed",
}


_EXPIRED: Final = (
    "CUCM refuses their certificate (S120). Renew CAPF, and restart them: a phone that fetches its configuration asks "
    "CAPF for a new LSC, and registers (S121, S122). For that the new CAPF has to be in a list that the phone takes: "
    "signed by whom it knows (S123)."
)


def _which(found: Lscs, issuer: str) -> str:
    if not found.capf or not issuer:
        return ""
    return ", the CAPF of now" if issuer == found.capf else ", which is not the CAPF of now"


def _one(row: LscRow) -> str:
    marks = [what for what in ("due", "expiring", "pending", "failed") if getattr(row, what)]
    lsc = f"{brief(row.issuer) or '?'} until {_date(row.expires)}" if row.there else "no LSC"
    issuer = f", issuer until {_date(row.issuer_expires)}" if row.issuer_expires else ""
    return f"{lsc}{issuer}; {row.operation}, {row.status}" + (f"  [{', '.join(marks)}]" if marks else "")


def _date(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment is not None else "?"


def _ways_out(rows: Sequence[LscRow]) -> Iterator[str]:
    for status in sorted({row.status for row in rows if row.failed}):
        names = [row.name for row in rows if row.failed and row.status == status]
        yield ""
        yield f"{counted(len(names), 'phone')}, {status}: {some(names)}"
        yield f"  What to do: {way_out(status)}"


def _remarks(found: Lscs) -> Iterator[str]:
    if found.unread:
        yield f"{counted(len(found.unread), 'phone')} could not be read: {found.reason}"
    refused = [row.name for row in found.rows if row.refused]
    if refused:
        yield f"{counted(len(refused), 'phone')} with an LSC of a CAPF that has expired: {some(refused)}"
        yield f"  What to do: {_EXPIRED}"
    if any(row.there and not row.issuer for row in found.rows):
        yield "Which CAPF signed them this release does not tell: after a new CAPF all are due (S169)."
    if found.wireless:
        yield (
            f"Left alone: {counted(len(found.wireless), 'wireless phone')}, which prove who they are with a "
            f"certificate of a third-party CA (S177, S178): {some(found.wireless)}"
        )


def lsc_document(snapshot: Snapshot, found: Lscs, only: Only | None) -> dict[str, Any]:
    """For programs."""
    return {
        "format": FORMAT,
        "cluster": snapshot.cluster,
        "taken": msgspec.to_builtins(snapshot.taken),
        "capf": found.capf,
        "counts": {what: sum(bool(getattr(row, what)) for row in found.rows) for what in _SAID},
        "phones": [msgspec.to_builtins(row) for row in found.only(only)],
        "unread": list(found.unread),
        "wireless": list(found.wireless),
    }


def lsc_csv(found: Lscs, only: Only | None) -> str:
    """One row a phone."""
    return csv_text(_COLUMNS, ([_cell(getattr(row, name)) for name in _COLUMNS] for row in found.only(only)))


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)
