"""The phones' own certificates: who signed them, and whether each phone has a new one (S169; domain.md I7, H17)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Final

from ringtrust.change.gate import LscsRenewed
from ringtrust.change.outcome import Failed, NotYet, Passed, Verdict
from ringtrust.cluster.names import CAPF
from ringtrust.cluster.node import Role
from ringtrust.cluster.phone import Lsc
from ringtrust.cluster.release import Release
from ringtrust.observe.each import on_each
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.stores import name_in_file
from ringtrust.trust.names import brief, counted, some

_FAILED: Final = "failed"
_NAMED: Final = 5
_CAPF_TRUST, _CALLMANAGER_TRUST = "CAPF-trust", "CallManager-trust"


class How(Enum):
    """How far a phone is with its new LSC."""

    DONE = "done"
    WAITING = "for whom CAPF waits"
    OLD = "with the LSC of before"
    AWAY = "with the new one, and not registered"
    FAILED = "that failed"
    UNKNOWN = "not in the database"


async def renewed(eyes: Eyes, condition: LscsRenewed) -> Verdict:
    """Whether each of these phones has an LSC of the CAPF of now, with nothing pending, and is registered.

    Failed only when nothing is left to wait for: what Cisco calls a failure is told phone by phone.
    """
    publisher = eyes.publisher.name
    issuer = (await eyes.identity(publisher, CAPF)).common_name
    told = await lscs(eyes)
    seen = {each.name for each in await eyes.registrations(condition.phones) if each.registered}
    found = {name: how(told.get(name), issuer, registered=name in seen) for name in condition.phones}
    open_ = [name for name, each in found.items() if each is not How.DONE]
    if not open_:
        return Passed((f"{counted(len(found), 'phone')} have an LSC of {issuer}, and are registered.",))
    evidence = (
        f"{len(found) - len(open_)} of {counted(len(found), 'phone')} have an LSC of {issuer}, and are registered.",
        *_by_kind(found),
        *(f"{name}: {brief(told[name].status)}." for name, each in found.items() if each is How.FAILED),
    )
    return Failed(evidence) if all(found[name] is How.FAILED for name in open_) else NotYet(evidence)


async def lscs(eyes: Eyes) -> Mapping[str, Lsc]:
    """What the database says of every LSC."""
    return await eyes.lscs(Release.of(await eyes.version(eyes.publisher.name)))


def how(found: Lsc | None, issuer: str, *, registered: bool) -> How:
    """How far a phone is. Before 11.5 nobody tells who signed: then CAPF's own success counts."""
    if found is None:
        return How.UNKNOWN
    if found.pending:
        return How.WAITING
    if _FAILED in found.status.lower():
        return How.FAILED
    if not found.there or (found.issuer and found.issuer != issuer):
        return How.OLD
    return How.DONE if registered else How.AWAY


def _by_kind(found: Mapping[str, How]) -> Iterator[str]:
    for kind in How:
        names = [name for name, each in found.items() if each is kind]
        if names and kind is not How.DONE:
            yield f"{counted(len(names), 'phone')} {kind.value}: {some(names, _NAMED)}."


async def issuers_trusted(eyes: Eyes) -> Verdict:
    """Whether whoever signed an LSC stands in CallManager-trust of every node, and in CAPF-trust of the publisher."""
    issuers = sorted({each.issuer for each in (await lscs(eyes)).values() if each.issuer})
    looked = await on_each(eyes.sites, lambda site: _missing(eyes, site, issuers)) if issuers else ()
    missing = [text for _, texts in looked for text in texts]
    if missing:
        return Failed(
            (*missing, "Put it back before anything restarts: phones with such an LSC would be refused (H17).")
        )
    if not issuers:  # before 11.5 nobody tells; and a plan deletes nothing
        return Passed(("The database names nobody who signed an LSC.",))
    return Passed((f"{some(issuers, _NAMED)} stand in {_CALLMANAGER_TRUST} of {len(eyes.sites)} nodes.",))


async def _missing(eyes: Eyes, site: Site, issuers: Sequence[str]) -> list[str]:
    stores = [_CALLMANAGER_TRUST, *([_CAPF_TRUST] if site.role is Role.PUBLISHER else [])]
    cli = eyes.wire.cli(site.address)
    listed = await cli.trust_listing()
    return [
        f"{store} of {site.name} does not hold {brief(issuer)}, which signed LSCs that are in use."
        for store in stores
        for issuer in issuers
        if not _holds((each.file for each in listed if each.folder == store), issuer)
    ]


def _holds(files: Iterable[str], issuer: str) -> bool:
    """Whether a file bears the name of who signed, which is his alone (S119)."""
    start = name_in_file(issuer).lower()
    return any(file.lower().startswith((f"{start}.", f"{start}_")) for file in files)
