"""Waves of phones in memory, against the bare verifications in them; and how long a whole night takes.

    python -m bench.waves 40000     # a night of so many phones, in seconds

A phone that boots checks its configuration file with a real signature, which costs one RSA verification of its own.
Lists are checked once for all phones that hold the same; every phone asks TVS itself. A TFTP node signs a phone's file
anew when its CallManager certificate has changed, and no sooner.
"""

import sys
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from bench.result import Result
from bench.timing import Timed, against, once
from ringtrust.lab.state.services import CALLMANAGER, TFTP, TVS
from ringtrust.lab.topology import Topology, read_topology
from ringtrust.trust.digests import Digest
from tests.support.clusters import SYNC, Bench, bench

PHONES: Final = 500
TARGET: Final = 5.0
_FEW, _MORE = 500, 2_500  # two nights, and a line through them
_MANY: Final = 40_000
_BOOTS, _SIGNED = 15, 1  # of every phone in a night, and how often its file is signed anew
_PADDING: Final = PKCS1v15()


def results() -> Iterator[Result]:
    """All figures."""
    made = bench(_topology(PHONES))
    bare = verifications(made, PHONES)
    yield Result(f"{PHONES} phones, nothing changed", against(_wave(made), bare), TARGET)
    yield Result(f"{PHONES} phones, a new list", against(_changing_wave(made), bare), TARGET)
    few, more = (night(bench(_topology(phones))) for phones in (_FEW, _MORE))
    each = (more - few) / (_MORE - _FEW)
    alone = once(verifications(made, _BOOTS), 100) + once(_signatures(made, _SIGNED), 20)
    timed = Timed(each * 1e6, alone / 1000, each * 1e9 / alone)
    yield Result("a night, for each phone", timed, None, f"{_MANY:,} phones: {few + each * (_MANY - _FEW):.0f} s")


def _topology(phones: int) -> Topology:
    """More phones than a lab has addresses for: none of them is on the wire."""
    found = read_topology("campus-12.5")
    share = phones // len(found.groups)
    groups = tuple(msgspec.structs.replace(group, phones=share) for group in found.groups)
    return msgspec.structs.replace(found, groups=groups)


def night(made: Bench) -> float:
    """The acts of a plan that renews all that phones check, with its resets; seconds on the wall."""
    started = perf_counter()
    _renew(made, "CAPF")
    for node in made.cluster.nodes:
        _renew(made, "CallManager", node.name, restarted=(TFTP, CALLMANAGER))
    for node in made.cluster.nodes:
        _renew(made, "TVS", node.name)
    _renew(made, "ITLRecovery", made.cluster.publisher.name)
    taken = perf_counter() - started
    phones = len(made.phones)
    assert (made.current(), made.phones[0].boots - 1, len(made.cluster.registrations)) == (phones, _BOOTS, phones)
    return taken


def _renew(made: Bench, unit: str, *nodes: str, restarted: tuple[str, ...] = (TVS, TFTP)) -> None:
    """A certificate, the resets that the cluster tells by itself, the restarts, and a wave."""
    made.regenerate(unit, *nodes)
    made.time.advance(SYNC)
    for service in restarted:
        made.restart(service)
    made.wave()


def _wave(made: Bench) -> Callable[[], object]:
    def work() -> None:
        made.wave()
        assert len(made.cluster.registrations) == len(made.phones)

    return work


def _changing_wave(made: Bench) -> Callable[[], object]:
    """Each wave meets a list that was signed anew, as after a change."""
    wave = _wave(made)

    def work() -> None:
        made.time.advance(1)
        for node in made.cluster.tftp_order:
            node.tftp = None
            made.cluster.rebuilds.rebuild(node)
        wave()

    return work


def verifications(made: Bench, count: int) -> Callable[[], object]:
    """So many bare verifications of a signature."""
    key = made.cluster.publisher.identities["CallManager"].signing_key.key
    public, hashed = key.public_key(), Digest.SHA1.of(b"x" * 2048)
    signature = key.sign(hashed, _PADDING, Digest.SHA1.prehashed)

    def work() -> None:
        for _ in range(count):
            public.verify(signature, hashed, _PADDING, Digest.SHA1.prehashed)

    return work


def _signatures(made: Bench, count: int) -> Callable[[], object]:
    key = made.cluster.publisher.identities["CallManager"].signing_key.key
    hashed = Digest.SHA1.of(b"x" * 2048)

    def work() -> None:
        for _ in range(count):
            key.sign(hashed, _PADDING, Digest.SHA1.prehashed)

    return work


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else _MANY
    begun = perf_counter()
    made = bench(_topology(many))
    print(f"{many:,} phones are there and registered after {perf_counter() - begun:.1f} s.")
    print(f"A night of {_BOOTS} waves takes {night(made):.1f} s.")
