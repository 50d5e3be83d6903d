"""What one asks a node over its CLI, and what one tells it to do: commands out, values in."""

import re
from typing import Final, Protocol

from ringtrust.cluster.node import Service
from ringtrust.cluster.snapshot import Backup, Replication
from ringtrust.connect.platform.acts import NotRegenerated, Regenerated, read_regeneration
from ringtrust.connect.platform.backups import read_history
from ringtrust.connect.platform.certificates import DecodedText, Listed, read_certificate, read_listing
from ringtrust.connect.platform.health import NetworkNode, read_network, read_version
from ringtrust.connect.platform.lists import ListText, NoList, read_list_text
from ringtrust.connect.platform.replication import read_replication
from ringtrust.connect.platform.services import read_services, read_start
from ringtrust.connect.platform.tables import read_table
from ringtrust.connect.ports import Row
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust import names

REGENERATION_SECONDS: Final = 300.0
_RESTART_SECONDS: Final = 900.0
_NULL: Final = "NULL"
# A unit or a file: one word, whatever listing, plan or certificate it comes from (§1.6).
_WORD: Final = re.compile(r"[\w./+=,@()~-]{1,512}\Z", re.ASCII)
_SELECT: Final = re.compile(r"select\s", re.IGNORECASE)


class Terminal(Protocol):
    """A session at the CLI, over SSH or in memory."""

    async def read(self, command: str) -> str:
        """What a command that changes nothing shows. Raises UnreadableError."""

    async def act(self, command: str, seconds: float) -> str:
        """What a command that changes something shows; one attempt, its questions answered with yes."""


class NodeCli:
    """One node. Everything raises UnreadableError when the answer does not come or cannot be understood.

    An act that raises may have happened: look before anything else.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    async def version(self) -> str:
        """The active version."""
        return read_version(await self._terminal.read("show version active"))

    async def network(self) -> tuple[NetworkNode, ...]:
        """The nodes of the cluster, as this one sees them."""
        return read_network(await self._terminal.read("show network cluster"))

    async def services(self) -> tuple[Service, ...]:
        """What runs here."""
        return read_services(await self._terminal.read("utils service list"))

    async def own_listing(self) -> tuple[Listed, ...]:
        """The identity certificates on its disk."""
        return read_listing(await self._terminal.read("show cert list own"))

    async def trust_listing(self) -> tuple[Listed, ...]:
        """The certificates in its trust stores."""
        return read_listing(await self._terminal.read("show cert list trust"))

    async def own_certificate(self, unit: str) -> str:
        """An identity certificate as PEM. Raises UnreadableError also where the release prints none."""
        found = read_certificate(await self._terminal.read(f"show cert own {_word(unit)}"))
        if not found.pem:
            raise UnreadableError(
                f"`show cert own {unit}` shows no PEM.",
                advice="Download the certificate from the web pages of the node.",
            )
        return found.pem

    async def trust_certificate(self, path: str) -> DecodedText:
        """A certificate of a trust store, by its path in the listing."""
        return read_certificate(await self._terminal.read(f"show cert trust {_word(path)}"))

    async def itl(self) -> ListText | NoList:
        """The ITL, as text."""
        return read_list_text(await self._terminal.read("show itl"))

    async def ctl(self) -> ListText | NoList:
        """The CTL, as text."""
        return read_list_text(await self._terminal.read("show ctl"))

    async def replication(self) -> tuple[Replication, ...]:
        """How the databases follow, as this node sees it."""
        return read_replication(await self._terminal.read("utils dbreplication runtimestate"))

    async def backups(self) -> tuple[Backup, ...]:
        """The backup history."""
        return read_history(await self._terminal.read("utils disaster_recovery history backup"))

    async def sql(self, query: str) -> tuple[Row, ...]:
        """What the database of this node answers to a SELECT; NULL is the empty string.

        Raises RefusedError for anything else: `run sql` would write too (§1.12).
        """
        if not _SELECT.match(query):
            raise RefusedError(f"{names.quoted(query)} is no SELECT. Nothing was sent.")
        table = read_table(await self._terminal.read(f"run sql {query}"))
        return tuple(
            {column: "" if value == _NULL else value for column, value in zip(table.columns, row, strict=True)}
            for row in table.rows
        )

    async def regenerate(self, unit: str) -> Regenerated | NotRegenerated:
        """`set cert regen UNIT`, its question answered with yes (S128, S130)."""
        shown = await self._terminal.act(f"set cert regen {_word(unit)}", REGENERATION_SECONDS)
        return read_regeneration(shown, unit)

    async def restart(self, service: str) -> Service:
        """`utils service restart SERVICE`; the state in which it then is."""
        return read_start(await self._terminal.act(f"utils service restart {service}", _RESTART_SECONDS), service)

    async def stop(self, service: str) -> Service:
        """`utils service stop SERVICE`; the state in which it then is."""
        return read_start(await self._terminal.act(f"utils service stop {service}", _RESTART_SECONDS), service)

    async def start(self, service: str) -> Service:
        """`utils service start SERVICE`; the state in which it then is."""
        return read_start(await self._terminal.act(f"utils service start {service}", _RESTART_SECONDS), service)


def _word(text: str) -> str:
    """The text, when it is one word. Raises RefusedError: a second word could mean something to the CLI."""
    if not _WORD.match(text):
        raise RefusedError(
            f"{names.quoted(text)} is no name of a certificate. Nothing was sent.",
            advice="It is one word of letters, digits and a few signs. See where this one comes from.",
        )
    return text
