"""What the name of a file in a trust store tells of its certificate (interfaces.md §1.6; 210541).

The name is the CN: of a node, `HOST-EC` for an elliptic curve, `ITLRECOVERY_HOST`, or `CAPF-` and a number that names
no node. `-ms` marks a certificate of many servers (SG15). From 14SU1 on `_SERIALNUMBER` may stand behind it.
"""

import re
from enum import Enum
from typing import Final

import msgspec

_SERIAL: Final = re.compile(r"_[0-9A-Fa-f]{8,64}\Z")
_CAPF: Final = re.compile(r"CAPF-[0-9A-Fa-f]{4,16}\Z", re.IGNORECASE)
_ITLRECOVERY: Final = re.compile(r"ITLRECOVERY(?:[_-](?P<node>.+))?\Z", re.IGNORECASE | re.DOTALL)
_EC, _MULTI_SERVER = "-ec", "-ms"


class NamedAfter(Enum):
    """What the CN is made of."""

    NODE = "a node"
    ITLRECOVERY = "ITLRecovery of a node"
    CAPF = "CAPF"


class TrustFile(msgspec.Struct, frozen=True):
    """A name, taken apart. `common_name` is it without a serial number; `node` is empty where the name tells none.

    `curved`: it has the mark of an elliptic curve; `multi_server`: that of a certificate of many servers.
    """

    common_name: str
    after: NamedAfter
    node: str
    curved: bool = False
    multi_server: bool = False


def read_trust_file(stem: str) -> TrustFile:
    """The name of a file, without its ending, taken apart. Any name that has no mark may be that of a node."""
    if found := _ITLRECOVERY.match(stem):
        node = _SERIAL.sub("", found["node"] or "")
        return TrustFile(stem[: found.start("node")] + node if node else stem, NamedAfter.ITLRECOVERY, node)
    name = _SERIAL.sub("", stem)
    if _CAPF.match(name):
        return TrustFile(name, NamedAfter.CAPF, "")
    host, dot, domain = name.partition(".")
    bare, multi_server = _without(host, _MULTI_SERVER)
    bare, curved = _without(bare, _EC)
    return TrustFile(name, NamedAfter.NODE, f"{bare}{dot}{domain}", curved, multi_server)


def _without(host: str, mark: str) -> tuple[str, bool]:
    marked = len(host) > len(mark) and host.lower().endswith(mark)
    return (host[: -len(mark)], True) if marked else (host, False)


def same_node(one: str, other: str) -> bool:
    """Whether two names may be of one node: the domain does not count, but in an address everything does."""
    return host_of(one) == host_of(other)


def host_of(name: str) -> str:
    """A node without its domain, in small letters; an address as it is."""
    host = name.lower().partition(".")[0]
    return name.lower() if host.isdigit() else host
