"""Renewing and deleting one certificate: asked, done once, and looked at (S108 to S149)."""

import asyncio
from functools import partial
from typing import Literal

from ringtrust.cli.cert import look as cert_look
from ringtrust.cli.cert.place import Place, confirm, permitted
from ringtrust.cli.cert.told import Look, Told, outcome_of, seen
from ringtrust.cli.cert.uses import entry_for
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.acts import Accepted, NotAccepted
from ringtrust.connect.platform.certificates import Listed
from ringtrust.connect.platform.node_acts import without_trust
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe.eyes import Site
from ringtrust.plan.acts import Identity, Insight, may_regenerate, unit_named
from ringtrust.plan.afterwards import restarts
from ringtrust.plan.deletions import afterwards, may_delete, store_named
from ringtrust.trust.names import brief, quoted, some

Elsewhere = Literal["there", "gone", "unread"]


def said(outcome: Accepted | NotAccepted) -> str:
    """What the node said, or why that is not enough."""
    return outcome.text if isinstance(outcome, Accepted) else outcome.reason


async def identity_of(place: Place, name: str) -> Identity:
    """The identity certificate that somebody names. Raises RefusedError for a store, and where the node has none."""
    unit = unit_named(place.facts, name).name
    listed = [each.folder for each in await place.desk.own_listing()]
    if unit not in listed:
        raise RefusedError(f"{place.site.name} lists no {unit} certificate.", advice=f"It lists: {', '.join(listed)}.")
    now = certificate_of(await place.desk.own_certificate(unit))
    return Identity(unit, place.site.name, place.publisher, now)


async def regenerate(place: Place, name: str, insight: Insight, *, for_client: bool, yes: bool) -> Told:
    """`set cert regen UNIT`, once. Raises RefusedError before anything is sent."""
    place.refuse_without_cli(f"set cert regen {brief(name)}")
    wanted = await identity_of(place, name)
    judgement = may_regenerate(place.facts, wanted, insight)
    permitted(judgement)
    node, unit = wanted.node, wanted.unit
    then = restarts(place.facts, unit)
    confirm(f"A new certificate for {unit} of {node}.", unit, yes=yes)
    outcome = await outcome_of(place.desk.regenerate(unit, for_client=for_client))
    look = await seen(_renewed(place, wanted))
    return Told("regenerate", node, unit, isinstance(outcome, Accepted), said(outcome), look, then)


async def _renewed(place: Place, wanted: Identity) -> Look:
    """Serial numbers do not lie."""
    now = certificate_of(await place.desk.own_certificate(wanted.unit))
    if now.serial == wanted.now.serial:
        return Look("not done", f"the serial number is {now.serial} as before.")
    until = f"{now.not_after:%Y-%m-%d}"
    return Look("done", f"the serial number was {wanted.now.serial} and is {now.serial}, valid until {until}.")


async def delete(place: Place, store_name: str, file: str, insight: Insight, *, yes: bool) -> Told:
    """`set cert delete UNIT FILE`, once. Raises RefusedError before anything is sent."""
    store = store_named(place.facts, store_name).name
    place.refuse_without_cli(f"set cert delete {without_trust(store)} {brief(file)}")
    row = cert_look.listed_as(await place.desk.trust_listing(), store, file)
    if row is None:
        raise RefusedError(
            f"{store} of {place.site.name} holds no {quoted(file)}.",
            advice=f"See what it holds: ringtrust cert list {place.cluster} {place.site.name} --trust.",
        )
    judgement = may_delete(place.catalog, place.facts, await entry_for(place, row), insight)
    permitted(judgement)
    then = (*restarts(place.facts, store), *afterwards(place.facts, store))
    confirm(f"{row.path} of {place.site.name} goes.", row.file, yes=yes)
    outcome = await outcome_of(place.desk.delete(store, row.file))
    look = await seen(_gone(place, row))
    return Told("delete", place.site.name, row.path, isinstance(outcome, Accepted), said(outcome), look, then)


async def _gone(place: Place, row: Listed) -> Look:
    """On the node itself, and on the others as far as they can be asked: what is deleted may come back (S112)."""
    if cert_look.is_listed(await place.desk.trust_listing(), row.folder, row.file):
        return Look("not done", f"{row.path} is listed still.")
    others = [site for site in place.eyes.sites if site.name != place.site.name]
    found = await asyncio.gather(*map(partial(_elsewhere, place, row), others))
    still = [site.name for site, is_ in zip(others, found, strict=True) if is_ == "there"]
    unread = [site.name for site, is_ in zip(others, found, strict=True) if is_ == "unread"]
    rest = f" It is listed still on {some(still)}." if still else ""
    rest += f" {some(unread)} could not be asked." if unread else ""
    return Look("done", f"{row.path} is gone from this node.{rest}")


async def _elsewhere(place: Place, row: Listed, site: Site) -> Elsewhere:
    """Whether another node lists it."""
    try:
        listed = await place.eyes.wire.cli(site.address).trust_listing()
    except (UnreadableError, RefusedError):
        return "unread"
    return "there" if cert_look.is_listed(listed, row.folder, row.file) else "gone"
