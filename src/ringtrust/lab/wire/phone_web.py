"""The web page of a phone: what it is, and the hash of the list that it holds (interfaces.md §8.2).

[U] The element names of the signatures: phones show them on the page for people, in SHA-1 or MD5 by model.
"""

from collections.abc import Sequence
from html import escape

from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.wire.http import NOT_FOUND, Request, Response
from ringtrust.trust.digests import Digest
from ringtrust.trust.lists import ListKind

REAL_PORT, PORT = 80, 8080
NOT_INSTALLED = "Not Installed"
_SERVICEABILITY = "/CGI/Java/Serviceability"
_STATISTICS = "adapter=device.statistics."

Fields = Sequence[tuple[str, str]]


class PhonePages:
    """The pages of one phone."""

    def __init__(self, phone: Phone, address: str, number: str, load: str) -> None:
        self._phone = phone
        self._address = address
        self._number = number
        self._load = load

    async def handle(self, request: Request) -> Response:
        """A page for people, or with an X behind its name the same in XML."""
        if request.method not in {"GET", "HEAD"}:
            return Response(405)
        path = request.path.strip("/")
        if request.path == _SERVICEABILITY and request.query.startswith(_STATISTICS):
            path = request.query.removeprefix(_STATISTICS).replace("configuration", "NetworkConfiguration")
        title = path.removesuffix("X") or "DeviceInformation"
        pages = {
            "DeviceInformation": self._device,
            "NetworkConfiguration": self._network,
            "DeviceLog": self._log,
        }
        if title not in pages:
            return NOT_FOUND
        fields = pages[title]()
        return _xml(title, fields) if path.endswith("X") else _page(title, fields)

    def _device(self) -> Fields:
        device = self._phone.traits.device
        return (
            ("MACAddress", device.removeprefix("SEP")),
            ("HostName", device),
            ("phoneDN", self._number),
            ("appLoadID", self._load),
            ("versionID", "V01"),
            ("serialNumber", f"LAB{device[-8:]}"),
            ("modelNumber", self._phone.traits.model),
        )

    def _network(self) -> Fields:
        tftp = [*self._phone.traits.tftp, "", ""]
        return (
            ("HostName", self._phone.traits.device),
            ("IPAddress", self._address),
            ("TFTPServer1", tftp[0]),
            ("TFTPServer2", tftp[1]),
            ("CTLSignature", self._signature(ListKind.CTL)),
            ("ITLSignature", self._signature(ListKind.ITL)),
        )

    def _signature(self, kind: ListKind) -> str:
        held = self._phone.held.get(kind)
        return Digest.SHA1.of(held.data).hex().upper() if held else NOT_INSTALLED

    def _log(self) -> Fields:
        return tuple(("status", message) for message in self._phone.messages)


def _xml(title: str, fields: Fields) -> Response:
    inner = "".join(f"<{name}>{escape(value)}</{name}>\n" for name, value in fields)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{title}>\n{inner}</{title}>\n'
    return Response(200, text.encode(), "text/xml")


def _page(title: str, fields: Fields) -> Response:
    rows = "".join(f"<tr><td>{name}</td><td>{escape(value)}</td></tr>\n" for name, value in fields)
    text = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><table>\n{rows}</table></body></html>\n"
    return Response(200, text.encode())
