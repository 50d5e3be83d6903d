"""Whether TVS vouches for who signed the lists that are served, as phones ask it: with a certificate they know (I1)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import msgspec

from ringtrust.change.gate import Vouched
from ringtrust.change.outcome import Failed, NotYet, Passed, Verdict
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.names import TVS, TVS_SERVICE
from ringtrust.cluster.node import Service
from ringtrust.connect.ports import Vouches
from ringtrust.observe.each import on_each
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.lists import served_list
from ringtrust.trust.lists import TrustList
from ringtrust.trust.roles import MAY_SIGN_LISTS
from ringtrust.verify.certificates import compared
from ringtrust.verify.lists import lacking, serving

_SEND_FIRST: Final = (
    f"Restart neither {TVS_SERVICE} nor that node. Reset all phones while the TVS that they know still runs; when "
    "every phone holds the list of now, call apply again."
)
_UNHEARD: Final = (
    "Reset no phone, and restart nothing: phones keep the list that they hold, and stay registered. One whose CM group "
    "has a TVS that it knows still follows; for the others Cisco TAC can bring the TVS of before back from the backup "
    "(R4)."
)


class _Seen(msgspec.Struct, frozen=True):
    """TVS of a node: what is on its disk, and what it shows."""

    site: Site
    on_disk: Certificate
    shown: Certificate

    @property
    def loaded(self) -> bool:
        return self.on_disk.sha256 == self.shown.sha256


async def vouched(eyes: Eyes, condition: Vouched, all_current: Callable[[], Awaitable[bool]]) -> Verdict:
    """Whether TVS of every node runs, is one that phones know, and vouches for the signer of every list.

    Phones know TVS by the list that they hold: that of now when `all_current` says so, else the one of before, which
    the condition tells. Failed when a TVS shows another certificate: no phone hears it, however long one waits. One
    that phones know by the list of before, with a new one on its disk, is good for sending them for the new list.
    """
    services = await on_each(eyes.sites, lambda site: eyes.services(site.name))
    stopped = [site.name for site, found in services if not any(map(_vouches, found))]
    down = [f"{TVS_SERVICE} does not run on {name}. utils service start {TVS_SERVICE}" for name in stopped]
    if down:
        return NotYet(tuple(down))
    seen = [each for _, each in await on_each(eyes.sites, lambda site: _seen(eyes, site))]
    known = {each.node: each.serial for each in condition.known}
    if any(not each.loaded or _is_strange(each, known) for each in seen):
        heard = await _listed(eyes, seen) if not known or await all_current() else _heard(seen, known)
        if not isinstance(heard, Passed):
            return heard
    return await _vouched_for(eyes)


async def loadable(eyes: Eyes, node: str, all_current: Callable[[], Awaitable[bool]]) -> Verdict:
    """Whether phones know what TVS of a node would load: what it runs with, or what the list of now names."""
    seen = await _seen(eyes, eyes.site(node))
    if seen.loaded:
        return Passed((f"TVS of {node} would load what it runs with.",))
    if await all_current():
        absent = await _absent(eyes, {node: seen.on_disk})
        return Failed(tuple(absent)) if absent else Passed((f"Every phone knows the new TVS of {node} by its list.",))
    told = compared(node, TVS, seen.on_disk, seen.shown).evidence
    return Failed((*told, "Somebody has renewed it, and phones do not know the new one.", _SEND_FIRST))


def _vouches(service: Service) -> bool:
    return service.name == TVS_SERVICE and service.running


async def _seen(eyes: Eyes, site: Site) -> _Seen:
    return _Seen(site, await eyes.identity(site.name, TVS), await eyes.served(site.name, TVS))


def _is_strange(each: _Seen, known: Mapping[str, str]) -> bool:
    return known.get(each.site.name, each.shown.serial) != each.shown.serial


async def _listed(eyes: Eyes, seen: Sequence[_Seen]) -> Verdict:
    """Whether phones that hold the lists of now know every TVS. One that has to be loaded does not come by itself."""
    if new := [_difference(each) for each in seen if not each.loaded]:
        return Failed(tuple(new))
    absent = await _absent(eyes, {each.site.name: each.shown for each in seen})
    return NotYet(tuple(absent)) if absent else Passed()


async def _absent(eyes: Eyes, wanted: Mapping[str, Certificate]) -> list[str]:
    """Which of these TVS the lists that are served do not hold."""
    served = await on_each(await serving(eyes), lambda site: eyes.itl(site.name))
    return [text for site, found in served for text in lacking(served_list(found), site.name, ("TVS",), wanted, TVS)]


def _heard(seen: Sequence[_Seen], known: Mapping[str, str]) -> Verdict:
    """Whether phones that hold the lists of before know every TVS. What is about to be announced has to be loaded."""
    strange = [each for each in seen if _is_strange(each, known)]
    if strange:
        return Failed((*(_difference_known(each, known[each.site.name]) for each in strange), _UNHEARD))
    new = [_difference(each) for each in seen if not each.loaded and each.site.name not in known]
    return Failed(tuple(new)) if new else Passed()


def _difference(each: _Seen) -> str:
    verdict = compared(each.site.name, TVS, each.on_disk, each.shown)
    return f"{' '.join(verdict.evidence)} Restart {TVS_SERVICE} there."


def _difference_known(each: _Seen, serial: str) -> str:
    now = f"It shows {each.shown.serial} now: somebody has renewed it."
    return f"Phones know TVS of {each.site.name} by serial {serial}. {now}"


async def _vouched_for(eyes: Eyes) -> Verdict:
    served = await on_each(await serving(eyes), lambda site: eyes.itl(site.name))
    lists = {site.name: found for site, found in served}
    looked = await on_each(eyes.sites, lambda site: _unvouched(eyes, site, lists))
    missing = [text for _, texts in looked for text in texts]
    if missing:
        return NotYet(tuple(missing))
    return Passed((f"TVS of {len(eyes.sites)} nodes vouches for the signers of {len(lists)} lists.",))


async def _unvouched(eyes: Eyes, site: Site, lists: Mapping[str, TrustList]) -> list[str]:
    missing = []
    for place, found in lists.items():
        answer = await eyes.vouches(site.name, found)
        if not isinstance(answer, Vouches):
            missing.append(f"TVS of {site.name} does not vouch for the signer of the list of {place} yet.")
        elif not MAY_SIGN_LISTS & set(answer.roles):  # then a phone does not take its list (trust-formats.md §6.2)
            missing.append(f"TVS of {site.name} knows the signer of the list of {place}, and not as a SAST.")
    return missing
