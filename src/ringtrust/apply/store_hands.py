"""Deletions from trust stores. One attempt; the certificate is kept before it goes, and the listing tells."""

from datetime import timedelta
from typing import Final

from ringtrust.apply.settling import Still
from ringtrust.change.act import AboutStores, AwaitNotification, Delete
from ringtrust.change.outcome import Done, Outcome, Refused, Unclear
from ringtrust.clock import Timer
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.acts import NotAccepted
from ringtrust.connect.platform.node import NodeCli
from ringtrust.errors import UnreadableError
from ringtrust.journal.records import Intended
from ringtrust.observe.eyes import Eyes
from ringtrust.trust.names import brief

NOT_THERE: Final = "not there"
"""What is written down before a deletion of what is gone already."""
_NO_COPY: Final = (
    "Without a copy a deletion cannot be undone: download it in Cisco Unified OS Administration > Security > "
    "Certificate Management, and delete it there."
)


class StoreHands:
    """On the wire."""

    def __init__(self, eyes: Eyes, timer: Timer) -> None:
        self._eyes = eyes
        self._timer = timer

    async def before(self, act: AboutStores) -> str:
        """The certificate itself, in PEM: the journal keeps it, and `cert import` brings it back.

        Raises UnreadableError where the node does not show it: nothing is deleted of which there is no copy.
        """
        if isinstance(act, AwaitNotification):
            return ""
        return await self._there(act) or NOT_THERE

    async def _there(self, act: Delete) -> str:
        """Its PEM; empty where no file of that name is listed."""
        listed = await self._cli(act).trust_listing()
        if not any((each.folder, each.file) == (act.store, act.file) for each in listed):
            return ""
        found = await self._cli(act).trust_certificate(f"{act.store}/{act.file}")
        if not found.pem:
            place = f"{act.store}/{brief(act.file)}"
            raise UnreadableError(f"{act.node} shows no PEM of {place}, so that no copy can be kept.", advice=_NO_COPY)
        return found.pem

    async def carry_out(self, act: AboutStores) -> Outcome:
        """Does it, once, if the file is the certificate that is meant. Raises RefusedError and UnreadableError."""
        if isinstance(act, AwaitNotification):
            await self._timer.sleep(act.seconds)
            return Done((f"{act.seconds // 60} minutes have passed.",))
        pem = await self._there(act)
        if not pem:
            return Done((f"{brief(act.file)} is not in {act.store} of {act.node}: there was nothing to delete.",))
        if certificate_of(pem).sha256 != act.sha256:
            return Refused((f"{brief(act.file)} is another certificate by now: it stays.", "Scan and plan anew."))
        said = await self._cli(act).delete(act.store, act.file)
        return await self._seen(act, said.reason if isinstance(said, NotAccepted) else said.text)

    async def _seen(self, act: Delete, said: str) -> Outcome:
        """The listing tells, whatever the node has said."""
        if await self._is_there(act):
            return Unclear((said, f"{brief(act.file)} is listed in {act.store} of {act.node} still."))
        return Done((said, f"{brief(act.file)} is gone from {act.store} of {act.node}; the journal keeps it."))

    async def _is_there(self, act: Delete) -> bool:
        pem = await self._there(act)
        return bool(pem) and certificate_of(pem).sha256 == act.sha256

    async def settle(self, act: AboutStores, intended: Intended) -> Outcome | Still:
        """What became of one of which nobody wrote it down. Raises UnreadableError, RefusedError."""
        if isinstance(act, AwaitNotification):
            return self._waited(act, intended)
        if await self._is_there(act):
            return Refused((f"It has not happened: {brief(act.file)} is in {act.store} of {act.node} still.",))
        return Done((f"It has happened: {brief(act.file)} is not in {act.store} of {act.node} any more.",))

    def _waited(self, act: AwaitNotification, intended: Intended) -> Outcome:
        if self._timer.now() >= intended.at + timedelta(seconds=act.seconds):
            return Done((f"{act.seconds // 60} minutes have passed since.",))
        return Refused(("The time has not passed: it is waited for once more.",))

    def _cli(self, act: Delete) -> NodeCli:
        return self._eyes.wire.cli(self._eyes.site(act.node).address)
