"""AXL and RISPort70, document by document, and over HTTPS with curl (interfaces.md §3, §5)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.clock import StoppedClock
from ringtrust.errors import FormatError
from ringtrust.lab.phone.phone import State
from ringtrust.lab.soap.axl import Axl
from ringtrust.lab.soap.envelope import read_operation
from ringtrust.lab.soap.ris import Ris
from ringtrust.lab.state.services import CALLMANAGER
from ringtrust.safe_xml import children, text
from ringtrust.trust.certificates import certificates_in
from tests.lab.soap.asking import RIS, axl, request, returned, ris, sql
from tests.support.clients import curl, curl_status
from tests.support.clusters import BOOT, PHONES, START, bench, on_the_wire, small
from tests.support.live import live


def test_a_query_gives_rows_with_lower_case_names() -> None:
    made = bench(small(phones=3), on=False)
    rows = sql(made, "select NAME, Description from device order by name")
    assert [set(row) for row in rows] == [{"name", "description"}] * 3
    assert sql(made, "select name from device where name = 'nobody'") == []
    assert sql(made, "select count(*), ipv6name from processnode where nodeid = 1") == [
        {"column0": "1", "ipv6name": ""}
    ]


def test_every_certificate_comes_out_of_one_query() -> None:
    made = bench(small("campus-12.5", phones=0))
    rows = sql(made, "SELECT pkid, subjectname, issuername, serialnumber, certificate FROM certificate")
    found = {certificates_in(row["certificate"].encode())[0] for row in rows}
    for node in made.cluster.nodes:
        assert {identity.certificate for identity in node.identities.values()} <= found


def test_a_bad_query_is_a_fault_with_a_reason() -> None:
    status, body = axl(bench(small(phones=0)), "executeSQLQuery", "<sql>select x from elsewhere</sql>")
    assert status == 500
    assert text(body, "faultstring") == "The specified table (elsewhere) is not in the database."
    assert text(body, "detail", "axlError", "request") == "executeSQLQuery"


def test_an_unknown_operation_is_a_fault() -> None:
    status, body = axl(bench(small(phones=0)), "addPhone")
    assert status == 500
    assert "addPhone" in text(body, "faultstring")


def test_the_version_and_the_nodes() -> None:
    made = bench(small(phones=0))
    assert text(returned(axl(made, "getCCMVersion")[1]), "componentVersion", "version") == "9.1.2.12901-3"
    nodes = children(returned(axl(made, "listProcessNode")[1]), "processNode")
    assert [text(node, "name") for node in nodes] == ["EnterpriseWideData", "pub", "sub1", "sub2"]
    assert [text(node, "nodeUsage") for node in nodes[1:]] == ["Publisher", "Subscriber", "Subscriber"]


def test_an_enterprise_parameter_is_read_changed_and_replicated_and_rollback_resets_all_phones() -> None:
    made = bench()
    named = "<processNodeName>EnterpriseWideData</processNodeName><name>{}</name><service>Enterprise Wide</service>"
    rollback = named.format("RollBackToPreGrayback")

    def read(node: str) -> str:
        return text(returned(axl(made, "getServiceParameter", rollback, node)[1]), "serviceParameter", "value")

    assert read("pub") == "F"
    assert text(axl(made, "updateServiceParameter", f"{rollback}<value>T</value>")[1], "return").startswith("{")
    assert (read("pub"), read("sub1")) == ("T", "F")
    assert {phone.state for phone in made.phones} == {State.BOOTING}
    made.time.advance(5)
    assert read("sub1") == "T"
    for operation in ("getServiceParameter", "updateServiceParameter"):
        assert text(axl(made, operation, named.format("Nothing"))[1], "detail", "axlError", "axlcode") == "5007"
        assert axl(made, operation, "<name>x</name><service>Cisco Tftp</service>")[0] == 500


def test_what_the_schema_of_a_client_does_not_have_is_not_served() -> None:
    """AXLAPI.wsdl: devices from the beginning, one phone or a group from 10.0, all at once from 12.0 on."""
    made = bench()
    device = made.phones[0].traits.device
    for operation in ("resetEnterpriseParameters", "resetPhone", "resetCallManagerGroup"):
        assert axl(made, operation, f"<name>{device}</name>")[0] == 500
    assert axl(made, "doDeviceReset", f"<deviceName>{device}</deviceName><isHardReset>true</isHardReset>")[0] == 200
    assert [phone.boots for phone in made.phones] == [2] + [1] * (PHONES - 1)


def test_all_phones_or_one_are_reset() -> None:
    made = bench(small("campus-12.5"))
    assert axl(made, "resetEnterpriseParameters")[0] == 200
    assert [phone.boots for phone in made.phones] == [2] * PHONES
    made.time.advance(BOOT)
    device = made.phones[0].traits.device
    assert axl(made, "resetPhone", f"<name>{device}</name>")[0] == 200
    assert [phone.boots for phone in made.phones] == [3] + [2] * (PHONES - 1)
    assert axl(made, "resetPhone", f"<name>{device}</name>")[0] == 200  # it is not registered now
    assert axl(made, "resetPhone", "<name>SEP000000000000</name>")[0] == 500


def test_ris_tells_which_phone_is_registered_where() -> None:
    made = bench()
    found = ris(made)
    assert {name: len(devices) for name, devices in found.items()} == {"pub": 0, "sub1": 3, "sub2": 3}
    device = found["sub1"][0]
    assert text(device, "Status") == "Registered"
    assert text(device, "IPAddress", "item", "IP") == "127.9.9.2"
    assert text(device, "Httpd") == "Yes"
    assert text(device, "StatusReason") == "0"


def test_ris_tells_where_a_phone_was_when_it_is_not_registered() -> None:
    made = bench()
    for node in ("sub1", "sub2"):
        made.stop(CALLMANAGER, node)
    found = ris(made)
    assert {text(device, "Status") for devices in found.values() for device in devices} == {"UnRegistered"}
    assert {text(device, "StatusReason") for devices in found.values() for device in devices} == {"8"}
    assert {text(device, "Name") for devices in found.values() for device in devices} == set(made.exchange.phones)
    assert sum(map(len, ris(made, "<Status>Registered</Status>").values())) == 0


@pytest.mark.parametrize(
    ("inner", "count"),
    [
        ("<MaxReturnedDevices>2</MaxReturnedDevices>", 2),
        ("<NodeName>sub1</NodeName>", 3),
        ("<SelectItems><item><Item>{}</Item></item></SelectItems>", 1),
        ("<SelectItems><item><Item>{}</Item><Item>SEP000000000000</Item></item></SelectItems>", 1),
        ("<SelectItems><item><Item>SEPB*</Item></item></SelectItems>", 0),
        ("<SelectItems><item><Item></Item></item></SelectItems>", 6),
        ("<SelectItems><item><Item>SEP000000000000</Item></item><item><Item>{}</Item></item></SelectItems>", 1),
        ("<MaxReturnedDevices>many</MaxReturnedDevices>", 6),
    ],
)
def test_ris_selects(inner: str, count: int) -> None:
    made = bench()
    assert sum(map(len, ris(made, inner.format(made.phones[0].traits.device)).values())) == count


def test_only_the_older_operation_takes_a_star_for_anything() -> None:
    made = bench()
    star = "<SelectItems><item><Item>SEPB*</Item></item></SelectItems>"
    assert sum(map(len, ris(made, star, "selectCmDevice").values())) == PHONES


def test_ris_refuses_more_names_than_it_returns_devices() -> None:
    made = bench(small(phones=1))
    names = "<Item>*A*B*C*</Item>" * 1001
    criteria = f"<CmSelectionCriteria><SelectItems><item>{names}</item></SelectItems></CmSelectionCriteria>"
    server = Ris(made.cluster, made.cluster.publisher)
    assert server.answer(read_operation(request("selectCmDevice", criteria, RIS)))[0] == 500


def test_a_name_that_is_too_long_for_a_database_is_a_fault() -> None:
    made = bench(small(phones=0))
    for operation in ("resetPhone", "getServiceParameter", "updateServiceParameter"):
        assert axl(made, operation, f"<name>{'x' * 200_000}</name>")[0] == 500


def test_ris_answers_fifteen_times_a_minute() -> None:
    made = bench(small(phones=1))
    server = Ris(made.cluster, made.cluster.publisher)
    asked = read_operation(request("selectCmDevice", "<CmSelectionCriteria/>", RIS))
    assert {server.answer(asked)[0] for _ in range(15)} == {200}
    status, answer = server.answer(asked)
    assert status == 500
    assert b"Exceeded allowed rate for Reatime information" in answer
    made.cluster.wall = StoppedClock(START + timedelta(minutes=1))
    assert server.answer(asked)[0] == 200


@pytest.mark.parametrize(("space", "status"), [("8.5", 200), ("9.1", 200), ("10.0", 500), ("15.0", 500), ("x", 500)])
def test_axl_takes_its_own_schema_and_older_ones(space: str, status: int) -> None:
    made = bench(small(phones=0))
    asked = read_operation(request("getCCMVersion", space=f"http://www.cisco.com/AXL/API/{space}"))
    assert Axl(made.cluster, made.cluster.publisher).answer(asked)[0] == status


def test_a_parameter_takes_only_values_that_it_can_have_and_the_same_value_resets_nobody() -> None:
    made = bench()
    named = "<processNodeName>EnterpriseWideData</processNodeName><name>{}</name><value>{}</value>"
    assert axl(made, "updateServiceParameter", named.format("RollBackToPreGrayback", "F"))[0] == 200
    assert [phone.boots for phone in made.phones] == [1] * PHONES
    assert axl(made, "updateServiceParameter", named.format("RollBackToPreGrayback", "banana"))[0] == 500
    assert axl(made, "updateServiceParameter", named.format("ClusterSecurityMode", "1"))[0] == 500


@given(st.binary(max_size=120) | st.text(max_size=60).map(lambda noise: request("executeSQLQuery", noise)))
def test_any_request_is_an_operation_or_refused(noise: bytes) -> None:
    try:
        read_operation(noise)
    except FormatError:
        return


MADE = bench(small(phones=0))


@given(st.text(max_size=80))
def test_any_query_is_answered_or_refused_and_the_answer_is_xml(query: str) -> None:
    node = MADE.cluster.publisher
    found = node.replica.query(query)
    assert found is not None
    literal = "select '" + query.replace("'", "''").replace("\0", "") + "' as said"
    printable = "".join(c if c.isprintable() else " " for c in literal)
    sql(MADE, printable)
    status, _ = Axl(MADE.cluster, node).answer(
        read_operation(request("executeSQLQuery", "<sql>select x'00ff' as b</sql>"))
    )
    assert status == 200


@live
async def test_curl_needs_the_application_user_s_password() -> None:
    async with on_the_wire(small(phones=1)) as wire:
        address = wire.cluster.publisher.address
        user = f"{wire.lab.application.user}:{wire.lab.application.password}"
        platform = f"{wire.lab.platform.user}:{wire.lab.platform.password}"
        body = request("executeSQLQuery", "<sql>select name from device</sql>").decode()
        at_axl, at_ris = (
            f"https://{address}:8443/axl/",
            f"https://{address}:8443/realtimeservice2/services/RISService70",
        )
        answer = await curl("--insecure", "-u", user, "-H", "Content-Type: text/xml", "-d", body, at_axl)
        assert wire.lab.desks[0].extension.device.encode() in answer
        wanted = request("selectCmDeviceExt", "<CmSelectionCriteria/>", RIS).decode()
        assert b"SelectCmDeviceResult" in await curl("--insecure", "-u", user, "-d", wanted, at_ris)
        assert b"AXL Web Service" in await curl("--insecure", "-u", user, at_axl)
        assert await curl_status("--insecure", "-u", user, "-d", "no XML", at_axl) == 500
        for who in ((), ("-u", "x:y"), ("-u", platform), ("-H", "Authorization: Basic !"), ("-H", "Authorization: x")):
            assert await curl_status("--insecure", *who, "-d", body, at_axl) == 401
        assert await curl_status("--insecure", f"https://{address}:8443/") == 200
        assert await curl_status("--insecure", f"https://{address}:8443/nothing") == 404
