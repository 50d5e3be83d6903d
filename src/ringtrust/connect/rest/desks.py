"""Certificate REST of every node of a cluster, each with the platform login that is right there (docs/clusters.md)."""

from collections.abc import Callable

from ringtrust.clock import Timer
from ringtrust.cluster.doors import Door
from ringtrust.cluster.release import Release
from ringtrust.connect.logins import PlatformLogins
from ringtrust.connect.pins import Pins
from ringtrust.connect.rest.desk import FIRST, RestDesk
from ringtrust.connect.tap import Ear
from ringtrust.connect.web import Account, Heard, Login, Web
from ringtrust.errors import RefusedError
from ringtrust.settings import ClusterSettings, Secret


class RestDesks:
    """A client for each login. None before the release is known, nor for one that has no such interface."""

    def __init__(
        self,
        settings: ClusterSettings,
        logins: PlatformLogins,
        password: Callable[[str], Secret],
        timer: Timer,
        ear: Ear | None = None,
    ) -> None:
        self._heard = Heard(ear or Ear(), Door.REST)
        self._settings = settings
        self._logins = logins
        self._password = password
        self._timer = timer
        self._release: Release | None = None
        self._pins = Pins()
        self._webs: dict[str, Web] = {}

    def join(self, release: Release) -> None:
        """From now on nodes are known to run this release."""
        self._release = release

    def allow(self, address: str, sha256: str) -> None:
        """From now on a node may show this certificate too."""
        self._pins = self._pins.allowing(address, self._settings.rest_port, sha256)
        for web in self._webs.values():
            web.pins = self._pins

    def at(self, address: str) -> RestDesk:
        """The desk of a node. Raises RefusedError where there is none, or where nobody knows which login is its own."""
        if self._release is None or self._release < FIRST:
            raise RefusedError("There is no certificate REST interface here.", advice="It came with 14: use the CLI.")
        place = self._logins.place(address)
        if place not in self._webs:
            self._webs[place] = self._web(place)
        return RestDesk(self._webs[place], self._release, port=self._settings.rest_port, timer=self._timer)

    def _web(self, place: str) -> Web:
        user = self._logins.login(place).user
        administrator = Login(user, self._password(place).reveal(), Account.PLATFORM)
        settings = self._settings
        legacy, seconds = settings.legacy_tls, settings.seconds
        return Web(self._pins, login=administrator, legacy=legacy, seconds=seconds, heard=self._heard)

    async def close(self) -> None:
        """Hangs up."""
        for web in self._webs.values():
            await web.close()
