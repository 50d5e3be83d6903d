"""A step that has no number yet."""

import msgspec

from ringtrust.change.act import Act
from ringtrust.change.gate import Gate
from ringtrust.change.plan import Step


class Draft(msgspec.Struct, frozen=True):
    """A step that has no number yet. What stands beside it is written by its act, where it is empty here."""

    phase: str
    act: Act
    why: str
    before: tuple[Gate, ...] = ()
    after: tuple[Gate, ...] = ()
    sources: tuple[str, ...] = ()
    command: str = ""
    effect: str = ""
    if_it_fails: str = ""

    def numbered(self, number: int) -> Step:
        """The step."""
        return Step(
            number,
            self.phase,
            self.act,
            self.why,
            self.before,
            self.after,
            self.sources,
            self.command,
            self.effect,
            self.if_it_fails,
        )
