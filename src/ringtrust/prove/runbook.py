"""A night as an administrator wrote it: one act a line, `#` comments. Read as it is, and never put right in silence."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NoReturn

from ringtrust.change import night
from ringtrust.change.ground import Ground
from ringtrust.errors import RefusedError
from ringtrust.prove.moves import CALLMANAGER_TRUST, CAPF_TRUST, PHONE_SAST

ALL: Final = "all"
_LINES_AT_MOST: Final = 10_000
SHORT: Final[Mapping[str, str]] = {
    "tftp": "Cisco Tftp",
    "callmanager": "Cisco CallManager",
    "tvs": "Cisco Trust Verification Service",
    "capf": "Cisco Certificate Authority Proxy Function",
    "tomcat": "Cisco Tomcat",
    "ctimanager": "Cisco CTIManager",
    "ctl": "Cisco CTL Provider",
    "haproxy": "Cisco HAProxy",
}
_AT: Final = re.compile(r"(\S.*?)\s*@\s*(\S+)\Z")
_GRAMMAR: Final = (
    "One act a line: regen UNIT @ NODE|all; restart|stop|start SERVICE @ NODE|all; wave; wave complete; "
    "wave group NAME; wait sync; set rollback true|false; ctl update; ctl reset localkey; itl reset localkey; "
    "lsc renew [group NAME] [complete]; delete STORE/NAME @ NODE|all; backup; restore; rename NODE."
)


class LineError(RefusedError):
    """A line that cannot be read, or that this cluster cannot carry out; the message begins with its number."""


def lines_of(text: str) -> list[str]:
    """The lines of a runbook; a form feed ends none, as in any editor that numbers them."""
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def read_runbook(text: str, ground: Ground, services: frozenset[str]) -> tuple[night.Stage, ...]:
    """The deeds of a runbook, in their order. `services` are the names that any node has for its services.

    Raises LineError.
    """
    lines = lines_of(text)
    if len(lines) > _LINES_AT_MOST:
        raise LineError(f"The runbook has {len(lines):,} lines.", advice=f"At most {_LINES_AT_MOST:,} are read.")
    reader = _Reader(ground, services)
    return tuple(stage for number, line in enumerate(lines, 1) for stage in reader.line(number, line))


def _activated(ground: Ground) -> Iterator[str]:
    return (service for node in ground.nodes for service in node.services)


class _Reader:
    """Reads lines for one cluster."""

    def __init__(self, ground: Ground, services: frozenset[str]) -> None:
        self._ground = ground
        self._services = {name.lower(): name for name in (*SHORT.values(), *services, *_activated(ground))}
        self._number = 0
        self._text = ""
        self._verbs: Mapping[str, Callable[[str], Iterator[night.Deed]]] = {
            "regen": self._regen,
            "restart": self._restart,
            "stop": self._stop,
            "start": self._start,
            "wave": self._wave,
            "wait": self._wait,
            "set": self._set,
            "ctl": self._ctl,
            "itl": self._itl,
            "lsc": self._lsc,
            "delete": self._delete,
            "backup": self._backup,
            "restore": self._restore,
            "rename": self._rename,
        }

    def line(self, number: int, line: str) -> Iterator[night.Stage]:
        """The deeds of a line; none of an empty one."""
        self._number, self._text = number, " ".join(line.partition("#")[0].split())
        if not self._text:
            return
        verb, _, rest = self._text.partition(" ")
        read = self._verbs.get(verb.lower())
        if read is None:
            self._refuse(f"{verb!r} is no act that a runbook knows", _GRAMMAR)
        for deed in read(rest):
            yield night.Stage(f"line {number}", self._text, deed)

    def _refuse(self, what: str, advice: str) -> NoReturn:
        raise LineError(f"Line {self._number} cannot be read: {self._text[:200]!r}. {what}.", advice=advice)

    def _at(self, rest: str) -> tuple[str, tuple[str, ...]]:
        """What stands before the @, and the nodes behind it, the publisher first."""
        found = _AT.match(rest)
        if found is None:
            self._refuse("It does not say where", f"Write `{self._text.split()[0]} … @ NODE`, one node, or @ all.")
        what, where = found[1], found[2]
        if where.lower() == ALL:
            return what, self._ground.names
        node = next((name for name in self._ground.names if name.lower() == where.lower()), "")
        if not node:
            self._refuse(f"There is no node {where!r}", f"The cluster has: {', '.join(self._ground.names)}.")
        return what, (node,)

    def _regen(self, rest: str) -> Iterator[night.Deed]:
        name, nodes = self._at(rest)
        units = dict.fromkeys(unit for node in self._ground.nodes for unit in node.units)
        unit = next((unit for unit in units if unit.lower() == name.lower()), "")
        if not unit:
            self._refuse(f"The release has no unit {name!r}", f"It has: {', '.join(units)}.")
        owners = [node for node in nodes if unit in self._ground.node(node).units]
        if not owners:
            self._refuse(f"{nodes[0]} has no {unit} of its own", f"Write @ {self._ground.publisher}, or @ all.")
        yield from (night.Renew(unit, node) for node in owners)

    def _service(self, rest: str) -> Iterator[tuple[str, str]]:
        """The service by its real name, and the nodes where it is activated: elsewhere there is nothing to do."""
        name, nodes = self._at(rest)
        service = SHORT.get(name.lower()) or self._services.get(name.lower(), "")
        if not service:
            short = ", ".join(SHORT)
            self._refuse(f"There is no service {name!r}", f"Write it as `utils service list` does, or one of {short}.")
        yield from ((service, node) for node in nodes if service in self._ground.node(node).services)

    def _restart(self, rest: str) -> Iterator[night.Deed]:
        for service, node in self._service(rest):
            yield night.Stop(service, node)
            yield night.Start(service, node)

    def _stop(self, rest: str) -> Iterator[night.Deed]:
        yield from (night.Stop(*each) for each in self._service(rest))

    def _start(self, rest: str) -> Iterator[night.Deed]:
        yield from (night.Start(*each) for each in self._service(rest))

    def _wave(self, rest: str) -> Iterator[night.Deed]:
        word, _, name = rest.partition(" ")
        if not rest:
            yield night.Wave()
        elif rest.lower() == "complete":
            yield night.Wave(complete=True)
        elif word.lower() == "group" and name:
            yield night.Wave(group=self._group(name))
        else:
            self._refuse("A wave has no such kind", "Write wave, wave complete, or wave group NAME.")

    def _group(self, name: str) -> str:
        groups = dict.fromkeys(phones.group for phones in self._ground.classes)
        found = [group for group in groups if group == name] or [
            group for group in groups if group.lower() == name.lower()
        ]
        if not found:
            self._refuse(f"No phone is in a CM group {name!r}", f"There are: {', '.join(groups) or 'none'}.")
        return found[0]

    def _wait(self, rest: str) -> Iterator[night.Deed]:
        self._exactly(rest, "sync")
        yield night.Synchronise()

    def _set(self, rest: str) -> Iterator[night.Deed]:
        if rest.lower() not in {"rollback true", "rollback false"}:
            self._refuse("Only the rollback parameter is set here", "Write set rollback true, or set rollback false.")
        yield night.SetRollback(rest.lower().endswith("true"))

    def _ctl(self, rest: str) -> Iterator[night.Deed]:
        if rest.lower() == "reset localkey":
            self._refuse_without_ctl_reset()
            yield night.ResetCtl()
        else:
            self._exactly(rest, "update")
            yield night.UpdateCtl()

    def _refuse_without_ctl_reset(self) -> None:
        if not self._ground.ctl_second:
            self._refuse("This release has no other key that signs a CTL (SG15)", "From 10.5(2) on there is one.")

    def _lsc(self, rest: str) -> Iterator[night.Deed]:
        """`lsc renew`, of all or of a CM group; `complete` waits until every known one has it."""
        words = rest.split()
        complete = words[-1:] == ["complete"]
        middle = words[1:-1] if complete else words[1:]
        if words[:1] != ["renew"] or (middle and (middle[0].lower() != "group" or len(middle) == 1)):
            self._refuse("It has a word too many or too few", "Write lsc renew [group NAME] [complete].")
        yield night.IssueLscs(self._group(" ".join(middle[1:])) if middle else "", complete)

    def _itl(self, rest: str) -> Iterator[night.Deed]:
        self._exactly(rest, "reset localkey")
        if not self._ground.recovery:
            self._refuse("There is no such command before 10.0 (117598)", "On this release nothing takes its place.")
        yield night.ResetItl()

    def _delete(self, rest: str) -> Iterator[night.Deed]:
        what, nodes = self._at(rest)
        store, slash, name = what.partition("/")
        if not slash or not store.lower().endswith("-trust") or not name:
            self._refuse("It names no file of a trust store", "Write delete CallManager-trust/NAME.pem @ NODE.")
        for known in (PHONE_SAST, CALLMANAGER_TRUST, CAPF_TRUST):
            if store.lower() == known.lower():
                files = [copy.file for copy in self._ground.copies if copy.store == known]
                alike = [file for file in files if file.lower() == name.lower()]
                store, name = known, name if name in files else next(iter(alike), name)
        yield from (night.Delete(store, name, node) for node in nodes)

    def _backup(self, rest: str) -> Iterator[night.Deed]:
        self._exactly(rest, "")
        yield night.BackUp()

    def _restore(self, rest: str) -> Iterator[night.Deed]:
        self._exactly(rest, "")
        yield night.Restore()

    def _rename(self, rest: str) -> Iterator[night.Deed]:
        _, nodes = self._at(f"node @ {rest}")
        yield from map(night.Rename, nodes)

    def _exactly(self, rest: str, expected: str) -> None:
        if rest.lower() != expected:
            verb = self._text.split()[0].lower()
            self._refuse("It has a word too many or too few", f"Write `{f'{verb} {expected}'.strip()}`.")
