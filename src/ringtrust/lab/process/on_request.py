"""The faults of a lab that somebody has asked for: they begin and end by name, and `lab status` shows them."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Final

import msgspec

from ringtrust.errors import RefusedError
from ringtrust.lab.process import faults
from ringtrust.lab.process.fault_names import FAULTS, kind
from ringtrust.lab.process.lab import Lab
from ringtrust.lab.state import silent

_BUSY_REQUESTS: Final = 5
_REQUESTS_AT_MOST: Final = 1_000_000
_NUMBER_DIGITS: Final = 7
_OF_THE_WHOLE_LAB: Final = frozenset({"axl-busy", "axl-memory", "off", "pages"})


class Lasting(msgspec.Struct, frozen=True):
    """A fault that is there: what takes it away, and whether it is over by itself."""

    end: Callable[[], Awaitable[None]]
    over: Callable[[], bool] = lambda: False


Begin = Callable[["Faults", str], Awaitable[Lasting | None]]


class Faults:
    """What is wrong with one lab on request."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._there: dict[tuple[str, str], Lasting] = {}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Name and place of each that is there."""
        self._there = {key: lasting for key, lasting in self._there.items() if not lasting.over()}
        return iter(tuple(self._there))

    async def begin(self, name: str, where: str) -> None:
        """It is so from now on. Raises RefusedError for what does not fit this lab, or is so already."""
        if kind(name) is None:
            raise RefusedError(f"There is no fault {name[:40]!r}.", advice=f"Take one of {_names()}.")
        self._refuse_what_is_there(name, where)
        lasting = await _BEGIN[name](self, where)
        if lasting is not None:
            self._there[name, where] = lasting

    def _refuse_what_is_there(self, name: str, where: str) -> None:
        for there in self:
            if _clash(there, (name, where)):
                raise RefusedError(f"{_shown(*there)} is there already.", advice="Take it away with --off first.")

    async def end(self, name: str, where: str) -> None:
        """It is so no longer. Raises RefusedError when it was not."""
        if (name, where) not in tuple(self):
            known = ", ".join(_shown(*each) for each in self) or "none"
            raise RefusedError(f"{_shown(name, where)} is not there.", advice=f"There is: {known}.")
        await self._there[name, where].end()
        del self._there[name, where]

    def node(self, name: str) -> str:
        """A name that a node has. Raises RefusedError."""
        names = [node.name for node in self.lab.cluster.nodes]
        if name not in names:
            raise RefusedError(f"There is no node {name[:40]!r}.", advice=f"Take one of {', '.join(names)}.")
        return name


def _clash(there: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two faults cannot be told apart when one of them is taken away."""
    (name, where), (other_name, other_where) = there, other
    if {name, other_name} == {"node", "hang"}:
        return where == other_where
    everywhere = name in _OF_THE_WHOLE_LAB or not where or not other_where
    return name == other_name and (everywhere or where == other_where)


def _names() -> str:
    return ", ".join(fault.name for fault in FAULTS)


def _shown(name: str, where: str) -> str:
    return f"Fault {name[:40]} {where[:80]}".rstrip()


async def _node(there: Faults, where: str) -> Lasting:
    name = there.node(where)
    await faults.node_dies(there.lab, name)
    return Lasting(lambda: faults.node_returns(there.lab, name))


async def _hang(there: Faults, where: str) -> Lasting:
    return Lasting(await faults.node_hangs(there.lab, there.node(where)))


async def _ssh(there: Faults, where: str) -> Lasting:
    cli = there.lab.cli(there.node(where))
    faults.cut_when_changed(there.lab, where)

    async def end() -> None:
        cli.cuts_when = None

    return Lasting(end, lambda: cli.cuts_when is None)


async def _restart(there: Faults, where: str) -> Lasting:
    service, _, node = where.rpartition("@")
    services = there.lab.cluster.node(there.node(node)).services
    found = services.find(service)
    if found is None:
        raise RefusedError(f"{node} has no service {service[:80]!r}.", advice="Write SERVICE@NODE, as tftp@sub1.")
    fail = faults.next_start_fails(there.lab, node, found.name)

    async def end() -> None:
        services.started.remove(fail)

    return Lasting(end, lambda: fail not in services.started)


async def _replication(there: Faults, where: str) -> Lasting:
    others = faults.subscribers(there.lab)
    nodes = (where,) if where else others
    if not set(nodes) <= set(others):
        raise RefusedError(f"{where[:40]!r} is no subscriber.", advice=f"Take one of {', '.join(others)}, or none.")
    faults.replicate(there.lab, nodes, on=False)

    async def end() -> None:
        faults.replicate(there.lab, nodes, on=True)

    return Lasting(end)


async def _clock(there: Faults, where: str) -> Lasting:
    trouble, name = there.lab.cluster.trouble, there.node(where)
    trouble.clock_off = {**trouble.clock_off, name: faults.CLOCK_OFF}

    async def end() -> None:
        trouble.clock_off = {node: off for node, off in trouble.clock_off.items() if node != name}

    return Lasting(end)


async def _certificate(there: Faults, where: str) -> None:
    faults.somebody_renews(there.lab, there.node(where))


async def _hostname(there: Faults, where: str) -> None:
    host, _, node = where.rpartition("@")
    cluster = there.lab.cluster
    silent.rename(cluster, cluster.node(there.node(node)), host)


async def _fips(there: Faults, where: str) -> None:
    cluster = there.lab.cluster
    silent.switch_fips(cluster, cluster.node(there.node(where)))


async def _disk(there: Faults, where: str) -> Lasting:
    trouble, name = there.lab.cluster.trouble, there.node(where)
    trouble.disk_full |= {name}

    async def end() -> None:
        trouble.disk_full -= {name}

    return Lasting(end)


async def _backup(there: Faults, where: str) -> Lasting:
    trouble, name = there.lab.cluster.trouble, there.node(where)
    trouble.no_backup |= {name}

    async def end() -> None:
        trouble.no_backup -= {name}

    return Lasting(end)


async def _axl_busy(there: Faults, where: str) -> Lasting:
    overload = there.lab.cluster.overload
    overload.writes = _number(where, "requests", _REQUESTS_AT_MOST) if where else _BUSY_REQUESTS

    async def end() -> None:
        overload.writes = 0

    return Lasting(end, lambda: not overload.writes)


async def _axl_memory(there: Faults, where: str) -> Lasting:
    overload = there.lab.cluster.overload
    overload.requests = _number(where, "requests", _REQUESTS_AT_MOST) if where else _BUSY_REQUESTS

    async def end() -> None:
        overload.requests = 0

    return Lasting(end, lambda: not overload.requests)


def _number(text: str, of_what: str, most: int) -> int:
    plain = text.isascii() and text.isdecimal() and len(text) <= _NUMBER_DIGITS
    if not plain or not 1 <= int(text) <= most:
        raise RefusedError(f"{text[:40]!r} is no number of {of_what}.", advice=f"Take 1 to {most:,}.")
    return int(text)


async def _tftp_busy(there: Faults, where: str) -> Lasting:
    name, elsewhere = there.node(where), there.lab.cluster.looking_elsewhere
    elsewhere.add(name)

    async def end() -> None:
        elsewhere.discard(name)

    return Lasting(end)


async def _ntp(there: Faults, where: str) -> Lasting:
    return _listed(there.lab.cluster.trouble.free_clocks, there.node(where))


async def _upgrade(there: Faults, where: str) -> Lasting:
    return _listed(there.lab.cluster.trouble.upgrades, there.node(where))


def _listed(names: set[str], name: str) -> Lasting:
    """A node is among those that have this trouble."""
    names.add(name)

    async def end() -> None:
        names.discard(name)

    return Lasting(end)


async def _alarm(there: Faults, where: str) -> None:
    faults.tvs_alarm(there.lab, there.node(where))


async def _database(there: Faults, where: str) -> Lasting:
    faults.database_differs(there.lab, there.node(where), on=True)

    async def end() -> None:
        faults.database_differs(there.lab, where, on=False)

    return Lasting(end)


async def _sso(there: Faults, where: str) -> Lasting:
    faults.switch_sso(there.lab, there.node(where), on=True)

    async def end() -> None:
        faults.switch_sso(there.lab, where, on=False)

    return Lasting(end)


async def _pages(there: Faults, where: str) -> Lasting:
    desks = faults.some_phones(there.lab, _number(where.removesuffix("%"), "phones in a hundred", 100))
    for desk in desks:
        desk.web.close()

    async def end() -> None:
        for desk in desks:
            desk.web.open()

    return Lasting(end)


async def _off(there: Faults, where: str) -> Lasting:
    desks = faults.some_phones(there.lab, _number(where.removesuffix("%"), "phones in a hundred", 100))
    for desk in desks:
        there.lab.power_off(desk)

    async def end() -> None:
        for desk in desks:
            there.lab.power_on(desk)

    return Lasting(end)


_BEGIN: Final[Mapping[str, Begin]] = {
    "node": _node,
    "hang": _hang,
    "ssh": _ssh,
    "restart": _restart,
    "replication": _replication,
    "clock": _clock,
    "certificate": _certificate,
    "hostname": _hostname,
    "fips": _fips,
    "disk": _disk,
    "backup": _backup,
    "axl-busy": _axl_busy,
    "axl-memory": _axl_memory,
    "tftp-busy": _tftp_busy,
    "ntp": _ntp,
    "upgrade": _upgrade,
    "alarm": _alarm,
    "database": _database,
    "sso": _sso,
    "pages": _pages,
    "off": _off,
}
