"""The transcripts of real clusters, as the readers get them."""

import tomllib
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).resolve().parents[2] / "transcripts"

TRANSCRIPTS: Final[dict[str, str]] = {
    str(case["name"]): str(case["text"])
    for file in ("platform.toml", "client.toml")
    for case in tomllib.loads((_FOLDER / file).read_text())["case"]
}
