"""AXL against a lab on the wire, and against whatever else may answer (interfaces.md §3)."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.release import Release
from ringtrust.connect.patience import PAUSES, BusyError
from ringtrust.connect.ports import ListedNode
from ringtrust.connect.soap.axl import AxlClient, TooLargeError, read_nodes, read_rows
from ringtrust.connect.soap.envelope import FaultError, read_answer
from ringtrust.connect.soap.parts import Divided, divided
from ringtrust.connect.web import Account, Answer, Login, LoginRefusedError, NoRightError, Server, Web
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.lab.phone.phone import State
from ringtrust.lab.state.services import TOMCAT
from ringtrust.trust.certificates import certificates_in
from tests.connect.servers import ENVELOPE, Canned, Seconds, http, lab_web, pinned, soap, soap_fault
from tests.support.clusters import Wire, on_the_wire, small
from tests.support.live import live
from tests.support.shared import ROOT

SERVER = Server("pub", 8443)
WRONG = "battery staple"
ROWS = (
    '<ns:executeSQLQueryResponse xmlns:ns="http://www.cisco.com/AXL/API/9.1">'
    '<return xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<row><name>SEP1</name><text/><NIL xsi:nil='true'/></row><row><name>a &amp; b</name></row></return>"
    "</ns:executeSQLQueryResponse>"
)
TOO_LARGE = "Query request too large. Total rows matched: 3 rows. Suggestive Row Fetch: less than {} rows"


def _rows(*names: str) -> bytes:
    rows = "".join(f"<row><name>{name}</name></row>" for name in names)
    return http(
        200, ENVELOPE.format(f"<executeSQLQueryResponse><return>{rows}</return></executeSQLQueryResponse>").encode()
    )


def _axl(wire: Wire, web: Web, version: str | None = None) -> AxlClient:
    release = Release.of(version or wire.cluster.release.version)
    return AxlClient(web, Server(wire.cluster.publisher.address, 8443), release)


@pytest.mark.parametrize("name", ["campus-9.1", "campus-12.5"])
@live
async def test_a_query_gives_rows(name: str) -> None:
    async with on_the_wire(small(name, phones=3)) as wire, lab_web(wire) as web:
        axl = _axl(wire, web)
        rows = await axl.query("SELECT Name, description FROM device WHERE name <> '<&>' ORDER BY name")
        assert [row["name"] for row in rows] == sorted(desk.extension.device for desk in wire.lab.desks)
        assert await axl.query("select name from device where name = 'nobody'") == ()
        assert (await axl.query("select ipv6name from processnode where nodeid = 1"))[0]["ipv6name"] == ""


@live
async def test_every_certificate_comes_out_of_one_query() -> None:
    async with on_the_wire(small("campus-12.5", phones=0)) as wire, lab_web(wire) as web:
        rows = await _axl(wire, web).query("select certificate from certificate")
        found = {certificates_in(row["certificate"].encode())[0] for row in rows}
        for node in wire.cluster.nodes:
            assert {each.certificate for each in node.identities.values()} <= found


@live
async def test_a_wrong_request_is_refused_and_not_unreadable() -> None:
    async with on_the_wire(small(phones=0)) as wire, lab_web(wire) as web:
        with pytest.raises(RefusedError, match=r"The specified table \(elsewhere\) is not in the database"):
            await _axl(wire, web).query("select x from elsewhere")
        with pytest.raises(RefusedError, match="Nothing was not found"):
            await _axl(wire, web).parameter("Nothing")
        with pytest.raises(RefusedError, match="is not supported"):
            await _axl(wire, web, "15.0").query("select name from device")
        with pytest.raises(RefusedError, match="XML cannot carry"):
            await _axl(wire, web).query("select '\0'")


@live
async def test_an_enterprise_parameter_is_read() -> None:
    async with on_the_wire(small(phones=0)) as wire, lab_web(wire) as web:
        assert await _axl(wire, web).parameter("RollBackToPreGrayback") == "F"
        assert await _axl(wire, web).parameter("ClusterSecurityMode") == "0"


@pytest.mark.parametrize("name", ["campus-9.1", "branch-11.5", "campus-12.5"])
@live
async def test_every_phone_is_reset_once_and_no_parameter_changes(name: str) -> None:
    """By what the schema of the release has: one phone after the other, by CM group, all at once."""
    async with on_the_wire(small(name, phones=3)) as wire, lab_web(wire) as web:
        await wire.all_registered()
        axl = _axl(wire, web)
        before = await axl.query("select * from processconfig")
        await axl.reset_all_phones()
        await wire.lab.until(lambda: all(desk.line.phone.boots == 2 for desk in wire.lab.desks))
        assert {desk.line.phone.state for desk in wire.lab.desks} == {State.BOOTING}
        assert await axl.query("select * from processconfig") == before


@live
async def test_a_group_that_cannot_be_reset_does_not_keep_the_others_from_it() -> None:
    groups = soap(
        "<executeSQLQueryResponse><return><row><name>A</name></row><row><name>B</name></row></return>"
        "</executeSQLQueryResponse>"
    )
    done = soap("<resetCallManagerGroupResponse><return>true</return></resetCallManagerGroupResponse>")
    canned = Canned(groups, http(500), done)
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        with pytest.raises(UnreadableError, match="1 of 2 resets failed"):
            await AxlClient(web, server, Release(11, 5), timer=Seconds()).reset_all_phones()
    asked = [request for request in canned.requests if b"resetCallManagerGroup" in request]
    assert [b"<name>A</name>" in asked[0], b"<name>B</name>" in asked[1], len(asked)] == [True, True, 2]


@live
async def test_phones_that_a_busy_server_has_not_reset_are_asked_for_again_and_no_others() -> None:
    phones = soap("<executeSQLQueryResponse><return><row><name>SEP1</name></row></return></executeSQLQueryResponse>")
    done = soap("<doDeviceResetResponse><return>true</return></doDeviceResetResponse>")
    canned = Canned(phones, http(503), done)
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        await AxlClient(web, server, Release(9, 1), timer=Seconds()).reset_all_phones()
    assert len(canned.requests) == 3
    assert b"<deviceName>SEP1</deviceName><isHardReset>true</isHardReset>" in canned.requests[2]


@live
async def test_these_phones_are_reset_one_after_the_other_and_no_others() -> None:
    """One that fails keeps nobody from it, and nothing is sent twice but to a server that is busy."""
    done = soap("<doDeviceResetResponse><return>true</return></doDeviceResetResponse>")
    canned = Canned(done, http(500), http(503), done)
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        with pytest.raises(UnreadableError, match="1 of 3 resets failed"):
            await AxlClient(web, server, Release(15, 0), timer=Seconds()).reset_phones(["SEP1", "SEP2", "SEP3"])
    told = [name for request in canned.requests for name in ("SEP1", "SEP2", "SEP3") if name.encode() in request]
    assert told == ["SEP1", "SEP2", "SEP3", "SEP3"]
    assert all(b"<isHardReset>true</isHardReset>" in request for request in canned.requests)


def test_the_operation_that_restores_defaults_is_nowhere_in_the_source() -> None:
    sources = list((ROOT / "src").rglob("*.py")) + list((ROOT / "src").rglob("*.toml"))
    assert Path(ROOT / "src/ringtrust/connect/soap/axl.py") in sources
    for path in sources:
        assert not re.search("do(Enterprise|Service)ParametersReset", path.read_text(), re.IGNORECASE), path


@live
async def test_a_wrong_password_is_told_without_the_password() -> None:
    async with on_the_wire(small(phones=0)) as wire, lab_web(wire, secret=WRONG) as web:
        with pytest.raises(LoginRefusedError, match="does not take the user or the password") as refused:
            await _axl(wire, web).query("select name from device")
        assert WRONG not in f"{refused.value!r}{refused.value.advice}"
        assert not isinstance(refused.value, NoRightError)


@live
async def test_a_node_without_tomcat_is_unreadable() -> None:
    async with on_the_wire(small(phones=0)) as wire, lab_web(wire) as web:
        tomcat = wire.cluster.publisher.services.find(TOMCAT)
        assert tomcat is not None
        wire.cluster.publisher.services.stop(tomcat)
        with pytest.raises(UnreadableError, match="cannot be reached"):
            await _axl(wire, web).query("select name from device")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (http(404), "no such web service"),
        (http(403), "does not let this user in"),
        (http(302), "HTTP status 302"),
        (http(500, b"<html>Internal error</html>"), "XML that is no SOAP"),
        (http(200, ENVELOPE.format(ROWS).encode()[:-20]), "no whole SOAP document"),
        (http(200, b""), "no whole SOAP document"),
        (http(200, b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "document type"),
        (http(200, ENVELOPE.format("").encode()), "no SOAP"),
        (http(200, ENVELOPE.format("<other/>").encode()), "something else than executeSQLQueryResponse"),
        (http(200, ENVELOPE.format("<executeSQLQueryResponse/>").encode()), "without saying what it found"),
        (http(500, ENVELOPE.format(ROWS).encode()), "that it failed, and not why"),
        (soap_fault("out of order"), 'says: "out of order"'),
    ],
)
@live
async def test_an_answer_that_is_none_is_unreadable(answer: bytes, said: str) -> None:
    canned = Canned(answer)
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        with pytest.raises(UnreadableError, match=said) as error:
            await AxlClient(web, server, Release(9, 1)).query("select name from device")
    assert len(canned.requests) == 1
    assert not isinstance(error.value, TooLargeError)


@live
async def test_the_request_names_the_schema_of_the_release_and_the_session_is_kept() -> None:
    canned = Canned(http(200, ENVELOPE.format(ROWS).encode(), "Set-Cookie: JSESSIONIDSSO=abc; Path=/"))
    async with canned.over_tls() as server, Web(pinned(server), login=Login("a", "b"), session=True) as web:
        axl = AxlClient(web, server, Release(12, 5))
        rows = await axl.query("select 1")
        await axl.query("select 2")
    assert rows == ({"name": "SEP1", "text": "", "nil": ""}, {"name": "a & b"})
    assert canned.requests[0].startswith(b"POST /axl/ HTTP/1.1\r\n")
    assert b'SOAPAction: "CUCM:DB ver=12.5 executeSQLQuery"\r\n' in canned.requests[0]
    assert b'xmlns:ns="http://www.cisco.com/AXL/API/12.5"' in canned.requests[0]
    assert b"JSESSIONIDSSO=abc" in canned.requests[1]


@live
async def test_an_ordered_query_that_is_too_large_is_asked_in_parts() -> None:
    canned = Canned(soap_fault(TOO_LARGE.format(4), "-1"), _rows("a", "b"), _rows("c"))
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        rows = await AxlClient(web, server, Release(9, 1)).query("SELECT name FROM device ORDER BY name")
    assert [row["name"] for row in rows] == ["a", "b", "c"]
    asked = [re.search(b"<sql>(.*)</sql>", request) for request in canned.requests]
    assert [found[1] for found in asked if found][1:] == [
        b"select skip 0 first 2 name FROM device ORDER BY name, device.pkid",
        b"select skip 2 first 2 name FROM device ORDER BY name, device.pkid",
    ]


@live
async def test_a_query_without_an_order_gets_one_and_a_part_that_is_too_large_is_halved() -> None:
    large = soap_fault(TOO_LARGE.format(9), "-1")
    canned = Canned(large, large, _rows("a", "b"), _rows("c"))
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        rows = await AxlClient(web, server, Release(9, 1)).query("select name from device where name like 'SEP%'")
    assert [row["name"] for row in rows] == ["a", "b", "c"]
    asked = [re.search(b"<sql>select (.*) name from device (.*)</sql>", request) for request in canned.requests[1:]]
    assert [found[1] for found in asked if found] == [b"skip 0 first 4", b"skip 0 first 2", b"skip 2 first 2"]
    assert {found[2] for found in asked if found} == {b"where name like 'SEP%' order by device.pkid"}


@live
async def test_where_rows_come_or_go_between_the_parts_all_is_read_again() -> None:
    large = soap_fault(TOO_LARGE.format(4), "-1")
    settled = Canned(large, _rows("a"), _rows("a"))
    async with settled.over_tls() as server, Web(pinned(server)) as web:
        rows = await AxlClient(web, server, Release(9, 1)).query("select name from device")
    assert [row["name"] for row in rows] == ["a"]
    assert len(settled.requests) == 3
    changing = Canned(large, _rows(), _rows("a"), _rows("a", "b"), _rows())
    async with changing.over_tls() as server, Web(pinned(server)) as web:
        with pytest.raises(UnreadableError, match="another number of rows each time"):
            await AxlClient(web, server, Release(9, 1)).query("select name from device")


@pytest.mark.parametrize(
    ("sql", "rows", "why"),
    [
        ("select count(*) from device", "844", "no order"),
        ("select skip 0 first 9 a from b order by a", "844", "asks for a part itself"),
        ("select a from b order by a", "no", "one row alone is too much"),
        ("select a from b order by a", "1", "one row alone is too much"),
    ],
)
@live
async def test_a_query_that_cannot_be_asked_in_parts_is_unreadable_and_says_why(sql: str, rows: str, why: str) -> None:
    canned = Canned(soap_fault(TOO_LARGE.format(rows), "-1"))
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        with pytest.raises(TooLargeError, match=f"Query request too large.*cannot be asked in parts: .*{why}") as error:
            await AxlClient(web, server, Release(9, 1)).query(sql)
    assert str(error.value.rows) == rows.replace("no", "-1")


@pytest.mark.parametrize(
    "sql",
    [
        "select name from device order by name",
        "select name from device",
        "select d.name, t.name as model from device as d inner join typemodel as t on t.enum = d.tkmodel",
    ],
)
@live
async def test_parts_are_read_on_the_wire_too(sql: str) -> None:
    async with on_the_wire(small(phones=5)) as wire, lab_web(wire) as web:
        found = divided(sql)
        assert isinstance(found, Divided)
        parts = await _axl(wire, web)._in_parts(found, 4)
        whole = await _axl(wire, web).query(sql)
        assert sorted(parts, key=str) == sorted(whole, key=str)
        assert len(parts) == 5


BUSY = (
    http(503),
    soap_fault("Maximum AXL Memory Allocation Consumed. Please retry once requests in progress have completed", "-1"),
)


@pytest.mark.parametrize("busy", BUSY, ids=["queue", "memory"])
@live
async def test_a_question_waits_out_a_busy_server_and_an_act_is_sent_once(busy: bytes) -> None:
    canned, timer = Canned(busy, busy, _rows("a")), Seconds()
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        rows = await AxlClient(web, server, Release(9, 1), timer=timer).query("select name from device")
        assert [row["name"] for row in rows] == ["a"]
    assert len(canned.requests) == 3
    assert timer.seconds == sum(PAUSES[:2])
    canned, timer = Canned(busy), Seconds()
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        axl = AxlClient(web, server, Release(9, 1), timer=timer)
        with pytest.raises(BusyError):
            await axl.query("select name from device")
        assert (len(canned.requests), timer.seconds) == (1 + len(PAUSES), sum(PAUSES))
        acts = (
            axl.update("update device set name = 'a'"),
            axl.apply_phone("SEP1"),
            axl.reset_phone("SEP1"),
            axl.set_parameter("ClusterSecurityMode", "1"),
        )
        for number, act in enumerate(acts, start=2 + len(PAUSES)):
            with pytest.raises(UnreadableError):
                await act
            assert len(canned.requests) == number
    assert timer.seconds == sum(PAUSES)


@live
async def test_a_session_that_has_ended_is_one_new_login_for_a_question_and_the_end_of_an_act() -> None:
    begun = http(200, _rows("a").partition(b"\r\n\r\n")[2], "Set-Cookie: JSESSIONIDSSO=abc; Path=/")
    canned = Canned(begun, http(404), _rows("b"), begun, http(404))
    login = Login("a", "b")
    async with canned.over_tls() as server, Web(pinned(server), login=login, session=True) as web:
        axl = AxlClient(web, server, Release(12, 5), timer=Seconds())
        assert (await axl.query("select 1"))[0]["name"] == "a"
        assert (await axl.query("select 1"))[0]["name"] == "b"
        assert [b"JSESSIONIDSSO" in request for request in canned.requests] == [False, True, False]
        assert all(b"\r\nAuthorization: Basic " in request for request in canned.requests)
        await axl.query("select 1")
        with pytest.raises(UnreadableError, match="has ended the session"):
            await axl.reset_phone("SEP1")
        assert len(canned.requests) == 5
        with pytest.raises(UnreadableError, match="no such web service"):
            await axl.query("select 1")
    assert len(canned.requests) == 7


SET_PARAMETER = (
    "<ns:updateServiceParameter {}><processNodeName>EnterpriseWideData</processNodeName>"
    "<name>RollBackToPreGrayback</name><service>Enterprise Wide</service><value>T</value></ns:updateServiceParameter>"
)


@pytest.mark.parametrize(
    ("act", "inner"),
    [
        (lambda axl: axl.apply_phone("SEP<1>"), "<ns:applyPhone {}><name>SEP&lt;1&gt;</name></ns:applyPhone>"),
        (
            lambda axl: axl.reset_phone("SEP1"),
            "<ns:doDeviceReset {}><deviceName>SEP1</deviceName><isHardReset>true</isHardReset></ns:doDeviceReset>",
        ),
        (lambda axl: axl.reset_all_phones(), "<ns:resetEnterpriseParameters {}></ns:resetEnterpriseParameters>"),
        (
            lambda axl: axl.set_parameter("RollBackToPreGrayback", "T"),
            SET_PARAMETER,
        ),
    ],
    ids=["apply", "reset", "reset all", "parameter"],
)
@live
async def test_an_act_says_what_the_schema_says(act: Callable[[AxlClient], Awaitable[None]], inner: str) -> None:
    name = inner[4:].partition(" ")[0]
    canned = Canned(soap(f"<{name}Response><return>true</return></{name}Response>"))
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        await act(AxlClient(web, server, Release(14, 0)))
    [request] = canned.requests
    assert inner.format('xmlns:ns="http://www.cisco.com/AXL/API/14.0"').encode() in request
    assert f'SOAPAction: "CUCM:DB ver=14.0 {name}"'.encode() in request


@live
async def test_an_update_gives_the_number_of_rows_and_nothing_else_is_one() -> None:
    answer = "<executeSQLUpdateResponse><return><rowsUpdated>{}</rowsUpdated></return></executeSQLUpdateResponse>"
    canned = Canned(soap(answer.format(3)), soap(answer.format("many")), soap_fault("no such table", "-206"))
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        axl = AxlClient(web, server, Release(9, 1))
        for sql in ("delete from device", "select 1", "", "updated", "drop table device"):
            with pytest.raises(RefusedError, match="Only an UPDATE"):
                await axl.update(sql)
        assert canned.requests == []
        assert await axl.update("update device set description = 'a' where name = 'b'") == 3
        with pytest.raises(UnreadableError, match="did not say how many rows"):
            await axl.update("update device set description = 'a'")
        with pytest.raises(RefusedError, match="no such table"):
            await axl.update("update device set description = 'a'")


LSC = "<certificateOperation>Install/Upgrade</certificateOperation><authenticationMode>By Null String"


@pytest.mark.shows("S173", "S174")
@pytest.mark.parametrize("name", ["campus-9.1", "branch-11.5", "campus-14"])
@live
async def test_a_new_lsc_is_asked_for_and_applied_phone_by_phone(name: str) -> None:
    async with on_the_wire(small(name, phones=3)) as wire, lab_web(wire) as web:
        await wire.all_registered()
        axl = _axl(wire, web)
        phones = sorted(desk.extension.device for desk in wire.lab.desks)
        assert await axl.set_lsc_operation(phones[:2], "Install/Upgrade", "By Null String") == 2
        await axl.apply_phones(phones[:2])
        asked = (
            "select d.name as name, o.name as operation, s.name as status, a.name as mode, "
            "d.upgradefinishtime as until from device as d "
            "inner join typecertificateoperation as o on o.enum = d.tkcertificateoperation "
            "inner join typecertificatestatus as s on s.enum = d.tkcertificatestatus "
            "inner join typeauthenticationmode as a on a.enum = d.tkauthenticationmode order by d.name"
        )
        *two, third = await axl.query(asked)
        assert [(row["name"], row["mode"]) for row in two] == [(each, "By Null String") for each in phones[:2]]
        assert all(re.fullmatch(r"[0-9]{4}(:[0-9]{2}){4}", row["until"]) for row in two)
        assert (third["operation"], third["until"]) == ("No Pending Operation", "")


@live
async def test_a_phone_that_cannot_be_set_does_not_keep_the_others_from_it() -> None:
    done = soap("<updatePhoneResponse><return>true</return></updatePhoneResponse>")
    refused = soap_fault("Item not valid: The specified B was not found", "5007")
    canned = Canned(done, refused, http(503), done, refused)
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        axl = AxlClient(web, server, Release(12, 5), timer=Seconds())
        with pytest.raises(UnreadableError, match=r"1 of 3 certificate operations failed: .*B was not found"):
            await axl.set_lsc_operation(["A", "B", "C"], "Install/Upgrade", "By Null String")
        with pytest.raises(RefusedError, match="B was not found"):
            await axl.set_lsc_operation(["B"], "Install/Upgrade", "By Null String")
        assert await axl.set_lsc_operation([], "Install/Upgrade", "By Null String") == 0
    assert len(canned.requests) == 5
    assert all(LSC.encode() in request for request in canned.requests)


@live
async def test_before_10_0_a_restart_takes_the_place_of_apply() -> None:
    canned = Canned(soap("<doDeviceResetResponse><return>true</return></doDeviceResetResponse>"))
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        await AxlClient(web, server, Release(9, 1), timer=Seconds()).apply_phones(["SEP1"])
    assert b"<deviceName>SEP1</deviceName><isHardReset>false</isHardReset>" in canned.requests[0]


VERSION = (
    "<getCCMVersionResponse><return><componentVersion><version>{}</version></componentVersion></return>"
    "</getCCMVersionResponse>"
)


@live
async def test_the_version_of_a_node_and_of_the_one_that_is_asked() -> None:
    canned = Canned(soap(VERSION.format("12.5.1.14900-63")), soap(VERSION.format("12.5.1.14900-63")))
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        axl = AxlClient(web, server, Release(12, 5))
        assert [await axl.version(), await axl.version("sub1")] == ["12.5.1.14900-63"] * 2
    assert b'12.5"></ns:getCCMVersion>' in canned.requests[0]
    assert b"<processNodeName>sub1</processNodeName></ns:getCCMVersion>" in canned.requests[1]
    async with Canned(soap(VERSION.format(""))).over_tls() as server, Web(pinned(server)) as web:
        with pytest.raises(UnreadableError, match="did not give the version"):
            await AxlClient(web, server, Release(12, 5)).version()


def _listed(*nodes: str) -> bytes:
    return soap(f"<listProcessNodeResponse><return>{''.join(nodes)}</return></listProcessNodeResponse>")


EVERYWHERE = "<processNode><name>EnterpriseWideData</name><nodeUsage>Publisher</nodeUsage></processNode>"
PUBLISHER = (
    "<processNode uuid='{{A}}'><name>pub</name><nodeUsage>Publisher</nodeUsage>"
    "<processNodeRole>CUCM Voice/Video</processNodeRole></processNode>"
)


@pytest.mark.parametrize(("release", "asked"), [(Release(9, 1), 2), (Release(12, 5), 3)])
@live
async def test_nodes_are_listed_without_the_one_that_stands_for_all(release: Release, asked: int) -> None:
    presence = "<processNode><name>imp</name><nodeUsage>Subscriber</nodeUsage></processNode>"
    canned = Canned(_listed(EVERYWHERE, PUBLISHER, presence))
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        nodes = await AxlClient(web, server, release).nodes()
    assert nodes == (ListedNode("pub", "Publisher", "CUCM Voice/Video"), ListedNode("imp", "Subscriber", ""))
    assert [node.publisher for node in nodes] == [True, False]
    tags = re.search(b"<returnedTags>(.*)</returnedTags>", canned.requests[0])
    assert tags is not None
    assert len(re.findall(b"<[a-zA-Z]+/>", tags[1])) == asked
    assert b"<searchCriteria><name>%</name></searchCriteria>" in canned.requests[0]


@pytest.mark.parametrize(
    "answer", [_listed(), _listed(EVERYWHERE), _listed("<processNode/>"), soap("<listProcessNodeResponse/>")]
)
@live
async def test_a_cluster_without_a_node_is_none(answer: bytes) -> None:
    async with Canned(answer).over_tls() as server, Web(pinned(server)) as web:
        with pytest.raises(UnreadableError, match=r"lists (no node|a node without a name)"):
            await AxlClient(web, server, Release(9, 1)).nodes()


@live
async def test_who_may_not_use_it_is_told_which_role_is_missing_and_the_platform_login_stays_away() -> None:
    async with Canned(http(403)).over_tls() as server, Web(pinned(server)) as web:
        with pytest.raises(NoRightError) as refused:
            await AxlClient(web, server, Release(9, 1)).query("select 1")
        assert "Standard AXL API Access" in refused.value.advice
    async with Web(login=Login("admin", WRONG, Account.PLATFORM)) as web:
        with pytest.raises(RefusedError, match="not for the application user's doors") as other:
            AxlClient(web, SERVER, Release(9, 1))
        assert WRONG not in str(other.value)


GOOD = ENVELOPE.format(ROWS).encode()
NODES = ENVELOPE.format(f"<listProcessNodeResponse><return>{EVERYWHERE}{PUBLISHER}</return></listProcessNodeResponse>")


@given(st.integers(0, len(NODES)), st.integers(0, 60), st.binary(max_size=20))
def test_any_list_of_nodes_is_read_or_one_typed_error(at: int, cut: int, put: bytes) -> None:
    data = NODES.encode()[:at] + put + NODES.encode()[at + cut :]
    try:
        assert read_nodes(read_answer(SERVER, Answer(200, data)))
    except UnreadableError as error:
        assert str(error).isprintable()


@given(
    st.sampled_from([200, 500, 401, 999]),
    st.binary(max_size=300)
    | st.tuples(st.integers(0, len(GOOD)), st.integers(0, 30), st.binary(max_size=20)).map(
        lambda cut: GOOD[: cut[0]] + cut[2] + GOOD[cut[0] + cut[1] :]
    ),
)
def test_any_answer_is_read_or_one_typed_error(status: int, data: bytes) -> None:
    try:
        read_rows(read_answer(SERVER, Answer(status, data)))
    except UnreadableError as error:
        assert str(error).isprintable()


def test_a_fault_is_clipped_and_escaped_for_terminals() -> None:
    inner = "<s:Fault><faultstring>&#x9b;31m" + "x" * 5000 + "</faultstring></s:Fault>"
    with pytest.raises(FaultError) as fault:
        read_answer(SERVER, Answer(500, ENVELOPE.format(inner).encode()))
    assert str(fault.value).isprintable()
    assert len(str(fault.value)) < 300
