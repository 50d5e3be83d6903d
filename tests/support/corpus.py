"""The corpus: files and messages byte by byte, with what a reader must make of them (tests/corpus/*.toml).

Other implementations may use it: `bytes` is hexadecimal with comments; a case with `error` must be refused with a
sentence that contains it, at `offset`; a case without must be read, written back the same, and have the values that
stand beside it.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).resolve().parents[1] / "corpus"
_COMMENT = re.compile(r"#.*")


class Case(NamedTuple):
    """One case; `kind` is the name of its file: list, signed, tvs or capf."""

    kind: str
    name: str
    data: bytes
    error: str
    offset: int
    values: Mapping[str, Any]


def cases(*kinds: str) -> list[Case]:
    """The cases of these kinds."""
    return [case for kind in kinds for case in _read(FOLDER / f"{kind}.toml")]


def _read(path: Path) -> Iterator[Case]:
    for found in tomllib.loads(path.read_text())["case"]:
        data = bytes.fromhex(_COMMENT.sub("", found.pop("bytes")))
        yield Case(path.stem, found.pop("name"), data, found.pop("error", ""), found.pop("offset", -1), found)
