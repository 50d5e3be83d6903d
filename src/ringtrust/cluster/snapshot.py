"""A cluster at one moment, and what could not be seen of it."""

from collections.abc import Iterator
from enum import Enum
from typing import Final

import msgspec

from ringtrust.cluster.elsewhere import NOTHING_DECLARED, Declared, Elsewhere
from ringtrust.cluster.facts import Fact, Known, Moment
from ringtrust.cluster.formats import format_of, kind_of
from ringtrust.cluster.node import Node
from ringtrust.cluster.phone import Group, Phone
from ringtrust.cluster.surroundings import Surroundings
from ringtrust.errors import FormatError

FORMAT: Final = "ringtrust.snapshot/4"
MIXED: Final = 1
"""The value of Cluster Security Mode in mixed mode; 0 is non-secure (S63)."""
RECENT_BACKUP_HOURS: Final = 48
"""A nightly backup counts until the next night's is due: none of Cisco's documents gives a figure [INF]."""


class Health(Enum):
    """How a source answered."""

    READ = "read"
    FAILED = "failed"
    SKIPPED = "skipped"


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question to one node through one interface, and how it went; `reason` is empty when it was read."""

    interface: str
    node: str
    what: str
    health: Health
    reason: str = ""


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one interface says; `text` is enough to tell it from what another says."""

    source: str
    text: str


class Disagreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two interfaces were asked the same, and answered differently. Nobody here decides who is right."""

    node: str
    what: str
    said: tuple[Said, ...]


class Replication(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the database of a node follows. `setup` is Cisco's number, 2 is good; `queue` how much it waits for.

    PerfMon tells the number alone: then `text` says so, and `queue` is -1.
    """

    node: str
    setup: int
    text: str
    queue: int

    @property
    def good(self) -> bool:
        """Whether the database of the node follows."""
        return self.setup == 2  # noqa: PLR2004 - Cisco's number for a replication that is set up


class Backup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the backup history."""

    file: str
    result: str
    features: str
    completed: Fact[Moment]

    @property
    def good(self) -> bool:
        """Whether it succeeded."""
        return self.result == "SUCCESS"


class Snapshot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it. `taken` is in UTC by the clock of the machine that looked.

    `declared` is what the administrator has said of it, `elsewhere` what servers outside of it showed, where they were
    asked.
    """

    format: str
    cluster: str
    taken: Moment
    version: Fact[str]
    security_mode: Fact[int]
    rollback: Fact[bool]
    replication: Fact[tuple[Replication, ...]]
    unauthenticated: Fact[tuple[str, ...]]
    backups: Fact[tuple[Backup, ...]]
    groups: Fact[tuple[Group, ...]]
    phones: Fact[tuple[Phone, ...]]
    nodes: tuple[Node, ...]
    sources: tuple[Source, ...]
    disagreements: tuple[Disagreement, ...] = ()
    surroundings: Surroundings = Surroundings()
    declared: Declared = NOTHING_DECLARED
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def publisher(self) -> Node:
        """The publisher. Raises FormatError when there is none."""
        found = next((node for node in self.nodes if node.publisher), None)
        if found is None:
            raise FormatError("The snapshot has no publisher", 0)
        return found

    def node(self, name: str) -> Node | None:
        """The node of this name."""
        return next((node for node in self.nodes if node.name == name), None)

    @property
    def failed(self) -> tuple[Source, ...]:
        """What could not be read."""
        return tuple(source for source in self.sources if source.health is Health.FAILED)

    def all_phones(self) -> tuple[Phone, ...]:
        """The phones that were read; whoever asks has looked at `phones` for a reason why there are none."""
        return self.phones.value if isinstance(self.phones, Known) else ()

    def registered_phones(self) -> tuple[str, ...]:
        """The names of the phones that are known to be registered."""
        return tuple(phone.name for phone in self.all_phones() if phone.registered)

    def current_lists(self) -> Iterator[str]:
        """The SHA-1 of every list that is served now."""
        for node in self.nodes:
            if isinstance(node.itl, Known):
                yield node.itl.value.sha1

    @property
    def mixed(self) -> bool:
        """Whether the cluster is known to be in mixed mode (S63)."""
        return isinstance(self.security_mode, Known) and self.security_mode.value == MIXED


def write_snapshot(snapshot: Snapshot) -> bytes:
    """Its JSON."""
    return msgspec.json.format(msgspec.json.encode(snapshot), indent=1)


def read_snapshot(data: bytes) -> Snapshot:
    """A snapshot from its JSON. Raises FormatError."""
    form = format_of(data)
    if kind_of(form) and kind_of(form) != kind_of(FORMAT):
        raise FormatError(f"This is no snapshot, but a {kind_of(form)}", 0, advice="Make one with `ringtrust scan`.")
    if kind_of(form) and form != FORMAT:
        raise FormatError(f"This is a snapshot of the form {form!r}, not {FORMAT}", 0, advice="Scan again.")
    try:
        found = msgspec.json.decode(data, type=Snapshot)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError(f"This is no snapshot: {error}", 0, advice="Make one with `ringtrust scan`.") from error
    if found.format != FORMAT:
        raise FormatError(f"This is a snapshot of the form {found.format!r}, not {FORMAT}", 0, advice="Scan again.")
    return found
