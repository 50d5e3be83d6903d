"""A certificate signing request: made where none waits, or else shown (217138)."""

from ringtrust.cli.cert.do import said
from ringtrust.cli.cert.place import Place, confirm
from ringtrust.cli.cert.told import Look, Told, outcome_of, seen
from ringtrust.cli.output import warn
from ringtrust.connect.platform.acts import Accepted
from ringtrust.plan.acts import unit_named


async def request(
    place: Place, name: str, *, new: bool, organizational_unit: bool, yes: bool
) -> tuple[str, tuple[Told, ...]]:
    """The request of a unit as PEM, empty where none was made; and what became of making one, where none waited."""
    unit = unit_named(place.facts, name).name
    waits = unit in [each.folder for each in await place.desk.csr_listing()]
    if waits and not new:
        warn("  This request waits already. --new makes another, and a certificate of this one is then refused.")
        return await place.desk.csr(unit), ()
    before = await place.desk.csr(unit) if waits else ""
    confirm(f"A new request for {unit} of {place.site.name}.", unit, yes=yes)
    outcome = await outcome_of(place.desk.new_csr(unit, organizational_unit=organizational_unit))
    look = await seen(_made(place, unit, before))
    pem = look.pem if isinstance(look, _Made) else ""
    return pem, (Told("request", place.site.name, unit, isinstance(outcome, Accepted), said(outcome), look),)


class _Made(Look, frozen=True):
    """A request that is there now, and it is the new one."""

    pem: str = ""


async def _made(place: Place, unit: str, before: str) -> Look:
    if unit not in [each.folder for each in await place.desk.csr_listing()]:
        return Look("not done", f"no request of {unit} waits.")
    pem = await place.desk.csr(unit)
    if pem == before:
        return Look("not done", "the request is the old one still.")
    return _Made("done", f"a new request of {unit} waits.", pem)
