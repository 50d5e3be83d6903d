"""A lab as a process: from its start until somebody ends it, with a control socket in its folder."""

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from ringtrust.clock import SystemClock
from ringtrust.errors import RefusedError, RingtrustError
from ringtrust.lab.labtime import RunningTime
from ringtrust.lab.process import partners, status
from ringtrust.lab.process.ctl_client import ctl_made
from ringtrust.lab.process.folder import Folder
from ringtrust.lab.process.lab import Desk, Lab
from ringtrust.lab.process.muster import Muster, all_there, muster, patience, views
from ringtrust.lab.process.on_request import Faults
from ringtrust.lab.topology import Topology

_SECONDS_TO_ASK: Final = 10.0


class Wanted(msgspec.Struct, frozen=True):
    """What was asked for."""

    topology: Topology
    folder: Path
    speed: float
    real_ports: bool


def run_lab(wanted: Wanted, progress: Callable[[int, int], None], ready: Callable[[dict[str, Any]], None]) -> None:
    """Runs a lab until Ctrl-C, a signal or `lab down`. Raises RefusedError when a port or the folder is taken.

    `progress` hears how many phones are registered, and of how many; `ready` the status when all are that can be.
    """
    asyncio.run(_run(wanted, progress, ready))


async def _run(wanted: Wanted, progress: Callable[[int, int], None], ready: Callable[[dict[str, Any]], None]) -> None:
    folder = Folder(wanted.folder)
    controls = Controls(folder.take())
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, controls.ended.set)
    try:
        time = RunningTime(SystemClock(), wanted.speed)
        lab = await Lab.start(wanted.topology, time, SystemClock(), speed=wanted.speed, real_ports=wanted.real_ports)
        try:
            await _serve(lab, folder, controls, progress, ready)
        finally:
            await lab.stop()
    finally:
        folder.leave()
        await controls.close()


async def _serve(
    lab: Lab,
    folder: Folder,
    controls: "Controls",
    progress: Callable[[int, int], None],
    ready: Callable[[dict[str, Any]], None],
) -> None:
    try:
        folder.write(lab)
    except OSError as error:
        raise RefusedError(
            f"{error.filename} cannot be written: {error.strerror}.", advice="Choose another folder."
        ) from error
    await controls.open(lab)
    registering = asyncio.create_task(_until_registered(lab, progress))
    ending = asyncio.create_task(controls.ended.wait())
    await asyncio.wait({registering, ending}, return_when=asyncio.FIRST_COMPLETED)
    if not controls.ended.is_set():
        registering.result()
        controls.ready = True
        ready(status.status(lab))
    await ending
    registering.cancel()


async def _until_registered(lab: Lab, progress: Callable[[int, int], None]) -> None:
    tried: set[Desk] = set()

    def reached() -> bool:
        progress(lab.registered, len(lab.desks))
        return all_there(lab, tried)

    try:
        async with asyncio.timeout(patience(lab)):
            await lab.until(reached)
    except TimeoutError:
        raise RingtrustError(
            f"Only {lab.registered} of {len(lab.desks)} phones have registered.",
            advice="The machine may be too slow for so many phones at this speed: take fewer, or a lower speed.",
        ) from None


class Controls:
    """Answers what is asked over the control socket."""

    def __init__(self, bound: socket.socket) -> None:
        self.ended = asyncio.Event()
        self.ready = False
        self._bound = bound
        self._server: asyncio.Server | None = None
        self._faults: Faults | None = None
        self._leaving: list[asyncio.StreamWriter] = []
        self._answering: set[asyncio.Task[None]] = set()
        self._one_muster = asyncio.Lock()
        self._one_fault = asyncio.Lock()

    async def open(self, lab: Lab) -> None:
        """Answers from now on."""
        self._faults = Faults(lab)
        self._server = await asyncio.start_unix_server(self._connected, sock=self._bound)

    async def close(self) -> None:
        """The very last: whoever asked for the end learns that it has come."""
        for writer in self._leaving:
            _send(writer, {"result": {}})
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        if self._server is not None:
            self._server.close()
        self._bound.close()
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_SECONDS_TO_ASK):
                asked = json.loads(await reader.readline())
            await self._answer(asked if isinstance(asked, dict) else {}, writer)
        except (OSError, ValueError, RecursionError):  # nonsense, or nobody
            writer.close()
        except asyncio.CancelledError:
            writer.transport.abort()
            raise

    async def _answer(self, asked: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        if asked.get("do") == "down":
            self._leaving.append(writer)
            self.ended.set()
            return
        try:
            answer = {"result": await self._result(asked, writer)}
        except RingtrustError as error:
            answer = {"error": error.what, "advice": error.advice, "refused": isinstance(error, RefusedError)}
        _send(writer, answer)
        await writer.drain()
        writer.close()

    async def _result(self, asked: dict[str, Any], writer: asyncio.StreamWriter) -> object:
        assert self._faults is not None  # noqa: S101 - open() has set it
        lab = self._faults.lab
        match asked.get("do"):
            case "ready":
                there = {"registered": lab.registered, "phones": len(lab.desks)}
                return {"ready": self.ready, "pid": os.getpid(), **there}
            case "status":
                return status.status(lab, self._faults)
            case "phones":
                return msgspec.to_builtins(views(lab))
            case "muster":
                async with self._one_muster:
                    return msgspec.to_builtins(await self._muster(lab, writer))
            case "fault" | "partner" | "ctl-client":
                return await self._change(self._faults, asked)
            case "unknown":
                return status.unknown(lab)
            case what:
                raise RingtrustError(f"The lab does not know {what!r}.")

    async def _change(self, faults: Faults, asked: dict[str, Any]) -> object:
        if asked["do"] == "partner":
            return msgspec.to_builtins(partners.answer(faults.lab, asked))
        if asked["do"] == "ctl-client":
            return ctl_made(faults.lab, str(asked.get("token", "")), str(asked.get("mode", "")))
        name, where = str(asked.get("name", "")), str(asked.get("where", ""))
        async with self._one_fault:
            await (faults.end if asked.get("off") else faults.begin)(name, where)
        return status.listed(faults)

    @staticmethod
    async def _muster(lab: Lab, writer: asyncio.StreamWriter) -> Muster:
        last = -1

        def progress(done: int, of: int) -> None:
            nonlocal last
            if done != last:
                last = done
                _send(writer, {"progress": {"done": done, "of": of}})

        return await muster(lab, progress)


def _send(writer: asyncio.StreamWriter, answer: dict[str, Any]) -> None:
    if not writer.is_closing():
        writer.write(json.dumps(answer).encode() + b"\n")
