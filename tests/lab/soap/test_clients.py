"""Programs that nobody here wrote, unchanged, against AXL and RISPort70 of a lab (interfaces.md §9).

ciscoaxl brings Cisco's own WSDL of several releases; zeep and suds read it, and that of RISPort70 which the lab gives.
"""

import asyncio
import ssl
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ringtrust.lab.phone.phone import State
from tests.lab.soap.asking import AXL
from tests.support.clusters import Wire, on_the_wire, small
from tests.support.live import live

ciscoaxl = pytest.importorskip("ciscoaxl")
requests = pytest.importorskip("requests")
suds = pytest.importorskip("suds.client")
suds_http = pytest.importorskip("suds.transport.http")
zeep = pytest.importorskip("zeep")

pytestmark = pytest.mark.filterwarnings("ignore")
SCHEMAS = Path(ciscoaxl.__file__).parent / "schema"
RIS_WSDL = "https://{}:8443/realtimeservice2/services/RISService70?wsdl"
CRITERIA: dict[str, Any] = {
    "MaxReturnedDevices": 1000,
    "DeviceClass": "Phone",
    "Model": 255,
    "Status": "Any",
    "NodeName": "",
    "SelectBy": "Name",
    "SelectItems": {"item": [{"Item": "*"}]},
    "Protocol": "Any",
    "DownloadStatus": "Any",
}


@pytest.fixture(autouse=True)
def of_this_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of this machine: neither its authorities, which requests would prefer, nor its cache of WSDL."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


class Login(NamedTuple):
    """Where a client logs in, and as whom."""

    address: str
    user: str
    password: str


def _login(wire: Wire, node: str = "pub") -> Login:
    return Login(wire.cluster.node(node).address, wire.lab.application.user, wire.lab.application.password)


def _suds(login: Login, wsdl: str, location: str | None = None) -> Any:
    """A suds client that takes any certificate, as its users do for Tomcat's."""
    transport = suds_http.HttpAuthenticated(username=login.user, password=login.password)
    handlers = transport.u2handlers()
    context = ssl._create_unverified_context()  # noqa: S323 - the name under which everybody knows it
    transport.u2handlers = lambda: [*handlers, urllib.request.HTTPSHandler(context=context)]
    where = {"location": location} if location else {}  # otherwise the one that stands in the WSDL
    return suds.Client(wsdl, transport=transport, cache=None, **where)


def _zeep(login: Login, wsdl: str, **settings: bool) -> Any:
    session = requests.Session()
    session.verify = False
    session.auth = (login.user, login.password)
    return zeep.Client(wsdl, transport=zeep.Transport(session=session), settings=zeep.Settings(**settings))


def _talk_ciscoaxl(login: Login, devices: set[str]) -> None:
    client = ciscoaxl.axl(username=login.user, password=login.password, cucm=login.address, cucm_version="12.5")
    assert {phone["name"] for phone in client.get_phones()} == devices
    device = min(devices)
    assert client.get_phone(name=device)["certificateStatus"] == "None"
    assert [node["name"] for node in client.list_process_nodes()][:2] == ["EnterpriseWideData", "pub"]
    rows = client.run_sql_query(f"select name, lscissuername from device where name = '{device}'")  # noqa: S608 - the lab's own name
    assert rows["rows"] == [{"name": device, "lscissuername": None}]
    assert client.run_sql_query("select name from device where name = 'nobody'")["num_rows"] == 0
    renew = "update device set tkcertificatestatus=2, tkCertificateOperation=2, UpgradeFinishTime='{}' where name='{}'"
    assert client.sql_update(renew.format("2024:08:22:12:00", device))["rowsUpdated"] == 1
    assert client.get_phone(name=device)["certificateStatus"] == "Operation Pending"
    client.update_phone(name=device, certificateOperation="Install/Upgrade", keySize="3072", keyOrder="RSA Only")
    phone = client.get_phone(name=device)
    assert (phone["keySize"], phone["upgradeFinishTime"]) == ("3072", "2024:08:22:12:00")
    assert "was not found" in str(client.get_phone(name="nobody"))
    assert {pool["callManagerGroupName"]["_value_1"] for pool in client.get_device_pools()} == {"A", "B"}
    assert client.do_device_reset(name=device)["return"] == phone["uuid"]


@live
async def test_ciscoaxl_reads_phones_changes_one_by_sql_and_resets_it() -> None:
    async with on_the_wire(small("campus-12.5", phones=4)) as wire:
        await wire.all_registered()
        devices = {desk.extension.device for desk in wire.lab.desks}
        await asyncio.to_thread(_talk_ciscoaxl, _login(wire), devices)
        told = next(desk for desk in wire.lab.desks if desk.extension.device == min(devices))
        await wire.lab.until(lambda: told.line.phone.boots == 2)
        assert sum(desk.line.phone.boots for desk in wire.lab.desks) == len(devices) + 1


def _talk_suds(login: Login, device: str) -> None:
    client = _suds(login, (SCHEMAS / "9.1" / "AXLAPI.wsdl").as_uri(), f"https://{login.address}:8443/axl/")
    assert client.wsdl.tns[1] == "http://www.cisco.com/AXLAPIService/"
    service = client.service
    assert service.getCCMVersion()["return"].componentVersion.version.startswith("9.1.")
    pools = service.listDevicePool({"name": "%"}, {"name": "", "callManagerGroupName": ""})["return"].devicePool
    assert [pool.name for pool in pools] == ["DP_A", "DP_B"]
    found = service.listTvsCertificate({"subjectName": "%CN=CAPF%"}, {"subjectName": "", "serialNumber": ""})
    one = service.getTvsCertificate(uuid=found["return"].tvsCertificate[0]._uuid)["return"].tvsCertificate
    assert one.roles.role[0].roleName == "CAPF"
    assert len(service.executeSQLQuery("select name from device")["return"].row) == 2
    service.doDeviceReset(device, isHardReset="false")
    with pytest.raises(suds.WebFault, match="The specified nobody was not found"):
        service.getPhone(name="nobody")
    assert AXL in str(client.last_sent())


@live
async def test_suds_reads_certificates_and_restarts_a_phone_over_a_schema_of_9_1() -> None:
    async with on_the_wire(small("campus-9.1", phones=2)) as wire:
        await wire.all_registered()
        phone = wire.lab.desks[0].line.phone
        await asyncio.to_thread(_talk_suds, _login(wire), phone.traits.device)
        await wire.lab.until(lambda: phone.boots == 2)
        assert phone.state is State.BOOTING


def _talk_zeep(login: Login) -> None:
    client = _zeep(login, str(SCHEMAS / "12.5" / "AXLAPI.wsdl"), strict=True)
    where = f"https://{login.address}:8443/axl/"
    service = client.create_service("{http://www.cisco.com/AXLAPIService/}AXLAPIBinding", where)
    listed = service.listPhone(searchCriteria={"name": "%"}, returnedTags={"name": "", "certificateStatus": ""})
    assert [phone["certificateStatus"] for phone in listed["return"]["phone"]] == ["None"] * 2
    named = {"processNodeName": "EnterpriseWideData", "name": "RollBackToPreGrayback", "service": "Enterprise Wide"}
    assert service.getServiceParameter(**named)["return"]["serviceParameter"]["value"] == "F"
    service.updateServiceParameter(**named, value="T")
    assert service.getServiceParameter(**named)["return"]["serviceParameter"]["value"] == "T"
    with pytest.raises(zeep.exceptions.Fault, match="is not served"):
        service.listRegion(searchCriteria={"name": "%"}, returnedTags={"name": ""})
    services = service.listProcessNodeService(searchCriteria={"processNodeName": "pub"}, returnedTags={"service": ""})
    assert "Cisco Tftp" in {each["service"] for each in services["return"]["processNodeService"]}


@live
async def test_zeep_takes_every_answer_as_the_schema_has_it() -> None:
    async with on_the_wire(small("campus-12.5", phones=2)) as wire:
        await asyncio.to_thread(_talk_zeep, _login(wire))
        assert ("axl", "listRegion", 1) in set(wire.cluster.unknown)


def _talk_ris_suds(login: Login) -> tuple[dict[str, str], str]:
    client = _suds(login, RIS_WSDL.format(login.address))
    found = client.service.selectCmDevice("", CRITERIA)
    again = client.service.selectCmDevice(found.StateInfo, CRITERIA)
    assert all(node.NoChange for node in again.SelectCmDeviceResult.CmNodes.item)
    where = {
        device.Name: node.Name
        for node in found.SelectCmDeviceResult.CmNodes.item
        if node.CmDevices
        for device in node.CmDevices.item
    }
    return where, client.service.selectCtiItem("", {}).SelectCtiItemResult.TotalItemsFound


@live
async def test_suds_asks_risport_where_phones_are_and_then_what_is_new() -> None:
    async with on_the_wire(small("campus-12.5", phones=4)) as wire:
        await wire.all_registered()
        where, applications = await asyncio.to_thread(_talk_ris_suds, _login(wire, "sub1"))
        assert where == {each.device: each.node for each in wire.cluster.registrations}
        assert applications == 0


def _talk_ris_zeep(login: Login, device: str) -> Any:
    client = _zeep(login, RIS_WSDL.format(login.address), strict=True)
    criteria = CRITERIA | {"SelectItems": {"item": [{"Item": device}]}}
    found = client.service.selectCmDeviceExt("", criteria)
    for _ in range(14):
        client.service.selectCmDeviceExt(found["StateInfo"], criteria)
    with pytest.raises(zeep.exceptions.Fault, match="Exceeded allowed rate for Reatime information"):
        client.service.selectCmDeviceExt("", criteria)
    return found["SelectCmDeviceResult"]


@live
async def test_zeep_is_told_all_fields_and_turned_away_at_the_sixteenth_question() -> None:
    async with on_the_wire(small("campus-9.1", phones=2)) as wire:
        await wire.all_registered()
        device = wire.lab.desks[0].extension.device
        result = await asyncio.to_thread(_talk_ris_zeep, _login(wire), device)
        here = wire.cluster.registrations.find(device)
        assert here is not None
        assert result["TotalDevicesFound"] == 1
        nodes = {node["Name"]: node for node in result["CmNodes"]["item"]}
        (found,) = nodes[here.node]["CmDevices"]["item"]
        assert (found["Name"], found["Status"], found["Httpd"]) == (device, "Registered", "Yes")
        assert found["IPAddress"]["item"][0]["IP"] == here.address
        assert found["LinesStatus"]["item"][0]["DirectoryNumber"] == wire.cluster.numbers[device]
        assert nodes["pub"]["ReturnCode"] == "NotFound"
