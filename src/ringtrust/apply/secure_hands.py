"""Acts on trust lists, the security mode and the LSCs of phones. One attempt; the cluster shows what became of it.

A CTL is known by its SHA-1. New LSCs are known by what the database says of each phone: an act that was cut half-way
goes on with the phones that have none yet.
"""

import json
from collections.abc import Mapping
from typing import Final

from ringtrust.apply.itl_hands import ItlHands
from ringtrust.change.act import IssueLscs, ResetCtl, ResetItl, SetMode, UpdateCtl
from ringtrust.change.outcome import Done, Outcome, Refused, Unclear
from ringtrust.cluster.phone import BY_NULL_STRING, INSTALL, Lsc
from ringtrust.cluster.snapshot import MIXED
from ringtrust.connect.platform.acts import Accepted, NotAccepted
from ringtrust.connect.platform.node import NodeCli
from ringtrust.connect.ports import NotThere
from ringtrust.journal.records import Intended
from ringtrust.observe import rows
from ringtrust.observe.eyes import Eyes
from ringtrust.observe.lists import served_list
from ringtrust.trust.names import counted, some
from ringtrust.verify.lists import serving
from ringtrust.verify.lscs import lscs

OfCtl = UpdateCtl | ResetCtl
Secure = OfCtl | ResetItl | SetMode | IssueLscs
_NO_CTL: Final = "none"
_NAMED: Final = 5
_LOOK: Final = "Look at `show ctl` on the publisher; its checksum tells."


class SecureHands:
    """On the wire."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes
        self._itl = ItlHands(eyes)
        self._left: dict[IssueLscs, tuple[str, ...]] = {}

    async def before(self, act: Secure) -> str:
        """The SHA-1 of the CTL, the security mode, or what the LSC of each phone is. Raises UnreadableError."""
        match act:
            case UpdateCtl() | ResetCtl():
                return await self._sha1()
            case ResetItl():
                return await self._itl.before()
            case SetMode():
                return await self._eyes.parameter(rows.SECURITY_MODE)
            case IssueLscs(phones=phones):
                told = await lscs(self._eyes)
                return json.dumps({name: _mark(told[name]) for name in phones if name in told}, sort_keys=True)

    async def carry_out(self, act: Secure) -> Outcome:
        """Does it, once. Raises RefusedError and UnreadableError."""
        match act:
            case UpdateCtl(node=node):
                return _said(await self._cli(node).update_ctl(), _LOOK)
            case ResetCtl(node=node):
                return _said(await self._cli(node).reset_ctl(), _LOOK)
            case ResetItl(node=node):
                return await self._itl.reset(node)
            case SetMode(node=node, mixed=mixed):
                return _said(await self._cli(node).set_mode(mixed=mixed), "Look at the enterprise parameter.")
            case IssueLscs():
                return await self._issue(act)

    async def _issue(self, act: IssueLscs) -> Outcome:
        """The operation first, then the configuration: a phone that reads it too early asks CAPF in vain."""
        names = self._left.get(act, act.phones)
        await self._eyes.wire.axl.set_lsc_operation(names, INSTALL, BY_NULL_STRING)
        await self._eyes.wire.axl.apply_phones(names)
        return Done((f"{counted(len(names), 'phone')} were told to fetch a new LSC.",))

    async def settle(self, act: Secure, intended: Intended) -> Outcome:
        """What became of an act of which nobody wrote it down. Raises UnreadableError, RefusedError."""
        match act:
            case UpdateCtl() | ResetCtl():
                return await self._settled_ctl(intended)
            case ResetItl():
                return await self._itl.settle(intended)
            case SetMode(mixed=mixed):
                return await self._settled_mode(mixed=mixed)
            case IssueLscs():
                return await self._settled_lscs(act, intended)

    async def _settled_ctl(self, intended: Intended) -> Outcome:
        """One more update makes the same CTL anew, and harms nobody."""
        now = await self._sha1()
        if now != intended.before:
            return Done((f"It has happened: the SHA-1 of the CTL was {intended.before} and is {now}.",))
        return Refused((f"It has not happened: the SHA-1 of the CTL is still {now}.",))

    async def _settled_mode(self, *, mixed: bool) -> Outcome:
        now = await self._eyes.parameter(rows.SECURITY_MODE)
        said = f"{rows.SECURITY_MODE} is {now}."
        return Done((said,)) if (now == str(MIXED)) is mixed else Refused((said, "It has not happened."))

    async def _settled_lscs(self, act: IssueLscs, intended: Intended) -> Outcome:
        """Who has a new one is left alone; one that was told and waits may not have heard of it, and is told again."""
        before: Mapping[str, str] = json.loads(intended.before or "{}")
        told = await lscs(self._eyes)
        left = tuple(name for name in act.phones if not _is_new(told.get(name), before.get(name, "")))
        if not left:
            return Done((f"It has happened: {counted(len(act.phones), 'phone')} have a new LSC.",))
        self._left[act] = left
        return Refused((f"{len(left)} of {counted(len(act.phones), 'phone')} have no new LSC: {some(left, _NAMED)}.",))

    async def _sha1(self) -> str:
        """That of the CTL of the publisher, or of the first node that serves files where the publisher does not."""
        sites = sorted(await serving(self._eyes), key=lambda site: site != self._eyes.publisher)
        found = await self._eyes.ctl(sites[0].name)
        return _NO_CTL if isinstance(found, NotThere) else served_list(found).sha1

    def _cli(self, node: str) -> NodeCli:
        return self._eyes.wire.cli(self._eyes.site(node).address)


def _said(said: Accepted | NotAccepted, look: str) -> Outcome:
    """Any other text than that of success makes it unclear, as for a certificate (S130)."""
    return Done((said.text,)) if isinstance(said, Accepted) else Unclear((said.reason, look))


def _mark(found: Lsc) -> str:
    """What tells one LSC of a phone from the next."""
    until = f"{found.expires:%Y-%m-%dT%H:%M:%S}" if found.expires is not None else ""
    return f"{found.issuer} {until}".strip()


def _is_new(found: Lsc | None, before: str) -> bool:
    return found is not None and not found.pending and _mark(found) != before
