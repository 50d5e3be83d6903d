"""TVS of the lab, and its phones, against recorded questions and answers: byte for byte, both ways."""

from typing import Any

import pytest

from ringtrust.lab.phone import events
from ringtrust.lab.phone.asking import knows
from ringtrust.lab.phone.configuration import Configuration, Server
from ringtrust.lab.phone.phone import Phone, Traits
from ringtrust.lab.state import vouching
from ringtrust.trust.lists import ListKind
from ringtrust.trust.roles import Role
from ringtrust.trust.tvs import VerifyRequest, read_message
from tests.lab.phone.material import old
from tests.support.clusters import bench, small
from tests.support.identities import identity
from tests.support.recorded import PHONE, spoken


def _recorded(name: str) -> tuple[bytes, bytes]:
    (asker, question), (_, answer) = spoken("tvs-sessions", name)
    assert asker == PHONE
    return question, answer


def _asked(question: bytes) -> VerifyRequest:
    read = read_message(question)
    assert isinstance(read, VerifyRequest)
    return read


def test_the_server_answers_as_recorded() -> None:
    node = bench(small(phones=0)).cluster.publisher
    known, yes = _recorded("known")
    unknown, no = _recorded("unknown")
    node.trust("CallManager", _asked(known).certificate)
    for question, due in ((known, yes), (unknown, no)):
        answer = vouching.answer(node, read_message(question))
        assert answer is not None
        assert answer.to_bytes() == due


@pytest.mark.parametrize(("name", "known"), [("known", True), ("unknown", False)])
def test_the_phone_asks_as_recorded_and_believes_the_answer(name: str, known: bool) -> None:
    question, answer = _recorded(name)
    asked = _asked(question)
    model, _, device = asked.device.rpartition("-")
    phone = Phone(Traits(device, model, (), 1.0, 1.0))
    phone.held[ListKind.ITL] = old()
    phone.configuration = Configuration((), (Server("127.1.1.1", 2445),))
    phone._session = asked.session - 1
    dial = events.Dial(9, "127.1.1.2", 3804)
    steps: Any = knows(phone, asked.certificate, Role.CCM_TFTP, lambda: dial)
    order = next(steps)
    assert isinstance(order, events.Dial)
    order = steps.send(events.Presented(order.turn, identity("tvs-pub").certificate))
    assert isinstance(order, events.Ask)
    assert order.question == question
    last: list[events.Happening] = [events.Answered(order.turn, answer)]
    if known:
        assert steps.send(last.pop()) is dial
        last.append(events.Presented(dial.turn, asked.certificate))
    with pytest.raises(StopIteration) as found:
        steps.send(last.pop())
    assert found.value.value is known
