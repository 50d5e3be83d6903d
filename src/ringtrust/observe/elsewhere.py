"""What servers outside of a cluster show under the names that its trust stores know (S167).

They are asked only when somebody wants that: a name in a trust store may lead anywhere.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ringtrust.cluster.elsewhere import Elsewhere
from ringtrust.cluster.facts import Known, Unread
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.ports import TlsProbe
from ringtrust.errors import RingtrustError
from ringtrust.trust.names import brief

_AT_ONCE: Final = 16


class Wanted(NamedTuple):
    """A name, where to ask for it, and the SHA-256 of what a trust store has of it.

    Of several ports the one that shows one of those counts, else the first, if all of them have answered.
    """

    name: str
    host: str
    ports: tuple[int, ...]
    known: frozenset[str]


async def ask_elsewhere(wanted: Sequence[Wanted], probe: TlsProbe) -> tuple[Elsewhere, ...]:
    """What each shows, in their order; one that cannot be asked with its reason. A handshake, and not a byte more."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def ask(one: Wanted) -> Elsewhere:
        async with turns:
            return _best(one, await asyncio.gather(*(_shown(one, port, probe) for port in one.ports)))

    return tuple(await asyncio.gather(*map(ask, wanted)))


async def _shown(one: Wanted, port: int, probe: TlsProbe) -> Elsewhere:
    asked = f"{brief(one.host)}:{port}"
    try:
        found = certificate_of(await probe.shown(one.host, port))
    except RingtrustError as error:
        return Elsewhere(one.name, asked, Unread(error.what))
    return Elsewhere(one.name, asked, Known(found, "tls"))


def _best(one: Wanted, shown: Iterable[Elsewhere]) -> Elsewhere:
    """What one port shows tells of another service only where that has answered too: a silent one may use the old."""
    found = tuple(shown)
    read = [each for each in found if isinstance(each.certificate, Known)]
    same = [each for each in read if _sha256(each) in one.known]
    if same or (read and len(read) == len(found)):
        return (same or read)[0]
    asked = f"{brief(one.host)}:{','.join(str(port) for port in one.ports)}"
    return Elsewhere(one.name, asked, Unread(" ".join(dict.fromkeys(map(_told, found)))))


def _told(shown: Elsewhere) -> str:
    if isinstance(shown.certificate, Known):
        return f"{shown.asked} shows another one, serial {shown.certificate.value.serial}."
    return shown.certificate.reason


def _sha256(shown: Elsewhere) -> str:
    return shown.certificate.value.sha256 if isinstance(shown.certificate, Known) else ""
