"""Who is registered, and what each phone holds: told by the servers, and by the phones themselves."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from ringtrust.change.outcome import NotYet, Passed, Unknown, Verdict
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.node import ServedList
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.connect.ports import DeviceSeen, NotThere
from ringtrust.errors import UnreadableError
from ringtrust.observe.evidence import ByDatabase, ByPage, Evidence, ItlStatus, Nothing, by_database, by_pages, by_what
from ringtrust.observe.eyes import Eyes
from ringtrust.observe.lists import served_list
from ringtrust.trust.names import counted, some
from ringtrust.verify.lists import serving

# What RISPort70 says of a phone where a node that might know better has not answered.
_UNTOLD: Final = "Unknown"
_OPEN: Final = "Enable web access for them (Common Phone Profile: Web Access) and apply it"
_WITHOUT: Final = (
    f"{_OPEN}; from 14 on the database tells it of SIP phones without their pages. Who cannot be seen may be well: "
    "look at the phone itself, Settings > Security, and compare the ITL signature with `show itl`."
)
_WITH_CTL: Final = (
    f"{_OPEN}: of the CTL only phones tell. Who cannot be seen may be well: look at the phone itself, Settings > "
    "Security, and compare both signatures with `show itl` and `show ctl`."
)


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
        self._database = ItlStatus(eyes)
        self._views: dict[_Asked, _View] = {}

    @property
    def _names(self) -> tuple[str, ...]:
        if isinstance(self._known, Unread):
            raise UnreadableError(self._known.reason)
        return tuple(self._known)

    async def back(self, besides: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> Verdict:
        """Whether all of them are registered, and those `besides`; or `only` these."""
        names = only or tuple(dict.fromkeys((*self._names, *besides)))
        seen = await self._seen(names)
        missing = [name for name in names if not _is_registered(seen, name)]
        total = len(names)
        if not missing:
            return Passed((f"All {total} phones are registered.",))
        said = f"{total - len(missing)} of {total} phones are registered; not {some(missing)}."
        untold = [name for name in missing if _is_untold(seen, name)]
        if untold:
            return Unknown((said, f"Whether {some(untold)} are, no node can tell."))
        return NotYet((said,))

    async def _seen(self, names: tuple[str, ...]) -> Mapping[str, DeviceSeen]:
        if not names:
            return {}
        return {device.name: device for device in await self._eyes.registrations(names)}

    async def current(
        self, node: str, without: tuple[str, ...] = (), *, ctl: bool = False, only: tuple[str, ...] = ()
    ) -> Verdict:
        """Whether all of them hold the list of a node, or of any when it is empty, by the best evidence there is.

        `without` are nodes that serve none, on purpose. `ctl`: they have to hold the CTL that is served, too; then one
        that says that it holds no ITL is well: devices without Security by Default have none, and the CTL tells any
        other whom to take it from (H14). Of CTLs only the phones themselves tell. With `only` it is about these alone.
        """
        names = only or self._names
        view = await self._view(_Asked(node, without, ctl))
        open_ = [name for name in names if name not in view.proven]
        seen = await self._seen(names) if open_ else {}  # RISPort70 answers fifteen times a minute
        gone = [name for name in open_ if not _is_registered(seen, name)]
        here = {name: seen[name].address for name in open_ if _is_registered(seen, name)}
        told = await self._told(view, here)
        view.proven |= {name: found for name, found in told.items() if view.holds(found)}
        silent = [name for name in open_ if _is_untold(seen, name) or (name in told and not view.told_by(told[name]))]
        return self._judged(names, view, gone, silent)

    async def _told(self, view: "_View", here: Mapping[str, str]) -> dict[str, Evidence]:
        """The database's word where that is enough to be sure; the page of each other phone, or else that word."""
        asked = bool(here) and not view.ctls
        told: dict[str, Evidence] = dict(await by_database(self._database, list(here)) if asked else {})
        rest = {name: address for name, address in here.items() if not (name in told and view.holds(told[name]))}
        for name, page in (await by_pages(self._eyes, rest)).items():
            if isinstance(page, ByPage) or not isinstance(told.get(name), ByDatabase):
                told[name] = page
        return told

    @staticmethod
    def _judged(names: tuple[str, ...], view: "_View", gone: Sequence[str], silent: Sequence[str]) -> Verdict:
        total = len(names)
        late = [name for name in names if name not in view.proven]
        what = "a list that is served now" + (", and the CTL of now" if view.ctls else "")
        proofs = tuple(filter(None, (by_what([view.proven[name] for name in names if name in view.proven]),)))
        if not late:
            return Passed((f"All {total} phones hold {what}.", *proofs))
        said = [f"{total - len(late)} of {total} phones hold {what}; not {some(late)}.", *proofs]
        said += [f"{len(gone)} of them are not registered."] if gone else []
        if silent:
            ways = _WITH_CTL if view.ctls else _WITHOUT
            return Unknown((*said, f"What {len(silent)} hold cannot be read: {some(silent)}.", ways))
        return NotYet(tuple(said))

    async def _view(self, asked: "_Asked") -> "_View":
        """What a phone may hold; who is known to, as long as nothing else is served."""
        serve = [site.name for site in await serving(self._eyes) if site.name not in asked.without]
        names = [asked.node] if asked.node else serve
        itls = _digests([served_list(await self._eyes.itl(name)) for name in names])
        ctls = _digests(await self._ctls(serve)) if asked.ctl else frozenset()
        view = self._views.get(asked)
        if view is None or (view.itls, view.ctls) != (itls, ctls):
            view = self._views[asked] = _View(itls, ctls)
        return view

    async def _ctls(self, serve: Sequence[str]) -> list[ServedList]:
        """Raises UnreadableError where none is served: then nobody can hold one of now."""
        found = [await self._eyes.ctl(name) for name in serve]
        lists = [served_list(each) for each in found if not isinstance(each, NotThere)]
        if not lists:
            raise UnreadableError("No node serves a CTL.", advice="Look at `show ctl` of the publisher.")
        return lists


class _Asked(NamedTuple):
    """What was asked for."""

    node: str
    without: tuple[str, ...]
    ctl: bool


class _View:
    """Hashes of the lists that are served, and by what phones are known to hold one of each. No CTL: none is asked."""

    def __init__(self, itls: frozenset[str], ctls: frozenset[str]) -> None:
        self.itls = itls
        self.ctls = ctls
        self.proven: dict[str, Evidence] = {}

    def holds(self, found: Evidence) -> bool:
        """Whether what is told of a phone is served."""
        match found:
            case ByDatabase(itl=itl):
                return not self.ctls and itl in self.itls
            case ByPage(page=page) if self.ctls:
                return isinstance(page.ctl, Known) and page.ctl.value in self.ctls and page.itl_hash in {"", *self.itls}
            case ByPage(page=page):
                return page.itl_hash in self.itls
            case Nothing():
                return False

    def told_by(self, found: Evidence) -> bool:
        """Whether all is told that was asked."""
        match found:
            case ByPage(page=page):
                return not self.ctls or isinstance(page.ctl, Known)
            case ByDatabase():
                return not self.ctls
            case Nothing():
                return False


def _digests(lists: Sequence[ServedList]) -> frozenset[str]:
    return frozenset(digest for each in lists for digest in (each.sha1, each.md5))


def _is_registered(seen: Mapping[str, DeviceSeen], name: str) -> bool:
    return name in seen and seen[name].registered


def _is_untold(seen: Mapping[str, DeviceSeen], name: str) -> bool:
    return name in seen and seen[name].status == _UNTOLD
