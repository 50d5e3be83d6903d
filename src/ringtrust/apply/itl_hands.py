"""`utils itl reset localkey`: one attempt, and who signs the lists tells what became of it (R1)."""

from ringtrust.change.outcome import Done, Outcome, Refused, Unclear
from ringtrust.connect.platform.acts import Accepted
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.journal.records import Intended
from ringtrust.observe.each import on_each
from ringtrust.observe.eyes import Eyes
from ringtrust.observe.lists import served_list
from ringtrust.verify.lists import serving


class ItlHands:
    """On the wire."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes

    async def before(self) -> str:
        """The serial number of whoever signs the list of each TFTP node. Raises UnreadableError, RefusedError."""
        sites = await serving(self._eyes)
        told = await on_each(sites, lambda site: self._eyes.itl(site.name))
        return " ".join(f"{site.name}={served_list(found).signer_serial}" for site, found in told)

    async def reset(self, node: str) -> Outcome:
        """Does it, once. Raises RefusedError and UnreadableError."""
        said = await self._eyes.wire.cli(self._eyes.site(node).address).reset_list()
        if isinstance(said, Accepted):
            return Done((said.text,))
        return Unclear((said.reason, "Look at `show itl` of every TFTP node: who has signed it tells."))

    async def settle(self, intended: Intended) -> Outcome:
        """What became of one of which nobody wrote it down. Once more signs the same lists once more."""
        try:
            now = await self.before()
        except (UnreadableError, RefusedError) as error:
            return Unclear((f"Who signs the lists cannot be seen: {error.what}", error.advice))
        if now != intended.before:
            return Done((f"It has happened: the lists were signed by {intended.before}, and are by {now}.",))
        return Refused((f"It has not happened as far as anybody can tell: the lists are signed by {now}.",))
