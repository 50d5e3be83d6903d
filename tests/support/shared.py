"""The shared test inputs: found by RINGTRUST_SHARED or beside the checkout, read in place, never copied."""

import os
import shutil
from pathlib import Path

import pytest

NOT_CHECKED = "not checked"
ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("RINGTRUST_SHARED", ROOT.parent / "shared"))
if not SHARED.is_absolute():
    SHARED = ROOT / SHARED


def shared_bytes(name: str) -> bytes:
    """A file of ../shared/data; skips the test where the folder is absent."""
    return shared_path(f"data/{name}").read_bytes()


def shared_path(name: str) -> Path:
    """A file or folder below ../shared; skips the test where the folder is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"{NOT_CHECKED}: there is no folder {SHARED.name} to read {name} from")
    return SHARED / name


def program(name: str) -> str:
    """The path of a program that nobody here wrote; skips the test where the machine has none."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{NOT_CHECKED}: this machine has no {name}")
    return found
