"""One look at a whole cluster, while it goes on: who may be asked what, and who is not worth asking any more."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

from ringtrust.cluster.certificate import Identity
from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Fact, Known, Unread
from ringtrust.cluster.names import HTTPS_UNITS
from ringtrust.cluster.release import Release
from ringtrust.connect.platform.host_keys import NotReachedError, SilentError
from ringtrust.errors import UnreadableError
from ringtrust.observe.account import Account
from ringtrust.observe.eyes import Eyes, Site
from ringtrust.observe.scan.sources import Sources, Way

Value = TypeVar("Value")

_SILENCES: Final = 2
_FIRST_WITH_REST: Final = Release(14, 0)


def best(facts: Sequence[Fact[Value]]) -> Fact[Value]:
    """The first that was read; else the reason that the first door gave."""
    return next((fact for fact in facts if isinstance(fact, Known)), facts[0])


def in_order(fact: Fact[tuple[Value, ...]], key: Callable[[Value], Any]) -> Fact[tuple[Value, ...]]:
    """Sorted: every door has an order of its own."""
    return Known(tuple(sorted(fact.value, key=key)), fact.source) if isinstance(fact, Known) else fact


class _Patience:
    """One question after the other, through one door. It is given up when nobody comes in, or nothing answers.

    `named` is set once it is known which certificate HTTPS of the node may show, or that nobody will tell.
    """

    def __init__(self) -> None:
        self.named = asyncio.Event()
        self.given_up = ""
        self._turn = asyncio.Lock()
        self._silences = 0

    async def ask(self, question: Callable[[], Awaitable[Value]]) -> Value:
        """The answer. Raises UnreadableError, at once where the node was given up."""
        async with self._turn:
            if self.given_up:
                raise UnreadableError(self.given_up)
            try:
                found = await question()
            except UnreadableError as error:
                self._failed(error)
                raise
            self._silences = 0
            return found

    def _failed(self, error: UnreadableError) -> None:
        """One silence after the other; a connection that drops now and then is none."""
        self._silences = self._silences + 1 if isinstance(error, SilentError) else 0
        if isinstance(error, NotReachedError) or self._silences >= _SILENCES:
            self.given_up = error.what


class Look:
    """What all parts of a scan share. `version` becomes that of the publisher, by the first door that tells it."""

    def __init__(self, eyes: Eyes, sources: Sources) -> None:
        self.eyes = eyes
        self.sources = sources
        self.version: asyncio.Future[Known[str] | Unread] = asyncio.get_running_loop().create_future()
        self._release: Release | None = None
        self._patience = {site.name: _Patience() for site in eyes.sites}
        self._application = Account()

    def cli(self, site: Site, question: Callable[[], Awaitable[Value]]) -> Way[Value]:
        """A question to the CLI of a node, in its turn."""
        return Way(Door.CLI, lambda: self._patience[site.name].ask(question))

    def axl(self, question: Callable[[], Awaitable[Value]]) -> Way[Value]:
        """A question to AXL of the publisher, once it is known who may answer there."""
        return self.application(Door.AXL, self.eyes.publisher, question)

    def application(self, door: Door, site: Site, question: Callable[[], Awaitable[Value]]) -> Way[Value]:
        """A question to a node by the application user. AXL's account is that of the others too."""

        async def ask() -> Value:
            await self._named(self.eyes.publisher, site)
            self._refuse_if_given_up(site)
            return await self._application.ask(question)

        return Way(door, ask)

    def registrations(self, question: Callable[[], Awaitable[Value]]) -> Way[Value]:
        """A question to RISPort70, which any node answers that is there: those that nobody reached are not asked."""

        async def ask() -> Value:
            await self._named(*self.eyes.sites)
            self._join(site for site in self.eyes.sites if not self._patience[site.name].given_up)
            return await self._application.ask(question)

        return Way(Door.RIS, ask)

    def rest(self, site: Site, question: Callable[[], Awaitable[Value]]) -> Way[Value]:
        """A question to the certificate REST interface: it takes the password that the CLI may have refused."""

        async def ask() -> Value:
            await self._named(self.eyes.publisher, site)
            self._refuse_if_given_up(site)
            return await question()

        return Way(Door.REST, ask)

    def database(self, question: Callable[[], Awaitable[Value]]) -> Way[Value]:
        """A question that goes to the publisher's database: over the CLI, and over AXL where that may not be asked."""
        return self.cli(self.eyes.publisher, question) if self.may(Door.CLI) else self.axl(question)

    def may(self, *doors: Door) -> bool:
        """Whether one of these doors may be asked."""
        return bool(self.sources.allowed.intersection(doors))

    async def has_rest(self) -> bool:
        """Whether nodes of this release have the certificate REST interface, and it may be asked (interfaces.md §2)."""
        if not self.may(Door.REST):
            return False
        await self._named(self.eyes.publisher)
        return self._release is not None and self._release >= _FIRST_WITH_REST

    async def all_of(self, site: Site, what: str, *ways: Way[Value]) -> Sequence[Known[Value] | Unread]:
        """What every door says that may be asked, side by side; or why nobody does, where there is none."""
        allowed = [way for way in ways if way.door in self.sources.allowed]
        if not allowed:
            return [await self.sources.first(site.name, what, *ways)]
        return await asyncio.gather(*(self.sources.ask(site.name, what, way) for way in allowed))

    def is_publisher(self, site: Site) -> bool:
        """Whether this is the node that everything else waits for."""
        return site == self.eyes.publisher

    def tell_version(self, site: Site, version: Known[str] | Unread) -> None:
        """What the publisher says of its version, once."""
        if self.is_publisher(site) and not self.version.done():
            self.version.set_result(version)

    async def tell_identities(self, site: Site, identities: Fact[tuple[Identity, ...]]) -> None:
        """HTTPS of a node may show what the node itself has named over SSH (docs/clusters.md)."""
        for each in identities.value if isinstance(identities, Known) else ():
            if each.unit in HTTPS_UNITS and isinstance(each.certificate, Known):
                self.eyes.wire.allow(site.address, each.certificate.value.sha256)
        if self.is_publisher(site):
            await self._learn_release()
        self._patience[site.name].named.set()

    async def nobody_names(self) -> None:
        """The CLI may not be asked: who may answer is known already, and AXL has told the release."""
        await self._learn_release()
        for patience in self._patience.values():
            patience.named.set()

    async def _learn_release(self) -> None:
        version = await self.version
        if isinstance(version, Known):
            self._release = Release.of(version.value)
            self._join([self.eyes.publisher])

    def _join(self, sites: Iterable[Site]) -> None:
        if self._release is not None:
            addresses = [site.address for site in sites] or [self.eyes.publisher.address]
            self.eyes.wire.join(self.eyes.publisher.address, addresses, self._release)

    def _refuse_if_given_up(self, site: Site) -> None:
        """A node that nobody got into has named no certificate: HTTPS would have to take whatever it shows."""
        if self._patience[site.name].given_up:
            raise UnreadableError(self._patience[site.name].given_up)

    async def _named(self, *sites: Site) -> None:
        for site in sites:
            await self._patience[site.name].named.wait()
