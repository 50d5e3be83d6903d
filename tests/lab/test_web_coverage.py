"""What lab/coverage says of the web doors is what they do: every operation is named, and none that is not there."""

import asyncio
import tomllib
from functools import cache
from pathlib import Path

import pytest

import ringtrust.lab
from ringtrust.lab.releases import known_releases, release
from ringtrust.lab.rest.certmgr import CertificateRest
from ringtrust.lab.soap.control_center import REASONS, ControlCenter, ControlCenterEx
from ringtrust.lab.soap.perfmon import PerfMon
from ringtrust.lab.soap.wsdl import INTERFACES
from ringtrust.lab.wire.http import Request
from ringtrust.lab.wire.phone_web import PhonePages
from ringtrust.lab.wire.tftp_files import Absent, Found, find
from tests.support.clusters import bench, small

FOLDER = Path(ringtrust.lab.__file__).parent / "coverage"
TABLES = ("rest", "control-center", "perfmon", "files")
MADE = bench(small("campus-14", phones=1), on=False)
NODE = MADE.cluster.publisher
SERVED, IN_PART, NOT_SERVED = "served", "in part", "not served"


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    return tuple(tomllib.loads((FOLDER / f"{table}.toml").read_text())["row"])


def _extents(table: str) -> dict[str, str]:
    return {row["name"]: row["extent"] for row in rows(table)}


def _answered(table: str) -> set[str]:
    return {name for name, extent in _extents(table).items() if extent != NOT_SERVED}


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_the_six_fields_and_its_name_once(table: str) -> None:
    names = [row["name"] for row in rows(table)]
    assert len(set(names)) == len(names)
    for row in rows(table):
        assert list(row) == ["name", "section", "extent", "since", "until", "note"]
        assert row["extent"] in {SERVED, IN_PART, NOT_SERVED}
        assert {row["since"], row["until"]} <= {"", *known_releases()}
        assert row["note"] or row["extent"] != IN_PART, row["name"]


def test_the_operations_of_rest_are_those_of_the_code() -> None:
    operations = {f"{method} {path}" for method, path in CertificateRest(MADE.cluster, NODE).operations}
    named = {name for name in _answered("rest") if name.split()[0] in {"GET", "POST", "PUT", "DELETE"}}
    assert named == operations
    since = {row["since"] for row in rows("rest") if row["extent"] != NOT_SERVED}
    having = [name for name in known_releases() if release(name).web.certificate_rest]
    assert since == {min(having, key=lambda name: tuple(map(int, name.split("."))))}


def test_the_operations_of_control_center_and_perfmon_are_those_of_the_code_and_of_their_wsdl() -> None:
    control = {*ControlCenter(MADE.cluster, NODE).operations, *ControlCenterEx(MADE.cluster, NODE).operations}
    perfmon = set(PerfMon(MADE.cluster, NODE).operations)
    for table, operations in (("control-center", control), ("perfmon", perfmon)):
        assert {name for name in _answered(table) if name.startswith(("soap", "get", "perfmon"))} == operations
    assert {name for interface in INTERFACES.values() for name in interface.operations} == control | perfmon
    note = next(row["note"] for row in rows("control-center") if row["name"] == "reason codes")
    assert set(note.split(", ")) == {str(code) for code in REASONS}


def test_the_secure_ports_are_those_of_the_releases() -> None:
    first: dict[int, tuple[int, ...]] = {}
    for name in known_releases():
        for port in release(name).web.secure_files:
            version = tuple(map(int, name.split(".")))
            first[port] = min(first.get(port, version), version)
    named = {
        int(row["name"].split()[1]): tuple(map(int, row["since"].split(".")))
        for row in rows("files")
        if row["name"].startswith("HTTPS ") and row["extent"] != NOT_SERVED
    }
    assert named == first


def test_files_that_are_named_as_served_are_there_and_the_others_are_not() -> None:
    made = bench(small("secure-14", phones=2), on=False)
    device = made.phones[0].traits.device
    for name, extent in _extents("files").items():
        if name.startswith(("ITL", "CTL", "SEP", "Config")):
            found = find(made.cluster, made.cluster.publisher, name.replace("SEP<MAC>", device))
            assert isinstance(found, Found if extent == SERVED else Absent), name


def test_pages_of_phones_that_are_named_as_served_are_there_and_the_others_are_not() -> None:
    pages = PhonePages(MADE.phones[0], "127.0.0.1", "1001", "load")
    there = {name for name in _answered("files") if name.startswith("/")}
    absent = {name for name in _extents("files") if name.startswith("/")} - there
    for names, status in ((there, 200), (absent, 404)):
        assert {_status(pages, name.removesuffix("[X]")) for name in names} == {status}


def _status(pages: PhonePages, path: str) -> int:
    return asyncio.run(pages.handle(Request("GET", path, "", {}, b""))).status
