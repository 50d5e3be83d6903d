"""What the lab says that it serves of AXL and RISPort70 is what it serves (lab/coverage)."""

import tomllib
from collections.abc import Iterable

import pytest

from ringtrust.lab.soap.axl import Axl
from ringtrust.lab.soap.ris import Ris
from tests.support.clusters import bench, small
from tests.support.shared import ROOT

ROW = {"name", "section", "extent", "since", "until", "note"}
MADE = bench(small(phones=0))
SERVED = {
    "axl": Axl(MADE.cluster, MADE.cluster.publisher).operations,
    "ris": Ris(MADE.cluster, MADE.cluster.publisher).operations,
}
# interfaces.md §3.3, §3.4 and §5, without the two that restore defaults: those are written in words.
REFERENCE = {
    "axl": {
        *(
            "getCCMVersion",
            "listProcessNode",
            "listProcessNodeService",
            "getProcessNodeService",
            "listPhone",
            "getPhone",
        ),
        *("updatePhone", "applyPhone", "resetPhone", "restartPhone", "doDeviceReset", "resetDevicePool"),
        *("resetCallManagerGroup", "resetEnterpriseParameters", "restartEnterpriseParameters"),
        *("applyConfigEnterpriseParameters", "getServiceParameter", "listServiceParameter", "updateServiceParameter"),
        *("listTvsCertificate", "getTvsCertificate", "updateTvsCertificate", "executeSQLQuery", "executeSQLUpdate"),
    },
    "ris": {"selectCmDevice", "selectCmDeviceExt", "selectCtiItem"},
}


def _rows(interface: str) -> list[dict[str, str]]:
    path = ROOT / "src/ringtrust/lab/coverage" / f"{interface}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))["row"]  # type: ignore[no-any-return]


def _names(rows: Iterable[dict[str, str]]) -> list[str]:
    return [row["name"] for row in rows]


@pytest.mark.parametrize("interface", ["axl", "ris"])
def test_the_list_and_the_lab_say_the_same(interface: str) -> None:
    rows = _rows(interface)
    assert all(set(row) == ROW for row in rows)
    assert {row["extent"] for row in rows} <= {"served", "in part", "not served"}
    assert len(set(_names(rows))) == len(rows)
    assert set(_names(row for row in rows if row["extent"] != "not served")) == set(SERVED[interface])
    assert all(row["note"] for row in rows if row["extent"] == "in part")


@pytest.mark.parametrize("interface", ["axl", "ris"])
def test_every_operation_of_the_reference_is_in_the_list(interface: str) -> None:
    assert REFERENCE[interface] <= set(_names(_rows(interface)))


def test_the_operations_that_restore_defaults_are_never_served() -> None:
    words = [row for row in _rows("axl") if " " in row["name"]]
    assert [row["extent"] for row in words] == ["not served"] * 2
    assert {name for name in SERVED["axl"] if name.startswith("do")} == {"doDeviceReset"}
