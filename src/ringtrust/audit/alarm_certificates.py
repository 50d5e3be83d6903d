"""An alarm about a certificate: an identity, or what lies in a trust store, which is never the same (S15, S17, S26)."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import msgspec

from ringtrust.audit.expiry import CAVEAT
from ringtrust.audit.seen import cited, said
from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.catalog.stores import Preloaded, Store
from ringtrust.catalog.units import Unit
from ringtrust.change.finding import Severity
from ringtrust.cluster.alarm import Alarm, Ambiguous, Notice, Standing
from ringtrust.cluster.facts import Known, Skipped
from ringtrust.cluster.names import CAPF
from ringtrust.trust.names import brief, counted, quoted, some

# A node or a file that may stand in a command: somebody copies it into a shell.
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\Z")
_SERIAL: Final = re.compile(r"_[0-9A-Fa-f]{8,64}\Z")
_CAPF_NAME: Final = re.compile(r"CAPF-[0-9A-Fa-f]{4,16}\Z", re.IGNORECASE)
_EC: Final = "-EC"
_BY_STANDING: Final[Mapping[Standing, str]] = {
    Standing.EXPIRED: "By the dates it had expired already.",
    Standing.SAME_DAY: "By the dates it expires, or has expired, on that very day.",
    Standing.EXPIRING: "By the dates it had not expired yet.",
    Standing.UNKNOWN: "The dates do not tell which.",
}
_BOTH: Final = frozenset({"certvalidfor7days", "certvalidlessthanaday"})
_CA_SIGNED: Final = (
    "Where a CA signed it, have a new signing request signed instead, and import what comes back (217138): "
    "regenerating would overwrite it with a self-signed one."
)
_LEAVE: Final = (
    "Leave it where it is, also when it has expired: Cisco advises against deleting it, and CUCM trusts phones by it. "
    "Cisco replaces it with an upgrade."
)
_ANOTHER_SERVER: Final = (
    "If it belongs to a server outside of this cluster, CUCM cannot renew it: see there whether it is valid, renew it "
    "there, and import the new one here."
)


class Asked(msgspec.Struct, frozen=True):
    """An alarm, with what is known: the catalog, the release where somebody named it, and what day it is."""

    alarm: Alarm
    catalog: Catalog
    release: Known[ReleaseFacts] | Skipped
    today: date


class Meaning(msgspec.Struct, frozen=True):
    """What a certificate in an alarm is. `usual` is how bad the end of such a one is; UNREAD: as the alarm says."""

    where: str
    notes: tuple[str, ...]
    breaks: tuple[str, ...]
    steps: tuple[str, ...]
    sources: tuple[str, ...]
    usual: Severity = Severity.UNREAD


def node_of(alarm: Alarm) -> str:
    """Who reports it, for a sentence."""
    return brief(alarm.node) or "an unnamed node"


def when(alarm: Alarm, notice: Notice) -> str:
    """When it expires or expired, in words, with nothing that the text does not tell."""
    expiry = notice.expiry
    if isinstance(expiry, Ambiguous):
        return f"expires or has expired on {some([each.text for each in expiry.candidates])}. {expiry.reason}"
    if not isinstance(expiry, Known):
        return f"when it expires cannot be read: {expiry.reason}"
    if not isinstance(alarm.dated, Known):
        return f"expires or has expired on {expiry.value.text}. The date of the alarm is not known."
    days = alarm.dated.value.days_until(expiry.value)
    raised = f"the alarm of {alarm.dated.value.day}"
    if days == 0:
        return f"expires on {expiry.value.text}, the day of {raised}."
    verb, side = ("expired", "before") if days < 0 else ("expires", "after")
    return f"{verb} on {expiry.value.text}, {counted(abs(days), 'day')} {side} {raised}."


def dates(asked: Asked, notice: Notice) -> Iterator[str]:
    """What is to be said of the dates: a year that was worked out, both meanings of a text, an alarm of long ago."""
    alarm, expiry = asked.alarm, notice.expiry
    if alarm.name.lower() in _BOTH:
        yield _BY_STANDING[alarm.standing]
    if isinstance(expiry, Known) and str(expiry.value.day.year) not in notice.expiration:
        yield (
            f"The text names no year: {expiry.value.day.year} is the only one near the alarm that fits "
            f"{quoted(notice.expiration)}."
        )
    if alarm.standing is Standing.EXPIRING and isinstance(expiry, Known) and expiry.value.day < asked.today:
        yield "That day has passed since: unless somebody has renewed it, it has expired."


def meaning(asked: Asked, notice: Notice) -> Meaning:
    """What the certificate of an alarm is, what its end breaks, and what to do about it."""
    if not notice.in_store:
        return _identity(asked, notice)
    row = next((each for each in asked.catalog.preloaded if _is_preloaded(each, notice)), None)
    if row is not None:
        return _preloaded(asked, notice, row)
    return _copy(asked, notice)


def _identity(asked: Asked, notice: Notice) -> Meaning:
    node = node_of(asked.alarm)
    unit = next((each for each in asked.catalog.units if each.name.lower() == notice.unit.lower()), None)
    if unit is None:
        return _stranger(asked, notice)
    notes = [f"It is the identity certificate {unit.name} of {node} itself: it can be regenerated."]
    release = asked.release
    if isinstance(release, Known) and _owned_by_publisher(release.value, unit):
        notes.append(
            f"In CUCM {release.value.release.name} only the publisher has a {unit.name} that counts: what another node "
            "reports is a left-over."
        )
    return Meaning(
        where=f"{unit.name} of {node}",
        notes=tuple(notes),
        breaks=(*said(unit.breaks), *_phones(asked, unit), CAVEAT),
        steps=(*_renewal(unit, asked.alarm.node), _CA_SIGNED),
        sources=("S15", "S21", "S28", "S29", "S58", *cited(unit.breaks), "S108", "S129", "217138"),
    )


def _owned_by_publisher(facts: ReleaseFacts, unit: Unit) -> bool:
    return unit in facts.units and facts.owners(unit.name) == "publisher"


def _phones(asked: Asked, unit: Unit) -> Iterator[str]:
    """An expired CAPF locks phones out (S53, S54, S120)."""
    if unit.name == CAPF:
        yield "Phones that use an LSC of an expired CAPF cannot register: CUCM refuses their certificate."
        effects = tuple(effect for each in asked.catalog.endpoints for effect in each.breaks)
        yield from (f"Without a valid LSC or MIC: {text}" for text in said(effects))


def _renewal(unit: Unit, node: str) -> Iterator[str]:
    target = f"{unit.name}@{node}" if _PLAIN.match(node) else unit.name
    yield f"Plan the renewal: `ringtrust plan CLUSTER --renew {target}`. The plan begins with a DRS backup."
    if unit.rebuilds_lists:
        yield "Do not regenerate it by hand: every ITL is built anew, and phones can lose trust in the cluster by it."


def _stranger(asked: Asked, notice: Notice) -> Meaning:
    handed = next((each for each in asked.catalog.handoffs if "215333" in each.document), None)
    imp = f" Units of IM and Presence: {handed.document}." if handed is not None else ""
    return Meaning(
        where=f"{brief(notice.unit) or 'a unit that is not named'} of {node_of(asked.alarm)}",
        notes=(f"ringtrust knows no unit {quoted(notice.unit)} of CUCM.",),
        breaks=(CAVEAT,),
        steps=(f"See which product the node runs, and follow its guide for the renewal.{imp}",),
        sources=("S28", "S29", "S183"),
    )


def _is_preloaded(row: Preloaded, notice: Notice) -> bool:
    stored = row.is_stored_as(f"{notice.stem}.pem")
    return stored and notice.unit.lower() in {store.lower() for store in row.stores}


def _in_store(asked: Asked, notice: Notice) -> str:
    return f"{brief(notice.certificate) or 'a certificate'} in {brief(notice.unit)} of {node_of(asked.alarm)}"


def _preloaded(asked: Asked, notice: Notice, row: Preloaded) -> Meaning:
    note = (row.note,) if row.note else ()
    steps = (_LEAVE,) if row.keep else tuple(_deletion(asked, notice, "It may be deleted, in a maintenance window"))
    return Meaning(
        where=_in_store(asked, notice),
        notes=(f"It is {row.name}, there from installation on: no node of yours owns it.", *note),
        breaks=(),
        steps=steps,
        sources=row.sources if row.keep else (*row.sources, "S109", "S141"),
        usual=Severity.INFO if row.keep else Severity.MINOR,
    )


def _copy(asked: Asked, notice: Notice) -> Meaning:
    """A certificate in a trust store: by its name the copy of an identity, of this node or of another one (S26)."""
    name = _SERIAL.sub("", notice.stem)
    unit = _original(asked.catalog, notice)
    store = next((each for each in asked.catalog.stores if each.name.lower() == notice.unit.lower()), None)
    effects = store.breaks if store is not None else ()
    return Meaning(
        where=_in_store(asked, notice),
        notes=(*_whose(asked, notice, name),),
        breaks=(*said(effects), *_of_original(unit, name), CAVEAT),
        steps=(*_original_first(notice, name, unit), *_then(asked, notice, store)),
        sources=("S17", "S26", "S28", "S29", *cited(effects), "S109", "S141", "S151", "S152", "S153", "S167", "S168"),
        usual=Severity.MINOR,
    )


def _original(catalog: Catalog, notice: Notice) -> Unit | None:
    """The unit that the store holds copies of; the one with an elliptic curve by the ending of the name."""
    units = [each for each in catalog.units if each.trust_store.lower() == notice.unit.lower()]
    curved = _SERIAL.sub("", notice.stem).upper().endswith(_EC)
    return next((each for each in units if (each.key == "EC") == curved), units[0] if units else None)


def _is_capf(notice: Notice) -> bool:
    return _CAPF_NAME.match(_SERIAL.sub("", notice.stem)) is not None


def _whose(asked: Asked, notice: Notice, name: str) -> Iterator[str]:
    reporter = asked.alarm.node
    yield f"It lies in a trust store ({brief(notice.unit)}): it cannot be regenerated there, only deleted."
    if _is_capf(notice):
        yield f"By its name, {brief(name)}, it is a CAPF certificate, of now or of before; a new CAPF has a new name."
    elif not reporter or not name:
        yield "Whose it is the text does not tell."
    elif _short(name) == _short(reporter):
        yield f"By its name it is a copy of a certificate of {brief(reporter)}, which reports it: of now or of before."
    else:
        yield (
            f"By its name it belongs to {brief(name)}; {brief(reporter)} only reports the copy that it holds. The Type "
            f"{quoted(notice.kind)} does not mean that it is {brief(reporter)}'s own."
        )


def _short(name: str) -> str:
    """A host without its domain and without the ending for elliptic curves; an address as it is."""
    host = name.lower().partition(".")[0].removesuffix(_EC.lower())
    return name.lower() if host.isdigit() else host


def _of_original(unit: Unit | None, name: str) -> Iterator[str]:
    if unit is not None:
        yield f"It breaks nothing once {brief(name)} has a new {unit.name} and the copy of that is here. Until then:"
        yield from said(unit.breaks)


def _original_first(notice: Notice, name: str, unit: Unit | None) -> Iterator[str]:
    if unit is None:
        yield "Find out whose it is, and whether anything uses it still."
    elif _is_capf(notice):
        yield "See whether it is the CAPF of now (`show cert own CAPF` on the publisher): then renew that, with a plan."
        yield "An older one still vouches for the LSCs that it signed: keep it until every phone has a new LSC."
    else:
        target = f"{unit.name}@{name}" if _PLAIN.match(name) else unit.name
        look = f"`ringtrust audit CLUSTER`, or `show cert own {unit.name}` there"
        yield f"See whether {brief(name)} has a new {unit.name} already: {look}."
        yield f"If it has not, renew the original and its copies follow: `ringtrust plan CLUSTER --renew {target}`."


def _then(asked: Asked, notice: Notice, store: Store | None) -> Iterator[str]:
    """What else can be done about it, and what is to be known before."""
    before = f" Before that: {store.deletion_note}" if store is not None and store.deletion_note else ""
    lead = "If it is only the old copy, or nothing uses it any more, delete it in a maintenance window"
    yield from (f"{step}{before}" for step in _deletion(asked, notice, lead))
    yield _ANOTHER_SERVER


def _deletion(asked: Asked, notice: Notice, lead: str) -> Iterator[str]:
    """How: the command is written without -trust (S141); how far it reaches is up to the release (S112)."""
    unit = _original(asked.catalog, notice)
    command = unit.delete_command if unit is not None else ""
    typed = f": `{command.replace('<name>', notice.stem)}`" if command and _PLAIN.match(notice.stem) else ""
    yield f"{lead}{typed}{_reach(asked, notice)}"


def _reach(asked: Asked, notice: Notice) -> str:
    if not isinstance(asked.release, Known):
        return ". How far that reaches differs between releases: add --release, such as --release 12.5."
    rows = asked.release.value.deletions
    row = next((each for each in rows if notice.unit.lower() in {store.lower() for store in each.stores}), None)
    if row is None:
        return "."
    stop = f" Stop {', '.join(row.stop)} on every node before." if row.stop else ""
    far = {"own node": "on every node", "every node": "on one node", "publisher": "on the publisher"}[row.reach]
    return f", {far}.{stop}{f' {row.note}' if row.note else ''}"
