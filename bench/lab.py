"""A wave of phones in memory, phone by phone, against the bare cryptography in it.

A phone that boots checks its configuration file, which its TFTP node signs anew, and looks at a list that it holds
already; after a change it checks a new list as well, and asks TVS about an unknown signer.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from bench.result import Result
from bench.timing import against
from ringtrust.clock import StoppedClock
from ringtrust.lab.labtime import SteppedTime
from ringtrust.lab.memory import Exchange
from ringtrust.lab.phone.events import PowerOn
from ringtrust.lab.phones import new_phones
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.founding import found_cluster
from ringtrust.lab.topology import read_topology
from ringtrust.trust.digests import Digest

PHONES = 20
_START = datetime(2026, 11, 24, tzinfo=UTC)
_BOOT = 100.0
_PADDING = PKCS1v15()


def results() -> Iterator[Result]:
    """All figures. No promise yet: that of 40,000 phones in a minute comes with the rehearsal."""
    cluster, time = _cluster()
    yield Result("20 phones, nothing changed", against(_wave(cluster, time), _bare(cluster, checks=1)), None)
    yield Result("20 phones, a new list", against(_changing_wave(cluster, time), _bare(cluster, checks=2)), None)


def _cluster() -> tuple[Cluster, SteppedTime]:
    topology = read_topology("campus-12.5").with_phones(PHONES)
    time = SteppedTime(_START)
    addresses = {plan.name: f"127.9.9.{place}" for place, plan in enumerate(topology.nodes, 1)}
    cluster = found_cluster(topology, time, StoppedClock(_START), addresses)
    cluster.open()
    exchange = Exchange(cluster, new_phones(cluster))
    for phone in exchange.phones.values():
        exchange.happen(phone, PowerOn())
    time.advance(_BOOT)
    return cluster, time


def _wave(cluster: Cluster, time: SteppedTime) -> Callable[[], object]:
    def work() -> None:
        cluster.registrations.reset_all()
        time.advance(_BOOT)
        assert len(cluster.registrations) == PHONES

    return work


def _changing_wave(cluster: Cluster, time: SteppedTime) -> Callable[[], object]:
    """Each wave meets a list that was signed anew, as after a change."""
    wave = _wave(cluster, time)

    def work() -> None:
        time.advance(1)
        for node in cluster.tftp_order:
            node.tftp = None
            cluster.rebuilds.rebuild(node)
        wave()

    return work


def _bare(cluster: Cluster, *, checks: int) -> Callable[[], object]:
    """What no phone and no node can do without: a signature a phone, and so many verifications."""
    signer = cluster.publisher.identities["CallManager"].signing_key
    key, body = signer.key, b"x" * 2048
    public = key.public_key()
    signature = key.sign(Digest.SHA1.of(body), _PADDING, Digest.SHA1.prehashed)

    def work() -> None:
        for _ in range(PHONES):
            key.sign(Digest.SHA1.of(body), _PADDING, Digest.SHA1.prehashed)
            for _ in range(checks):
                public.verify(signature, Digest.SHA1.of(body), _PADDING, Digest.SHA1.prehashed)

    return work
