"""What was typed last at a terminal, and what it has shown since: one exchange for whoever hears sessions."""

import re
from typing import Final

from ringtrust.cluster.doors import Door
from ringtrust.connect.mask import MASKED
from ringtrust.connect.tap import Ear

_FOR_A_SECRET: Final = re.compile(r"passw|passphrase|\bpin\b|secret", re.IGNORECASE)


class Turn:
    """Of one session. A word that answers a question for a password is told as masked, whatever it is."""

    def __init__(self, ear: Ear, node: str) -> None:
        self._ear = ear
        self._node = node
        self._asked = ear.asked(Door.CLI.value, node)
        self._sent = b""
        self._shown: list[str] = []

    def typed(self, text: str, question: str = "") -> None:
        """Something is typed, perhaps in answer to a question: the turn before is over."""
        self.over()
        self._asked = self._ear.asked(Door.CLI.value, self._node)
        self._sent = MASKED if _FOR_A_SECRET.search(question) else text.encode(errors="replace")

    def shown(self, text: str) -> None:
        """The terminal shows something."""
        if self._ear.listening:
            self._shown.append(text)

    def over(self, error: str = "") -> None:
        """The turn is over, and told of, unless it was told of before."""
        shown, self._shown = "".join(self._shown).encode(errors="replace"), []
        sent, self._sent = self._sent, b""
        if shown or sent or error:
            self._ear.tell(self._asked, sent, shown, error)
