"""Administration over AXL (interfaces.md §3)."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

Row = Mapping[str, str]
"""A row of an SQL answer by lower-case column name; NULL is the empty string."""


class ListedNode(msgspec.Struct, frozen=True):
    """A node of the server table as AXL lists it.

    `usage` is Publisher or Subscriber; `role` is CUCM Voice/Video or CUCM IM and Presence, empty where a release does
    not tell (§3.3).
    """

    name: str
    usage: str
    role: str

    @property
    def publisher(self) -> bool:
        """Whether the database is written here."""
        return self.usage.lower() == "publisher"


class Axl(Protocol):
    """What a scan and the way of a renewal need of AXL."""

    async def version(self, node_name: str = "") -> str:
        """The version of a node of the server table, 12.5.1.14900-63; of the one asked without a name.

        Raises RefusedError for a name that is none, UnreadableError.
        """

    async def query(self, sql: str) -> tuple[Row, ...]:
        """The rows of a SELECT. Raises RefusedError for a wrong one, UnreadableError."""

    async def parameter(self, name: str) -> str:
        """The value of an enterprise parameter. Raises RefusedError when there is none, UnreadableError."""

    async def reset_all_phones(self) -> None:
        """Resets every device once. Raises UnreadableError when it is not known whether that happened."""

    async def reset_phones(self, names: Sequence[str]) -> None:
        """Resets each of these devices once, and no other. Raises as `set_lsc_operation` does."""

    async def set_lsc_operation(self, names: Sequence[str], operation: str, authentication: str) -> int:
        """Sets what CAPF is to do with each of these devices (S173), and gives for how many it was set.

        `operation` and `authentication` are Cisco's words (trust-formats.md §5.8). Raises RefusedError when it was set
        for none, UnreadableError when it was not set for all, or nobody knows: look at their operations then.
        """

    async def apply_phones(self, names: Sequence[str]) -> None:
        """Applies the configuration of each of these devices (S174). Raises as `set_lsc_operation` does."""


class AxlDesk(Axl, Protocol):
    """All of AXL that is spoken here.

    An act is sent once. It raises RefusedError when the server refused it, and UnreadableError when it is not known
    whether it happened: look then.
    """

    async def nodes(self) -> tuple[ListedNode, ...]:
        """The nodes of the server table. Raises UnreadableError."""

    async def update(self, sql: str) -> int:
        """Carries out an UPDATE, and gives the number of rows it changed. Raises RefusedError for anything else."""

    async def apply_phone(self, name: str) -> None:
        """Applies the configuration of a device: it restarts where it has to."""

    async def reset_phone(self, name: str) -> None:
        """Resets a device."""

    async def set_parameter(self, name: str, value: str) -> None:
        """Sets an enterprise parameter."""
