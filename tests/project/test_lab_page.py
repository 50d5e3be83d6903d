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


def _served() -> set[str]:
    """The commands of the shell; those that need the word behind them are named with each of these."""
    more = {
        "show cert list": ("own", "trust"),
        "utils disaster_recovery history": ("backup",),
        "utils disaster_recovery status": ("backup",),
        "file list": ("activelog",),
        "file view": ("activelog",),
    }
    names = [" ".join(command) for command in COMMANDS]
    return {f"{name} {word}".strip() for name in names for word in more.get(name, ("",))}


def test_every_command_that_is_served_is_named_and_no_other() -> None:
    paragraph = PAGE[PAGE.index("At the CLI:") : PAGE.index("AXL: ")]
    assert _words(paragraph) - {"run sql"} == _served() - {"run sql"}
    assert "run sql" in _served() & _words(paragraph)


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
