"""How a node is: `show status|hardware|version|perf|risdb`, NTP, connectivity, diagnosis, replication (§1.11)."""

import re

from ringtrust.lab.state.services import CALLMANAGER, REPLICATOR, TOMCAT
from tests.support.clusters import Bench, bench, small
from tests.support.console import Console
from tests.support.live import live

FAILED = "Executed command unsuccessfully\n"
# As parsers that nobody here wrote read a row: device, description, five fields, status, five fields, user, and on.
ROW = r"SEP([A-F0-9]{12}), (.+?(?=,)), (.+?(?=,)){5}, (.+?(?=,)), (.+?(?=,)){5}, (.*?(?=,)), (.+?(?=,)){1}, (\d*).+"


def _bench(phones: int = 0, release: str = "campus-12.5") -> Bench:
    return bench(small(release, phones=phones))


@live
async def test_the_status_has_the_layout_of_12_5() -> None:
    made = _bench()
    shown = await Console(made).runs("show status")
    assert shown.startswith(
        "\nHost Name          : pub\nDate               : Tue Nov 24, 2026 20:01:40\n"
        "Time Zone          : Coordinated Universal Time (Etc/UTC)\nLocale             : en_US.UTF-8\n"
        f"Product Ver        : {made.cluster.release.version}\nUnified OS Version : 7.0.0.0-4\n\nUptime:\n"
        " 20:01:40 up 33 days,  4:12,  1 user,  load average: "
    )
    for line in ("CPU Idle:   ", "  IOWAIT:   ", "Memory Total:        7990056K\n", "Disk/logging        69234984K "):
        assert f"\n{line}" in shown
    made.time.advance(3600)
    assert " 21:01:40 up 33 days,  5:12," in await Console(made).runs("show status")


@live
async def test_the_machine_and_the_other_side_are_told_of() -> None:
    console = Console(_bench())
    assert "HW Platform       : VMware Virtual Machine\n" in await console.runs("show hardware")
    assert (await console.runs("show version inactive")).startswith("Inactive Master Version: ")


@live
async def test_the_publisher_asks_a_clock_outside_and_subscribers_ask_the_publisher() -> None:
    made = _bench()
    shown = await Console(made).runs("utils ntp status")
    assert shown.startswith("ntpd (pid 8609) is running...\n\n     remote           refid      st t when poll reach")
    assert "synchronised to NTP server (192.0.2.123) at stratum 2\n" in shown
    assert "Current time in UTC is : Tue Nov 24 20:01:40 UTC 2026\n" in shown
    sub = await Console(made, "sub1").runs("utils ntp status")
    assert f"\n*{made.cluster.publisher.address} " in sub
    assert f"synchronised to NTP server ({made.cluster.publisher.address}) at stratum 3\n" in sub
    made.cluster.publisher.down = True
    assert "\nunsynchronised\n" in await Console(made, "sub1").runs("utils ntp status")


@live
async def test_connectivity_is_tried_after_a_question() -> None:
    made = _bench()
    console = Console(made, "sub1")
    question = "This command can take up to 3 minutes to complete.\nContinue (y/n)?"
    assert await console.runs("utils network connectivity pub") == question
    shown = await console.types("y\r")
    assert "Network connectivity test with pub completed successfully .\n" in shown
    made.cluster.node("sub2").down = True
    for host in ("sub2", "192.0.2.9"):
        await console.runs(f"utils network connectivity {host}")
        assert (await console.types("y\r")).endswith(f"Network connectivity test with {host} failed.\n{FAILED}admin:")
    await console.runs("utils network connectivity")
    assert "with pub completed" in await console.types("y\r")
    assert (await Console(made).runs("utils network connectivity")).endswith(FAILED)


@live
async def test_a_diagnosis_passes_but_for_what_is_not_running_and_is_kept_in_a_log() -> None:
    made = _bench()
    console = Console(made)
    shown = await console.runs("utils diagnose test")
    assert "\ntest - disk_space          : Passed (available: 6463 MB, used: 12681 MB)\n" in shown
    assert "\nskip - disk_files          : This module must be run directly and off hours\n" in shown
    assert "Failed" not in shown
    made.stop(TOMCAT, "pub")
    assert "\ntest - tomcat              : Failed" in await console.runs("utils diagnose test")
    assert "test - ntp_stratum" in await console.runs("file dump activelog platform/log/diag1.log")


@live
async def test_a_check_of_replication_is_written_down_and_runtimestate_names_it() -> None:
    made = _bench()
    console = Console(made)
    shown = await console.runs("utils dbreplication status")
    assert shown.startswith("Replication status check is now running in background.\n")
    report = re.search(r'file view activelog (\S+) " command', shown)
    assert report is not None
    assert "Connected" in await console.runs(f"file dump activelog {report[1]}")
    made.time.advance(600)
    assert f"Use 'file view activelog {report[1]}'" in await console.runs("utils dbreplication runtimestate")
    made.stop(REPLICATOR, "sub1")
    assert "Dropped" in await console.runs(
        (await console.runs("utils dbreplication status"))
        .partition('use "')[2]
        .partition(' "')[0]
        .replace("file view", "file dump")
    )


@live
async def test_counters_count_the_phones_of_the_node_and_tell_the_state_of_replication() -> None:
    made = _bench(6)
    here = sum(registration.node == "sub1" for registration in made.cluster.registrations)
    console = Console(made, "sub1")
    assert await console.runs('show perf query counter "Cisco CallManager" "RegisteredHardwarePhones"') == (
        " - Perf class Cisco CallManager(RegisteredHardwarePhones) has values:\n"
        f"                    -> RegisteredHardwarePhones       = {here}\n\n"
    )
    assert here > 0
    name = "Number of Replicates Created and State of Replication"
    query = f'show perf query class "{name}"'
    assert await console.runs(query) == (
        f"==>query class :\n\n - Perf class ({name}) has instances and values:\n"
        "ReplicateCount      -> Number of Replicates Created   = 754\n"
        "ReplicateCount      -> Replicate_State                = 2\n\n"
    )
    made.stop(REPLICATOR, "sub1")
    assert "Replicate_State                = 4\n" in await console.runs(query)
    assert " - Memory\n" in await console.runs("show perf list classes")
    for wrong in ("class Nothing", "counter Memory Nothing", 'class "Memory', "counter Memory"):
        assert (await console.runs(f"show perf query {wrong}")).endswith(FAILED)


@live
async def test_phones_are_listed_as_public_parsers_read_them() -> None:
    made = _bench(6)
    shown = await Console(made, "sub1").runs("show risdb query phone")
    lines = shown.split("\n")
    assert lines[0] == "----------- Phone Information -----------"
    columns, rows = lines[5].split(", "), lines[6 : lines.index("", 6)]
    here = {each.device for each in made.cluster.registrations if each.node == "sub1"}
    assert columns[:2] == ["DeviceName", "Descr"]
    assert {row.split(", ")[0] for row in rows} == here
    for row in rows:
        assert len(row.split(", ")) == len(columns)
        found = re.match(ROW, row)
        assert found is not None
        assert found[4] == "reg"
    assert shown.endswith(f"Total count in Phone {len(here)}\n")
    made.stop(CALLMANAGER, "sub1")
    gone = await Console(made, "sub1").runs("show risdb query phone")
    assert gone.count(", unr, ") == len([row for row in gone.split("\n") if row.startswith("SEP")])
    assert (await Console(made).runs("show risdb query gateway")).endswith(FAILED)


@live
async def test_ipsec_restarts() -> None:
    assert (await Console(_bench()).runs("utils ipsec restart")).endswith("\nSuccessfully Restarted IPsec Service\n")
