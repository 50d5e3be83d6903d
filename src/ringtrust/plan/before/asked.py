"""Which change is meant, and where: the grammar of `ringtrust plan --before`."""

import re
from collections.abc import Sequence
from typing import Final, NoReturn

import msgspec

from ringtrust.catalog.events import EventId
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.plan.targets import in_order
from ringtrust.trust.names import quoted

GRAMMAR: Final = "hostname=NODE:NAME, domain=NAME, fips=on, fips=off, upgrade=VERSION, restore or web-security=NODE"
_HOST: Final = re.compile(r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\Z")
_DOMAIN: Final = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9-]{1,63})*\Z")
_WORDS: Final[dict[str, EventId]] = {
    "hostname": "hostname",
    "domain": "domain",
    "fips": "fips",
    "upgrade": "upgrade",
    "restore": "restore",
    "web-security": "web-security",
}


class Asked(msgspec.Struct, frozen=True):
    """A change as it was asked for: `node` where it is of one node, `value` what it sets; both may be empty."""

    text: str
    event: EventId
    node: str = ""
    value: str = ""


def is_change(text: str) -> bool:
    """Whether it begins as a change does."""
    return text.partition("=")[0] in _WORDS


def read_change(texts: Sequence[str]) -> Asked:
    """The change that is meant. Raises RefusedError for what is none, and for several at once (H23)."""
    if len(texts) > 1:
        raise RefusedError(
            "Several such changes at once cost phones their trust: each makes certificates anew (H23, IPC).",
            advice="Prepare the first. When it is done and every phone holds the list of now, scan, prepare the next.",
        )
    word, equals, value = texts[0].partition("=")
    event = _WORDS.get(word)
    if event is None or bool(equals) is (event == "restore") or (equals and not value):
        _refuse(texts[0])
    if event == "hostname":
        node, _, name = value.partition(":")
        if not node or not _HOST.match(name):
            _refuse(texts[0], "A host name begins with a letter and has letters, digits and hyphens, 63 at most (IPC).")
        return Asked(texts[0], event, node, name)
    return Asked(texts[0], event, value if event == "web-security" else "", _checked(event, value, texts[0]))


def _checked(event: EventId, value: str, text: str) -> str:
    if event == "domain" and not _DOMAIN.match(value):
        _refuse(text, "A domain is written as branch.example.com.")
    if event == "fips" and value not in {"on", "off"}:
        _refuse(text)
    if event == "upgrade":
        _release_of(value)
    return "" if event == "web-security" else value


def _release_of(version: str) -> Release:
    try:
        return Release.of(version)
    except UnreadableError as error:
        raise RefusedError(error.what, advice="Write upgrade=12.5, or upgrade=12.5.1.14900-63.") from error


def _refuse(text: str, why: str = "") -> NoReturn:
    raise RefusedError(f"{quoted(text)} is no change that can be prepared. {why}".strip(), advice=f"Take {GRAMMAR}.")


def nodes_of(asked: Asked, snapshot: Snapshot) -> tuple[str, ...]:
    """The nodes that it is done on, in their order. Raises RefusedError for a node or a name that does not fit."""
    names = [node.name for node in in_order(snapshot)]
    if not asked.node:
        return tuple(names)
    found = next((name for name in names if name.lower() == asked.node.lower()), "")
    if not found:
        raise RefusedError(f"There is no node {quoted(asked.node)}.", advice=f"The cluster has: {', '.join(names)}.")
    taken = {name.partition(".")[0].lower() for name in names}
    if asked.event == "hostname" and asked.value.lower() in taken:
        raise RefusedError(
            f"A node is called {asked.value} already.", advice="A host name is unique in its cluster (IPC)."
        )
    return (found,)
