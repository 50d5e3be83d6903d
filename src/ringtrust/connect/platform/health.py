"""`show version active`, `show network cluster` and `show cli pagination` (interfaces.md §1.3, §1.11)."""

from typing import Final

import msgspec

from ringtrust.cluster.release import Release
from ringtrust.connect.platform.failures import answer_lines, first_told, unreadable

_VERSION: Final = "show version active"
_NETWORK: Final = "show network cluster"
_PAGINATION: Final = "show cli pagination"
_MASTER: Final = "active master version:"
_VERSION_AT_MOST: Final = 40
_SERVER_TABLE: Final = "server table"
_ROLES: Final = {"publisher": True, "subscriber": False}


class NetworkNode(msgspec.Struct, frozen=True):
    """A row of `show network cluster`: a node as the one that was asked sees it.

    `fqdn` is the name as shown where the row has no other. `detail` is what follows: `using TCP since …` or
    `- INITIATOR since …`; empty for the node itself.
    """

    address: str
    fqdn: str
    name: str
    publisher: bool
    authenticated: bool
    detail: str


def read_version(text: str) -> str:
    """The version, as 12.5.1.14900-63. Raises UnreadableError and RefusedError."""
    lines = answer_lines(text, _VERSION)
    found = [line.partition(":")[2].strip() for line in lines if line.strip().lower().startswith(_MASTER)]
    if len(found) != 1 or len(found[0]) > _VERSION_AT_MOST or not found[0].isascii():
        raise unreadable(_VERSION, "it does not say which version is active", first_told(lines))
    Release.of(found[0])
    return found[0]


def read_network(text: str) -> tuple[NetworkNode, ...]:
    """The nodes, in their order. Raises UnreadableError and RefusedError.

    Up to 9.x the rows lack the product and the role in the database.
    """
    lines = answer_lines(text, _NETWORK)
    found = []
    for line in lines:
        if line.strip().lower().startswith(_SERVER_TABLE):
            break
        if line.strip():
            found.append(_network_node(line))
    if not found:
        raise unreadable(_NETWORK, "it shows no node", first_told(lines))
    return tuple(found)


def _network_node(line: str) -> NetworkNode:
    words = line.split()
    # A node may itself be called publisher: the last of these words is the role.
    role = max((place for place, word in enumerate(words[:4]) if word.lower() in _ROLES), default=0)
    rest = words[role + 1 :]
    told = next((place for place, word in enumerate(rest) if word.lower() == "authenticated"), -1)
    if role not in {2, 3} or told < 0:
        raise unreadable(_NETWORK, "this is no row of a node", line)
    return NetworkNode(
        address=words[0],
        fqdn=words[1],
        name=words[role - 1],
        publisher=_ROLES[words[role].lower()],
        authenticated="not" not in [word.lower() for word in rest[:told]],
        detail=" ".join(rest[told + 1 :]),
    )


def paging_is_off(text: str) -> bool:
    """Whether `show cli pagination` says that there are no pages. Raises UnreadableError and RefusedError."""
    lines = answer_lines(text, _PAGINATION)
    for line in lines:
        name, _, state = line.partition(":")
        told = state.strip(" .").lower()
        if name.strip().lower() == "automatic pagination" and told in {"on", "off"}:
            return told == "off"
    raise unreadable(_PAGINATION, "it says neither on nor off", first_told(lines))
