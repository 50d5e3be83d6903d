"""docs/lab.md says what the lab does: its commands, operations, ports and delays are those of the code."""

import re

import msgspec

from ringtrust.lab.platform.shell import COMMANDS
from ringtrust.lab.rest.certmgr import CertificateRest
from ringtrust.lab.soap.axl import Axl
from ringtrust.lab.soap.control_center import ControlCenter, ControlCenterEx
from ringtrust.lab.soap.perfmon import PerfMon
from ringtrust.lab.topology import Delays
from ringtrust.lab.wire import node_doors, phone_web, ssh, tftp_door
from tests.support.clusters import bench, small
from tests.support.shared import ROOT

PAGE = (ROOT / "docs/lab.md").read_text()


def _words(text: str) -> set[str]:
    """`a b|c` in backticks as `a b` and `a c`."""
    found = set()
    for quoted in re.findall(r"`([^`]+)`", text.replace("\n", " ")):
        choices = [[""]]
        for word in quoted.split():
            choices = [[*before, each] for before in choices for each in word.split("|")]
        found |= {" ".join(words).strip() for words in choices}
    return found


def test_every_command_that_is_named_is_served() -> None:
    paragraph = PAGE[PAGE.index("At the CLI:") : PAGE.index("AXL: ")]
    served = {" ".join(words) for words in COMMANDS}
    verbs = ("set ", "show ", "utils ", "file ", "run ")
    named = {words for words in _words(paragraph) if words.startswith(verbs)}
    assert len(named) > 40
    assert {words for words in named if not any(f"{name} ".startswith(f"{words} ") for name in served)} == set()


def test_every_operation_of_axl_is_named() -> None:
    made = bench(small(phones=0), on=False)
    paragraph = PAGE[PAGE.index("AXL: ") : PAGE.index("RISPort70: ")]
    assert _words(paragraph) == set(Axl(made.cluster, made.cluster.publisher).operations)


def test_every_operation_of_the_other_web_services_is_named() -> None:
    made = bench(small("campus-14", phones=0), on=False)
    there = made.cluster, made.cluster.publisher
    rest = {f"{method} {path}" for method, path in CertificateRest(*there).operations}
    for title, end, operations in (
        ("Control Center: ", "PerfMon: ", {*ControlCenter(*there).operations, *ControlCenterEx(*there).operations}),
        ("PerfMon: ", "REST: ", set(PerfMon(*there).operations)),
        ("REST: ", "below `/", rest),
    ):
        start = PAGE.index(f"\n{title}")
        assert _words(PAGE[start : PAGE.index(end, start + len(title))]) == operations


def test_the_delays_are_those_of_the_code() -> None:
    table = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE, re.MULTILINE))
    assert {name: float(seconds) for name, seconds in table.items()} == msgspec.to_builtins(Delays())


def test_the_ports_are_those_of_the_code() -> None:
    ports = {int(port) for port in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    served = {ssh.PORT, *node_doors.PORTS, tftp_door.PORT, phone_web.REAL_PORT}
    assert ports == served
