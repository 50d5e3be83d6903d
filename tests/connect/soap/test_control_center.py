"""Control Center: the words of the CLI, one attempt, and never a guess (interfaces.md §4)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.node import Service
from ringtrust.connect.patience import PAUSES, BusyError
from ringtrust.connect.platform.services import read_services as read_cli
from ringtrust.connect.ports import UNTOLD, Action, Controlled, Uptime
from ringtrust.connect.soap.control_center import ControlCenterClient, read_controlled, read_services
from ringtrust.connect.soap.envelope import read_answer
from ringtrust.connect.web import Account, Answer, Login, LoginRefusedError, Server, Web
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.safe_xml import first
from tests.connect.servers import ENVELOPE, HOST, Canned, Seconds, http, pinned, soap, soap_fault
from tests.support.live import live

SERVER = Server("pub", 8443)


def _item(name: str, state: str, code: str = "-1", reason: str = " ", since: str = "", up: str = "-1") -> str:
    return (
        f"<item><ServiceName>{name}</ServiceName><ServiceStatus>{state}</ServiceStatus><ReasonCode>{code}</ReasonCode>"
        f"<ReasonCodeString>{reason}</ReasonCodeString><StartTime>{since}</StartTime><UpTime>{up}</UpTime></item>"
    )


def _inner(name: str, *items: str, code: str = "-1", reason: str = "") -> str:
    return (
        f'<ns1:{name}Response xmlns:ns1="http://schemas.cisco.com/ast/soap"><ns1:{name}Return><ReturnCode>0</ReturnCode>'
        f"<ReasonCode>{code}</ReasonCode><ReasonString>{reason}</ReasonString>"
        f"<ServiceInfoList>{''.join(items)}</ServiceInfoList></ns1:{name}Return></ns1:{name}Response>"
    )


def _status(*items: str, code: str = "-1", reason: str = "") -> bytes:
    return soap(_inner("soapGetServiceStatus", *items, code=code, reason=reason))


def _done(*items: str, code: str = "-1", reason: str = "") -> bytes:
    return soap(_inner("soapDoControlServices", *items, code=code, reason=reason))


async def _services(*answers: bytes) -> tuple[Service, ...]:
    async with Canned(*answers).over_tls() as server, Web(pinned(server)) as web:
        return await ControlCenterClient(web, port=server.port, timer=Seconds()).services(HOST)


async def _control(canned: Canned, action: Action = Action.RESTART) -> Controlled:
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        return await ControlCenterClient(web, port=server.port).control(HOST, "pub", "Cisco Tftp", action)


@live
async def test_both_doors_of_a_node_say_the_same_of_its_services() -> None:
    services = await _services(
        _status(
            _item("Cisco CallManager", "Started"),
            _item("Cisco DRF Master", "Stopped", "-1069", "Component commanded out"),
            _item("Cisco Dialed Number Analyzer", "Stopped", "-1068", "not active"),
            _item("Cisco Tftp", "Starting"),
            _item("Cisco CTIManager", "Stopping", "", ""),
        )
    )
    shown = read_cli(
        "Cisco CallManager[STARTED]\nCisco DRF Master[STOPPED]  Commanded Out of Service\n"
        "Cisco Dialed Number Analyzer[STOPPED]  Service Not Activated\nCisco Tftp[STARTING]\n"
        "Cisco CTIManager[STOPPING]\n"
    )
    assert services == shown
    assert [service.activated for service in services] == [True, True, False, True, True]


@live
async def test_a_reason_that_the_cli_does_not_know_is_told_in_its_own_words() -> None:
    named = _item("Cisco Tftp", "Stopped", "-1047", "Restart\nis pending")
    bare = _item("Cisco CTIManager", "Unknown", "-1071", "")
    assert await _services(_status(named, bare)) == (
        Service("Cisco Tftp", "STOPPED", "Restart is pending"),
        Service("Cisco CTIManager", "UNKNOWN", "reason code -1071"),
    )


@pytest.mark.parametrize(
    ("since", "up", "told"),
    [
        ("Tue Nov 24 20:00:00 2026", "3600", ("Tue Nov 24 20:00:00 2026", 3600)),
        ("Tue Nov  3\n08:00:00 2026", "0", ("Tue Nov 3 08:00:00 2026", 0)),
        ("", "-1", ("", UNTOLD)),
        ("x" * 61, "soon", ("", UNTOLD)),
    ],
)
@live
async def test_since_when_a_service_runs_is_told_in_the_words_of_its_node(
    since: str, up: str, told: tuple[str, int]
) -> None:
    answer = _status(_item("Cisco Tftp", "Started", since=since, up=up))
    async with Canned(answer).over_tls() as server, Web(pinned(server)) as web:
        [found] = await ControlCenterClient(web, port=server.port, timer=Seconds()).uptimes(HOST)
    assert found == Uptime(Service("Cisco Tftp", "STARTED"), *told)


@live
async def test_all_services_are_asked_for_with_an_empty_name_and_by_the_name_of_the_operation() -> None:
    canned = Canned(_status(_item("Cisco Tftp", "Started")))
    async with canned.over_tls() as server, Web(pinned(server), login=Login("a", "b")) as web:
        await ControlCenterClient(web, port=server.port).services(HOST)
    [request] = canned.requests
    assert request.startswith(b"POST /controlcenterservice2/services/ControlCenterServices HTTP/1.1\r\n")
    assert b'SOAPAction: "soapGetServiceStatus"\r\n' in request
    assert b"\r\nAuthorization: Basic " in request
    assert (
        b'<ns:soapGetServiceStatus xmlns:ns="http://schemas.cisco.com/ast/soap"><ns:ServiceStatus></ns:ServiceStatus>'
        b"</ns:soapGetServiceStatus>"
    ) in request


@pytest.mark.parametrize("action", list(Action))
@live
async def test_an_act_names_the_node_the_action_and_the_service(action: Action) -> None:
    canned = Canned(_done(_item("Cisco Tftp", "Starting")))
    done = await _control(canned, action)
    assert done == Controlled(Service("Cisco Tftp", "STARTING"), -1, "")
    assert done.accepted
    [request] = canned.requests
    asked = re.search(b"<ns:ControlServiceRequest>(.*)</ns:ControlServiceRequest>", request)
    assert asked is not None
    assert (
        asked[1]
        == (
            f"<ns:NodeName>pub</ns:NodeName><ns:ControlType>{action.value}</ns:ControlType>"
            "<ns:ServiceList><ns:item>Cisco Tftp</ns:item></ns:ServiceList>"
        ).encode()
    )


@live
async def test_what_the_node_has_against_it_is_a_value() -> None:
    already = await _control(Canned(_done(_item("Cisco Tftp", "Started", "-1039", "Already started"))))
    assert (already.service.running, already.code, already.reason) == (True, -1039, "Already started")
    assert not already.accepted
    nobody = await _control(Canned(_done(code="-1010", reason="No such service")))
    assert nobody == Controlled(Service("Cisco Tftp", "UNKNOWN", "No such service"), -1010, "No such service")


@live
async def test_an_act_is_sent_once_whatever_comes_back() -> None:
    for answer, said in (
        (http(503), "queue is full"),
        (http(500), "no whole SOAP"),
        (_done(), "does not say what became of"),
        (_done(code="0"), "does not say what became of"),
        (_done(_item("Cisco Other", "Started")), "does not say what became of"),
        (soap("<other/>"), "something else"),
        (soap_fault("out of order"), "out of order"),
        (b"", "broke off"),
    ):
        canned = Canned(answer)
        with pytest.raises(UnreadableError, match=said):
            await _control(canned)
        assert len(canned.requests) == 1


@pytest.mark.parametrize("service", ["Cisco Tomcat", "cisco haproxy ", "Cisco SSOSP Tomcat", "Cisco UDS Tomcat"])
@live
async def test_what_only_the_cli_can_do_is_refused_before_anything_is_sent(service: str) -> None:
    async with Web() as web:
        with pytest.raises(RefusedError) as refused:
            await ControlCenterClient(web).control(HOST, "pub", service, Action.RESTART)
    assert "utils service restart" in refused.value.advice


@live
async def test_a_busy_node_is_waited_for_when_it_is_only_asked() -> None:
    canned, timer = Canned(http(503), _status(_item("Cisco Tftp", "Started"))), Seconds()
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        assert len(await ControlCenterClient(web, port=server.port, timer=timer).services(HOST)) == 1
    assert timer.seconds == PAUSES[0]
    with pytest.raises(BusyError):
        await _services(http(503))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (_status(), "lists no service"),
        (_status(code="-1071", reason="broken"), 'lists no service: "broken"'),
        (_status(_item("Cisco Tftp", "Started"), code="-1071", reason="broken"), 'lists no service: "broken"'),
        (_status(_item("", "Started")), "shows"),
        (_status(_item("Cisco Tftp", "")), "in the state"),
        (_status(_item("Cisco Tftp", "7")), "in the state"),
        (_status(_item("Cisco Tftp", "Started", "soon")), 'reason code "soon"'),
        (_status(_item("Cisco Tftp", "Started"), _item("Cisco Tftp", "Stopped")), "in two states"),
        (_done(_item("Cisco Tftp", "Started")), "something else"),
        (soap("<soapGetServiceStatusResponse/>"), "something else"),
        (http(404), "no such web service"),
    ],
)
@live
async def test_an_answer_that_is_none_is_unreadable(answer: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        await _services(answer)


@live
async def test_a_login_that_is_not_taken_is_told_with_the_role_that_is_missing() -> None:
    with pytest.raises(LoginRefusedError):
        await _services(http(401, b"<html/>"))
    with pytest.raises(LoginRefusedError) as refused:
        await _services(http(403))
    assert "Standard CCM Admin Users" in refused.value.advice
    async with Web(login=Login("admin", "secret", Account.PLATFORM)) as web:
        with pytest.raises(RefusedError, match="not for the application user"):
            await ControlCenterClient(web).services(HOST)


GOOD = ENVELOPE.format(_inner("soapGetServiceStatus", _item("Cisco Tftp", "Stopped", "-1068", "x"))).encode()


@given(
    st.binary(max_size=300)
    | st.tuples(st.integers(0, len(GOOD)), st.integers(0, 40), st.binary(max_size=20)).map(
        lambda cut: GOOD[: cut[0]] + cut[2] + GOOD[cut[0] + cut[1] :]
    )
)
def test_any_answer_is_read_or_one_typed_error(data: bytes) -> None:
    for read in (read_services, lambda found: read_controlled(found, "Cisco Tftp")):
        try:
            returned = first(read_answer(SERVER, Answer(200, data)), "soapGetServiceStatusReturn")
            if returned is not None:
                read(returned)
        except UnreadableError as error:
            assert str(error).isprintable()
