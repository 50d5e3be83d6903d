"""RISPort70: one sighting a device, at most 15 questions a minute and node, and the next node where one fails (§5)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.release import Release
from ringtrust.connect.pins import PinError, Pins
from ringtrust.connect.ports import DeviceSeen
from ringtrust.connect.soap.envelope import read_answer
from ringtrust.connect.soap.limiter import Limiter
from ringtrust.connect.soap.ris import RisClient, devices_seen, read_selection
from ringtrust.connect.web import Answer, LoginRefusedError, Server, Web
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.lab.state.services import CALLMANAGER, TOMCAT
from tests.connect.servers import Canned, Seconds, http, lab_web, pinned, soap_fault
from tests.support.clusters import Wire, on_the_wire, small
from tests.support.live import live

ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><selectCmDeviceResponse>'
    "<selectCmDeviceReturn><SelectCmDeviceResult><TotalDevicesFound>{}</TotalDevicesFound><CmNodes>{}</CmNodes>"
    "</SelectCmDeviceResult></selectCmDeviceReturn></selectCmDeviceResponse></s:Body></s:Envelope>"
)
SERVER = Server("pub", 8443)


def _device(name: str, status: str = "Registered", when: str = "0", address: str = "") -> str:
    return (
        f"<item><Name>{name}</Name><Status>{status}</Status><TimeStamp>{when}</TimeStamp>{address}"
        "<Model>684</Model><ActiveLoadID>sip88xx.12</ActiveLoadID></item>"
    )


def _node(name: str, *devices: str, code: str = "Ok") -> str:
    return f"<item><ReturnCode>{code}</ReturnCode><Name>{name}</Name><CmDevices>{''.join(devices)}</CmDevices></item>"


def _answer(*nodes: str, total: int = 0) -> bytes:
    return http(200, ENVELOPE.format(total, "".join(nodes)).encode())


def _seen(*nodes: str, names: tuple[str, ...] = ("SEP1",)) -> list[DeviceSeen]:
    answer = read_answer(SERVER, Answer(200, ENVELOPE.format(0, "".join(nodes)).encode()))
    return list(devices_seen(names, read_selection(answer)))


def _servers(wire: Wire) -> list[Server]:
    return [Server(node.address, 8443) for node in wire.cluster.nodes]


def _release(wire: Wire) -> Release:
    return Release.of(wire.cluster.release.version)


@pytest.mark.parametrize("name", ["campus-9.1", "campus-12.5"])
@live
async def test_it_tells_who_is_registered_where(name: str) -> None:
    async with on_the_wire(small(name, phones=4)) as wire, lab_web(wire) as web:
        await wire.all_registered()
        ris = RisClient(web, _servers(wire), _release(wire), timer=Seconds())
        phones = {desk.extension.device: desk.line.address for desk in wire.lab.desks}
        seen = await ris.registrations([*phones, "SEP000000000000", "", next(iter(phones)).lower()])
        assert [each.name for each in seen] == list(phones)
        assert {each.name: each.address for each in seen} == phones
        assert all(each.registered and each.node and each.model and each.load for each in seen)
        for node in wire.cluster.nodes:
            service = node.services.find(CALLMANAGER)
            if service is not None:
                node.services.stop(service)
        await wire.lab.until(lambda: wire.lab.registered == 0)
        assert {each.status for each in await ris.registrations(list(phones))} == {"UnRegistered"}


@live
async def test_nobody_is_asked_for_nothing_because_that_would_mean_everything() -> None:
    canned = Canned(http(500))
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        assert await RisClient(web, [server], Release(9, 1)).registrations(["", " "]) == ()
    assert canned.requests == []
    async with Web() as web:
        with pytest.raises(RefusedError):
            RisClient(web, [], Release(9, 1))


@live
async def test_the_lab_s_own_limit_is_kept_and_a_second_node_takes_over() -> None:
    async with on_the_wire(small(phones=1)) as wire, lab_web(wire) as web:
        await wire.all_registered()
        names = [wire.lab.desks[0].extension.device]
        timer = Seconds()
        ris = RisClient(web, _servers(wire)[:2], _release(wire), timer=timer)
        for _ in range(30):
            await ris.registrations(names)
        assert timer.seconds == 0
        # The wall clock of this lab stands still, so that both nodes now refuse; our own limit has waited before.
        with pytest.raises(UnreadableError, match=r"Exceeded allowed rate.*Exceeded allowed rate"):
            await ris.registrations(names)
        assert timer.seconds >= 60


@live
async def test_a_node_that_is_down_or_asked_too_often_by_others_is_passed_over() -> None:
    async with on_the_wire(small(phones=1)) as wire, lab_web(wire) as web:
        await wire.all_registered()
        names = [wire.lab.desks[0].extension.device]
        servers = _servers(wire)
        tomcat = wire.cluster.publisher.services.find(TOMCAT)
        assert tomcat is not None
        wire.cluster.publisher.services.stop(tomcat)
        somebody = RisClient(web, servers[1:2], _release(wire), timer=Seconds())
        for _ in range(15):
            await somebody.registrations(names)
        ris = RisClient(web, servers, _release(wire), timer=Seconds())
        for _ in range(3):
            assert len(await ris.registrations(names)) == 1
        with pytest.raises(UnreadableError, match="No node tells who is registered"):
            await RisClient(web, servers[:2], _release(wire), timer=Seconds()).registrations(names)


@live
async def test_a_changed_certificate_or_a_refused_login_is_not_tried_on_the_next_node() -> None:
    good, bad = Canned(_answer()), Canned(http(401, b"<html/>"))
    async with good.over_tls() as other, bad.over_tls() as server:
        pins = Pins((*pinned(server).pins, *pinned(other).pins))
        for allowed, error in ((pins, LoginRefusedError), (pinned(other), PinError)):
            async with Web(allowed) as web:
                with pytest.raises(error):
                    await RisClient(web, [other, server], Release(9, 1)).registrations(["SEP1"])
    assert good.requests == []
    assert len(bad.requests) == 1


@live
async def test_a_node_answers_fifteen_times_in_any_minute() -> None:
    timer = Seconds()
    limiter = Limiter(timer)
    moments = []
    for _ in range(46):
        await limiter.turn()
        moments.append(timer.seconds)
    assert moments[14] == 0
    assert all(later - earlier >= 60 for earlier, later in zip(moments, moments[15:], strict=False))
    assert moments[-1] < 190


RATE = (
    "AxisFault: Exceeded allowed rate for Reatime information. Current allowed rate for realtime information is 15 "
    "requests per minute."
)


@live
async def test_where_others_have_taken_all_turns_the_next_minute_is_waited_for_once() -> None:
    found = _answer(_node("sub1", _device("SEP1")), total=1)
    for answers, asked in (((soap_fault(RATE), found), 2), ((soap_fault(RATE),), 2)):
        canned, timer = Canned(*answers), Seconds()
        async with canned.over_tls() as server, Web(pinned(server)) as web:
            ris = RisClient(web, [server], Release(12, 5), timer=timer)
            if len(answers) > 1:
                assert [each.name for each in await ris.registrations(["SEP1"])] == ["SEP1"]
            else:
                with pytest.raises(UnreadableError, match="Exceeded allowed rate"):
                    await ris.registrations(["SEP1"])
        assert len(canned.requests) == asked
        assert timer.seconds >= 60


@live
async def test_a_node_with_turns_left_is_asked_before_anybody_waits() -> None:
    busy, free, timer = Canned(soap_fault(RATE)), Canned(_answer()), Seconds()
    async with busy.over_tls() as first, free.over_tls() as second:
        pins = Pins((*pinned(first).pins, *pinned(second).pins))
        async with Web(pins) as web:
            ris = RisClient(web, [second, first], Release(12, 5), timer=timer)
            for _ in range(3):
                await ris.registrations(["SEP1"])
    assert timer.seconds == 0
    assert (len(busy.requests), len(free.requests)) == (1, 3)


@live
async def test_a_newer_release_gives_more_devices_for_as_many_names() -> None:
    canned = Canned(_answer())
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        await RisClient(web, [server], Release(15, 0)).registrations([f"SEP{number}" for number in range(1001)])
    assert [len(re.findall(b"<ns:Item>", request)) for request in canned.requests] == [1000, 1]
    assert b"<ns:MaxReturnedDevices>2000<" in canned.requests[0]


@live
async def test_who_may_not_ask_is_told_which_role_is_missing() -> None:
    async with Canned(http(403)).over_tls() as server, Web(pinned(server)) as web:
        with pytest.raises(LoginRefusedError) as refused:
            await RisClient(web, [server], Release(9, 1)).registrations(["SEP1"])
    assert "Standard CCM Admin Users" in refused.value.advice


@pytest.mark.parametrize(("release", "chunk"), [(Release(9, 0), 200), (Release(9, 1), 1000), (Release(8, 6), 200)])
@live
async def test_names_are_asked_in_parts_that_the_release_takes(release: Release, chunk: int) -> None:
    canned = Canned(_answer())
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        await RisClient(web, [server], release).registrations([f"SEP{number}" for number in range(chunk + 1)])
    assert [len(re.findall(b"<ns:Item>", request)) for request in canned.requests] == [chunk, 1]
    assert f"<ns:MaxReturnedDevices>{chunk}<".encode() in canned.requests[0]


@live
async def test_an_answer_that_does_not_hold_all_is_asked_again_in_halves() -> None:
    whole = _answer(_node("a", _device("SEP1"), _device("SEP2")), total=2)
    canned = Canned(_answer(_node("a", _device("SEP1")), total=3), whole, _answer())
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        seen = await RisClient(web, [server], Release(9, 1)).registrations(["SEP1", "SEP2", "SEP3", "SEP4"])
    assert [each.name for each in seen] == ["SEP1", "SEP2"]
    cut = Canned(_answer(total=99))
    async with cut.over_tls() as server, Web(pinned(server)) as web:
        with pytest.raises(UnreadableError, match="found 99 devices and gave 0"):
            await RisClient(web, [server], Release(9, 1)).registrations([f"SEP{number}" for number in range(99)])
    assert len(cut.requests) == 4


def test_a_device_under_several_nodes_is_where_it_is_registered() -> None:
    gone = _node("sub2", _device("SEP1", "UnRegistered", "9"))
    [seen] = _seen(_node("sub1", _device("sep1", "Registered", "5")), gone)
    assert (seen.node, seen.registered, seen.when) == ("sub1", True, 5)


def test_a_device_that_is_registered_nowhere_is_where_it_was_last() -> None:
    nodes = [_node(f"sub{when}", _device("SEP1", "UnRegistered", when)) for when in ("7", "9", "8")]
    [seen] = _seen(*nodes)
    assert (seen.node, seen.status) == ("sub9", "UnRegistered")


def test_a_node_that_did_not_answer_the_others_makes_unknown_what_it_might_know() -> None:
    silent = _node("sub2", code="NodeNotResponding")
    here = _node("sub1", _device("SEP1"), _device("SEP2", "UnRegistered"))
    seen = _seen(here, silent, names=("SEP1", "SEP2", "SEP3"))
    assert [(each.name, each.status) for each in seen] == [
        ("SEP1", "Registered"),
        ("SEP2", "Unknown"),
        ("SEP3", "Unknown"),
    ]
    assert seen[2].node == "sub2"


@pytest.mark.parametrize(
    "address",
    [
        "<IPAddress><item><IP>10.1.1.1</IP></item></IPAddress>",
        "<IPAddress><item><IP/></item><item><IP>10.1.1.1</IP></item></IPAddress>",
        "<IpAddress>10.1.1.1</IpAddress>",
        "<IPAddress>10.1.1.1</IPAddress>",
    ],
)
def test_an_address_is_read_however_a_release_writes_it(address: str) -> None:
    [seen] = _seen(_node("sub1", _device("SEP1", address=address)))
    assert seen.address == "10.1.1.1"


def test_an_answer_without_a_result_is_not_one_without_devices() -> None:
    answer = ENVELOPE.replace("SelectCmDeviceResult", "Other").format(0, "")
    with pytest.raises(UnreadableError, match="without a result"):
        read_selection(read_answer(SERVER, Answer(200, answer.encode())))


GOOD = ENVELOPE.format(1, _node("sub1", _device("SEP1", "Registered", "9" * 30))).encode()


@given(
    st.binary(max_size=300)
    | st.tuples(st.integers(0, len(GOOD)), st.integers(0, 40), st.binary(max_size=20)).map(
        lambda cut: GOOD[: cut[0]] + cut[2] + GOOD[cut[0] + cut[1] :]
    )
)
def test_any_answer_is_read_or_one_typed_error(data: bytes) -> None:
    try:
        list(devices_seen(["SEP1"], read_selection(read_answer(SERVER, Answer(200, data)))))
    except UnreadableError as error:
        assert str(error).isprintable()
