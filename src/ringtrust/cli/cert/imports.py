"""Importing: into a trust store, or in the place of an identity, the CAs first (interfaces.md §1.8)."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_csr

from ringtrust.change.plan import Note
from ringtrust.cli.cert.do import identity_of, said
from ringtrust.cli.cert.place import Place, confirm, permitted
from ringtrust.cli.cert.told import Look, Told, outcome_of, seen
from ringtrust.cli.cert.uses import rivals_of
from ringtrust.cli.files import read_input, refuse_standard_input_twice
from ringtrust.cli.output import warn
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.doors import Door
from ringtrust.connect.certificates import certificate_of, public_key
from ringtrust.connect.platform.acts import Accepted
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.observe.stores import in_store
from ringtrust.plan.acts import Insight, cli_takes_multi_server, is_multi_server, may_replace, may_trust
from ringtrust.plan.afterwards import restarts
from ringtrust.plan.deletions import store_named
from ringtrust.trust.certificates import certificates_in


def certificates_of(paths: Sequence[str], now: datetime) -> tuple[Certificate, ...]:
    """The certificates of some files, each once. Raises UnreadableError, and RefusedError for an expired one."""
    refuse_standard_input_twice(paths)
    found: dict[str, Certificate] = {}
    for path in paths:
        for der in read_input(path).parsed(certificates_in):
            certificate = certificate_of(der)
            found.setdefault(certificate.sha256, certificate)
            if certificate.not_after <= now:
                raise RefusedError(
                    f"{certificate.subject} expired on {certificate.not_after:%Y-%m-%d}: nodes take no expired one.",
                    advice="Take it out of the files, or have it issued anew.",
                )
    return tuple(found.values())


async def import_trust(
    place: Place, name: str, certificates: Sequence[Certificate], insight: Insight, *, yes: bool
) -> AsyncIterator[Told]:
    """Each into the trust store of a unit, one attempt each; it ends at the first that is not seen to be there.

    Raises RefusedError before the first where one would take the place of another, unless that is known.
    """
    store = store_named(place.facts, name).name
    new = [each for each in certificates if not await _there(place, store, each)]
    if not new:
        return
    for each in new:
        permitted(may_trust(store, each, await rivals_of(place, store, each), insight))
    then = restarts(place.facts, store)
    confirm(f"{len(new)} into {store} of {place.site.name}.", store, yes=yes)
    for each in new:
        told = await _into(place, store, each, then, begun=each is not new[0])
        yield told
        if not told.happened:
            return


async def _there(place: Place, store: str, certificate: Certificate) -> bool:
    there = await in_store(place.desk, store, certificate)
    if there:
        warn(f"  {certificate.subject} is in {store} already.")
    return there


async def _into(place: Place, store: str, certificate: Certificate, then: tuple[Note, ...], *, begun: bool) -> Told:
    outcome = await outcome_of(place.desk.import_trust(store, certificate.pem), begun=begun)
    look = await seen(_stored(place, store, certificate))
    accepted, what = isinstance(outcome, Accepted), f"{certificate.subject} into {store}"
    return Told("import", place.site.name, what, accepted, said(outcome), look, then)


async def _stored(place: Place, store: str, certificate: Certificate) -> Look:
    if await in_store(place.desk, store, certificate):
        return Look("done", f"serial number {certificate.serial} is in {store}.")
    return Look("not done", f"serial number {certificate.serial} is not in {store}.")


async def import_own(
    place: Place, name: str, certificates: Sequence[Certificate], insight: Insight, *, for_client: bool, yes: bool
) -> AsyncIterator[Told]:
    """The CAs first, then the one that they signed in the place of the identity: one attempt each."""
    wanted = await identity_of(place, name)
    leaf = _leaf(certificates)
    place = await _that_takes(place, leaf)
    await _refuse_another_key(place, wanted.unit, leaf)
    permitted(may_replace(place.facts, wanted, leaf, insight))
    confirm(f"{leaf.subject} becomes {wanted.unit} of {wanted.node}.", wanted.unit, yes=yes)
    then, begun = restarts(place.facts, wanted.unit), False
    authorities = [each for each in certificates if each != leaf]
    async for told in import_trust(place, wanted.unit, authorities, insight, yes=True):
        yield told
        begun = True
        if not told.happened:
            return
    outcome = await outcome_of(place.desk.import_own(wanted.unit, leaf.pem, for_client=for_client), begun=begun)
    look = await seen(_replaced(place, wanted.unit, wanted.now, leaf))
    yield Told("import", wanted.node, wanted.unit, isinstance(outcome, Accepted), said(outcome), look, then)


async def _that_takes(place: Place, leaf: Certificate) -> Place:
    """The node by a door that takes this certificate: from 14SU2 on the CLI takes none for several nodes (§1.8)."""
    others = {each for site in place.eyes.sites if site != place.site for each in (site.name, *site.aliases)}
    if place.door is not Door.CLI or not is_multi_server(leaf, others):
        return place
    if cli_takes_multi_server(place.desks.version):
        return place
    if Door.REST not in place.desks.doors:
        raise RefusedError(
            "This is a multi-server certificate: from 14SU2 on the CLI takes none, and REST is not to be used (SG15).",
            advice="Upload it on the web pages of the node. Or let ringtrust use REST: `doors` in ringtrust.toml, "
            "--through.",
        )
    warn("  This is a multi-server certificate, which the CLI takes no more: it goes over REST (SG15).")
    return await place.by(Door.REST)


def _leaf(certificates: Sequence[Certificate]) -> Certificate:
    """The one that has signed none of the others. Raises RefusedError where that is not one."""
    issuers = {each.issuer for each in certificates if not each.self_signed}
    leaves = [each for each in certificates if each.subject not in issuers]
    if len(leaves) != 1:
        raise RefusedError(
            f"The files hold {len(leaves)} certificates that have signed none of the others; one is due.",
            advice="Give the certificate of the node, and the CAs that have signed it.",
        )
    return leaves[0]


async def _refuse_another_key(place: Place, unit: str, leaf: Certificate) -> None:
    """The key is that of the request that waits: for another one the node has no private key (217138)."""
    waiting = [each.folder for each in await place.desk.csr_listing()]
    if unit not in waiting:
        raise RefusedError(
            f"No request of {unit} waits on {place.site.name}: the node has no key for this certificate.",
            advice=f"Make one, have it signed, and come again: ringtrust cert csr {place.cluster} {place.site.name} "
            f"{unit}.",
        )
    if _key_of_request(await place.desk.csr(unit)) != public_key(leaf.pem):
        raise RefusedError(
            f"This certificate was not made of the request of {unit} that waits on {place.site.name}.",
            advice="Have the request that waits signed: an older one is worth nothing any more (217138).",
        )


def _key_of_request(pem: str) -> bytes:
    """The public key. Raises UnreadableError."""
    try:
        key = load_pem_x509_csr(pem.encode()).public_key()
    except ValueError as error:
        raise UnreadableError(
            "The request of the node cannot be decoded.", advice="Look at it with `show csr own` on the node."
        ) from error
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


async def _replaced(place: Place, unit: str, before: Certificate, leaf: Certificate) -> Look:
    now = certificate_of(await place.desk.own_certificate(unit))
    if now.sha256 == leaf.sha256:
        return Look("done", f"the serial number was {before.serial} and is {now.serial}.")
    if now.serial == before.serial:
        return Look("not done", f"the serial number is {now.serial} as before.")
    return Look("not done", f"the serial number is {now.serial}: that is neither the old one nor the new.")
