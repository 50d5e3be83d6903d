"""Trust stores after deletions: what was meant is gone on every node and stays so, and nothing else is (S109, S112)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ringtrust.change.gate import CopiesGone, CopiesKept, Copy, CopyIs, Kept
from ringtrust.change.outcome import Failed, NotYet, Passed, Verdict
from ringtrust.connect.certificates import certificate_of
from ringtrust.observe.each import on_each
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.trust.names import brief, counted, some


async def is_still(eyes: Eyes, condition: CopyIs) -> Verdict:
    """Whether a file is the certificate that the plan was made for. Raises UnreadableError."""
    copy = condition.copy
    place = f"{copy.store}/{brief(copy.file)} of {copy.node}"
    listed = await eyes.wire.cli(eyes.site(copy.node).address).trust_listing()
    if not any((each.folder, each.file) == (copy.store, copy.file) for each in listed):
        return Passed((f"{place} is not there: somebody has deleted it already.",))
    if await _is(eyes, eyes.site(copy.node), copy):
        return Passed((f"{place} is the one of the plan.",))
    return Failed((f"{place} is another certificate than the plan was made for: it was renewed. It stays.",))


async def gone(eyes: Eyes, condition: CopiesGone) -> Verdict:
    """Whether none of them is on any node. Raises UnreadableError."""
    meant: dict[str, list[Copy]] = defaultdict(list)
    for copy in condition.copies:
        meant[copy.node].append(copy)
    sites = [site for site in eyes.sites if site.name in meant]
    found = await on_each(sites, lambda site: _still_there(eyes, site, meant[site.name]))
    there = [text for _, texts in found for text in texts]
    if there:
        return NotYet(tuple(there))
    return Passed((f"{counted(len(condition.copies), 'file')} of {counted(len(meant), 'node')}: none is there.",))


async def _still_there(eyes: Eyes, site: Site, copies: Sequence[Copy]) -> Iterable[str]:
    """By the name first, and by the certificate where one of that name is there."""
    listed = {(each.folder, each.file) for each in await eyes.wire.cli(site.address).trust_listing()}
    return [
        f"{copy.store}/{brief(copy.file)} is on {site.name} still, or again."
        for copy in copies
        if (copy.store, copy.file) in listed and await _is(eyes, site, copy)
    ]


async def _is(eyes: Eyes, site: Site, copy: Copy) -> bool:
    """Where the node prints no PEM, a file of that name counts as the same."""
    found = await eyes.wire.cli(site.address).trust_certificate(f"{copy.store}/{copy.file}")
    return not found.pem or certificate_of(found.pem).sha256 == copy.sha256


async def kept(eyes: Eyes, condition: CopiesKept) -> Verdict:
    """Whether everything else is there. Raises UnreadableError."""
    due: Mapping[str, list[Kept]] = {
        site.name: [each for each in condition.kept if each.node == site.name] for site in eyes.sites
    }
    found = await on_each(eyes.sites, lambda site: _missing(eyes, site, due[site.name]))
    missing = [text for _, texts in found for text in texts]
    if missing:
        return Failed((*missing, "What a plan has deleted its journal keeps: `ringtrust runs deleted RUN`."))
    files = sum(len(each.files) for each in condition.kept)
    return Passed((f"All the others, {counted(files, 'file')}, are there.",))


async def _missing(eyes: Eyes, site: Site, due: Sequence[Kept]) -> Iterable[str]:
    listed = {(each.folder, each.file) for each in await eyes.wire.cli(site.address).trust_listing()}
    return list(_gaps(site, due, listed))


def _gaps(site: Site, due: Sequence[Kept], listed: set[tuple[str, str]]) -> Iterator[str]:
    for each in due:
        if gaps := [file for file in each.files if (each.store, file) not in listed]:
            yield f"{each.store} of {site.name} lacks {some([brief(file) for file in gaps])}, which was to stay."
