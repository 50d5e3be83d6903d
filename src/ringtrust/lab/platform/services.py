"""`utils service list|start|stop|restart` (interfaces.md §1.10)."""

import asyncio
from collections.abc import Iterator
from typing import Final

from ringtrust.lab.platform import texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.state.services import TOMCAT, Service, State


async def show_list(call: Call) -> None:
    """`utils service list [page]`."""
    lines = list(_lines(call))
    if call.words[:1] == ("page",):
        await call.page(lines)
        return
    await call.show(lines)


def _lines(call: Call) -> Iterator[str]:
    yield texts.SERVICE_LIST
    for row in call.node.release.services.system:
        yield f"{row.name} [{row.state}] {f' {row.detail}' if row.detail else ''}"
    yield texts.SERVICE_MANAGER
    yield from texts.GETTING_SERVICES.split("\n")
    yield from (f"{service.name}[{service.state.value}]{service.detail}" for service in call.node.services)
    yield f"Primary Node ={str(call.node.publisher).lower()}"


async def restart(call: Call) -> None:
    """`utils service restart NAME`: Cisco Tomcat and a few others can be restarted nowhere else (S144)."""
    service = _service(call)
    call.say(texts.DO_NOT_INTERRUPT.format(doing="restarting", done="restarted"))
    call.say(texts.SERVICE_MANAGER)
    if service.name == TOMCAT:
        call.say(f"{service.name}[STOPPING]")
    else:
        call.say(texts.OUT_OF_SERVICE)
        call.say(f"{service.name}[NOTRUNNING]")
        call.say(texts.SERVICE_MANAGER)
    call.node.services.restart(service)
    await _until_started(call, service)


async def start(call: Call) -> None:
    """`utils service start NAME`."""
    service = _service(call)
    call.say(texts.SERVICE_MANAGER)
    call.node.services.start(service)
    await _until_started(call, service)


async def stop(call: Call) -> None:
    """`utils service stop NAME`."""
    service = _service(call)
    call.say(texts.SERVICE_MANAGER)
    call.say(f"{service.name}[STOPPING]")
    call.node.services.stop(service)
    call.say(f"{service.name}[{service.state.value}]{service.detail}")


def _service(call: Call) -> Service:
    service = call.node.services.find(call.rest)
    if call.rest.lower() in {row.name.lower() for row in call.release.services.system}:
        raise CommandFailedError(texts.SYSTEM_SERVICE.format(name=call.rest))
    if service is None:
        raise CommandFailedError(texts.NO_SUCH_SERVICE.format(name=call.rest))
    if not service.activated:
        call.say(f"{service.name}[{service.state.value}]{service.detail}")
        raise CommandFailedError
    return service


async def _until_started(call: Call, service: Service) -> None:
    if service.state is State.STARTING:
        call.say(f"{service.name}[{State.STARTING.value}]")
        changed = asyncio.Event()
        service.watchers.append(changed.set)
        try:
            while service.state is State.STARTING:
                await changed.wait()
                changed.clear()
        finally:
            service.watchers.remove(changed.set)
    call.say(f"{service.name}[{service.state.value}]{service.detail}")


async def restart_ipsec(call: Call) -> None:
    """`utils ipsec restart`: its last line is literal."""
    call.write(texts.IPSEC_RESTARTED)


COMMANDS: Final[tuple[Command, ...]] = (
    command("utils service list", show_list, syntax="[page]"),
    command("utils service start", start, 1, level=1, syntax="service_name"),
    command("utils service stop", stop, 1, level=1, syntax="service_name"),
    command("utils service restart", restart, 1, level=1, syntax="service_name"),
    command("utils ipsec restart", restart_ipsec, level=1),
)
