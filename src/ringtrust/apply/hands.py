"""Who carries an act out: the CLI of the nodes, and AXL for the phones. One attempt (design.md §4.3)."""

import math
from datetime import timedelta
from typing import Final, Protocol

from ringtrust.apply.secure_hands import Secure, SecureHands
from ringtrust.change.act import (
    Act,
    IssueLscs,
    Regenerate,
    ResetCtl,
    ResetPhones,
    Restart,
    SetMode,
    StartService,
    StopService,
    UpdateCtl,
)
from ringtrust.change.outcome import Done, Outcome, Refused, Unclear
from ringtrust.clock import Clock
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.names import HTTPS_UNITS
from ringtrust.cluster.node import Service
from ringtrust.connect.platform.acts import NotRegenerated
from ringtrust.connect.platform.node import REGENERATION_SECONDS, NodeCli
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.journal.records import Intended
from ringtrust.observe.eyes import Eyes

_NOT_DONE: Final = "It has not happened"


class Hands(Protocol):
    """Carries acts out, and finds out what became of one."""

    async def before(self, act: Act) -> str:
        """What is there before the act, for the journal: a serial number. Raises UnreadableError, RefusedError."""

    async def carry_out(self, act: Act) -> Outcome:
        """Does it, once."""

    async def settle(self, intended: Intended) -> Outcome:
        """What became of an act whose outcome nobody wrote down, by what the cluster shows now."""


class ClusterHands:
    """On the wire. A certificate that it has renewed itself HTTPS may show from then on (design.md §4.8)."""

    def __init__(self, eyes: Eyes, clock: Clock) -> None:
        self._eyes = eyes
        self._clock = clock
        self._secure = SecureHands(eyes)

    async def before(self, act: Act) -> str:
        """The serial number on disk of what is to be regenerated, the SHA-1 of a CTL; nothing where nothing tells.

        Raises UnreadableError and RefusedError.
        """
        if isinstance(act, Regenerate):
            return (await self._eyes.identity(act.node, act.unit)).serial
        return await self._secure.before(act) if isinstance(act, Secure) else ""

    async def carry_out(self, act: Act) -> Outcome:
        """Does it, once. Whatever cannot be understood is Unclear, never Done."""
        try:
            return await self._done(act)
        except RefusedError as error:
            return Refused((error.what, error.advice))
        except UnreadableError as error:
            return Unclear((error.what, error.advice))

    async def _done(self, act: Act) -> Outcome:
        match act:
            case Regenerate():
                return await self._regenerate(act)
            case Restart() | StartService() | StopService():
                return await self._service(act)
            case ResetPhones():
                await self._eyes.wire.axl.reset_all_phones()
                return Done(("Every phone was told to reset.",))
            case UpdateCtl() | ResetCtl() | SetMode() | IssueLscs():
                return await self._secure.carry_out(act)
            case _:
                return Done(("This is for a person to do.",))

    async def _regenerate(self, act: Regenerate) -> Outcome:
        """Any other text than that of success makes it unclear (S130): only the serial number tells then."""
        said = await self._cli(act.node).regenerate(act.unit)
        if isinstance(said, NotRegenerated):
            return Unclear((said.reason, f"Look at {act.unit} of {act.node}: its serial number was {act.serial}."))
        try:
            now = await self._eyes.identity(act.node, act.unit)
        except RefusedError as error:  # whatever is refused now, the act was not
            return Unclear((said.text, f"Which certificate it has now cannot be read: {error.what}", error.advice))
        if now.serial == act.serial:
            return Unclear((said.text, f"{act.node} shows the old one still, with serial {now.serial}: look again."))
        self._renewed(act, now)
        until = f"{now.not_after:%Y-%m-%d}"
        return Done((said.text, f"Serial {act.serial} is now {now.serial}, valid until {until}."), made=now.serial)

    async def _service(self, act: Restart | StartService | StopService) -> Outcome:
        cli = self._cli(act.node)
        if isinstance(act, StopService):
            return _stopped(act.node, await cli.stop(act.service))
        return _started(act.node, await (cli.restart if isinstance(act, Restart) else cli.start)(act.service))

    def _still_at_it(self, intended: Intended) -> int:
        """For how many minutes a node may still be making a key, whoever has stopped listening; 0 when it has ended."""
        left = intended.at + timedelta(seconds=REGENERATION_SECONDS) - self._clock.now()
        return max(0, math.ceil(left / timedelta(minutes=1)))

    def _renewed(self, act: Regenerate, now: Certificate) -> None:
        if act.unit in HTTPS_UNITS:
            self._eyes.wire.allow(self._eyes.site(act.node).address, now.sha256)

    def _cli(self, node: str) -> NodeCli:
        return self._eyes.wire.cli(self._eyes.site(node).address)

    async def settle(self, intended: Intended) -> Outcome:
        """Serial numbers do not lie. A restart and a reset are done again: once more harms nobody."""
        act = intended.act
        if isinstance(act, Secure):
            return await self._secure.settle(act, intended)
        if not isinstance(act, Regenerate):
            return Refused((f"{_NOT_DONE} as far as anybody can tell; doing it once more harms nobody.",))
        try:
            now = await self._eyes.identity(act.node, act.unit)
        except (UnreadableError, RefusedError) as error:
            return Unclear((f"{act.unit} of {act.node} cannot be read: {error.what}", error.advice))
        if now.serial == intended.before:
            if left := self._still_at_it(intended):
                return Unclear(
                    (
                        f"The serial number on {act.node} is still {now.serial}; it may be making the new one now.",
                        f"Call apply again in {left} minutes.",
                    )
                )
            return Refused((f"{_NOT_DONE}: the serial number on {act.node} is still {now.serial}.",))
        self._renewed(act, now)
        said = f"It has happened: the serial number was {intended.before} and is {now.serial}."
        return Done((said,), made=now.serial)


def _started(node: str, now: Service) -> Outcome:
    return (
        Done((_state(node, now),)) if now.running else Refused((_state(node, now), "Look at why it does not come up."))
    )


def _stopped(node: str, now: Service) -> Outcome:
    return Refused((_state(node, now), "Look at why it does not stop.")) if now.running else Done((_state(node, now),))


def _state(node: str, now: Service) -> str:
    return f"{now.name} on {node} is {now.state}{f' ({now.detail})' if now.detail else ''}."
