"""AXL against a lab on the wire, and against whatever else may answer (interfaces.md §3)."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.cluster.release import Release
from ringtrust.connect.soap.axl import AxlClient, TooLargeError, read_rows
from ringtrust.connect.soap.envelope import FaultError, read_answer
from ringtrust.connect.web import Answer, Login, LoginRefusedError, Server, Web
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.lab.phone.phone import State
from ringtrust.lab.state.services import TOMCAT
from ringtrust.trust.certificates import certificates_in
from tests.connect.servers import Canned, http, lab_web, pinned
from tests.support.clusters import Wire, on_the_wire, small
from tests.support.live import live
from tests.support.shared import ROOT

SERVER = Server("pub", 8443)
WRONG = "battery staple"
ENVELOPE = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'
ROWS = (
    '<ns:executeSQLQueryResponse xmlns:ns="http://www.cisco.com/AXL/API/9.1">'
    '<return xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<row><name>SEP1</name><text/><NIL xsi:nil='true'/></row><row><name>a &amp; b</name></row></return>"
    "</ns:executeSQLQueryResponse>"
)
TOO_LARGE = "Query request too large. Total rows matched: 2816 rows. Suggestive Row Fetch: less than {} rows"


def _fault(message: str, code: str = "-1") -> bytes:
    detail = f"<axlError><axlcode>{code}</axlcode><axlmessage>{message}</axlmessage></axlError>" if code else ""
    inner = f"<faultcode>s:Server</faultcode><faultstring>{message}</faultstring><detail>{detail}</detail>"
    return http(500, ENVELOPE.format(f"<s:Fault>{inner}</s:Fault>").encode())


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


@live
async def test_every_phone_is_reset_once_and_no_parameter_changes() -> None:
    async with on_the_wire(small(phones=3)) as wire, lab_web(wire) as web:
        await wire.all_registered()
        axl = _axl(wire, web)
        before = await axl.query("select * from processconfig")
        await axl.reset_all_phones()
        await wire.lab.until(lambda: all(desk.line.phone.boots == 2 for desk in wire.lab.desks))
        assert {desk.line.phone.state for desk in wire.lab.desks} == {State.BOOTING}
        assert await axl.query("select * from processconfig") == before


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
        (http(503), "its queue is full"),
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
        (_fault("out of order", code=""), 'says: "out of order"'),
        (
            _fault("Maximum AXL Memory Allocation Consumed. Please retry once requests in progress have completed"),
            "retry",
        ),
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
    canned = Canned(_fault(TOO_LARGE.format(4)), _rows("a", "b"), _rows("c"))
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        rows = await AxlClient(web, server, Release(9, 1)).query("SELECT name FROM device ORDER BY name")
    assert [row["name"] for row in rows] == ["a", "b", "c"]
    asked = [re.search(b"<sql>(.*)</sql>", request) for request in canned.requests]
    assert [found[1] for found in asked if found][1:] == [
        b"select skip 0 first 2 name FROM device ORDER BY name",
        b"select skip 2 first 2 name FROM device ORDER BY name",
    ]


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("select name from device", "844"),
        ("select skip 0 first 9 a from b order by a", "844"),
        ("select a from b order by a", "no"),
    ],
)
@live
async def test_a_query_without_an_order_that_is_too_large_is_unreadable(sql: str, rows: str) -> None:
    canned = Canned(_fault(TOO_LARGE.format(rows)))
    async with canned.over_tls() as server, Web(pinned(server)) as web:
        with pytest.raises(TooLargeError, match="Query request too large") as error:
            await AxlClient(web, server, Release(9, 1)).query(sql)
    assert error.value.rows == (844 if rows == "844" else 0)


@live
async def test_parts_are_read_on_the_wire_too() -> None:
    async with on_the_wire(small(phones=5)) as wire, lab_web(wire) as web:
        parts = await _axl(wire, web)._in_parts("name from device order by name", 4)
        assert parts == await _axl(wire, web).query("select name from device order by name")


GOOD = ENVELOPE.format(ROWS).encode()


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
