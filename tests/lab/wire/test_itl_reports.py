"""What phones say of their ITL when they register, as the database keeps it from 14 on (Security Guide 15)."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrust.errors import FormatError
from ringtrust.lab.process.lab import Lab
from ringtrust.lab.state import itl_reports, parameters
from ringtrust.lab.state.database import QueryFailed, Rows
from ringtrust.trust.lists import ListKind
from tests.support.clusters import BOOT, Wire, bench, on_the_wire, small
from tests.support.live import live

KEPT = (
    "select d.name as name, h.itlhash as said, h.datetimestamp as told from devicetrusthash as h "
    "inner join device as d on d.pkid = h.fkdevice"
)
CATALOG = (
    "select c.colname as name from systables as t inner join syscolumns as c on c.tabid = t.tabid "
    "where t.tabname = '{table}'"
)


def _kept(wire: Wire) -> dict[str, str]:
    found = wire.cluster.publisher.replica.query(KEPT)
    assert isinstance(found, Rows)
    return {str(row[0]): str(row[1]) for row in found.rows}


async def _until(reached: Callable[[], bool]) -> None:
    """What a phone says comes a moment after it has registered, and the lab tells nobody when."""
    async with asyncio.timeout(30):
        while not reached():
            await asyncio.sleep(0.01)


@live
async def test_the_database_keeps_what_they_said_and_forgets_it_when_they_go() -> None:
    async with on_the_wire(small("campus-14", phones=3)) as wire:
        await wire.all_registered()
        desks = wire.lab.desks
        await _until(lambda: len(_kept(wire)) == len(desks))
        said = itl_reports.signature(desks[0].line.phone.held[ListKind.ITL].data).strip()
        assert len(said) == 59
        assert _kept(wire) == {desk.extension.device: said for desk in desks}
        Lab.power_off(desks[0])
        await _until(lambda: len(_kept(wire)) < len(desks))
        assert set(_kept(wire)) == {desk.extension.device for desk in desks[1:]}
        Lab.power_on(desks[0])
        wire.time.advance(BOOT)
        await _until(lambda: len(_kept(wire)) == 3)


@live
async def test_before_14_there_is_no_such_table() -> None:
    async with on_the_wire(small("campus-12.5", phones=1)) as wire:
        await wire.all_registered()
        assert isinstance(wire.cluster.publisher.replica.query(KEPT), QueryFailed)


def test_the_catalog_of_the_database_tells_of_tables_and_columns() -> None:
    replica = bench(small("campus-14")).cluster.publisher.replica
    found = replica.query(CATALOG.format(table="devicetrusthash"))
    assert isinstance(found, Rows)
    assert [row[0] for row in found.rows] == ["pkid", "fkdevice", "tftpserver", "itlhash", "datetimestamp"]


def test_an_alarm_says_what_was_put_into_it_and_another_one_nothing() -> None:
    data = itl_reports.body("SEP001122334455", "10.0.0.1", b"list", "10.0.0.2")
    said = itl_reports.told(data)
    assert said["DeviceName"] == "SEP001122334455"
    assert said["ITL_Signature"] == itl_reports.signature(b"list").strip()
    assert (
        itl_reports.told(itl_reports.body("SEP001122334455", "10.0.0.1", b"", ""))["ITL_Signature"] == "Not Installed"
    )
    assert itl_reports.told(data.replace(b"DeviceTLInfo", b"LastOutOfServiceInformation")) == {}


@given(st.binary(max_size=300))
def test_whatever_a_phone_sends(data: bytes) -> None:
    try:
        said = itl_reports.told(data)
    except FormatError:
        return
    assert all(len(word) <= 200 for word in said.values())


@pytest.mark.parametrize(("value", "resets"), [(parameters.AUTOMATIC, True), (parameters.MANUAL, False)])
def test_an_administrator_may_say_that_nobody_but_himself_resets_phones(value: str, resets: bool) -> None:
    made = bench(small("campus-14"))
    name = parameters.RESETS
    made.cluster.database.write((parameters.changed(name, value),))
    boots = {phone.traits.device: phone.boots for phone in made.phones}
    made.regenerate("TVS", "pub")
    made.time.advance(200)
    assert all((phone.boots > boots[phone.traits.device]) == resets for phone in made.phones)
