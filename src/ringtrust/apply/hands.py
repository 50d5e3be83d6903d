"""Who carries an act out: the CLI of the nodes, and AXL for the phones. One attempt (design.md §4.3)."""

from collections.abc import Sequence
from functools import partial
from typing import Final, Protocol

from ringtrust.apply.backup_hands import BackupHands
from ringtrust.apply.secure_hands import Secure, SecureHands
from ringtrust.apply.settling import Still, settled, too_early
from ringtrust.apply.starts import OfService, Starts
from ringtrust.apply.store_hands import StoreHands
from ringtrust.apply.waves import Waves
from ringtrust.change.act import (
    Act,
    AwaitNotification,
    Delete,
    IssueLscs,
    Regenerate,
    ResetCtl,
    ResetItl,
    ResetPhones,
    Restart,
    SetMode,
    StartService,
    StopService,
    TakeBackup,
    UpdateCtl,
)
from ringtrust.change.outcome import Done, Outcome, Refused, Unclear
from ringtrust.clock import Timer
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.names import HTTPS_UNITS
from ringtrust.cluster.node import Service
from ringtrust.connect.platform.acts import NotRegenerated
from ringtrust.connect.platform.node import REGENERATION_SECONDS, NodeCli
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.journal.records import Intended
from ringtrust.observe.eyes import Eyes
from ringtrust.trust.names import counted

_NOT_DONE: Final = "It has not happened"


class Hands(Protocol):
    """Carries acts out, and finds out what became of one."""

    async def before(self, act: Act) -> str:
        """What is there before the act, for the journal: what tells later whether it has happened.

        Raises UnreadableError, RefusedError.
        """

    async def carry_out(self, act: Act) -> Outcome:
        """Does it, once."""

    async def settle(self, intended: Intended) -> Outcome:
        """What became of an act whose outcome nobody wrote down, by what the cluster shows: half an hour at most."""


class ClusterHands:
    """On the wire. A certificate that it has renewed itself HTTPS may show from then on (design.md §4.8).

    `phones` are those by which it is found out whether phones were reset; None: those that the database knows.
    """

    def __init__(self, eyes: Eyes, timer: Timer, phones: Sequence[str] | None = None) -> None:
        self._eyes = eyes
        self._timer = timer
        self._secure = SecureHands(eyes)
        self._stores = StoreHands(eyes, timer)
        self._backups = BackupHands(eyes, timer)
        self._starts = Starts(eyes, timer)
        self._waves = Waves(eyes, timer, phones)

    async def before(self, act: Act) -> str:
        """What tells later whether the act has happened, by one question.

        The serial number on disk of what is to be regenerated; the certificate that is to be deleted; the SHA-1 of a
        CTL; the start time of a service; since when phones are registered. Services and phones that cannot be read
        stop no plan: then that is written down.

        Raises UnreadableError and RefusedError.
        """
        match act:
            case Regenerate():
                return (await self._eyes.identity(act.node, act.unit)).serial
            case Restart() | StartService() | StopService():
                return await self._starts.before(act)
            case ResetPhones():
                return await self._waves.before()
            case UpdateCtl() | ResetCtl() | ResetItl() | SetMode() | IssueLscs():
                return await self._secure.before(act)
            case Delete() | AwaitNotification():
                return await self._stores.before(act)
            case _:
                return await self._backups.before(act) if isinstance(act, TakeBackup) else ""

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
                return await self._reset(act)
            case UpdateCtl() | ResetCtl() | ResetItl() | SetMode() | IssueLscs():
                return await self._secure.carry_out(act)
            case Delete() | AwaitNotification():
                return await self._stores.carry_out(act)
            case _:
                by_hand = Done(("This is for a person to do.",))
                return await self._backups.carry_out(act) if isinstance(act, TakeBackup) else by_hand

    async def _reset(self, act: ResetPhones) -> Outcome:
        if act.group:
            await self._eyes.wire.axl.reset_phones(act.phones)
            return Done((f"{counted(len(act.phones), 'phone')} of the canary were told to reset, and no other.",))
        await self._eyes.wire.axl.reset_all_phones()
        return Done(("Every phone was told to reset.",))

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

    async def _service(self, act: OfService) -> Outcome:
        cli = self._cli(act.node)
        if isinstance(act, StopService):
            return _stopped(act.node, await cli.stop(act.service))
        return _started(act.node, await (cli.restart if isinstance(act, Restart) else cli.start)(act.service))

    def _renewed(self, act: Regenerate, now: Certificate) -> None:
        if act.unit in HTTPS_UNITS:
            self._eyes.wire.allow(self._eyes.site(act.node).address, now.sha256)

    def _cli(self, node: str) -> NodeCli:
        return self._eyes.wire.cli(self._eyes.site(node).address)

    async def settle(self, intended: Intended) -> Outcome:
        """By what the cluster shows, waited for where it is still at it; never by doing anything (design.md §4.3)."""
        return await settled(partial(self._look, intended), self._timer)

    async def _look(self, intended: Intended) -> Outcome | Still:
        match intended.act:
            case Regenerate() as act:
                return await self._look_at_certificate(act, intended)
            case Restart() | StartService() | StopService() as act:
                return await self._starts.look(act, intended)
            case ResetPhones():
                return await self._waves.look(intended)
            case UpdateCtl() | ResetCtl() | ResetItl() | SetMode() | IssueLscs() as act:
                return await self._look_at_secure(act, intended)
            case Delete() | AwaitNotification() as act:
                return await self._stores.settle(act, intended)
            case _:
                by_hand = Refused((f"{_NOT_DONE} as far as anybody can tell: it is for a person to do.",))
                return await self._look_at_backup(intended) if isinstance(intended.act, TakeBackup) else by_hand

    async def _look_at_certificate(self, act: Regenerate, intended: Intended) -> Outcome | Still:
        """Serial numbers do not lie; a node may still be making the key, whoever has stopped listening."""
        now = await self._eyes.identity(act.node, act.unit)
        if now.serial == intended.before:
            seen = Refused((f"{_NOT_DONE}: the serial number on {act.node} is still {now.serial}.",))
            return Still(seen) if too_early(intended, self._timer, REGENERATION_SECONDS) else seen
        self._renewed(act, now)
        said = f"It has happened: the serial number was {intended.before} and is {now.serial}."
        return Done((said,), made=now.serial)

    async def _look_at_backup(self, intended: Intended) -> Outcome | Still:
        seen = await self._backups.settle(intended)
        return Still(seen) if isinstance(seen, Refused) and too_early(intended, self._timer) else seen

    async def _look_at_secure(self, act: Secure, intended: Intended) -> Outcome | Still:
        """A node may still be at a new CTL. Who has no new LSC is told again: AXL has answered, or nobody was told."""
        seen = await self._secure.settle(act, intended)
        at_it = isinstance(seen, Refused) and not isinstance(act, IssueLscs) and too_early(intended, self._timer)
        return Still(seen) if at_it else seen


def _started(node: str, now: Service) -> Outcome:
    return (
        Done((_state(node, now),)) if now.running else Refused((_state(node, now), "Look at why it does not come up."))
    )


def _stopped(node: str, now: Service) -> Outcome:
    return Refused((_state(node, now), "Look at why it does not stop.")) if now.running else Done((_state(node, now),))


def _state(node: str, now: Service) -> str:
    return f"{now.name} on {node} is {now.state}{f' ({now.detail})' if now.detail else ''}."
