"""What the TFTP nodes serve: valid lists, that hold the certificates of now, signed by whom the release has for it."""

from collections.abc import Iterator, Mapping

from ringtrust.change.outcome import Failed, NotYet, Passed, Verdict
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.names import CALLMANAGER, CAPF, TFTP_SERVICE, TVS
from ringtrust.cluster.node import BYTES_FOR_PHONES, RECORDS_FOR_PHONES, ListRecord, Role, ServedList, Service
from ringtrust.errors import UnreadableError
from ringtrust.observe.each import on_each
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.lists import names_certificate, served_list

_SERVER_ROLES = ("CCM+TFTP", "TFTP")

Identities = Mapping[tuple[str, str], Certificate]


async def serving(eyes: Eyes) -> tuple[Site, ...]:
    """The nodes on which Cisco Tftp is activated. Raises UnreadableError where there is none: nothing can be said."""
    found = await on_each(eyes.sites, lambda site: eyes.services(site.name))
    serving = tuple(site for site, services in found if any(map(_serves, services)))
    if not serving:
        raise UnreadableError(
            f"{TFTP_SERVICE} is activated on no node of the cluster.", advice="See where the phones get their lists."
        )
    return serving


def _serves(service: Service) -> bool:
    return service.name == TFTP_SERVICE and service.activated


async def match(eyes: Eyes, signer_unit: str, but: tuple[str, ...] = ()) -> Verdict:
    """Whether every list is valid, holds the certificates of now, and is signed by the signer of the release.

    `but` are nodes that serve none, on purpose.
    """
    sites = tuple(site for site in await serving(eyes) if site.name not in but)
    identities = await _identities(eyes, signer_unit)
    listed = await on_each(sites, lambda site: eyes.itl(site.name))
    wrong = [text for site, found in listed for text in wrong_in(served_list(found), site, identities, signer_unit)]
    if wrong:
        return NotYet(tuple(wrong))
    names = ", ".join(site.name for site in sites)
    return Passed((f"The lists of {names} are valid and hold the certificates of now.",))


async def fit(eyes: Eyes) -> Verdict:
    """Whether phones can load every list: at most 39 certificates, and 64 KB (H19, SG15).

    Each record counts, as for a phone, though CallManager stands in two of them. By itself no list gets smaller.
    """
    listed = await on_each(await serving(eyes), lambda site: eyes.itl(site.name))
    found = [(site.name, served_list(each)) for site, each in listed]
    large = tuple(
        f"The list of {name} has {len(each.records)} certificates and {each.size:,} bytes: phones load at most "
        f"{RECORDS_FOR_PHONES}, and {BYTES_FOR_PHONES:,} bytes."
        for name, each in found
        if len(each.records) > RECORDS_FOR_PHONES or each.size > BYTES_FOR_PHONES
    )
    if large:
        return Failed((*large, "Reset no phone. Have fewer certificates in it: retire nodes (H19)."))
    most = max((len(each.records) for _, each in found), default=0)
    return Passed((f"Lists have {most} certificates at most, of {RECORDS_FOR_PHONES} that phones load.",))


async def emptied(eyes: Eyes) -> Verdict:
    """Whether every list is emptied, as the rollback parameter makes it."""
    sites = await serving(eyes)
    listed = await on_each(sites, lambda site: eyes.itl(site.name))
    full = [site.name for site, found in listed if not found.emptied]
    if full:
        return NotYet(tuple(f"The list of {name} is not empty yet. Restart {TFTP_SERVICE} there." for name in full))
    return Passed((f"The lists of {', '.join(site.name for site in sites)} are empty: phones trust any that follows.",))


async def resigned(eyes: Eyes, unit: str) -> Verdict:
    """Whether every list holds the certificates of now, and is signed by a unit of the publisher (R1).

    It need not hold in itself: whether the publisher's certificate stands in the list of a subscriber is not known [U].
    """
    sites, identities = await serving(eyes), await _identities(eyes, unit)
    signer = next(found for (_, name), found in _of_publisher(eyes, identities) if name == unit)
    listed = await on_each(sites, lambda site: eyes.itl(site.name))
    wrong = [text for site, found in listed for text in _wrong_anew(served_list(found), site, identities, signer, unit)]
    if wrong:
        return NotYet(tuple(wrong))
    names = ", ".join(site.name for site in sites)
    return Passed((f"The lists of {names} hold the certificates of now, signed by {unit} of the publisher.",))


def _of_publisher(eyes: Eyes, identities: Identities) -> Iterator[tuple[tuple[str, str], Certificate]]:
    return (each for each in identities.items() if each[0][0] == eyes.publisher.name)


def _wrong_anew(
    listed: ServedList, site: Site, identities: Identities, signer: Certificate, unit: str
) -> Iterator[str]:
    if listed.signer_serial.lstrip("0") != signer.serial.lstrip("0"):
        yield f"The list of {site.name} is signed by serial {listed.signer_serial}, not by {unit} of the publisher."
    yield from _lacking_of_now(listed, site, identities)


async def _identities(eyes: Eyes, signer_unit: str) -> Identities:
    """What lists are made of: CallManager and TVS of every node, CAPF of the publisher, and the signer."""
    looked = await on_each(eyes.sites, lambda site: _of_node(eyes, site, signer_unit))
    return {(site.name, unit): certificate for site, units in looked for unit, certificate in units.items()}


async def _of_node(eyes: Eyes, site: Site, signer_unit: str) -> dict[str, Certificate]:
    units = [CALLMANAGER, TVS, *((CAPF, signer_unit) if site.role is Role.PUBLISHER else ())]
    return {unit: await eyes.identity(site.name, unit) for unit in dict.fromkeys(units)}


def wrong_in(listed: ServedList, site: Site, identities: Identities, signer_unit: str) -> Iterator[str]:
    """What is wrong in the list of a node, a sentence each."""
    if not listed.valid:
        yield f"The list of {site.name} does not hold in itself: {listed.verdict}."
    publisher = next((node for node, unit in identities if unit == CAPF), site.name)
    signer = identities[site.name if signer_unit == CALLMANAGER else publisher, signer_unit]
    if listed.signer_serial.lstrip("0") != signer.serial.lstrip("0"):
        yield f"The list of {site.name} is signed by serial {listed.signer_serial}, not by {signer_unit} of today."
    yield from _lacking_of_now(listed, site, identities)


def _lacking_of_now(listed: ServedList, site: Site, identities: Identities) -> Iterator[str]:
    """Which certificates of now a list does not hold."""
    publisher = next((node for node, unit in identities if unit == CAPF), site.name)
    yield from lacking(listed, site.name, _SERVER_ROLES, {site.name: identities[site.name, CALLMANAGER]}, CALLMANAGER)
    vouchers = {node: found for (node, unit), found in identities.items() if unit == TVS}
    yield from lacking(listed, site.name, ("TVS",), vouchers, TVS)
    if any(record.role == "CAPF" for record in listed.records):
        yield from lacking(listed, site.name, ("CAPF",), {publisher: identities[publisher, CAPF]}, CAPF)


def lacking(
    listed: ServedList, place: str, roles: tuple[str, ...], wanted: Mapping[str, Certificate], unit: str
) -> Iterator[str]:
    """Which of these certificates a list does not hold in these roles, a sentence each."""
    there: list[ListRecord] = [record for record in listed.records if record.role in roles]
    for node, certificate in wanted.items():
        if not any(names_certificate(record, certificate) for record in there):
            yield f"The list of {place} does not hold {unit} of {node} with serial {certificate.serial}."
