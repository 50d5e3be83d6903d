"""The CTL that the nodes serve: one for all, valid, with the certificates of now, signed by whom it should be."""

from collections.abc import AsyncIterator, Iterator, Mapping

from ringtrust.change.gate import CtlMatches
from ringtrust.change.outcome import NotYet, Passed, Verdict
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.names import CALLMANAGER, CALLMANAGER_SERVICE, CAPF, CAPF_SERVICE, ITLRECOVERY, TFTP_SERVICE
from ringtrust.cluster.node import SAST, ServedList, Service
from ringtrust.connect.ports import NotThere
from ringtrust.observe.each import on_each
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.lists import names_certificate, served_list
from ringtrust.verify.lists import serving

_SERVER_ROLES = ("CCM+TFTP", "CCM", "TFTP")
_TOKEN = "SAST-"  # noqa: S105 - how the names of eTokens begin (S75)


async def matches(eyes: Eyes, condition: CtlMatches) -> Verdict:
    """Whether it is so on every node that serves files."""
    looked = await on_each(await serving(eyes), lambda site: eyes.ctl(site.name))
    missing = [f"{site.name} serves no CTL." for site, found in looked if isinstance(found, NotThere)]
    if missing:
        return NotYet((*missing, "Look at `show ctl`, and whether Cisco CTL Provider runs on the publisher."))
    served = {site.name: served_list(found) for site, found in looked if not isinstance(found, NotThere)}
    wrong = tuple(_different(served)) or tuple(await _wrong(eyes, condition.signer, served))
    if wrong:
        return NotYet(wrong)
    return Passed((f"{', '.join(served)} serve one CTL, signed by {condition.signer}, with the certificates of now.",))


async def signer_of(eyes: Eyes, unit: str) -> str:
    """Who is to sign the CTL: an eToken where one signed that of now, else a unit, which its release has for it."""
    for _, found in await on_each(await serving(eyes), lambda site: eyes.ctl(site.name)):
        if isinstance(found, NotThere):
            continue
        served = served_list(found)
        record = served.signing_record
        if served.signed_by_token and record is not None:
            return next(token for token in served.tokens if token in record.subject)
    return unit


def _different(served: Mapping[str, ServedList]) -> Iterator[str]:
    if len({found.sha1 for found in served.values()}) > 1:
        yield from (f"{name} serves a CTL with SHA-1 {found.sha1}." for name, found in served.items())
        yield f"There is one for all nodes: restart {TFTP_SERVICE} where another one is served."


async def _wrong(eyes: Eyes, signer: str, served: Mapping[str, ServedList]) -> list[str]:
    found = next(iter(served.values()))
    if not found.valid:
        return [f"The CTL does not hold in itself: {found.verdict}."]
    signed = await _signed(eyes, signer, found)
    return [*signed, *[text async for text in _lacking(eyes, found)]]


async def _signed(eyes: Eyes, signer: str, found: ServedList) -> list[str]:
    if signer.startswith(_TOKEN):
        good = found.signed_by_token and signer in found.tokens
        return [] if good else [f"The CTL is not signed by an eToken that it names beside {signer}."]
    identity = await eyes.identity(eyes.publisher.name, signer)
    if found.signer_serial.lstrip("0") == identity.serial.lstrip("0"):
        return []
    return [f"The CTL is signed by serial {found.signer_serial}, not by {signer} of today, {identity.serial}."]


async def _lacking(eyes: Eyes, found: ServedList) -> AsyncIterator[str]:
    """What of now it does not hold: servers, CAPF where it runs, and ITLRecovery where the CTL names one."""
    services = await on_each(eyes.sites, lambda site: eyes.services(site.name))
    for site, running in services:
        if _activated(running, CALLMANAGER_SERVICE) or _activated(running, TFTP_SERVICE):
            identity = await eyes.identity(site.name, CALLMANAGER)
            for text in _unless_held(found, _SERVER_ROLES, identity, CALLMANAGER, site):
                yield text
    publisher = eyes.publisher
    units = [CAPF] if any(_activated(running, CAPF_SERVICE) for site, running in services if site == publisher) else []
    if any(each.role == SAST and ITLRECOVERY.lower() in each.subject.lower() for each in found.records):
        units.append(ITLRECOVERY)
    for unit in units:
        identity = await eyes.identity(publisher.name, unit)
        for text in _unless_held(found, ("CAPF",) if unit == CAPF else (SAST,), identity, unit, publisher):
            yield text


def _unless_held(
    found: ServedList, roles: tuple[str, ...], wanted: Certificate, unit: str, site: Site
) -> Iterator[str]:
    if not any(each.role in roles and names_certificate(each, wanted) for each in found.records):
        yield f"The CTL does not hold {unit} of {site.name} with serial {wanted.serial}: it has to be updated (H13)."


def _activated(services: tuple[Service, ...], name: str) -> bool:
    return any(each.name == name and each.activated for each in services)
