"""The ports of a cluster that is not there: what an export holds is told; what it lacks is said, with what to type."""

import re
from collections.abc import Sequence
from typing import Final, NoReturn

from ringtrust.cluster.doors import Door
from ringtrust.cluster.facts import Known
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.offline.folder import PHONES, SERVED, Export, NodeFolder, read_bytes, read_inside
from ringtrust.connect.offline.transcripts import plain, query_key
from ringtrust.connect.phone_page import read_lists
from ringtrust.connect.platform.node import NodeCli
from ringtrust.connect.platform.questions import NOTHING, Script
from ringtrust.connect.ports import (
    DeviceSeen,
    DoesNotVouch,
    NotThere,
    PhonePage,
    Row,
    Vouches,
)
from ringtrust.connect.unopened import Unopened
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust.certificates import certificates_in
from ringtrust.trust.header import SignerId
from ringtrust.trust.names import printable, quoted

DOORS: Final = frozenset({Door.CLI, Door.AXL, Door.RIS, Door.TFTP, Door.TLS, Door.PHONE})
_SHOWS: Final = ("show cert own ", "show cert trust ")
_WHY: Final = "This is an export, not a cluster"
_INSTEAD: Final = "Name a cluster."
# The name of a device, or its address: nothing that leads out of the folder.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:-]{0,63}\Z")


def _refuse(what: str) -> NoReturn:
    raise RefusedError(f"{_WHY}: {what} is not done.", advice=_INSTEAD)


class _Paper:
    """A terminal at which everything has been typed already."""

    def __init__(self, export: Export, address: str) -> None:
        self._export = export
        self._address = address

    @property
    def _folder(self) -> NodeFolder:
        return self._export.node(self._address)

    async def read(self, command: str) -> str:
        """What a command showed. Raises UnreadableError where nobody has typed it."""
        for each in (command, *_same(command)):
            if plain(each) in self._folder.answers:
                return self._folder.answers[plain(each)]
        filed = self._from_files(command)
        if filed:
            return filed
        raise UnreadableError(
            f"The export holds no answer of {self._folder.path.name} to: {printable(command)}",
            advice=f"Type it there, and save what it shows in {self._folder.path}.",
        )

    async def act(self, command: str, seconds: float, script: Script = NOTHING) -> str:  # noqa: ARG002 - as its port has it
        """Raises RefusedError."""
        _refuse(quoted(command))

    def _from_files(self, command: str) -> str:
        """The certificate that lies in the folder; empty where none answers. Which there are, only a list says."""
        if not command.startswith(_SHOWS):
            return ""
        folder, _, file = command.rpartition(" ")[2].partition("/")
        place = self._folder.file(folder, file) if folder.endswith("-trust") else self._folder.file(f"{folder}.pem")
        return certificate_of(read_bytes(place)).pem if place.is_file() else ""


def _same(command: str) -> tuple[str, ...]:
    """`show cert own tomcat` and `show cert own tomcat/tomcat.pem` are one command (§1.6)."""
    head, _, unit = command.rpartition(" ")
    return (f"{head} {unit}/{unit}.pem",) if head == "show cert own" else ()


class Offline(Unopened):
    """The Wire of an export. It can be looked at, and no more."""

    _why = _WHY
    _instead = _INSTEAD
    doors = DOORS

    def __init__(self, export: Export) -> None:
        self._export = export
        self.axl = _Tables(export)
        self.ris = _Registrations(export)
        self.files = self.tls = self.tvs = _Files(export)
        self.pages = _Pages(export, self.ris)

    def cli(self, address: str) -> NodeCli:
        """What the CLI of a node showed."""
        return NodeCli(_Paper(self._export, address))


class _Tables:
    """Results of SQL, from files or from what `run sql` showed on the publisher."""

    def __init__(self, export: Export) -> None:
        self._export = export

    async def version(self, node_name: str = "") -> str:  # noqa: ARG002 - as its port has it
        """The version of the publisher."""
        return await self._publisher().version()

    async def query(self, sql: str) -> tuple[Row, ...]:
        """The rows of a query. Raises UnreadableError where nobody has saved them."""
        saved = self._export.tables.get(query_key(sql))
        return saved if saved is not None else await self._publisher().sql(sql)

    async def parameter(self, name: str) -> str:
        """Raises RefusedError: scans ask the database."""
        _refuse(f"a look at {name}")

    async def reset_all_phones(self) -> None:
        """Raises RefusedError."""
        _refuse("a reset of all phones")

    async def reset_phones(self, names: Sequence[str]) -> None:
        """Raises RefusedError."""
        _refuse(f"a reset of {len(names)} phones")

    async def set_lsc_operation(self, names: Sequence[str], operation: str, authentication: str) -> int:  # noqa: ARG002 - as its port has it
        """Raises RefusedError."""
        _refuse(f"{quoted(operation)} for {len(names)} phones")

    async def apply_phones(self, names: Sequence[str]) -> None:
        """Raises RefusedError."""
        _refuse(f"an applied configuration for {len(names)} phones")

    def _publisher(self) -> NodeCli:
        return NodeCli(_Paper(self._export, self._export.publisher.address))


class _Registrations:
    """Who was registered."""

    def __init__(self, export: Export) -> None:
        self.told: tuple[DeviceSeen, ...] = ()
        self._export = export

    async def registrations(self, names: Sequence[str]) -> tuple[DeviceSeen, ...]:
        """What was known of these devices. Raises UnreadableError where nobody has saved it."""
        wanted = {name.upper() for name in names}
        devices = self._export.devices
        self.told = await self._by_cli() if devices is None else devices
        return tuple(each for each in self.told if each.name.upper() in wanted)

    async def _by_cli(self) -> tuple[DeviceSeen, ...]:
        """What `show risdb query phone` showed on every node; where a phone was registered counts."""
        found: dict[str, DeviceSeen] = {}
        for row in self._export.rows():
            for each in await NodeCli(_Paper(self._export, row.address)).phones_seen(row.name):
                if each.registered or each.name not in found:
                    found[each.name] = each
        return tuple(found.values())


class _Files:
    """Files of Cisco Tftp, and certificates that ports showed."""

    def __init__(self, export: Export) -> None:
        self._export = export

    async def fetch(self, node_address: str, name: str) -> bytes | NotThere:
        """A file of Cisco Tftp. Raises UnreadableError where nobody has saved it."""
        return self._saved(node_address, "it with a browser: http://NODE:6970/", name)

    async def shown(self, host: str, port: int) -> bytes:
        """The certificate that a port showed. Raises UnreadableError where nobody has saved it."""
        found = self._saved(host, "it: openssl s_client -connect NODE:PORT", SERVED, f"{port}.pem")
        return certificates_in(found)[0]

    async def vouches(self, host: str, port: int, signer: SignerId) -> Vouches | DoesNotVouch:  # noqa: ARG002 - as its port
        """Raises RefusedError."""
        _refuse("a question to TVS")

    def _saved(self, address: str, how: str, *parts: str) -> bytes:
        folder = self._export.node(address)
        place = folder.file(*parts)
        if not place.is_file():
            raise UnreadableError(
                f"The export holds no {'/'.join(parts)} of {folder.path.name}.",
                advice=f"Fetch {how}, and save it there.",
            )
        return read_bytes(place)


class _Pages:
    """The pages of phones, by the address or the name of each."""

    def __init__(self, export: Export, registrations: _Registrations) -> None:
        self._folder = export.path / PHONES
        self._registrations = registrations

    async def read(self, address: str, port: int) -> PhonePage:  # noqa: ARG002 - as its port has it
        """What a phone told about its lists. Raises UnreadableError where nobody has saved it."""
        names = [address, *(each.name for each in self._registrations.told if each.address == address)]
        for name in names:
            for place in (self._folder / f"{name}.xml", self._folder / f"{name}.html"):
                if _NAME.match(name) and place.is_file():
                    return _page(read_inside(self._folder, place), address)
        raise UnreadableError(
            f"The export holds no page of the phone at {address}.", advice=f"Save it in {self._folder}."
        )


def _page(data: bytes, address: str) -> PhonePage:
    told = read_lists(data)
    if not isinstance(told.itl, Known):
        raise UnreadableError(f"The page of the phone at {address} does not say which ITL it holds: {told.itl.reason}.")
    return PhonePage(told.itl.value, told.ctl, told.tftp)
