"""Files that Cisco Tftp of a node serves to phones, over HTTP and HTTPS (trust-formats.md §1.8, interfaces.md §8.1)."""

from typing import Final
from urllib.parse import quote

from ringtrust.clock import SystemTimer, Timer
from ringtrust.connect.patience import BusyError, patiently
from ringtrust.connect.ports import NotThere
from ringtrust.connect.web import Account, Server, Web
from ringtrust.errors import UnreadableError
from ringtrust.trust import names

PORT: Final = 6970
CALLMANAGER_PORT: Final = 6971
"""HTTPS with the certificate of CallManager; it may require one of the client (`show haproxy client-auth`)."""
TOMCAT_PORT: Final = 6972
"""HTTPS with the certificate of tomcat."""
_FILE_BYTES_AT_MOST: Final = 1024 * 1024
# A proxy TFTP answers so while it asks other clusters; phones ask again.
_BUSY: Final = 503
PAUSES: Final = (1.0, 2.0, 5.0)
"""Seconds between one try and the next."""


class FileClient:
    """Fetches files as a phone does: without a login. Who signed them is what makes them good.

    With `tls`, the pins of `web` say who may answer. Raises RefusedError when `web` would bring a login.
    """

    def __init__(self, web: Web, *, port: int = PORT, tls: bool = False, timer: Timer | None = None) -> None:
        self._web = web.for_account(Account.NOBODY)
        self._port = port
        self._tls = tls
        self._timer = timer or SystemTimer()

    async def fetch(self, node_address: str, name: str) -> bytes | NotThere:
        """The file of this name; one that the node still looks for is asked for again.

        Raises UnreadableError; so a node that is silent is none without the file.
        """
        server = Server(node_address, self._port, tls=self._tls)
        return await patiently(self._timer, lambda: self._fetch(server, name), PAUSES)

    async def _fetch(self, server: Server, name: str) -> bytes | NotThere:
        answer = await self._web.get(server, f"/{quote(name, safe='')}", bytes_at_most=_FILE_BYTES_AT_MOST)
        if answer.good:
            return answer.body
        if answer.missing:
            return NotThere(name)
        what = f"{server.text} answers with the HTTP status {answer.status} when asked for {names.quoted(name)}."
        if answer.status == _BUSY:
            raise BusyError(what, advice="Cisco Tftp still looks for the file; look again.")
        raise UnreadableError(what, advice="Check that Cisco Tftp runs on this node.")
