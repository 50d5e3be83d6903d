"""Phones that share what was found out about bytes decide as phones that find everything out for themselves."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ringtrust.lab.memory import Exchange
from ringtrust.lab.phone import acceptance, configuration, events
from ringtrust.lab.phone.phone import Phone
from ringtrust.lab.state.cluster import Cluster
from ringtrust.lab.state.files import served
from ringtrust.lab.state.services import CALLMANAGER, CHANGE_NOTIFICATION, TFTP, TVS
from ringtrust.trust import certificates, header, lists, signature
from ringtrust.trust.signed import read_signed
from tests.support.clusters import BOOT, SYNC, Bench, bench, small

NODES = ("pub", "sub1", "sub2")
Step = Callable[[Bench], object]


class _Forgetful(Phone):
    """A phone before which everything is forgotten that any phone or node has found out about bytes."""

    cluster: Cluster

    def handle(self, event: events.Event) -> list[events.Order]:
        for forget in (acceptance.forget, configuration.forget, certificates.forget):
            forget()
        signature.key_of_certificate.cache_clear()
        header.SHAPES.forget()
        lists.SHAPES.forget()
        for node in self.cluster.nodes:
            node.directory.forget()
            node.signed_files.forget()
        return super().handle(event)


def _forgetful(release: str) -> Bench:
    """The same cluster, whose phones are all forgetful."""
    made = bench(small(release), on=False)
    phones = tuple(_Forgetful(phone.traits) for phone in made.phones)
    for phone in phones:
        phone.cluster = made.cluster
    return made._replace(phones=phones, exchange=Exchange(made.cluster, phones))


def _regenerate(unit: str, node: str) -> Step:
    return lambda made: made.regenerate(unit, node)


def _restart(service: str, node: str) -> Step:
    return lambda made: made.restart(service, node)


def _stop(service: str, node: str) -> Step:
    return lambda made: made.stop(service, node)


def _plug(place: int, *, on: bool) -> Step:
    return lambda made: made.exchange.happen(made.phones[place], events.PowerOn() if on else events.PowerOff())


def _rollback(value: str) -> Step:
    return lambda made: made.cluster.set_parameter("RollBackToPreGrayback", value)


def _later(seconds: float) -> Step:
    return lambda made: made.time.advance(seconds)


_RECOVERY = _regenerate("ITLRecovery", "pub")
_steps = st.one_of(
    st.builds(_regenerate, st.sampled_from(["CallManager", "TVS", "CAPF"]), st.sampled_from(NODES)),
    st.just(_RECOVERY),
    st.builds(_restart, st.sampled_from([TVS, TFTP, CALLMANAGER]), st.sampled_from(NODES)),
    st.builds(_stop, st.sampled_from([TVS, TFTP, CALLMANAGER, CHANGE_NOTIFICATION]), st.sampled_from(NODES)),
    st.builds(_plug, st.sampled_from([0, 3]), on=st.booleans()),
    st.builds(_rollback, st.sampled_from(["T", "F"])),
    st.builds(_later, st.sampled_from([5.0, 65.0, BOOT, SYNC])),
    st.just(Bench.wave),
)


def _renewed(unit: str) -> list[Step]:
    """A type on every node, with its restarts and a wave."""
    restarts = [_restart(service, node) for service in (TVS, TFTP) for node in NODES]
    return [*(_regenerate(unit, node) for node in NODES), _later(SYNC), *restarts, Bench.wave]


# One phone sleeps through it all, and meets in the end a list that the others, who hold another one, have taken.
_ONE_AWAY: list[Step] = [
    _plug(0, on=False),
    *_renewed("CallManager"),
    *_renewed("TVS"),
    _plug(0, on=True),
    _later(BOOT),
]


def _spent(made: Bench, night: list[Step]) -> list[object]:
    """What the phones say at the end; keys differ from run to run, names, serial numbers and times do not."""
    for phone in made.phones:
        made.exchange.happen(phone, events.PowerOn())
    made.time.advance(BOOT)
    for step in night:
        step(made)
    made.time.advance(SYNC)
    made.wave()
    return [_says(made, phone) for phone in made.phones]


def _says(made: Bench, phone: Phone) -> object:
    itl = phone.itl
    held = itl and (itl.header.signer, itl.header.timestamp, [record.owner for record in itl.records])
    registration = made.cluster.registrations.find(phone.traits.device)
    where = registration and registration.node
    return phone.state, phone.status, phone.boots, list(phone.messages), phone.configuration, held, where


@pytest.mark.parametrize("release", ["campus-9.1", "campus-12.5"])
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@example(night=_ONE_AWAY)
@example(night=[*_ONE_AWAY[:-2], _RECOVERY, _later(SYNC), _restart(TFTP, "pub"), Bench.wave, *_ONE_AWAY[-2:]])
@given(night=st.lists(_steps, min_size=3, max_size=10))
def test_nights_end_the_same_whether_or_not_anything_is_remembered(release: str, night: list[Step]) -> None:
    steps = [step for step in night if release == "campus-12.5" or step is not _RECOVERY]
    assert _spent(bench(small(release), on=False), steps) == _spent(_forgetful(release), steps)


def test_a_phone_is_reset_twice_and_gets_the_same_signed_file_until_the_signer_changes() -> None:
    made = bench()
    times = [_signed_at(made), _signed_at(made)]
    made.regenerate("TVS", "pub")
    made.time.advance(SYNC)
    times.append(_signed_at(made))
    assert len(set(times)) == 1
    made.regenerate("CallManager", "pub")
    made.restart(TFTP, "pub")
    assert _signed_at(made) == int(made.time.now().timestamp())


def _signed_at(made: Bench) -> int | None:
    """When the file was signed that the first phone is given now."""
    made.time.advance(60)
    data = served(made.cluster, made.cluster.tftp_order[0], f"{made.phones[0].traits.device}.cnf.xml.sgn")
    assert data is not None
    return read_signed(data).header.timestamp
