"""docs/lab.md names every fault that can be asked for, and no other."""

import re

from ringtrust.lab.process.fault_names import FAULTS
from tests.support.shared import ROOT


def test_the_faults_are_those_of_the_code() -> None:
    page = (ROOT / "docs/lab.md").read_text()
    table = page[page.index("## When something goes wrong") : page.index("## A careless night")]
    named = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    assert named == [f"{fault.name} {fault.where}" for fault in FAULTS]
