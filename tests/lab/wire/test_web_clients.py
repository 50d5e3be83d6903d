"""Certificate REST, Control Center, PerfMon with clients that nobody here wrote: curl, wget, requests, zeep, suds."""

import asyncio
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ringtrust.lab.certificates.text import pem, serial_text
from ringtrust.lab.process.lab import Account
from ringtrust.lab.soap.perfmon import REPLICATION
from ringtrust.lab.state.services import CALLMANAGER, TOMCAT, TVS
from ringtrust.lab.wire import tomcat
from ringtrust.lab.wire.network import may_listen
from ringtrust.trust.certificates import certificates_in
from ringtrust.trust.lists import read_list
from ringtrust.trust.roles import Role
from tests.support.clients import Ssh, curl, curl_status, run, shown_certificate
from tests.support.clusters import Wire, on_the_wire, small
from tests.support.foreign import library, web_session
from tests.support.live import live
from tests.support.signing_authority import authority

CONTROL_CENTER = "/controlcenterservice2/services/ControlCenterServices"
PERFMON = "/perfmonservice2/services/PerfmonService"
REST = "/platformcom/api/v1/certmgr/config"
SPACE = "{http://schemas.cisco.com/ast/soap}"
SQL = "run sql select serialnumber from certificate where servername = 'pub'"


def _user(account: Account) -> tuple[str, str]:
    return "-u", f"{account.user}:{account.password}"


def _at(wire: Wire, path: str = "", port: int = 8443) -> str:
    return f"https://{wire.cluster.publisher.address}:{port}{path}"


@live
async def test_curl_and_wget_read_a_snapshot_with_the_platform_user_alone() -> None:
    async with on_the_wire(small("campus-14", phones=0)) as wire:
        url = _at(wire, f"{REST}/snapshot/server")
        told = json.loads(await curl("--insecure", *_user(wire.lab.platform), url))
        node = wire.cluster.publisher
        own = {each["service"]: certificates_in(each["certificate"].encode())[0] for each in told["identities"]}
        assert own == {unit.name: node.identities[unit.name].certificate for unit in node.units()}
        assert await curl_status("--insecure", *_user(wire.lab.application), url) == 401
        assert await curl_status("--insecure", url) == 401
        user = (f"--user={wire.lab.platform.user}", f"--password={wire.lab.platform.password}")
        quiet = ("--quiet", "--no-check-certificate", "--output-document=-", "--no-config", "--tries=1")
        status, out, errors = await run("wget", *quiet, *user, url)
        assert status == 0, errors
        assert json.loads(out)["identities"] == told["identities"]


@live
async def test_tomcat_answers_at_port_443_too_where_this_process_may_open_it() -> None:
    async with on_the_wire(small("campus-14", phones=0)) as wire:
        doors = wire.lab.doors["pub"]
        if f"{TOMCAT} {tomcat.REAL_PORT}" not in doors:
            assert not may_listen(wire.cluster.publisher.address, tomcat.REAL_PORT)
            return
        url = _at(wire, f"{REST}/options", 443)
        assert await curl_status("--insecure", *_user(wire.lab.platform), url) == 200
        service = wire.cluster.publisher.services.find(TOMCAT)
        assert service is not None
        wire.cluster.publisher.services.stop(service)
        assert await curl_status("--insecure", url) == 0


@live
async def test_requests_renews_a_certificate_and_every_other_door_shows_it(tmp_path: Path) -> None:
    library("requests")
    async with on_the_wire(small("campus-14", phones=1)) as wire:
        await wire.all_registered()
        session = web_session(wire.lab.platform.user, wire.lab.platform.password)

        async def post(path: str, body: object) -> Any:
            answer = await asyncio.to_thread(session.post, _at(wire, f"{REST}/{path}"), json=body, timeout=20)
            assert answer.status_code == 200, answer.text
            return answer.json()

        asked = await post("csr", {"service": "tomcat", "distribution": "this-server", "commonName": "pub.example"})
        signed = authority().sign(_csr(asked["csr"]))
        await post("trust/certificates", {"service": ["tomcat"], "certificates": authority().chain})
        await post("identity/certificates", {"service": "tomcat", "certificates": [pem(signed)]})
        ssh = await Ssh.login(tmp_path, wire.lab.platform, wire.cluster.publisher.address, wire.lab.ssh_ports[0])
        assert certificates_in((await ssh.command("show cert own tomcat")).encode())[0] == signed
        assert "tomcat-trust/Test_Root.pem" in await ssh.command("show cert list trust")
        assert serial_text(signed) in await ssh.command(SQL)
        assert await shown_certificate(wire.cluster.publisher.address, 8443) != signed
        ssh.send("utils service restart Cisco Tomcat")
        await ssh.until("[STARTING]")
        await wire.advance(30)
        await ssh.until("admin:")
        assert await shown_certificate(wire.cluster.publisher.address, 8443) == signed

        # A unit that is in the list: the list is built anew, and the phone takes it.
        made = await post("identity/certificates/self-signed", {"service": "TVS"})
        await wire.advance(100)
        await wire.lab.until(lambda: wire.lab.desks[0].line.phone.boots == 2)
        await wire.all_registered()
        new = certificates_in(made["certificate"].encode())[0]
        served = await curl(f"http://{wire.cluster.tftp_order[0].address}:6970/ITLFile.tlv")
        assert new in {record.certificate for record in read_list(served).with_role(Role.TVS)}
        held = wire.lab.desks[0].line.phone.itl
        assert held is not None
        assert held.data == served
        assert await ssh.quit() == 0


def _csr(text: str) -> bytes:
    body = text.replace("CERTIFICATE REQUEST", "CERTIFICATE")
    return ssl.PEM_cert_to_DER_cert(body)


async def _zeep(wire: Wire, path: str) -> Any:
    zeep = library("zeep")
    session = web_session(wire.lab.application.user, wire.lab.application.password)
    transport = library("zeep.transports").Transport(session=session, timeout=20, operation_timeout=20)
    return await asyncio.to_thread(zeep.Client, _at(wire, f"{path}?wsdl"), transport=transport)


async def _call(operation: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    return await asyncio.to_thread(operation, *arguments, **named)


@live
async def test_zeep_looks_at_services_and_restarts_one() -> None:
    library("zeep")
    async with on_the_wire(small("campus-14", phones=0)) as wire:
        client = await _zeep(wire, CONTROL_CENTER)
        service = client.create_service(f"{SPACE}ControlCenterServicesBinding", _at(wire, CONTROL_CENTER))
        found = await _call(service.soapGetServiceStatus, "")
        states = {row.ServiceName: row.ServiceStatus for row in found.ServiceInfoList.item}
        assert states[TVS] == "Started"
        wanted = {"NodeName": "pub", "ControlType": "Restart", "ServiceList": {"item": [TVS]}}
        done = await _call(service.soapDoControlServices, wanted)
        assert (done.ReturnCode, done.ServiceInfoList.item[0].ServiceStatus) == (0, "Starting")
        await wire.advance(30)
        found = await _call(service.soapGetServiceStatus, [TVS])
        assert [row.ServiceStatus for row in found.ServiceInfoList.item] == ["Started"]
        products = await _call(service.getProductInformationList, "")
        assert products.ActiveServerVersion == wire.cluster.release.version
        static = await _call(service.soapGetStaticServiceList, "")
        assert TVS in {row.ServiceName for row in static.item}
        extended = await _zeep(wire, f"{CONTROL_CENTER}Ex")
        listed = await _call(extended.service.getStaticServiceListExtended, "")
        assert listed.PrimaryNode is True


@live
async def test_zeep_counts_phones() -> None:
    zeep = library("zeep")
    async with on_the_wire(small("campus-14", phones=2)) as wire:
        await wire.all_registered()
        client = await _zeep(wire, PERFMON)
        service = client.create_service(f"{SPACE}PerfmonBinding", _at(wire, PERFMON))
        node = next(iter(wire.cluster.registrations)).node
        counted = await _call(service.perfmonCollectCounterData, node, CALLMANAGER)
        values = {str(row.Name): row.Value for row in counted}
        registered = sum(each.node == node for each in wire.cluster.registrations)
        assert values[rf"\\{node}\Cisco CallManager\RegisteredHardwarePhones"] == registered
        objects = await _call(service.perfmonListCounter, node)
        assert CALLMANAGER in {row.Name for row in objects}
        handle = await _call(service.perfmonOpenSession)
        named = {"Counter": [{"Name": rf"\\{node}\Cisco CallManager\CallsActive"}]}
        await _call(service.perfmonAddCounter, SessionHandle=handle, ArrayOfCounter=named)
        collected = await _call(service.perfmonCollectSessionData, SessionHandle=handle)
        assert [row.Value for row in collected] == [0]
        await _call(service.perfmonCloseSession, SessionHandle=handle)
        with pytest.raises(zeep.exceptions.Fault):
            await _call(service.perfmonCollectSessionData, SessionHandle=handle)


@live
async def test_a_toolkit_of_the_field_works_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    toolkit, cache = library("UCToolkit.UCToolkit"), library("zeep.cache")
    monkeypatch.setattr(toolkit, "SqliteCache", lambda **_: cache.InMemoryCache())  # it would leave files in /tmp
    library("urllib3").disable_warnings()
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    async with on_the_wire(small("campus-14", phones=0)) as wire:
        account, address = wire.lab.application, wire.cluster.publisher.address
        login = (account.user, account.password, address)
        services = await _call(toolkit.UcmServiceabilityToolkit, *login, tls_verify=False)
        found = await _call(services.soapGetServiceStatus(), TVS)
        assert found.ServiceInfoList.item[0].ServiceStatus == "Started"
        counters = await _call(toolkit.UcmPerfMonToolkit, *login, tls_verify=False)
        rows = await _call(counters.perfmon_collect_counter_data, "pub", REPLICATION)
        counter = rf"\\pub\{REPLICATION}(ReplicateCount)\Replicate_State"
        assert {row.Name: row.Value for row in rows}[counter] == 2
        session = await _call(counters.perfmon_open_session)
        assert await _call(counters.perfmon_add_counter, session, [counter]) is True
        collected = await _call(counters.perfmon_collect_session_data, session)
        assert [row.Value for row in collected] == [2]
        await _call(counters.perfmon_close_session, session)


@live
async def test_suds_looks_at_services_and_counters(tmp_path: Path) -> None:
    suds, https = library("suds.client"), library("suds.transport.https")
    request = library("urllib.request")

    class Transport(https.HttpAuthenticated):  # type: ignore[misc,name-defined]
        """It takes any certificate, as its users have it do."""

        def u2handlers(self) -> list[Any]:
            context = ssl._create_unverified_context()  # noqa: S323 - the certificate is self-signed
            return [*super().u2handlers(), request.HTTPSHandler(context=context), request.ProxyHandler({})]

    async with on_the_wire(small("campus-14", phones=0)) as wire:
        account = wire.lab.application

        async def client(path: str) -> Any:
            transport = Transport(username=account.user, password=account.password, timeout=20)
            return await _call(suds.Client, _at(wire, f"{path}?wsdl"), transport=transport, cache=None)

        control = await client(CONTROL_CENTER)
        found = await _call(control.service.soapGetServiceStatus, [TOMCAT, "nothing"])
        assert [row.ServiceStatus for row in found.ServiceInfoList.item] == ["Started", "Unknown"]
        wanted = control.factory.create("ns0:ControlServiceRequest")
        wanted.NodeName, wanted.ControlType = "pub", "Restart"
        wanted.ServiceList = {"item": [TOMCAT]}
        done = await _call(control.service.soapDoControlServices, wanted)
        assert done.ReasonCode == -1045
        perfmon = await client(PERFMON)
        rows = await _call(perfmon.service.perfmonListInstance, "pub", "Cisco TFTP")
        assert [row.Name or "" for row in rows] == [""]
