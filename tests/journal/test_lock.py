"""One apply at a time for a cluster, and nothing to clean up after one that was killed. Real processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ringtrust.errors import RefusedError, RingtrustError
from ringtrust.journal.lock import held
from ringtrust.journal.who import here

HOLDING = """
import sys
from pathlib import Path
from ringtrust.journal.lock import held
with held(Path(sys.argv[1]), sys.argv[2], "apply TVS"):
    print("held", flush=True)
    sys.stdin.readline()
"""
FULL_DISK = """
import resource, sys
from pathlib import Path
from ringtrust.errors import RingtrustError
from ringtrust.journal.lock import held
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    with held(Path(sys.argv[1]), "campus"):
        print("held")
except RingtrustError as error:
    print(error.what, error.advice, sep="\\n")
"""
ODD = ["../escape", "a/b", "ä ö", "a b", "a_b", ".", "..", "-rf", "x" * 200, "new\nline", "nul\0", "%2F", ""]


@contextmanager
def _other(folder: Path, cluster: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the lock."""
    words = [sys.executable, "-c", HOLDING, str(folder), cluster]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_the_second_is_refused_and_told_who_is_the_first_and_what_for(tmp_path: Path) -> None:
    with _other(tmp_path, "campus") as first:
        with pytest.raises(RefusedError) as caught, held(tmp_path, "campus"):
            pytest.fail("both hold it")
        assert caught.value.what == f"Another apply works on campus ({here()}, process {first.pid}: apply TVS)."
        assert "ringtrust runs" in caught.value.advice
        with held(tmp_path, "branch"):
            pass


def test_it_is_free_when_the_first_has_been_killed(tmp_path: Path) -> None:
    with _other(tmp_path, "campus") as first:
        first.send_signal(signal.SIGKILL)
        assert first.wait() == -signal.SIGKILL
        with held(tmp_path, "campus"):
            pass


def test_it_is_free_when_the_first_has_ended_or_failed(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(KeyError), held(tmp_path, "campus"):
            raise KeyError
    with held(tmp_path, "campus"):
        assert (tmp_path / ".campus.apply.lock").read_text() == f"{os.getpid()}\n{here()}\na single act\n"


def test_a_folder_that_is_not_there_is_made_for_its_user_alone(tmp_path: Path) -> None:
    with held(tmp_path / "state" / "ringtrust", "campus"):
        assert (tmp_path / "state" / "ringtrust").stat().st_mode & 0o777 == 0o700


def test_whoever_is_refused_changes_nothing_of_it(tmp_path: Path) -> None:
    with held(tmp_path, "campus"):
        for _ in range(3):
            with pytest.raises(RefusedError, match=str(os.getpid())), held(tmp_path, "campus"):
                pytest.fail("both hold it")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (b"", "process unknown"),
        (b"17\n", "process 17"),
        (b"17\nanna@laptop\n\x1b[2Japply\n", r"anna@laptop, process 17: \x1b[2Japply"),
        (b"\xff\n" + b"x" * 5000, "x" * 200 + "…, process \ufffd"),
        (b"\n\n\n\n", "process unknown"),
    ],
)
def test_whatever_is_written_in_a_lock_is_told_in_a_line(tmp_path: Path, written: bytes, told: str) -> None:
    """Of another release, or of whoever may write there."""
    with held(tmp_path, "campus"):
        (tmp_path / ".campus.apply.lock").write_bytes(written)
        with pytest.raises(RefusedError) as caught, held(tmp_path, "campus"):
            pytest.fail("both hold it")
    assert caught.value.what == f"Another apply works on campus ({told})."


def test_what_is_written_into_a_lock_is_short_and_printable(tmp_path: Path) -> None:
    with held(tmp_path, "campus", "\x1b[2J\n" + "x" * 5000):
        written = (tmp_path / ".campus.apply.lock").read_text()
    assert len(written) < 1000
    assert len(written.splitlines()) == 3
    assert "\x1b" not in written


@pytest.mark.parametrize("name", ODD)
def test_an_odd_name_has_its_own_lock_in_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in" / "here"
    folder.mkdir(parents=True)
    with held(folder, name), held(folder, "another"):
        with pytest.raises(RefusedError), held(folder, name):
            pytest.fail("both hold it")
        for other in ODD:
            if other != name:
                with held(folder, other):
                    pass
    assert list(tmp_path.iterdir()) == [tmp_path / "in"]
    assert {path.suffix for path in folder.iterdir()} == {".lock"}


def test_what_cannot_be_locked_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / ".campus.apply.lock").mkdir()
    (tmp_path / "file").touch()
    for folder, name in ((tmp_path, "campus"), (tmp_path / "file" / "in", "x"), (tmp_path, "x" * 300)):
        with pytest.raises(RingtrustError, match="cannot be locked") as caught, held(folder, name):
            pytest.fail("held")
        assert type(caught.value) is RingtrustError
        assert caught.value.advice


def test_a_full_disk_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL_DISK, tmp_path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "cannot be locked: File too large." in done.stdout
