"""Reads the catalog from the data that is part of ringtrust. For the edge of the program: it opens files.

tomli is the standard library's tomllib, compiled: `ringtrust audit FILE` is to start as fast as a quick verb.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
import tomli

from ringtrust.catalog.catalog import Catalog
from ringtrust.errors import FormatError

_DATA: Final = Path(__file__).parent / "data"
_ADVICE: Final = "The catalog comes with ringtrust: install ringtrust again."


def load_catalog() -> Catalog:
    """The catalog. Read it once and hand it on. Raises FormatError when its files are damaged."""
    return read_catalog((each.name, each.read_bytes()) for each in sorted(_DATA.glob("*.toml")))


def read_catalog(sheets: Iterable[tuple[str, bytes]]) -> Catalog:
    """A catalog from its files: their names and bytes. Raises FormatError, naming the file where it is one's fault."""
    tables: dict[str, object] = {}
    for name, data in sheets:
        new = _read(name, data)
        twice = tables.keys() & new.keys()
        if twice:
            raise FormatError(f"{name} of the catalog repeats {', '.join(sorted(twice))}", 0, advice=_ADVICE)
        tables |= new
    try:
        return msgspec.convert(tables, Catalog)
    except msgspec.ValidationError as error:
        raise FormatError(f"The catalog is damaged: {error}", 0, advice=_ADVICE) from error


def _read(name: str, data: bytes) -> dict[str, object]:
    try:
        return tomli.loads(data.decode())
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"{name} of the catalog is damaged: {error}", 0, advice=_ADVICE) from error
