"""RISPort70: which sightings of phones a question is about (interfaces.md §5)."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from fnmatch import translate
from typing import Final

import msgspec
from lxml import etree

from ringtrust.lab.soap.envelope import FaultError, items
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.node import Node
from ringtrust.safe_xml import text

REGISTERED, UNREGISTERED = "Registered", "UnRegistered"
MODEL: Final = "684"
_ANY: Final = frozenset({"", "Any"})
_ANY_MODEL: Final = frozenset({"", "255"})
_NAMES_AT_MOST: Final = 1000
_PATTERN_AT_MOST: Final = 128
_STATES: Final = frozenset(
    {"", "Any", REGISTERED, UNREGISTERED, "Rejected", "PartiallyRegistered", "Unknown"},
)


class Seen(msgspec.Struct, frozen=True):
    """A phone on a node: since when it is there, or until when it was, by the clock of the node."""

    device: str
    description: str
    number: str
    status: str
    node: str
    address: str
    when: datetime


# SIPStatus has no counterpart here: it finds what Status does [U].
_BY: Final[Mapping[str, Callable[[Seen], str]]] = {
    "Name": lambda seen: seen.device,
    "IPV4Address": lambda seen: seen.address,
    "IPV6Address": lambda _: "",
    "DirNumber": lambda seen: seen.number,
    "Description": lambda seen: seen.description,
    "SIPStatus": lambda seen: seen.status,
}
Wanted = Callable[[Seen], bool]


def sightings(cluster: Cluster, node: Node) -> Iterator[Seen]:
    """Every phone under every node where it is registered or was, in the order of the database of `node`."""
    registrations, numbers = cluster.registrations, cluster.numbers
    off = {each.name: cluster.clock(each) - cluster.time.now() for each in cluster.nodes}
    for device, description in node.replica.rows("select name, description from device order by name"):
        about = (device, description or "", numbers.get(device, ""))
        for gone in registrations.left(device):
            yield Seen(*about, UNREGISTERED, gone.node, gone.address, gone.when + off[gone.node])
        here = registrations.find(device)
        if here is not None:
            yield Seen(*about, REGISTERED, here.node, here.address, here.since + off[here.node])


def wanted(criteria: etree._Element | None, *, stars: bool) -> Wanted:
    """What the criteria let through. Raises FaultError for those that cannot be met by anything.

    Nothing named, or an empty name, means all [U]; `stars` says whether a star stands for anything.
    """
    status, by = text(criteria, "Status"), text(criteria, "SelectBy") or "Name"
    if by not in _BY or status not in _STATES:
        raise FaultError("SelectBy or Status has a value that it cannot have.")  # [U]
    if not _phones_of_the_lab(criteria):
        return lambda _: False
    named, value = _names(_given(criteria, by), stars=stars), _BY[by]
    return lambda seen: status in {"", "Any", seen.status} and (named is None or named(value(seen)))


def _phones_of_the_lab(criteria: etree._Element | None) -> bool:
    """All devices of the lab are phones of one model on SIP, and none is fetching its firmware."""
    return (
        text(criteria, "DeviceClass") in _ANY | {"Phone"}
        and text(criteria, "Model") in _ANY_MODEL | {MODEL}
        and text(criteria, "Protocol") in _ANY | {"SIP"}
        and text(criteria, "DownloadStatus") in _ANY | {"Unknown"}
    )


def _given(criteria: etree._Element | None, by: str) -> list[str]:
    """What is named. Some clients name many in one item, with commas between [U]; a description may hold one."""
    given = items(criteria, "SelectItems", "item", "Item")
    whole = by == "Description"
    return [name.strip().lower() for item in given for name in ([item] if whole else item.split(",")) if name.strip()]


def _names(names: list[str], *, stars: bool) -> Callable[[str], bool] | None:
    """Whether a value is named; None when nothing is."""
    if len(names) > _NAMES_AT_MOST or any(len(name) > _PATTERN_AT_MOST for name in names):
        raise FaultError(f"More than {_NAMES_AT_MOST} devices were named, or one by a name that is too long.")  # [U]
    if not names:
        return None
    whole = frozenset(names)
    patterns = [_pattern(name) for name in names if stars and "*" in name]
    return lambda value: value.lower() in whole or any(each(value.lower()) for each in patterns)


def _pattern(name: str) -> Callable[[str], bool]:
    """Only a star is special. What `translate` makes of it takes time in proportion to the text."""
    matches = re.compile(translate(re.sub(r"([\[?])", r"[\1]", name))).match
    return lambda value: matches(value) is not None
