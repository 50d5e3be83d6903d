"""`utils ntp status`, `utils network connectivity`, `utils diagnose test` (interfaces.md §1.11; 215013, 221069)."""

from collections.abc import Iterator
from typing import Final

from ringtrust.lab.platform import health_texts as texts
from ringtrust.lab.platform.call import Call, CommandFailedError
from ringtrust.lab.platform.registry import Command, command
from ringtrust.lab.state.node import Node
from ringtrust.lab.state.services import TOMCAT

_LOG: Final = "platform/log/diag1.log"
_CLOCK: Final = "192.0.2.123"  # an address for examples (RFC 5737): the time server that the publisher asks
_SKIPPED: Final = frozenset({"disk_files", "tomcat_heapdump", "sdl_fragmentation", "sdi_fragmentation"})
_MODULES: Final = (
    *("disk_space", "disk_files", "service_manager", "tomcat", "tomcat_deadlocks", "tomcat_keystore"),
    *("tomcat_connectors", "tomcat_threads", "tomcat_memory", "tomcat_sessions", "tomcat_heapdump"),
    *("validate_network", "raid", "system_info", "ntp_reachability", "ntp_clock_drift", "ntp_stratum"),
    *("sdl_fragmentation", "sdi_fragmentation"),
)


async def ntp_status(call: Call) -> None:
    """`utils ntp status`: the publisher asks a server outside, subscribers ask the publisher."""
    publisher = call.cluster.publisher
    source, refid, stratum = (_CLOCK, ".GPS.", 1) if call.node.publisher else (publisher.address, _CLOCK, 2)
    now = f"{call.cluster.clock(call.node):%a %b %e %H:%M:%S UTC %Y}"
    alone = call.node.name in call.cluster.trouble.free_clocks
    synchronised = (call.node.publisher or not publisher.down) and not alone
    shown = texts.SYNCHRONISED if synchronised else texts.UNSYNCHRONISED
    mark = "*" if synchronised else " "
    peer = f"{mark}{source:<16}{refid:<16}{stratum:>2} u   44   64  377    0.262    0.091   0.064"
    await call.show(texts.NTP.format(peer=peer).split("\n"))
    await call.show(shown.format(source=source, stratum=stratum + 1, now=now).split("\n"))


async def connectivity(call: Call) -> None:
    """`utils network connectivity [HOST]`: without a host, from a subscriber to the publisher."""
    if not call.words and call.node.publisher:
        raise CommandFailedError(texts.ONLY_ON_SUBSCRIBER)
    name = call.words[0] if call.words else call.cluster.publisher.name
    call.say(texts.THREE_MINUTES)
    if not await call.confirmed(texts.CONTINUE, "y"):
        return
    call.say(texts.RUNNING_TEST)
    there = _node(call, name)
    if there is None or there.down:
        raise CommandFailedError(texts.NOT_CONNECTED.format(host=name))
    call.say(texts.CONNECTED.format(host=name))


def _node(call: Call, name: str) -> Node | None:
    called = name.lower()
    return next((node for node in call.cluster.nodes if called in {node.name, node.fqdn, node.address}), None)


async def diagnose(call: Call) -> None:
    """`utils diagnose test`: what is not as it should be is a sentence in the place of `Passed`."""
    lines = [*texts.DIAGNOSE_BEGINS.format(log=_LOG).split("\n"), *_results(call)]
    await call.show(lines)
    for line in lines:
        call.node.logbook.write(_LOG, line, call.cluster.clock(call.node))
    await call.show(texts.DIAGNOSE_ENDS.format(log=_LOG).split("\n"))


def _results(call: Call) -> Iterator[str]:
    for module in _MODULES:
        if module in _SKIPPED:
            yield f"skip - {module:<19} : {texts.OFF_HOURS}"
        else:
            yield f"test - {module:<19} : {_result(call, module)}"


def _result(call: Call, module: str) -> str:
    if module.startswith("tomcat") and not call.node.services.running(TOMCAT):
        return "Failed - Cisco Tomcat is not running"  # [U]
    if module.startswith("ntp") and call.cluster.publisher.down and not call.node.publisher:
        return "Failed - the NTP server cannot be reached"  # [U]
    if module == "disk_space":
        return "Passed (available: 6463 MB, used: 12681 MB)"
    if module == "system_info":
        return "Passed (Collected system information in diagnostic log)"
    return "Passed"


COMMANDS: Final[tuple[Command, ...]] = (
    command("utils ntp status", ntp_status),
    command("utils network connectivity", connectivity, syntax="[hostname/ip address]"),
    command("utils diagnose test", diagnose),
)
