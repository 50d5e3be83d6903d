"""The transcripts of real clusters, as the readers get them."""

import tomllib
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).resolve().parents[2] / "transcripts/platform.toml"

TRANSCRIPTS: Final[dict[str, str]] = {
    str(case["name"]): str(case["text"]) for case in tomllib.loads(_FILE.read_text())["case"]
}
