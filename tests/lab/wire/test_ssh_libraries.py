"""Libraries that people script a cluster with, as they come from their authors, at the CLI of the lab."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.clients import PROMPT, run
from tests.support.clusters import Wire, on_the_wire, small
from tests.support.live import live

_NETMIKO = """
import sys, netmiko
kind, host, port, user, password = sys.stdin.read().split()
with netmiko.ConnectHandler(device_type=kind, host=host, port=int(port), username=user, password=password) as cli:
    print(cli.find_prompt())
    cli.send_command("set cli pagination off")
    print(cli.send_command("show version active"))
    print(cli.send_command("set cert regen TVS", expect_string=r"\\(yes\\|no\\)\\?"))
    print(cli.send_command("yes", expect_string="admin:"))
"""


@contextmanager
def _paramiko(wire: Wire, password: str = "") -> Iterator[Any]:
    """A client that knows neither keys nor agents, as everybody has it who talks to a cluster."""
    paramiko = pytest.importorskip("paramiko")
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    try:
        client.connect(
            wire.cluster.publisher.address,
            port=wire.lab.ssh_ports[0],
            username=wire.lab.platform.user,
            password=password or wire.lab.platform.password,
            look_for_keys=False,
            allow_agent=False,
        )
        yield client
    finally:
        client.close()


def _until(channel: Any, end: str) -> str:
    channel.settimeout(60)
    shown = b""
    while not shown.endswith(end.encode()):
        received = channel.recv(4096)
        assert received, shown
        shown += received
    return shown.decode().replace("\r\n", "\n")


def _renewed(wire: Wire) -> str:
    with _paramiko(wire) as client:
        channel = client.invoke_shell()
        _until(channel, PROMPT)
        channel.send(b"set cert regen TVS\n")
        _until(channel, "(yes|no)? ")
        channel.send(b"yes\n")
        return _until(channel, PROMPT)


@live
async def test_paramiko_logs_in_and_talks_to_a_shell() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        before = wire.cluster.publisher.identities["TVS"]
        assert "Successfully Regenerated Certificate for TVS." in await asyncio.to_thread(_renewed, wire)
        assert wire.cluster.publisher.identities["TVS"] is not before


def _tries(wire: Wire) -> int:
    """Goes on with the same connection after a wrong password, as a person does; gives when it is in."""
    paramiko = pytest.importorskip("paramiko")
    transport = paramiko.Transport((wire.cluster.publisher.address, wire.lab.ssh_ports[0]))
    try:
        transport.start_client(timeout=60)
        for number, password in enumerate(("wrong", wire.lab.platform.password), 1):
            try:
                transport.auth_password(wire.lab.platform.user, password)
            except paramiko.AuthenticationException:
                continue
            return number
    finally:
        transport.close()
    return 0


@live
async def test_paramiko_may_ask_for_the_service_before_every_try_as_it_may_at_a_node() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        assert await asyncio.to_thread(_tries, wire) == 2


def _expected(wire: Wire) -> str:
    expect = pytest.importorskip("paramiko_expect")
    with _paramiko(wire) as client, expect.SSHClientInteraction(client, timeout=60, display=False) as interaction:
        for command in ("", "set cli pagination off", "show cert list own"):
            if command:
                interaction.send(command)
            interaction.expect(PROMPT)
        return str(interaction.current_output_clean)


@live
async def test_paramiko_expect_finds_the_prompt_after_every_command() -> None:
    async with on_the_wire(small(phones=0)) as wire:
        assert "TVS/TVS.pem: Self-signed" in await asyncio.to_thread(_expected, wire)


@pytest.mark.parametrize(("kind", "variables"), [("generic", {}), ("linux", {"NETMIKO_LINUX_PROMPT_PRI": ":"})])
@live
async def test_netmiko_works_with_what_people_use_for_want_of_a_driver(kind: str, variables: dict[str, str]) -> None:
    pytest.importorskip("netmiko")
    async with on_the_wire(small(phones=0)) as wire:
        account, node = wire.lab.platform, wire.cluster.publisher
        typed = f"{kind} {node.address} {wire.lab.ssh_ports[0]} {account.user} {account.password}"
        status, out, errors = await run(sys.executable, "-c", _NETMIKO, typed=typed.encode(), **variables)
        assert status == 0, errors.decode()
        shown = out.decode()
        assert shown.startswith("admin:\nActive Master Version: 9.1.2")
        assert "Successfully Regenerated Certificate for TVS." in shown
