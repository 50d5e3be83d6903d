"""What AXL and RISPort70 of the lab answer is what the schemas say: Cisco's own for AXL, where ciscoaxl brings it."""

from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from ringtrust.lab.soap.axl import Axl
from ringtrust.lab.soap.envelope import read_operation
from ringtrust.lab.soap.ris import Ris
from ringtrust.lab.state.services import COLLECTOR
from ringtrust.safe_xml import first, read_xml
from tests.lab.soap.asking import RIS, request, sql
from tests.support.clusters import bench, small

MADE = bench(small("campus-12.5", phones=3))
AXL_12_5 = "http://www.cisco.com/AXL/API/12.5"
SCHEMA = "{http://www.w3.org/2001/XMLSchema}schema"
PHONE = f"<name>{MADE.phones[0].traits.device}</name>"
ANY = "<searchCriteria><{0}>%</{0}></searchCriteria><returnedTags/>"
PENDING = "<certificateOperation>Install/Upgrade</certificateOperation><keySize>2048</keySize>"
ROLLBACK = "<processNodeName>EnterpriseWideData</processNodeName><name>RollBackToPreGrayback</name>"
ROLLBACK += "<service>Enterprise Wide</service>"
QUESTIONS = {
    "executeSQLQuery": "<sql>select * from device</sql>",
    "executeSQLUpdate": "<sql>update device set description = null</sql>",
    "getCCMVersion": "",
    "listProcessNode": ANY.format("name"),
    "getProcessNode": "<name>pub</name>",
    "listProcessNodeService": ANY.format("processNodeName"),
    "getProcessNodeService": "<processNodeName>pub</processNodeName><service>Cisco Tftp</service>",
    "listPhone": ANY.format("name"),
    "getPhone": PHONE,
    "updatePhone": PHONE + PENDING,
    "applyPhone": PHONE,
    "resetPhone": PHONE,
    "restartPhone": PHONE,
    "doDeviceReset": f"<deviceName>{MADE.phones[0].traits.device}</deviceName><isHardReset>true</isHardReset>",
    "listServiceParameter": ANY.format("service"),
    "getServiceParameter": ROLLBACK,
    "updateServiceParameter": f"{ROLLBACK}<value>F</value>",
    "listTvsCertificate": ANY.format("subjectName"),
    "getTvsCertificate": "<uuid>{}</uuid>",
    "listCallManagerGroup": ANY.format("name"),
    "getCallManagerGroup": "<name>A</name>",
    "listDevicePool": ANY.format("name"),
    "getDevicePool": "<name>DP_A</name>",
    **{f"{action}DevicePool": "<name>DP_A</name>" for action in ("apply", "reset", "restart")},
    **{f"{action}CallManagerGroup": "<name>A</name>" for action in ("apply", "reset")},
    **{f"{action}EnterpriseParameters": "" for action in ("applyConfig", "reset", "restart")},
}


@cache
def _cisco() -> etree.XMLSchema:
    ciscoaxl = pytest.importorskip("ciscoaxl")
    return etree.XMLSchema(etree.parse(Path(ciscoaxl.__file__).parent / "schema" / "12.5" / "AXLSoap.xsd"))


@cache
def _risport() -> etree.XMLSchema:
    schema = read_xml(Ris.description("https://pub:8443/")).find(f".//{SCHEMA}")
    assert schema is not None
    return etree.XMLSchema(etree.fromstring(etree.tostring(schema)))


def _problems(schema: etree.XMLSchema, answer: bytes) -> str:
    body = first(read_xml(answer), "Body")
    assert body is not None
    schema.validate(etree.ElementTree(body[0]))
    return str(schema.error_log)


def test_every_operation_is_asked() -> None:
    assert set(QUESTIONS) == set(Axl(MADE.cluster, MADE.cluster.publisher).operations)


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_an_answer_of_axl_is_one_of_cisco_s_own_schema(name: str) -> None:
    schema = _cisco()
    pkid = sql(MADE, "select pkid from certificate")[0]["pkid"]
    asked = request(name, QUESTIONS[name].format(pkid), AXL_12_5)
    status, answer = Axl(MADE.cluster, MADE.cluster.publisher).answer(read_operation(asked))
    assert status == 200
    assert _problems(schema, answer) == ""


@pytest.mark.parametrize("name", ["selectCmDevice", "selectCmDeviceExt", "selectCtiItem"])
@pytest.mark.parametrize("running", [True, False])
def test_an_answer_of_risport_is_one_of_the_schema_that_it_gives(name: str, running: bool) -> None:
    if not running:
        MADE.stop(COLLECTOR, "sub1")
    status, answer = Ris(MADE.cluster, MADE.cluster.publisher).answer(read_operation(request(name, space=RIS)))
    assert status == 200
    assert _problems(_risport(), answer) == ""
