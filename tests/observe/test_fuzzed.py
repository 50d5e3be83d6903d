"""Answers that no node would give, at every door: a scan ends, and what it could not read has its reason."""

import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest

from ringtrust.audit.audit import audit
from ringtrust.catalog.load import load_catalog
from ringtrust.cluster.doors import Door
from ringtrust.cluster.snapshot import Snapshot, read_snapshot, write_snapshot
from ringtrust.connect.platform.node import Terminal
from ringtrust.connect.platform.questions import NOTHING, Script
from ringtrust.connect.ports import TlsProbe
from ringtrust.connect.web import Answer, Web
from ringtrust.connect.wire import Reach
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.report.snapshots import snapshot_lines
from tests.observe.test_doors import cluster, reach, seen
from tests.support.live import live
from tests.support.night import night

SCANS: Final = 120 if os.environ.get("RINGTRUST_SOAK") else 6
NODES: Final = "show network cluster"
_HOSTILE: Final = (
    b"\x00", b"\x1b[2J", b"\xff\xfe", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", b"[" * 5_000,
    b"{\"a\":" * 2_000, b"9" * 5_000, b"admin:", b"\r\n" * 500, b"-----BEGIN CERTIFICATE-----\n", b"Executed command",
)  # fmt: skip


class Mangler:
    """Spoils some of the answers that come by. The seed says which, and how."""

    def __init__(self, seed: int, share: float) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - the same again for the same seed
        self._share = share
        self.spoilt = 0

    def __call__(self, data: bytes) -> bytes:
        """The answer, or what became of it."""
        if self._chance.random() > self._share:
            return data
        self.spoilt += 1
        return self._chance.choice(self._ways)(self, data)

    def _cut(self, data: bytes) -> bytes:
        return data[: self._chance.randrange(len(data) + 1)]

    def _flip(self, data: bytes) -> bytes:
        spoilt = bytearray(data)
        for _ in range(min(len(spoilt), 8)):
            spoilt[self._chance.randrange(len(spoilt))] = self._chance.randrange(256)
        return bytes(spoilt)

    def _drop(self, data: bytes) -> bytes:
        begin = self._chance.randrange(len(data) + 1)
        return data[:begin] + data[begin + self._chance.randrange(40) :]

    def _twice(self, data: bytes) -> bytes:
        return data + data

    def _insert(self, data: bytes) -> bytes:
        place = self._chance.randrange(len(data) + 1)
        return data[:place] + self._chance.choice(_HOSTILE) + data[place:]

    def _other(self, _data: bytes) -> bytes:
        return self._chance.choice((b"", *_HOSTILE))

    _ways: Sequence[Callable[["Mangler", bytes], bytes]] = (_cut, _flip, _drop, _twice, _insert, _other)


class _Terminal:
    def __init__(self, terminal: Terminal, mangle: Mangler) -> None:
        self._terminal, self._mangle = terminal, mangle

    async def read(self, command: str) -> str:
        shown = await self._terminal.read(command)
        return shown if command == NODES else self._mangle(shown.encode()).decode(errors="replace")

    async def act(self, command: str, seconds: float, script: Script = NOTHING) -> str:  # noqa: ARG002 - as its port
        raise AssertionError(command)


class _Tls:
    def __init__(self, tls: TlsProbe, mangle: Mangler) -> None:
        self._tls, self._mangle = tls, mangle

    async def shown(self, host: str, port: int) -> bytes:
        return self._mangle(await self._tls.shown(host, port))


class SpoiltReach(Reach):
    """A cluster whose every answer goes through a mangler."""

    mangle: Mangler

    def spoil(self, mangle: Mangler) -> None:
        self.mangle = mangle
        self.tls = _Tls(self.tls, mangle)

    def terminal(self, address: str) -> Terminal:
        return _Terminal(super().terminal(address), self.mangle)


def spoil_the_web(monkeypatch: pytest.MonkeyPatch, mangle: Callable[[bytes], bytes]) -> None:
    """Whatever comes over HTTP: SOAP, JSON, lists, pages."""
    genuine = Web._answer

    async def answer(self: Web, *asked: object) -> tuple[bytes, Answer]:
        head, found = await genuine(self, *asked)  # type: ignore[arg-type]
        return head, Answer(found.status, mangle(found.body), found.in_session)

    monkeypatch.setattr(Web, "_answer", answer)


def still_useful(snapshot: Snapshot) -> None:
    """It can be written, read, judged and shown."""
    assert read_snapshot(write_snapshot(snapshot)) == snapshot
    audit(snapshot, load_catalog())
    shown = "\n".join(snapshot_lines(snapshot))
    assert "\x1b" not in shown
    assert all(source.reason for source in snapshot.failed)


@pytest.mark.parametrize("doors", [frozenset(Door), frozenset(Door) - {Door.CLI}], ids=["every door", "no CLI"])
@pytest.mark.parametrize("release", ["9.1", "14"])
@live
async def test_spoilt_answers_become_reasons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: str, doors: frozenset[Door]
) -> None:
    async with night(tmp_path, cluster(release)) as made:
        whole = spoilt = 0
        for seed in range(SCANS):
            mangle = Mangler(seed, share=0.05 + 0.1 * (seed % 6))
            with monkeypatch.context() as patched:
                spoil_the_web(patched, mangle)
                async with reach(made, SpoiltReach) as wire:
                    assert isinstance(wire, SpoiltReach)
                    wire.spoil(mangle)
                    wire.doors = doors
                    try:
                        snapshot = await seen(made, wire)
                    except (UnreadableError, RefusedError):
                        continue  # not even the nodes could be told
            whole += 1
            spoilt += mangle.spoilt
            still_useful(snapshot)
        assert whole or Door.CLI not in doors
        assert spoilt > SCANS
