"""AXL: what there is in the database, as `list…` and `get…` tell it (interfaces.md §3.1, §3.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.lab.soap.axl import Axl
from ringtrust.lab.soap.envelope import read_operation
from ringtrust.safe_xml import children, first, text
from tests.lab.soap.asking import AXL, AXL_14, axl, objects, refused, request, returned, said, sql
from tests.support.clusters import Bench, bench, small

ALL = "<searchCriteria><{0}>%</{0}></searchCriteria>"
MADE = bench(small("campus-14", phones=6), on=False)


def _tags(*names: str) -> str:
    return f"<returnedTags>{''.join(f'<{name}/>' for name in names)}</returnedTags>"


def _names(made: Bench, name: str, inner: str) -> list[str]:
    return [each["name"] for each in objects(made, name, inner, space=AXL_14)]


def test_every_phone_is_listed_with_the_elements_that_were_asked_for() -> None:
    found = objects(MADE, "listPhone", ALL.format("name") + _tags("devicePoolName", "name"), space=AXL_14)
    devices = {row["name"]: row["pkid"] for row in sql(MADE, "select name, pkid from device")}
    assert {each["name"]: each["uuid"] for each in found} == {
        name: f"{{{pkid.upper()}}}" for name, pkid in devices.items()
    }
    assert {frozenset(each) for each in found} == {frozenset({"uuid", "name", "devicePoolName"})}
    assert [each["name"] for each in found] == sorted(devices)


@pytest.mark.parametrize(
    ("criteria", "count"),
    [
        ("<name>%</name>", 6),
        ("<name>sep%</name>", 6),
        ("<name>SEP</name>", 0),
        ("<description>%group A</description>", 2),
        ("<description>%group A</description><name>SEP%</name><protocol>SIP</protocol>", 2),
        ("<devicePoolName>DP_B</devicePoolName>", 2),
        ("<protocol>SCCP</protocol>", 0),
        ("", 6),
    ],
)
def test_a_percent_sign_stands_for_anything_and_all_criteria_must_hold(criteria: str, count: int) -> None:
    found = objects(MADE, "listPhone", f"<searchCriteria>{criteria}</searchCriteria>{_tags('name')}", space=AXL_14)
    assert len(found) == count


def test_phones_are_listed_page_by_page() -> None:
    every = _names(MADE, "listPhone", ALL.format("name"))
    pages = [
        _names(MADE, "listPhone", f"{ALL.format('name')}<skip>{skip}</skip><first>4</first>") for skip in (0, 4, 8)
    ]
    assert pages == [every[:4], every[4:], []]
    assert refused(MADE, "listPhone", "<first>many</first>", space=AXL_14) == "first is no number."


def test_a_phone_is_got_by_its_name_or_its_uuid() -> None:
    (row,) = sql(MADE, "select first 1 name, pkid from device order by name")
    (named,) = objects(MADE, "getPhone", f"<name>{row['name'].lower()}</name>", space=AXL_14)
    for uuid in (row["pkid"], row["pkid"].upper(), f"{{{row['pkid'].upper()}}}"):
        assert objects(MADE, "getPhone", f"<uuid>{uuid}</uuid>", space=AXL_14) == [named]
    assert named["model"] == "Cisco 8861"
    assert named["certificateOperation"] == "No Pending Operation"
    assert named["certificateStatus"] == "None"
    assert named["authenticationMode"] == "By Null String"
    assert (named["keySize"], named["keyOrder"], named["ecKeySize"]) == ("2048", "RSA Only", "384")


def test_an_older_schema_is_told_nothing_that_it_does_not_have() -> None:
    phone = sql(MADE, "select first 1 name from device")[0]["name"]
    (named,) = objects(MADE, "getPhone", f"<name>{phone}</name>", space=AXL)
    assert "keySize" in named
    assert not {"keyOrder", "ecKeySize"} & set(named)
    assert "processNodeRole" not in objects(MADE, "getProcessNode", "<name>pub</name>", space=AXL)[0]


@pytest.mark.parametrize(
    "inner",
    [
        "<name>nobody</name>",
        "<uuid>{00000000-0000-0000-0000-000000000000}</uuid>",
        "<uuid>nothing</uuid>",
        "<name></name>",
        "",
        "<name>%</name>",
    ],
)
def test_what_is_not_there_is_not_found(inner: str) -> None:
    for operation in ("getPhone", "updatePhone", "resetPhone", "getDevicePool"):
        status, body = axl(MADE, operation, inner, space=AXL_14)
        assert status == 500
        assert text(body, "detail", "axlError", "axlcode") == "5007"
        assert text(body, "faultstring").startswith("Item not valid: The specified ")


def test_the_nodes_are_listed_by_name_description_and_role() -> None:
    assert _names(MADE, "listProcessNode", ALL.format("name") + _tags("name", "nodeUsage")) == [
        *("EnterpriseWideData", "pub", "sub1", "sub2", "sub3", "sub4"),
    ]
    voice = "<searchCriteria><name>sub%</name><processNodeRole>CUCM Voice/Video</processNodeRole></searchCriteria>"
    assert _names(MADE, "listProcessNode", voice) == ["sub1", "sub2", "sub3", "sub4"]
    presence = "<searchCriteria><processNodeRole>CUCM IM and Presence</processNodeRole></searchCriteria>"
    assert _names(MADE, "listProcessNode", presence) == []
    address = MADE.cluster.node("sub3").address
    assert _names(
        MADE, "listProcessNode", f"<searchCriteria><description>%{address}</description></searchCriteria>"
    ) == ["sub3"]


def test_the_version_is_told_of_a_node_that_is_there() -> None:
    version = MADE.cluster.release.version
    for inner in ("", "<processNodeName>sub2</processNodeName>"):
        _, body = axl(MADE, "getCCMVersion", inner, space=AXL_14)
        assert text(returned(body), "componentVersion", "version") == version
    for name in ("elsewhere", "EnterpriseWideData"):
        assert name in refused(MADE, "getCCMVersion", f"<processNodeName>{name}</processNodeName>", space=AXL_14)


def test_which_services_are_activated_is_told_by_node() -> None:
    of_pub = "<searchCriteria><processNodeName>pub</processNodeName></searchCriteria>"
    found = {
        each["service"]: each["isActive"] for each in objects(MADE, "listProcessNodeService", of_pub, space=AXL_14)
    }
    assert (found["Cisco Tftp"], found["Cisco CallManager"]) == ("true", "false")
    one = "<processNodeName>sub1</processNodeName><service>Cisco CallManager</service>"
    assert objects(MADE, "getProcessNodeService", one, space=AXL_14)[0]["isActive"] == "true"


def test_parameters_are_listed_by_node_and_service() -> None:
    inner = "<processNodeName>Enterprise%</processNodeName><service>Enterprise Wide</service>"
    wide = f"<searchCriteria>{inner}</searchCriteria>"
    found = {each["name"]: each["value"] for each in objects(MADE, "listServiceParameter", wide, space=AXL_14)}
    assert found == {
        "ClusterSecurityMode": "0",
        "PhoneInteractionOnCertificateUpdate": "automatic",
        "RollBackToPreGrayback": "F",
    }
    assert objects(MADE, "listServiceParameter", "<searchCriteria><service>Cisco Tftp</service></searchCriteria>") == []
    (mode,) = objects(MADE, "getServiceParameter", "<name>ClusterSecurityMode</name>")
    assert objects(MADE, "getServiceParameter", f"<uuid>{mode['uuid']}</uuid>") == [mode]


def test_every_certificate_is_told_with_its_roles_and_services() -> None:
    listed = objects(MADE, "listTvsCertificate", ALL.format("subjectName"))
    assert {each["serialNumber"] for each in listed} == {
        row["serialnumber"] for row in sql(MADE, "select serialnumber from certificate")
    }
    assert "roles" not in listed[0]
    serial = sql(
        MADE,
        "select first 1 c.serialnumber, c.issuername, c.pkid from certificate as c "
        "join certificateservicecertificatemap as m on m.fkcertificate = c.pkid "
        "join typecertificateservice as s on s.enum = m.tkcertificateservice where s.name = 'CallManager'",
    )[0]
    _, body = axl(MADE, "getTvsCertificate", f"<uuid>{{{serial['pkid']}}}</uuid>")
    found = first(returned(body), "tvsCertificate")
    assert found is not None
    assert text(found, "serialNumber") == serial["serialnumber"]
    roles = first(found, "roles")
    assert roles is not None
    assert {text(each, "roleName") for each in children(roles, "role")} == {"CallManagerTFTP", "SAST"}
    assert text(found, "services", "service", "serviceName") == "CallManager"
    by_serial = f"<issuerName>{serial['issuername']}</issuerName><serialNumber>{serial['serialnumber']}</serialNumber>"
    assert axl(MADE, "getTvsCertificate", by_serial)[0] == 200


def test_groups_and_pools_are_told() -> None:
    assert _names(MADE, "listCallManagerGroup", ALL.format("name")) == ["A", "B", "C"]
    assert [each["tftpDefault"] for each in objects(MADE, "listCallManagerGroup", "")] == ["true", "false", "false"]
    in_b = "<searchCriteria><callManagerGroupName>B</callManagerGroupName></searchCriteria>"
    _, body = axl(MADE, "listDevicePool", in_b + _tags("callManagerGroupName"))
    (pool,) = returned(body)
    (group,) = objects(MADE, "getCallManagerGroup", "<name>B</name>")
    assert text(pool, "callManagerGroupName") == "B"
    assert first(pool, "callManagerGroupName").get("uuid") == group["uuid"]  # type: ignore[union-attr]


def test_a_criterion_that_is_not_served_is_refused_and_not_overlooked() -> None:
    for criteria in ("<callingSearchSpaceName>x</callingSearchSpaceName>", f"<name>{'x' * 300}</name>"):
        assert refused(MADE, "listPhone", f"<searchCriteria>{criteria}</searchCriteria>", space=AXL_14)


def test_the_answer_speaks_the_schema_of_the_question() -> None:
    status, body = axl(MADE, "listPhone", ALL.format("name"), space=AXL_14)
    assert status == 200
    assert body.tag == f"{{{AXL_14}}}listPhoneResponse"
    assert body.nsmap == {"ns": AXL_14, "soapenv": "http://schemas.xmlsoap.org/soap/envelope/"}


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("", 200),
        ('"CUCM:DB ver=14.0 getCCMVersion"', 200),
        ("CUCM:DB ver=8.5 getCCMVersion", 200),
        ('"getCCMVersion"', 200),
        ('"CUCM:DB ver=15.0 getCCMVersion"', 500),
    ],
)
def test_a_newer_schema_is_refused_wherever_it_is_named(action: str, status: int) -> None:
    assert axl(MADE, "getCCMVersion", space=AXL_14, action=action)[0] == status


def test_what_is_not_served_is_a_fault_and_counted() -> None:
    made = bench(small(phones=0))
    for name in ("addPhone", "addPhone", "wipePhone"):
        assert name in refused(made, name)
    assert {("axl", "addPhone", 2), ("axl", "wipePhone", 1)} == set(made.cluster.unknown)


NAMES = st.sampled_from(sorted(Axl(MADE.cluster, MADE.cluster.publisher).operations))
ELEMENTS = st.sampled_from(
    [
        *("name", "uuid", "searchCriteria", "returnedTags", "first", "skip", "service", "processNodeName", "value"),
        *("certificateOperation", "keySize", "deviceName", "isHardReset", "deviceResetType", "sql", "subjectName"),
    ]
)
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="<&>"), max_size=30)
INNER = st.recursive(
    TEXT,
    lambda inner: st.lists(st.tuples(ELEMENTS, inner), max_size=4).map(
        lambda found: "".join(f"<{name}>{each}</{name}>" for name, each in found)
    ),
    max_leaves=8,
)


@given(NAMES, INNER)
def test_whatever_is_asked_the_answer_is_xml_and_what_was_wrong_is_a_fault(name: str, inner: str) -> None:
    status, body = axl(MADE, name, inner, space=AXL_14)
    assert status in {200, 500}
    assert (text(body, "faultstring") == "") == (status == 200)


def test_text_of_the_database_that_xml_cannot_hold_does_not_break_an_answer() -> None:
    made = bench(small(phones=1), on=False)
    made.cluster.database.write((("update device set description = ?", ("a\x01<&>",)),))
    assert objects(made, "listPhone")[0]["description"] == "a\ufffd<&>"
    operation = read_operation(request("listPhone"))
    assert Axl(made.cluster, made.cluster.publisher).answer(operation)[0] == 200
    assert said(made, "listPhone", "<searchCriteria><name>none</name></searchCriteria>") == ""
