"""The files that Cisco Tftp of a node serves to phones, over HTTP (trust-formats.md §1.8)."""

from typing import Final
from urllib.parse import quote

from ringtrust.connect.ports import NotThere
from ringtrust.connect.web import Server, Web
from ringtrust.errors import UnreadableError
from ringtrust.trust import names

PORT: Final = 6970
_FILE_BYTES_AT_MOST: Final = 1024 * 1024
_BUSY: Final = 503


class FileClient:
    """Fetches files as a phone does: without TLS, without a login. Who signed them is what makes them good."""

    def __init__(self, web: Web, *, port: int = PORT) -> None:
        self._web = web
        self._port = port

    async def fetch(self, node_address: str, name: str) -> bytes | NotThere:
        """The file of this name. Raises UnreadableError; so a node that is silent is none without the file."""
        server = Server(node_address, self._port, tls=False)
        answer = await self._web.get(server, f"/{quote(name, safe='')}", bytes_at_most=_FILE_BYTES_AT_MOST)
        if answer.good:
            return answer.body
        if answer.missing:
            return NotThere(name)
        raise UnreadableError(
            f"{server.text} answers with the HTTP status {answer.status} when asked for {names.quoted(name)}.",
            advice="Cisco Tftp still looks for the file; look again."
            if answer.status == _BUSY
            else "Check that Cisco Tftp runs on this node.",
        )
