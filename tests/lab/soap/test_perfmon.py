"""PerfMon, document by document: its counters are what the cluster is (interfaces.md §6)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ringtrust.clock import StoppedClock
from ringtrust.lab.soap.envelope import read_operation
from ringtrust.lab.soap.perfmon import REPLICATION, Counter, PerfMon
from ringtrust.lab.state.services import CALLMANAGER, TFTP
from ringtrust.safe_xml import first, read_xml, text
from tests.lab.soap.test_control_center import request
from tests.support.clusters import START, Bench, bench, small

REPLICATOR = "A Cisco DB Replicator"


class Client:
    """Asks one node."""

    def __init__(self, made: Bench, node: str = "pub") -> None:
        self.perfmon = PerfMon(made.cluster, made.cluster.node(node))

    def ask(self, name: str, inner: str = "") -> tuple[int, etree._Element]:
        status, answer = self.perfmon.answer(read_operation(request(name, inner)))
        body = first(read_xml(answer), "Body")
        assert body is not None
        return status, body[0]

    def good(self, name: str, inner: str = "") -> etree._Element:
        status, found = self.ask(name, inner)
        assert status == 200
        return found

    def values(self, host: str, title: str) -> dict[str, int]:
        found = self.good("perfmonCollectCounterData", f"<Host>{host}</Host><Object>{title}</Object>")
        return {text(row, "Name"): int(text(row, "Value")) for row in found if text(row, "CStatus") == "1"}


def test_phones_are_counted_where_they_are_registered() -> None:
    made = bench()
    client = Client(made)
    found = client.values("sub1", CALLMANAGER)
    assert found[r"\\sub1\Cisco CallManager\RegisteredHardwarePhones"] == 3
    assert found[r"\\sub1\Cisco CallManager\RegisteredOtherStationDevices"] == 0
    assert {r"\\sub1\Cisco CallManager\CallsActive", r"\\sub1\Cisco CallManager\CallsCompleted"} < set(found)
    made.stop(CALLMANAGER, "sub2")
    made.time.advance(100)
    address = made.cluster.node("sub1").address
    assert client.values(address, CALLMANAGER)[rf"\\{address}\Cisco CallManager\RegisteredHardwarePhones"] == 6
    assert client.ask("perfmonCollectCounterData", f"<Host>sub2</Host><Object>{CALLMANAGER}</Object>")[0] == 500


def test_the_state_of_replication_is_two_while_it_is_good() -> None:
    made = bench(small(phones=0), on=False)
    name = rf"\\sub1\{REPLICATION}(ReplicateCount)\Replicate_State"
    assert Client(made).values("sub1", REPLICATION)[name] == 2
    made.stop(REPLICATOR, "sub1")
    assert Client(made).values("sub1", REPLICATION)[name] == 4


def test_objects_instances_and_descriptions_are_listed() -> None:
    made = bench(small(phones=0), on=False)
    client = Client(made)
    rows = {text(row, "Name"): row for row in client.good("perfmonListCounter", "<Host>pub</Host>")}
    assert set(rows) == {"Cisco CallManager", "Cisco TFTP", REPLICATION} - (
        set() if made.cluster.publisher.services.running(CALLMANAGER) else {"Cisco CallManager"}
    )
    assert text(rows[REPLICATION], "MultiInstance") == "true"
    assert text(rows["Cisco TFTP"], "MultiInstance") == "false"
    assert text(rows[REPLICATION], "ArrayOfCounter", "item", "Name") == "Number of Replicates Created"
    found = client.good("perfmonListInstance", f"<Host>pub</Host><Object>{REPLICATION}</Object>")
    assert [text(row, "Name") for row in found] == ["ReplicateCount"]
    counter = rf"\\pub\{REPLICATION}(ReplicateCount)\Replicate_State"
    assert text(client.good("perfmonQueryCounterDescription", f"<Counter>{counter}</Counter>")[0]) != ""


def test_a_session_collects_what_was_added_until_it_is_closed() -> None:
    made = bench()
    client = Client(made)
    handle = (client.good("perfmonOpenSession")[0].text or "").strip()
    one, other = (rf"\\sub1\Cisco CallManager\{name}" for name in ("RegisteredHardwarePhones", "CallsActive"))
    session = f"<SessionHandle>{handle}</SessionHandle>"

    def naming(*counters: str) -> str:
        named = "".join(f"<Counter><Name>{counter}</Name></Counter>" for counter in counters)
        return f"{session}<ArrayOfCounter>{named}</ArrayOfCounter>"

    def collected() -> dict[str, tuple[str, str]]:
        rows = client.good("perfmonCollectSessionData", session)
        return {text(row, "Name"): (text(row, "Value"), text(row, "CStatus")) for row in rows}

    client.good("perfmonAddCounter", naming(one, other))
    assert collected() == {one: ("3", "1"), other: ("0", "1")}
    client.good("perfmonRemoveCounter", naming(other))
    made.stop(CALLMANAGER, "sub1")
    assert collected() == {one: ("0", "2")}
    assert client.ask("perfmonAddCounter", naming(r"\\sub2\Cisco CallManager\Nothing"))[0] == 500
    client.good("perfmonCloseSession", session)
    assert client.ask("perfmonCollectSessionData", session)[0] == 500


def test_sessions_and_their_counters_are_bounded() -> None:
    made = bench(small(phones=0), on=False)
    client = Client(made)
    first_one = (client.good("perfmonOpenSession")[0].text or "").strip()
    for minute in range(1, 3):
        made.cluster.wall = StoppedClock(START + timedelta(minutes=minute))
        for _ in range(60):
            client.good("perfmonOpenSession")
    assert client.ask("perfmonCloseSession", f"<SessionHandle>{first_one}</SessionHandle>")[0] == 500


def test_eighty_requests_a_minute_are_answered() -> None:
    made = bench(small(phones=0), on=False)
    client = Client(made)
    for _ in range(80):
        client.good("perfmonListCounter", "<Host>pub</Host>")
    status, fault = client.ask("perfmonListCounter", "<Host>pub</Host>")
    assert status == 500
    assert text(fault, "faultstring") == (
        "Exceeded allowed rate for Perfmon information. Current allowed rate for perfmon information is 80 requests "
        "per minute.PerfmonService"
    )
    made.cluster.wall = StoppedClock(START + timedelta(minutes=1))
    client.good("perfmonListCounter", "<Host>pub</Host>")


def test_what_is_not_served_is_a_fault_and_counted() -> None:
    made = bench(small(phones=0), on=False)
    assert Client(made).ask("perfmonStop")[0] == 500
    assert list(made.cluster.unknown) == [("perfmon", "perfmonStop", 1)]


@pytest.mark.parametrize("path", ["", "x", r"\\host", r"\\host\object", r"\\a\b\c\d", r"host\object\name"])
def test_what_names_no_counter_is_a_fault(path: str) -> None:
    made = bench(small(phones=0), on=False)
    assert Client(made).ask("perfmonQueryCounterDescription", f"<Counter>{path}</Counter>")[0] == 500


@given(st.tuples(*[st.text(st.characters(codec="ascii", exclude_characters="\\()"), min_size=1, max_size=8)] * 4))
def test_a_counter_is_read_as_it_is_written(parts: tuple[str, str, str, str]) -> None:
    counter = Counter(*parts)
    assert Counter.read(str(counter)) == counter


def test_files_are_counted_by_the_server_of_the_node() -> None:
    made = bench(small(phones=0), on=False)
    assert made.cluster.publisher.services.running(TFTP)
    made.cluster.publisher.counted["HttpRequests"] += 2
    assert Client(made).values("pub", "Cisco TFTP")[r"\\pub\Cisco TFTP\HttpRequests"] == 2
