"""The catalog as a whole: every row cites its sources, every name is known, and damage is told from data."""

import re
import subprocess
import sys
from importlib.resources import files

import pytest

from ringtrust.catalog.load import load_catalog, read_catalog
from ringtrust.catalog.row import all_rows
from ringtrust.cluster.release import Release
from ringtrust.errors import FormatError
from tests.catalog.cited import CATALOG

GUIDES = (
    "SG125 SG125SU6 SG14 SG15 AG125 AG15 IPC UG15 CLI125 CLI15 RN125 RN125SU5 RN14 RN15SU3 RM125SU2 IMP15 CVD12 CVD14 "
    "UCCE125 pkinane ALARM15 PublicClients AG7832 AG8821 AG8831 K43691258 AG7800 AG8800 AG8832 WebexNTLF2I6 "
    "SC081v3 BR ChromeRoot18 DigiCertALERT53 SectigoEKU LetsEncryptEKU CertumEKU GoDaddyEKU design"
)
NUMBERS = r"S\d{1,3}|[HL]\d\d|R\d{1,2}|I\d|\d{6}|FN\d{5}|CSC[a-z]{2}\d{5}"
SOURCE = re.compile(rf"{NUMBERS}|{'|'.join(GUIDES.split())}")
SHEETS = [
    (each.name, each.read_bytes())
    for each in (files("ringtrust.catalog") / "data").iterdir()
    if each.name.endswith(".toml")
]
ROWS = list(all_rows(CATALOG))


def test_every_row_cites_sources_that_exist() -> None:
    assert len(ROWS) > 250
    for row in ROWS:
        assert row.sources
        assert all(SOURCE.fullmatch(source) for source in row.sources), row.sources
        assert all(1 <= int(number[1:]) <= 189 for number in row.numbers)
        assert len(set(row.sources)) == len(row.sources)


def test_what_was_cited_is_found_inside_rows_too() -> None:
    assert CATALOG.cited("S39") == (CATALOG.unit("tomcat").breaks[-1],)
    assert CATALOG.cited("S190") == ()
    assert set(CATALOG.cited("215333")) <= set(ROWS)


def test_no_name_is_there_twice() -> None:
    for table in (CATALOG.units, CATALOG.stores, CATALOG.services, CATALOG.preloaded, CATALOG.endpoints):
        names = [each.name for each in table]
        assert len(set(names)) == len(names)
    codes = [rule.code for rule in CATALOG.rules]
    assert len(set(codes)) == len(codes)
    spellings = [spelling for service in CATALOG.services for spelling in service.spellings]
    assert len(set(spellings)) == len(spellings)


def test_every_name_is_known() -> None:
    units = [unit for unit in CATALOG.units if unit.trust_store]
    stores = [copy.store for unit in CATALOG.units for copy in unit.copies]
    stores += [unit.trust_store for unit in units]
    stores += [store for table in (CATALOG.deletions, CATALOG.preloaded) for each in table for store in each.stores]
    assert all(CATALOG.store(store) for store in stores)
    assert all(CATALOG.service(name) for deletion in CATALOG.deletions for name in deletion.stop + deletion.stop_on_imp)
    named = {signing.itl for signing in CATALOG.signers} | {needs.unit for needs in CATALOG.drs}
    named |= {unit for lifetime in CATALOG.lifetimes for unit in lifetime.units}
    assert all(CATALOG.unit(unit) for unit in named)


def test_every_text_is_a_sentence() -> None:
    for row in ROWS:
        for name in ("text", "note", "deletion_note", "rule", "workaround", "why"):
            text = getattr(row, name, "")
            assert text == "" or (text[-1] in ".:?" and not text[0].isspace()), text


def test_it_is_frozen_and_the_same_each_time() -> None:
    assert load_catalog() == CATALOG
    with pytest.raises(AttributeError):
        CATALOG.units = ()  # type: ignore[misc]


def test_nothing_heavy_is_loaded_with_it() -> None:
    look = (
        "import sys; from ringtrust.catalog.load import load_catalog; load_catalog(); "
        "print(sorted({'cryptography', 'lxml', 'httpx', 'asyncssh', 'sqlalchemy', 'asyncio'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _spoilt(name: str, old: str, new: str) -> list[tuple[str, bytes]]:
    assert old in dict(SHEETS)[name].decode()
    return [(sheet, data.replace(old.encode(), new.encode(), 1) if sheet == name else data) for sheet, data in SHEETS]


@pytest.mark.parametrize(
    ("sheets", "what"),
    [
        ([], "units"),
        (_spoilt("units.toml", "[[units]]", "[[units"), "units.toml"),
        (_spoilt("units.toml", 'since = "11.0"', 'since = "eleven"'), "eleven"),
        (_spoilt("units.toml", 'before = "14.0"', 'before = "7.0"'), "not before"),
        (_spoilt("units.toml", 'key = "RSA"', 'key = "DSA"'), "DSA"),
        (_spoilt("units.toml", "in_itl = true", "in_it = true"), "in_it"),
        (_spoilt("hazards.toml", 'sources = ["225746"]', "sources = []"), "sources"),
        (_spoilt("hazards.toml", 'sources = ["225746"]', 'sources = ["see above"]'), "sources"),
        ([*SHEETS, ("more.toml", b"units = []")], "repeats units"),
        ([*SHEETS, ("more.toml", b"\xff")], "more.toml"),
        ([*SHEETS, ("more.toml", b"toasters = []")], "toasters"),
    ],
)
def test_damage_is_told(sheets: list[tuple[str, bytes]], what: str) -> None:
    with pytest.raises(FormatError) as told:
        read_catalog(sheets)
    assert what in str(told.value)
    assert "install" in told.value.advice


def test_a_range_ends_before_the_release_that_it_names() -> None:
    owning = CATALOG.unit("CAPF").owners[0]
    assert owning.before == "14.0"
    assert owning.covers(Release(13, 99))
    assert not owning.covers(Release(14, 0))
