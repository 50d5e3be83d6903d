"""Events that make certificates anew by themselves, though nobody asked for it (domain.md P16; H22 to H24)."""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from ringtrust.catalog.row import Citation, Ranged, Row
from ringtrust.cluster.release import Release

EventId = Literal["hostname", "domain", "fips", "upgrade", "restore", "web-security", "rebuild"]
Where = Literal["the node", "the publisher", "every node"]
Circumstance = Literal["always", "mixed", "one node", "signed by a CA", "single sign-on"]
"""When something has to be done: in mixed mode, on a cluster of one node, where a CA has signed, with SSO on."""


class Made(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Units that an event makes anew, on the releases of the row. `uncertain` says what no document settles."""

    units: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    uncertain: str = ""


class Todo(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What has to be done before an event, or after it, as a sentence.

    `is_step`: a preparation has steps of its own for it, be it a backup, the rollback parameter, the CTL or a restart.
    """

    text: str
    when: Circumstance = "always"
    is_step: bool = False


class Harm(Ranged, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may break by an event, as a sentence, on the releases of the row; `when` narrows down where it bites."""

    text: str
    when: Circumstance = "always"


class Event(Row, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An event: what a person does, what it makes anew and where, and what phones notice.

    `command` is what is typed, empty where it is no command. `reboots` is what becomes of the node. `resets` and
    `lists` say what phones and trust lists do. `breaks` are the hazards in it, a sentence each. `one_at_a_time`: it is
    done on one node, and phones are waited for, before the next one.
    """

    id: EventId
    title: str
    command: str
    where: Where
    one_at_a_time: bool
    makes: Annotated[tuple[Made, ...], msgspec.Meta(min_length=1)]
    reboots: str
    resets: str
    lists: str
    breaks: tuple[Harm, ...] = ()
    before: tuple[Todo, ...] = ()
    after: tuple[Todo, ...] = ()

    def makes_anew(self, release: Release) -> tuple[str, ...]:
        """The units that it makes anew on a release, those of which documents are not certain among them."""
        return tuple(dict.fromkeys(unit for made in self._on(release) for unit in made.units))

    def uncertain(self, release: Release) -> tuple[str, ...]:
        """What no document settles about that, a sentence each."""
        return tuple(made.uncertain for made in self._on(release) if made.uncertain)

    def harms(self, release: Release | None, circumstances: frozenset[Circumstance]) -> tuple[Harm, ...]:
        """What may break here; what any release has where nobody knows which one runs."""
        on_it = (harm for harm in self.breaks if release is None or harm.covers(release))
        return tuple(harm for harm in on_it if harm.when == "always" or harm.when in circumstances)

    def cited(self) -> tuple[Citation, ...]:
        """Its sources, and those of what breaks by it, each once."""
        return tuple(dict.fromkeys((*self.sources, *(source for each in self.breaks for source in each.sources))))

    def _on(self, release: Release) -> Iterator[Made]:
        return (made for made in self.makes if made.covers(release))


def due(todos: tuple[Todo, ...], circumstances: frozenset[Circumstance]) -> tuple[Todo, ...]:
    """Those that are due under these circumstances; what is always due among them."""
    return tuple(todo for todo in todos if todo.when == "always" or todo.when in circumstances)
