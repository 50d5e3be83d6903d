"""docs/lab.md says what the lab does: its commands, operations, ports and delays are those of the code."""

import re

import msgspec

from ringtrust.lab.platform.shell import COMMANDS
from ringtrust.lab.soap.axl import Axl
from ringtrust.lab.topology import Delays
from ringtrust.lab.wire import callmanager, phone_web, ssh, tftp_http, tomcat, tvs
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


def test_the_delays_are_those_of_the_code() -> None:
    table = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE, re.MULTILINE))
    assert {name: float(seconds) for name, seconds in table.items()} == msgspec.to_builtins(Delays())


def test_the_ports_are_those_of_the_code() -> None:
    ports = {int(port) for port in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    served = {ssh.PORT, tftp_http.PORT, tvs.PORT, tomcat.PORT, callmanager.PORT, phone_web.REAL_PORT}
    assert ports == served
