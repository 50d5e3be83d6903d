"""Clients that nobody here wrote: OpenSSH, curl, openssl. Their tests are skipped where the machine has none."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

from ringtrust.lab.process.lab import Account
from tests.support.shared import program

_SSH_OPTIONS = (
    *("-o", "StrictHostKeyChecking=accept-new", "-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1"),
    *("-o", "LogLevel=ERROR", "-F", "none"),
)
PROMPT = "admin:"


async def run(*words: str, typed: bytes = b"", **variables: str) -> tuple[int, bytes, bytes]:
    """The status, the output and the errors of a program."""
    process = await asyncio.create_subprocess_exec(
        program(words[0]),
        *words[1:],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **variables},
    )
    out, errors = await process.communicate(typed)
    return process.returncode or 0, out, errors


async def curl(*words: str) -> bytes:
    """What curl gets."""
    status, out, errors = await run("curl", "--silent", "--show-error", "--max-time", "20", *words)
    assert status == 0, errors
    return out


async def curl_status(*words: str) -> int:
    """The HTTP status that curl gets; 0 when there is no answer at all."""
    _, out, _ = await run("curl", "--silent", "--max-time", "20", "-o", os.devnull, "-w", "%{http_code}", *words)
    return int(out)


async def shown_certificate(address: str, port: int) -> bytes:
    """The certificate (DER) that a TLS server shows to openssl; empty when nobody is there."""
    _, out, _ = await run("openssl", "s_client", "-connect", f"{address}:{port}", "-cipher", "DEFAULT:@SECLEVEL=0")
    if b"BEGIN CERTIFICATE" not in out:
        return b""
    status, der, errors = await run("openssl", "x509", "-outform", "DER", typed=out)
    assert status == 0, errors
    return der


class Ssh:
    """OpenSSH with a terminal, spoken to line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @staticmethod
    def words(folder: Path, account: Account, address: str, port: int) -> tuple[list[str], dict[str, str]]:
        """The command line, and the variables by which it learns the password."""
        secret, helper = folder / "password", folder / "askpass"
        secret.write_text(account.password + "\n")
        helper.write_text(f"#!/bin/sh\ncat '{secret}'\n")
        helper.chmod(0o700)
        variables = {"SSH_ASKPASS": str(helper), "SSH_ASKPASS_REQUIRE": "force"}
        known = ("-o", f"UserKnownHostsFile={folder / 'known_hosts'}")
        return ["ssh", *_SSH_OPTIONS, *known, "-p", str(port), f"{account.user}@{address}"], variables

    @classmethod
    async def login(cls, folder: Path, account: Account, address: str, port: int) -> "Ssh":
        """Logs in, switches pages off and waits for the prompt."""
        (name, *words), variables = cls.words(folder, account, address, port)
        process = await asyncio.create_subprocess_exec(
            program(name),
            "-tt",
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **variables},
        )
        ssh = cls(process)
        await ssh.until(PROMPT)
        await ssh.command("set cli pagination off")
        return ssh

    async def until(self, end: str) -> str:
        """What is shown up to this text."""
        assert self._process.stdout is not None
        shown = b""
        while not shown.endswith(end.encode()):
            byte = await asyncio.wait_for(self._process.stdout.read(1), 60)
            assert byte, shown
            shown += byte
        return shown.decode().replace("\r\n", "\n")

    def send(self, line: str) -> None:
        """Types a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")

    async def command(self, line: str, end: str = PROMPT) -> str:
        """What a command shows, without its echo and the next prompt."""
        self.send(line)
        shown = await self.until(end)
        return shown.partition("\n")[2].removesuffix(PROMPT)

    async def end(self) -> None:
        """Hangs up, if it is still there."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.communicate()

    async def quit(self) -> int:
        """Leaves."""
        self.send("quit")
        await self._process.communicate()
        return self._process.returncode or 0
