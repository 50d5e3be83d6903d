"""An alarm about a certificate: an identity, or what lies in a trust store, which is never the same (S15, S17, S26)."""

from collections.abc import Iterator, Mapping
from typing import Final

from ringtrust.audit.alarm_copies import a_copy, deletion, in_store
from ringtrust.audit.alarm_meaning import Asked, Meaning, node_of, target_of
from ringtrust.audit.expiry import CAVEAT
from ringtrust.audit.seen import cited, said
from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.stores import Preloaded
from ringtrust.catalog.units import Unit
from ringtrust.change.finding import Severity
from ringtrust.cluster.alarm import Alarm, Ambiguous, Notice, Standing
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CAPF
from ringtrust.trust.names import brief, counted, quoted, some

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
    return a_copy(asked, notice)


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
    command = f"ringtrust plan CLUSTER --renew {target_of(unit, node)}"
    yield f"Plan the renewal: `{command}`. The plan begins with a DRS backup."
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


def _preloaded(asked: Asked, notice: Notice, row: Preloaded) -> Meaning:
    note = (row.note,) if row.note else ()
    steps = (_LEAVE,) if row.keep else tuple(deletion(asked, notice, "It may be deleted, in a maintenance window"))
    return Meaning(
        where=in_store(asked, notice),
        notes=(f"It is {row.name}, there from installation on: no node of yours owns it.", *note),
        breaks=(),
        steps=steps,
        sources=row.sources if row.keep else (*row.sources, "S109", "S141"),
        usual=Severity.INFO if row.keep else Severity.MINOR,
    )
