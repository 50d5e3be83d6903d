"""Quick verbs load nothing heavy: who only looks at a file does not wait for what talks to clusters."""

import subprocess
import sys
from pathlib import Path

import pytest

from ringtrust.cluster.snapshot import write_snapshot
from tests.support.alarm_texts import SEED
from tests.support.identities import itl
from tests.support.snapshots import healthy

HEAVY = ("asyncssh", "sqlalchemy", "httpx", "lxml")
LOADED = """
import sys
from ringtrust.cli.verbs import status_of
try:
    status_of(sys.argv[1:])
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("alarm", "{alarm}"),
        ("audit", "{snapshot}"),
        ("audit", "{snapshot}", "--format", "html"),
        ("plan", "--help"),
        ("plan", "{snapshot}", "--renew", "all"),
        ("trustlist", "show", "{list}"),
        ("trustlist", "verify", "{list}"),
        ("cluster", "list", "--config", "{nowhere}"),
        ("cluster", "add", "--help"),
        ("lab", "status", "--dir", "{nowhere}"),
        ("lab", "phones", "--dir", "{nowhere}"),
    ],
)
def test_quick_verbs_load_nothing_heavy(tmp_path: Path, words: tuple[str, ...]) -> None:
    places = {"snapshot": tmp_path / "snapshot.json", "list": tmp_path / "itl.tlv", "nowhere": tmp_path / "nowhere"}
    places["snapshot"].write_bytes(write_snapshot(healthy()))
    places["alarm"] = tmp_path / "alarm.txt"
    places["alarm"].write_text(SEED)
    places["list"].write_bytes(itl().data)
    said = subprocess.run(
        [sys.executable, "-c", LOADED, *(word.format(**places) for word in words)],
        capture_output=True,
        text=True,
        check=False,
    )
    loaded = said.stderr.splitlines()[-1].split()
    assert "click" in loaded
    assert [name for name in HEAVY if name in loaded] == []
