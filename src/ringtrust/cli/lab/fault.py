"""`ringtrust lab fault`: what may go wrong with a lab that runs, on request."""

from pathlib import Path
from typing import Any

from ringtrust.lab.process.control import ask
from ringtrust.lab.process.fault_names import FAULTS
from ringtrust.trust.names import printable

LIST = "list"


def place(name: str, where: str) -> str:
    """Where a fault is, as the lab names it: services may have the short names of a runbook, as in a rehearsal."""
    if name != "restart":
        return where
    from ringtrust.prove.runbook import SHORT  # noqa: PLC0415 - the other faults need no runbook

    service, at, node = where.rpartition("@")
    return f"{SHORT.get(service.lower(), service)}{at}{node}"


def changed(folder: Path, name: str, where: str, *, off: bool) -> list[dict[str, Any]]:
    """Begins or ends a fault. Gives those that are there then. Raises RefusedError, UnreadableError."""
    found: list[dict[str, Any]] = ask(folder, "fault", more={"name": name, "where": place(name, where), "off": off})
    return found


def known() -> list[dict[str, str]]:
    """The faults that a lab may have, for programs."""
    return [{"name": fault.name, "where": fault.where, "what": fault.what} for fault in FAULTS]


def known_lines() -> list[str]:
    """The same for people."""
    return [f"{f'{fault.name} {fault.where}':<22}  {fault.what}" for fault in FAULTS]


def there_lines(found: list[dict[str, Any]]) -> list[str]:
    """The faults that are there."""
    if not found:
        return ["Nothing is wrong with the lab on request."]
    return [f"On request: {', '.join(fault_words(each) for each in found)}."]


def fault_words(fault: dict[str, Any]) -> str:
    """A fault as it is typed."""
    return printable(f"{fault['name']} {fault['where']}".rstrip())
