"""Control Center, document by document: what is said has happened (interfaces.md §4)."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ringtrust.errors import FormatError
from ringtrust.lab.soap.control_center import ControlCenter, ControlCenterEx
from ringtrust.lab.soap.envelope import read_operation
from ringtrust.lab.soap.wsdl import NAMESPACE
from ringtrust.lab.state.services import CALLMANAGER, TFTP, TOMCAT, TVS, State
from ringtrust.safe_xml import first, read_xml, text
from tests.support.clusters import PHONES, Bench, bench, small

SOON = 30
RUNNING = """
    select runs.isactive from processnodeservice as runs join processnode on processnode.pkid = runs.fkprocessnode
    join typeservice on enum = tkservice where typeservice.name = ? and processnode.name = ?
"""


def request(name: str, inner: str = "") -> bytes:
    return (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        f'<s:{name} xmlns:s="{NAMESPACE}">{inner}</s:{name}></e:Body></e:Envelope>'
    ).encode()


def ask(made: Bench, name: str, inner: str = "", node: str = "pub", *, extended: bool = False) -> etree._Element:
    """The return of an operation."""
    kind = ControlCenterEx if extended else ControlCenter
    status, answer = kind(made.cluster, made.cluster.node(node)).answer(read_operation(request(name, inner)))
    assert status == 200, answer
    found = first(read_xml(answer), "Body", f"{name}Response", f"{name}Return")
    assert found is not None
    assert {etree.QName(each).namespace for each in found.iter("*")} == {NAMESPACE}
    return found


def told(returned: etree._Element) -> dict[str, tuple[str, str]]:
    """The status and the reason code of each service."""
    rows = first(returned, "ServiceInfoList")
    assert rows is not None
    return {text(row, "ServiceName"): (text(row, "ServiceStatus"), text(row, "ReasonCode")) for row in rows}


def _named(names: Iterable[str]) -> str:
    return f"<ServiceList>{''.join(f'<item>{name}</item>' for name in names)}</ServiceList>"


def control(
    made: Bench, kind: str, *names: str, node: str = "pub", at: str = ""
) -> tuple[str, dict[str, tuple[str, str]]]:
    """The reason code of the whole, and what is told of each."""
    inner = f"<NodeName>{at or node}</NodeName><ControlType>{kind}</ControlType>{_named(names)}"
    returned = ask(made, "soapDoControlServices", f"<ControlServiceRequest>{inner}</ControlServiceRequest>", node)
    return text(returned, "ReasonCode"), told(returned)


def deploy(made: Bench, kind: str, name: str, node: str) -> tuple[str, str]:
    inner = f"<NodeName>{node}</NodeName><DeployType>{kind}</DeployType>{_named([name])}"
    asked = f"<DeploymentServiceRequest>{inner}</DeploymentServiceRequest>"
    return told(ask(made, "soapDoServiceDeployment", asked, node))[name]


def test_every_service_is_told_of_with_its_reason() -> None:
    made = bench(small(phones=0), on=False)
    made.stop(TFTP, "pub")
    returned = ask(made, "soapGetServiceStatus", "<ServiceStatus/>")
    found = told(returned)
    assert set(found) == {service.name for service in made.cluster.publisher.services}
    assert found[TVS] == ("Started", "-1")
    assert found[TFTP] == ("Stopped", "-1069")
    assert found["Cisco Extension Mobility"] == ("Stopped", "-1068")
    assert (text(returned, "ReturnCode"), text(returned, "ReasonCode")) == ("0", "-1")
    assert told(ask(made, "soapGetServiceStatus")) == found


def test_how_long_a_service_runs_is_told_in_seconds_of_the_lab() -> None:
    made = bench(small(phones=0), on=False)
    made.restart(TVS, "pub")
    made.time.advance(100)
    rows = first(ask(made, "soapGetServiceStatus", f"<ServiceStatus>{TVS}</ServiceStatus>"), "ServiceInfoList")
    assert rows is not None
    assert (text(rows[0], "UpTime"), text(rows[0], "StartTime")) == ("100", "Tue Nov 24 20:00:30 2026")
    made.stop(TVS, "pub")
    rows = first(ask(made, "soapGetServiceStatus", f"<ServiceStatus>{TVS}</ServiceStatus>"), "ServiceInfoList")
    assert rows is not None
    assert (text(rows[0], "UpTime"), text(rows[0], "StartTime")) == ("-1", "")


def test_named_services_are_told_of_and_those_that_are_not_there_too() -> None:
    made = bench(small(phones=0), on=False)
    inner = f"<ServiceStatus>{TVS}</ServiceStatus><ServiceStatus>nothing</ServiceStatus>"
    assert told(ask(made, "soapGetServiceStatus", inner)) == {TVS: ("Started", "-1"), "nothing": ("Unknown", "-1010")}
    inner = f"<ServiceStatus><ServiceName>{TVS}</ServiceName><ServiceName>System SSH</ServiceName></ServiceStatus>"
    assert told(ask(made, "soapGetServiceStatus", inner)) == {
        TVS: ("Started", "-1"),
        "System SSH": ("Unknown", "-1011"),
    }


def test_a_restart_answers_that_it_is_starting_and_the_service_then_runs_with_what_is_on_disk() -> None:
    made = bench(small(phones=0), on=False)
    made.regenerate("TVS", "pub")
    node = made.cluster.publisher
    assert control(made, "Restart", TVS) == ("-1", {TVS: ("Starting", "-1")})
    assert told(ask(made, "soapGetServiceStatus", f"<ServiceStatus>{TVS}</ServiceStatus>"))[TVS] == ("Starting", "-1")
    assert control(made, "Restart", TVS) == ("-1029", {TVS: ("Starting", "-1029")})
    made.time.advance(SOON)
    assert told(ask(made, "soapGetServiceStatus", f"<ServiceStatus>{TVS}</ServiceStatus>"))[TVS] == ("Started", "-1")
    assert node.loaded["TVS"] is node.identities["TVS"]


def test_stop_and_start_have_their_consequences_for_phones() -> None:
    made = bench()
    assert len(made.cluster.registrations) == PHONES
    for node in ("sub1", "sub2"):
        assert control(made, "Stop", CALLMANAGER, node=node)[1] == {CALLMANAGER: ("Stopped", "-1069")}
        assert control(made, "Stop", CALLMANAGER, node=node)[0] == "-1040"
    made.time.advance(SOON)
    assert len(made.cluster.registrations) == 0
    assert control(made, "Start", CALLMANAGER, node="sub1")[1] == {CALLMANAGER: ("Starting", "-1")}
    made.time.advance(SOON)
    assert control(made, "Start", CALLMANAGER, node="sub1")[0] == "-1039"


def test_tomcat_cannot_be_restarted_here_nor_can_what_is_not_activated_or_not_there() -> None:
    made = bench(small("campus-14", phones=0), on=False)
    for name in (TOMCAT, "Cisco HAProxy", "Cisco SSOSP Tomcat"):
        assert control(made, "Restart", name) == ("-1045", {name: ("Started", "-1045")})
    assert control(made, "Start", "Cisco Extension Mobility")[0] == "-1068"
    assert control(made, "Restart", "nothing", TVS) == (
        "-1010",
        {"nothing": ("Unknown", "-1010"), TVS: ("Starting", "-1")},
    )


def test_only_the_node_that_is_asked_is_concerned() -> None:
    made = bench(small(phones=0), on=False)
    node = made.cluster.publisher
    for name in (node.name.upper(), node.fqdn, node.address):
        assert control(made, "Restart", TVS, at=name)[0] in {"-1", "-1029"}
    assert control(made, "Stop", TVS, at="sub1") == ("-1012", {})
    assert made.cluster.node("sub1").services.running(TVS)
    assert control(made, "Kick", TVS) == ("-1012", {})


def test_a_feature_service_is_activated_and_deactivated() -> None:
    made = bench(small(phones=0), on=False)
    node = made.cluster.node("sub2")

    def in_database() -> str:
        return str(made.cluster.publisher.replica.rows(RUNNING, TFTP, "sub2")[0][0])

    assert not node.services.activated(TFTP)
    assert deploy(made, "Deploy", TFTP, "sub2") == ("Starting", "-1")
    assert deploy(made, "Deploy", TFTP, "sub2") == ("Starting", "-1043")
    made.time.advance(SOON)
    assert node.tftp is not None
    assert in_database() == "t"
    assert deploy(made, "UnDeploy", TFTP, "sub2") == ("Stopped", "-1068")
    assert in_database() == "f"
    assert control(made, "Start", TFTP, node="sub2")[0] == "-1068"
    assert deploy(made, "Deploy", TVS, "sub2") == ("Started", "-1045")


def test_products_and_services_are_listed() -> None:
    made = bench(small("campus-14", phones=0), on=False)
    products = ask(made, "getProductInformationList", "<ServiceInfo/>")
    assert text(products, "ActiveServerVersion") == made.cluster.release.version
    assert text(products, "PrimaryNode") == "pub"
    assert text(products, "Products", "item", "ProductID") == "CallManager"
    for returned in (products, ask(made, "soapGetStaticServiceList")):
        rows = first(returned, "Services")
        assert rows is not None
        deployable = {text(row, "ServiceName") for row in rows if text(row, "Deployable") == "true"}
        assert deployable == set(made.cluster.release.services.features)
        assert len(rows) == len(list(made.cluster.publisher.services))


def test_the_extended_service_lists_controls_and_deploys() -> None:
    made = bench(small(phones=0), on=False)
    returned = ask(made, "getStaticServiceListExtended", node="sub1", extended=True)
    assert (text(returned, "PrimaryNode"), text(returned, "SecondaryNode")) == ("false", "true")
    inner = f"<ControlType>Restart</ControlType>{_named([TVS])}"
    asked = f"<ControlServiceRequestEx>{inner}</ControlServiceRequestEx>"
    assert told(ask(made, "soapDoControlServicesEx", asked, extended=True)) == {TVS: ("Starting", "-1")}
    inner = f"<DeployType>Deploy</DeployType>{_named([TFTP])}"
    asked = f"<DeploymentServiceRequestEx>{inner}</DeploymentServiceRequestEx>"
    deployed = ask(made, "soapDoServiceDeploymentNoDbUpdate", asked, "sub2", extended=True)
    assert told(deployed) == {TFTP: ("Starting", "-1")}
    assert made.cluster.publisher.replica.rows(RUNNING, TFTP, "sub2")[0][0] == "f"
    service = made.cluster.node("sub2").services.find(TFTP)
    assert service is not None
    assert service.state is State.STARTING


@pytest.mark.parametrize(("kind", "name"), [(ControlCenter, "getFileDirectoryList"), (ControlCenterEx, "nothing")])
def test_what_is_not_served_is_a_fault_and_counted(kind: type[ControlCenter | ControlCenterEx], name: str) -> None:
    made = bench(small(phones=0), on=False)
    assert kind(made.cluster, made.cluster.publisher).answer(read_operation(request(name)))[0] == 500
    assert list(made.cluster.unknown) == [("control-center", name, 1)]


MADE = bench(small(phones=0), on=False)
NAMES = [
    *ControlCenter(MADE.cluster, MADE.cluster.publisher).operations,
    *ControlCenterEx(MADE.cluster, MADE.cluster.publisher).operations,
]
ELEMENTS = ("ServiceStatus", "ControlServiceRequest", "ServiceList", "item", "NodeName", "ControlType", "DeployType")
INNER = st.recursive(
    st.text(st.characters(codec="ascii", exclude_characters="<>&", min_codepoint=32), max_size=12),
    lambda inner: st.tuples(st.sampled_from(ELEMENTS), st.lists(inner, max_size=3)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=8,
)


@given(st.sampled_from(NAMES), INNER)
def test_any_request_has_an_answer_that_is_xml(name: str, inner: str) -> None:
    for kind in (ControlCenter, ControlCenterEx):
        try:
            operation = read_operation(request(name, inner))
        except FormatError:
            return
        status, answer = kind(MADE.cluster, MADE.cluster.publisher).answer(operation)
        assert status in {200, 500}
        read_xml(answer)
