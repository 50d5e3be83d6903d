"""Certificates: on the disk of their node, on their way to the others, and at the port that serves them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from ringtrust.change.gate import CertificateIs, CertificateIsNew, ServedIs, Synchronised
from ringtrust.change.outcome import Failed, NotYet, Passed, Verdict
from ringtrust.cluster.certificate import Certificate
from ringtrust.observe.each import on_each
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.stores import in_store

_CLOCKS: Final = timedelta(days=1)
"""By how much the clocks of nodes and of whoever scans may differ."""


async def is_still(eyes: Eyes, condition: CertificateIs) -> Verdict:
    """Whether a certificate is the one that the plan was made for."""
    found = await eyes.identity(condition.node, condition.unit)
    if found.serial == condition.serial:
        return Passed((f"{condition.unit} of {condition.node} has the serial number {found.serial}.",))
    return Failed(
        (
            f"{condition.unit} of {condition.node} had the serial number {condition.serial} when the plan was made,",
            f"and has {found.serial} now: somebody has renewed it.",
        )
    )


async def is_new(eyes: Eyes, condition: CertificateIsNew, now: datetime) -> Verdict:
    """Whether a certificate was renewed, and is valid today."""
    found = await eyes.identity(condition.node, condition.unit)
    said = f"{condition.unit} of {condition.node}: serial {found.serial}, valid until {found.not_after:%Y-%m-%d}."
    if found.serial == condition.serial:
        return NotYet((f"{said} It is the old one still.",))
    if found.not_before < condition.since - _CLOCKS:
        made = f"It was made on {found.not_before:%Y-%m-%d %H:%M} UTC, before the plan"
        return NotYet((f"{said} {made}: is this the cluster of the plan? Compare the clocks, too (H31).",))
    if not found.not_before <= now < found.not_after:
        return NotYet((f"{said} It is not valid at {now:%Y-%m-%d %H:%M} UTC: compare the clocks (H31).",))
    return Passed((said,))


async def synchronised(eyes: Eyes, condition: Synchronised) -> Verdict:
    """Whether a new certificate is in every database, and in the stores where the system puts it."""
    found = await eyes.identity(condition.node, condition.unit)
    looked = await on_each(eyes.sites, lambda site: _missing(eyes, site, condition, found))
    missing = [text for _, texts in looked for text in texts]
    if missing:
        return NotYet(tuple(missing))
    stores = ", ".join(dict.fromkeys((*condition.stores, *condition.everywhere))) or "no store"
    return Passed((f"Serial {found.serial} is in the database of {len(eyes.sites)} nodes and in {stores}.",))


async def _missing(eyes: Eyes, site: Site, condition: Synchronised, found: Certificate) -> Iterable[str]:
    """Where a node lacks it. A node whose database lacks it is not asked for its files yet: they come later."""
    if not await eyes.knows_serial(site.name, found.serial):
        return (f"The database of {site.name} does not have serial {found.serial} yet.",)
    own = site.name == condition.node
    stores = condition.stores if own else condition.everywhere
    return [
        f"{store} of {site.name} does not have serial {found.serial} yet."
        for store in stores
        if not await in_store(eyes.wire.cli(site.address), store, found)
    ]


async def served(eyes: Eyes, condition: ServedIs) -> Verdict:
    """Whether a service has loaded the certificate that is on the disk of its node."""
    on_disk = await eyes.identity(condition.node, condition.unit)
    shown = await eyes.served(condition.node, condition.unit)
    return compared(condition.node, condition.unit, on_disk, shown)


def compared(node: str, unit: str, on_disk: Certificate, shown: Certificate) -> Verdict:
    """Whether both are one."""
    if shown.sha256 == on_disk.sha256:
        return Passed((f"{node} serves {unit} with serial {shown.serial}.",))
    return NotYet((f"{node} serves {unit} with serial {shown.serial}; on its disk is {on_disk.serial}.",))
