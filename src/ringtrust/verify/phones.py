"""Who is registered, and what each phone holds: told by the servers, and by the phones themselves."""

from collections.abc import Mapping, Sequence
from typing import Final

from ringtrust.change.outcome import NotYet, Passed, Unknown, Verdict
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.ports import DeviceSeen
from ringtrust.errors import UnreadableError
from ringtrust.observe.eyes import Eyes
from ringtrust.observe.held import held
from ringtrust.observe.lists import served_list
from ringtrust.trust.names import counted, some
from ringtrust.verify.lists import serving

# What RISPort70 says of a phone where a node that might know better has not answered.
_UNTOLD: Final = "Unknown"


def there(snapshot: Snapshot) -> Sequence[str] | Unread:
    """The phones to look for where no plan names them: the registered ones. Where none of many is, nobody can tell."""
    if not isinstance(snapshot.phones, Known):
        return Unread(f"The phones could not be read: {snapshot.phones.reason}")
    here = snapshot.registered_phones()
    if snapshot.phones.value and not here:
        return Unread(f"Of {counted(len(snapshot.phones.value), 'phone')} none is known to be registered.")
    return here


class Phones:
    """The phones that a plan waits for. One that holds a list still served is not asked again until lists change.

    Where nobody knows which they are, every question raises UnreadableError.
    """

    def __init__(self, eyes: Eyes, names: Sequence[str] | Unread) -> None:
        self._eyes = eyes
        self._known = names
        self._hashes: frozenset[str] = frozenset()
        self._current: set[str] = set()

    @property
    def _names(self) -> tuple[str, ...]:
        if isinstance(self._known, Unread):
            raise UnreadableError(self._known.reason)
        return tuple(self._known)

    async def back(self) -> Verdict:
        """Whether all of them are registered."""
        seen = await self._seen()
        missing = [name for name in self._names if not _is_registered(seen, name)]
        total = len(self._names)
        if not missing:
            return Passed((f"All {total} phones are registered.",))
        said = f"{total - len(missing)} of {total} phones are registered; not {some(missing)}."
        untold = [name for name in missing if _is_untold(seen, name)]
        if untold:
            return Unknown((said, f"Whether {some(untold)} are, no node can tell."))
        return NotYet((said,))

    async def _seen(self) -> Mapping[str, DeviceSeen]:
        if not self._names:
            return {}
        return {device.name: device for device in await self._eyes.registrations(self._names)}

    async def current(self, node: str, without: tuple[str, ...] = ()) -> Verdict:
        """Whether all of them hold the list of a node, or of any when it is empty, as their own web pages tell.

        `without` are nodes that serve none, on purpose.
        """
        await self._forget_if_lists_changed(node, without)
        open_ = [name for name in self._names if name not in self._current]
        seen = await self._seen() if open_ else {}  # RISPort70 answers fifteen times a minute
        gone = [name for name in open_ if not _is_registered(seen, name)]
        told = await held(self._eyes, {name: seen[name].address for name in open_ if _is_registered(seen, name)})
        self._current |= {name for name, fact in told.items() if isinstance(fact, Known) and fact.value in self._hashes}
        silent = [name for name in open_ if isinstance(told.get(name), Unread) or _is_untold(seen, name)]
        return self._judged(gone, silent)

    def _judged(self, gone: Sequence[str], silent: Sequence[str]) -> Verdict:
        total = len(self._names)
        late = [name for name in self._names if name not in self._current]
        if not late:
            return Passed((f"All {total} phones hold a list that is served now.",))
        said = [f"{total - len(late)} of {total} phones hold a list that is served now; not {some(late)}."]
        said += [f"{len(gone)} of them are not registered."] if gone else []
        if silent:
            return Unknown((*said, f"What {len(silent)} hold cannot be read: {some(silent)}."))
        return NotYet(tuple(said))

    async def _forget_if_lists_changed(self, node: str, without: tuple[str, ...]) -> None:
        serve = [site.name for site in await serving(self._eyes) if site.name not in without]
        names = [node] if node else serve
        lists = [served_list(await self._eyes.itl(name)) for name in names]
        hashes = frozenset(digest for each in lists for digest in (each.sha1, each.md5))
        if hashes != self._hashes:
            self._hashes, self._current = hashes, set()


def _is_registered(seen: Mapping[str, DeviceSeen], name: str) -> bool:
    return name in seen and seen[name].registered


def _is_untold(seen: Mapping[str, DeviceSeen], name: str) -> bool:
    return name in seen and seen[name].status == _UNTOLD
