"""PerfMon: counters with their instances, at most 80 questions a minute and node (interfaces.md §6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.facts import Known, Unread
from ringtrust.connect.ports import Counter
from ringtrust.connect.soap.envelope import FaultError, read_answer
from ringtrust.connect.soap.perfmon import PerfClient, read_counters
from ringtrust.connect.web import Answer, Login, Server, Web
from ringtrust.errors import UnreadableError
from tests.connect.servers import ENVELOPE, HOST, Canned, Seconds, http, pinned, soap, soap_fault
from tests.support.live import live

CALLMANAGER = "Cisco CallManager"
RATE = (
    "Exceeded allowed rate for Perfmon information. Current allowed rate for perfmon information is 80 requests per "
    "minute.PerfmonService"
)


def _row(name: str, value: str, status: str = "1", tag: str = "item") -> str:
    return f"<ns1:{tag}><Name>{name}</Name><Value>{value}</Value><CStatus>{status}</CStatus></ns1:{tag}>"


def _inner(*rows: str) -> str:
    inside = "".join(rows)
    return (
        '<ns1:perfmonCollectCounterDataResponse xmlns:ns1="http://schemas.cisco.com/ast/soap">'
        f"{inside}</ns1:perfmonCollectCounterDataResponse>"
    )


PHONES = _row(r"\\pub\Cisco CallManager\RegisteredHardwarePhones", "12")


async def _counters(*answers: bytes, timer: Seconds | None = None, name: str = CALLMANAGER) -> tuple[Counter, ...]:
    async with Canned(*answers).over_tls() as server, Web(pinned(server)) as web:
        return await PerfClient(web, port=server.port, timer=timer or Seconds()).counters(HOST, name)


@live
async def test_counters_are_read_with_and_without_an_instance_and_in_either_shape() -> None:
    rows = (PHONES, _row(r"\\pub\cisco callmanager(a (1))\CallsActive", "-3", "0", "perfmonCollectCounterDataReturn"))
    seen = (
        Counter("", "RegisteredHardwarePhones", Known(12)),
        Counter("a (1)", "CallsActive", Known(-3)),
    )
    assert await _counters(soap(_inner(*rows))) == seen
    assert await _counters(soap(_inner(f"<ns1:ArrayOfCounterInfo>{''.join(rows)}</ns1:ArrayOfCounterInfo>"))) == seen
    assert await _counters(soap(_inner())) == ()


@live
async def test_the_question_names_the_host_and_the_object() -> None:
    canned = Canned(soap(_inner(PHONES)))
    async with canned.over_tls() as server, Web(pinned(server), login=Login("a", "b")) as web:
        await PerfClient(web, port=server.port).counters(HOST, CALLMANAGER)
    [request] = canned.requests
    assert request.startswith(b"POST /perfmonservice2/services/PerfmonService HTTP/1.1\r\n")
    assert b"<ns:Host>127.0.0.1</ns:Host><ns:Object>Cisco CallManager</ns:Object>" in request


@live
async def test_a_value_that_is_none_is_unread_and_not_nothing() -> None:
    counters = await _counters(
        soap(_inner(_row(r"\\pub\Cisco CallManager\A", "5", "2"), _row(r"\\pub\Cisco CallManager\B", "")))
    )
    assert [counter.name for counter in counters] == ["A", "B"]
    assert all(isinstance(counter.value, Unread) for counter in counters)


@live
async def test_a_node_is_asked_eighty_times_in_any_minute() -> None:
    canned, timer = Canned(soap(_inner(PHONES))), Seconds()
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        perf = PerfClient(web, port=server.port, timer=timer)
        for _ in range(80):
            await perf.counters(HOST, CALLMANAGER)
        assert timer.seconds == 0
        await perf.counters(HOST, CALLMANAGER)
    assert timer.seconds >= 60


@live
async def test_where_others_have_used_up_the_minute_the_next_one_is_waited_for_once() -> None:
    timer = Seconds()
    assert len(await _counters(soap_fault(RATE), soap(_inner(PHONES)), timer=timer)) == 1
    assert 60 <= timer.seconds < 120
    timer = Seconds()
    with pytest.raises(FaultError, match="Exceeded allowed rate"):
        await _counters(soap_fault(RATE), timer=timer)
    assert 60 <= timer.seconds < 120


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (soap("<other/>"), "something else"),
        (soap(_inner(_row("RegisteredHardwarePhones", "1"))), "when asked for Cisco CallManager"),
        (soap(_inner(_row(r"\\pub\Cisco TFTP\HttpConnectRequests", "1"))), "when asked for Cisco CallManager"),
        (soap_fault("no such object"), "no such object"),
        (http(503), "queue is full"),
        (http(403), "does not let this user in"),
    ],
)
@live
async def test_an_answer_that_is_none_is_unreadable(answer: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        await _counters(answer)


GOOD = ENVELOPE.format(_inner(PHONES)).encode()


@given(
    st.binary(max_size=300)
    | st.tuples(st.integers(0, len(GOOD)), st.integers(0, 40), st.binary(max_size=20)).map(
        lambda cut: GOOD[: cut[0]] + cut[2] + GOOD[cut[0] + cut[1] :]
    )
)
def test_any_answer_is_read_or_one_typed_error(data: bytes) -> None:
    try:
        read_counters(read_answer(Server("pub", 8443), Answer(200, data)), CALLMANAGER)
    except UnreadableError as error:
        assert str(error).isprintable()
