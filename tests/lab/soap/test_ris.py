"""RISPort70: who is registered where, who was, which node says nothing, and what is new (interfaces.md §5)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ringtrust.clock import StoppedClock
from ringtrust.lab.soap import ris_answer
from ringtrust.lab.soap.envelope import read_operation
from ringtrust.lab.soap.ris import Ris
from ringtrust.lab.state.services import CALLMANAGER, COLLECTOR
from ringtrust.safe_xml import children, first, read_xml, text
from tests.lab.soap.asking import RIS, devices, request, ris
from tests.lab.soap.asking import ris_answer as answer
from tests.support.clusters import BOOT, PHONES, START, Bench, bench, small

MADE = bench()
FIELDS = (
    *("Name", "DirNumber", "DeviceClass", "Model", "Product", "BoxProduct", "Httpd", "RegistrationAttempts"),
    *("IsCtiControllable", "LoginUserId", "Status", "StatusReason", "PerfMonObject", "DChannel", "Description"),
    *("H323Trunk", "TimeStamp", "Protocol", "NumOfLines", "LinesStatus", "ActiveLoadID", "InactiveLoadID"),
    *("DownloadStatus", "DownloadFailureReason", "DownloadServer", "IPAddress"),
)


def _count(inner: str, name: str = "selectCmDevice") -> int:
    return sum(map(len, ris(MADE, inner, name).values()))


def _items(*names: str) -> str:
    inner = "".join(f"<item><Item>{name}</Item></item>" for name in names)
    return f"<SelectItems>{inner}</SelectItems>"


def _nodes(made: Bench, *, state: str = "", inner: str = "") -> dict[str, etree._Element]:
    nodes = first(answer(made, inner, state=state), "SelectCmDeviceResult", "CmNodes")
    assert nodes is not None
    return {text(item, "Name"): item for item in children(nodes, "item")}


def _state(made: Bench) -> str:
    return text(answer(made), "StateInfo")


def test_a_device_is_told_with_every_field_in_the_order_of_the_interface() -> None:
    device = ris(MADE)["sub1"][0]
    assert tuple(etree.QName(each).localname for each in device) == FIELDS
    assert {etree.QName(each).namespace for each in device.iter("{*}*")} == {RIS}
    number = MADE.cluster.numbers[text(device, "Name")]
    assert text(device, "DirNumber") == f"{number}-Registered"
    assert text(device, "LinesStatus", "item", "DirectoryNumber") == number
    assert text(device, "ActiveLoadID") == MADE.cluster.topology.phones.load
    found = MADE.cluster.registrations.find(text(device, "Name"))
    assert found is not None
    assert text(device, "TimeStamp") == str(int(found.since.timestamp()))
    assert text(device, "IPAddress", "item", "IP") == found.address


@pytest.mark.parametrize(
    ("inner", "count"),
    [
        ("<SelectBy>Description</SelectBy>" + _items("*group A"), 3),
        ("<SelectBy>Description</SelectBy>" + _items("desk 1, group a"), 1),
        ("<SelectBy>DirNumber</SelectBy>" + _items("1001"), 1),
        ("<SelectBy>DirNumber</SelectBy>" + _items("100*"), PHONES),
        ("<SelectBy>DirNumber</SelectBy>" + _items("1001,1002", "1003"), 3),
        ("<SelectBy>IPV4Address</SelectBy>" + _items("127.9.9.2"), 3),
        ("<SelectBy>IPV6Address</SelectBy>" + _items("::1"), 0),
        ("<SelectBy>Name</SelectBy>" + _items("sepb*"), PHONES),
        ("<SelectBy>Name</SelectBy>" + _items("SEPB00?B4*"), 0),
        ("<SelectBy>Name</SelectBy>" + _items("SEPB000[B]4*"), 0),
        ("<Status>Registered</Status>", PHONES),
        ("<Status>UnRegistered</Status>", 0),
        ("<Status>Rejected</Status>", 0),
        ("<DeviceClass>Phone</DeviceClass><Model>684</Model><Protocol>SIP</Protocol>", PHONES),
        ("<DeviceClass>Any</DeviceClass><Model>255</Model><Protocol>Any</Protocol>", PHONES),
        ("<DeviceClass>Gateway</DeviceClass>", 0),
        ("<Model>7</Model>", 0),
        ("<Protocol>SCCP</Protocol>", 0),
        ("<DownloadStatus>Failed</DownloadStatus>", 0),
        ("<MaxReturnedDevices>4</MaxReturnedDevices>", 4),
    ],
)
def test_devices_are_selected_by_whatever_the_criteria_say(inner: str, count: int) -> None:
    made = MADE
    made.cluster.wall = StoppedClock(START)
    assert _count(inner) == count


@pytest.mark.parametrize("inner", ["<SelectBy>Colour</SelectBy>", "<Status>Asleep</Status>", _items("x" * 200)])
def test_criteria_that_there_are_not_are_a_fault(inner: str) -> None:
    asked = read_operation(request("selectCmDevice", f"<CmSelectionCriteria>{inner}</CmSelectionCriteria>", RIS))
    assert Ris(MADE.cluster, MADE.cluster.publisher).answer(asked)[0] == 500


@pytest.mark.parametrize(("name", "most"), [("campus-12.5", 1000), ("campus-14", 2000)])
def test_a_newer_release_gives_more_devices_at_once(name: str, most: int) -> None:
    made = bench(small(name, phones=most + 1))
    result = first(answer(made, "<MaxReturnedDevices>9999</MaxReturnedDevices>"), "SelectCmDeviceResult")
    assert result is not None
    assert text(result, "TotalDevicesFound") == str(most + 1)
    nodes = first(result, "CmNodes")
    assert nodes is not None
    assert sum(len(devices(item)) for item in children(nodes, "item")) == most


def test_only_the_node_that_is_named_is_told_of_and_one_that_is_not_there_is_said_not_to_be() -> None:
    assert {name: len(found) for name, found in ris(MADE, "<NodeName>sub1</NodeName>").items()} == {"sub1": 3}
    (item,) = _nodes(MADE, inner="<NodeName>elsewhere</NodeName>").values()
    assert text(item, "ReturnCode") == "InvalidNodeName"
    assert devices(item) == []


def test_a_time_is_that_of_the_clock_of_the_node_that_tells_it() -> None:
    made = bench()
    right = int(text(ris(made)["sub1"][0], "TimeStamp"))
    made.cluster.trouble.clock_off["sub1"] = timedelta(minutes=-5)
    assert int(text(ris(made)["sub1"][0], "TimeStamp")) == right - 300


def test_a_device_is_told_under_every_node_where_it_was_and_registered_under_the_last() -> None:
    made = bench()
    made.stop(CALLMANAGER, "sub1")
    made.time.advance(BOOT)
    found = ris(made)
    moved = {text(device, "Name") for device in found["sub1"]}
    assert {text(device, "Status") for device in found["sub1"]} == {"UnRegistered"}
    assert {text(device, "StatusReason") for device in found["sub1"]} == {"8"}
    assert {text(device, "Status") for device in found["sub2"]} == {"Registered"}
    assert len(moved) == 3
    assert moved < {text(device, "Name") for device in found["sub2"]}
    when = {text(device, "Name"): int(text(device, "TimeStamp")) for device in found["sub1"]}
    assert all(
        int(text(device, "TimeStamp")) >= when[text(device, "Name")]
        for device in found["sub2"]
        if text(device, "Name") in moved
    )
    made.restart(CALLMANAGER, "sub1")
    made.wave()
    assert not {text(device, "Status") for device in ris(made)["sub1"]} & {"UnRegistered"}


def test_a_node_whose_collector_does_not_run_says_nothing() -> None:
    made = bench()
    made.stop(COLLECTOR, "sub1")
    nodes = _nodes(made)
    assert {name: text(item, "ReturnCode") for name, item in nodes.items()} == {
        "pub": "NotFound",
        "sub1": "NodeNotResponding",
        "sub2": "Ok",
    }
    assert devices(nodes["sub1"]) == []
    assert "sub1" not in _state(made)


def test_who_echoes_the_state_is_told_only_of_the_nodes_where_something_has_changed() -> None:
    made = bench()
    state = _state(made)
    again = _nodes(made, state=state)
    assert {text(item, "NoChange") for item in again.values()} == {"true"}
    assert {len(devices(item)) for item in again.values()} == {0}
    device = next(iter(made.exchange.phones))
    found = made.cluster.registrations.find(device)
    assert found is not None
    found.notify("reset")
    made.time.advance(BOOT)
    later = _nodes(made, state=state)
    assert {name for name, item in later.items() if text(item, "NoChange") == "false"} == {found.node}
    assert len(devices(later[found.node])) == 3
    assert _state(made) != state


def test_a_state_from_before_the_collector_started_anew_is_worth_nothing() -> None:
    made = bench()
    state = _state(made)
    made.restart(COLLECTOR, "sub2")
    assert {name for name, item in _nodes(made, state=state).items() if text(item, "NoChange") == "false"} == {"sub2"}


@given(
    st.text(max_size=60) | st.sampled_from(["<StateInfo><Node/></StateInfo>", '<StateInfo ClusterWide="1"/>', "<a/>"])
)
def test_a_state_that_is_none_is_as_none(state: str) -> None:
    assert all(each in {"", "sub1"} for each in ris_answer.read_state_info(state))


def test_the_state_counts_what_was_found_and_what_was_given() -> None:
    root = read_xml(text(answer(MADE, "<MaxReturnedDevices>4</MaxReturnedDevices>"), "StateInfo").encode())
    counts = {node.get("Name"): (node.get("TotalItemsFound"), node.get("TotalItemsReturned")) for node in root}
    assert counts["pub"] == ("0", "0")
    assert sum(int(found) for found, _ in counts.values() if found) == PHONES
    assert sum(int(given) for _, given in counts.values() if given) == 4


def test_no_application_has_opened_anything() -> None:
    asked = read_operation(request("selectCtiItem", "<StateInfo/><CtiSelectionCriteria/>", RIS))
    status, body = Ris(MADE.cluster, MADE.cluster.publisher).answer(asked)
    assert status == 200
    found = first(read_xml(body), "Body", "selectCtiItemResponse", "selectCtiItemReturn", "SelectCtiItemResult")
    assert found is not None
    assert text(found, "TotalItemsFound") == "0"


def test_an_operation_that_is_not_served_is_a_fault_and_counted() -> None:
    made = bench(small(phones=0))
    server = Ris(made.cluster, made.cluster.publisher)
    assert server.answer(read_operation(request("selectColour", space=RIS)))[0] == 500
    assert list(made.cluster.unknown) == [("ris", "selectColour", 1)]


ELEMENTS = st.sampled_from(
    [
        *("StateInfo", "CmSelectionCriteria", "MaxReturnedDevices", "DeviceClass", "Model", "Status", "NodeName"),
        *("SelectBy", "SelectItems", "item", "Item", "Protocol", "DownloadStatus"),
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


@given(st.sampled_from(["selectCmDevice", "selectCmDeviceExt", "selectCtiItem"]), INNER)
def test_whatever_is_asked_the_answer_is_xml(name: str, inner: str) -> None:
    server = Ris(MADE.cluster, MADE.cluster.publisher)
    for criteria in (inner, f"<CmSelectionCriteria>{inner}</CmSelectionCriteria>"):
        status, body = server.answer(read_operation(request(name, criteria, RIS)))
        assert status in {200, 500}
        assert first(read_xml(body), "Body") is not None


def test_a_minute_later_it_answers_again() -> None:
    made = bench(small(phones=0))
    server = Ris(made.cluster, made.cluster.publisher)
    asked = read_operation(request("selectCtiItem", space=RIS))
    statuses = [server.answer(asked)[0] for _ in range(16)]
    assert statuses == [200] * 15 + [500]
    made.cluster.wall = StoppedClock(START + timedelta(seconds=61))
    assert server.answer(asked)[0] == 200
