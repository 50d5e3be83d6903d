"""What each phone may hold, list by list: one where it tells of one that somebody has seen, several where not."""

from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec.structs import replace

from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.change.ground import UNKNOWN, FirstCtl, Held
from ringtrust.change.proof import NO_CTL
from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import TFTP_SERVICE
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.prove.ground import first_list
from ringtrust.prove.secured import Secured
from ringtrust.prove.wreck.before import Before, as_held, checksums, ctls_since, lists_since

NOTHING = Held("", ())
STRANGE = Held("", (UNKNOWN,))
"""A list of which nobody knows anything."""


class Holders:
    """Says of phones what they may hold. Their CTLs are numbered: those that nobody serves any more come first."""

    def __init__(self, snapshot: Snapshot, facts: ReleaseFacts, before: Before, secured: tuple[Secured, ...]) -> None:
        self._snapshot = snapshot
        self._facts = facts
        self._before = before
        self._secured = secured
        self._served = tuple(each for one in secured for each in one.ctls())
        groups = snapshot.groups.value if isinstance(snapshot.groups, Known) else ()
        self._members = {each.name: each.members for each in groups}
        self._by_group: dict[str, tuple[Held, ...]] = {}
        self.ctls_before = tuple(self._ctls_before())

    def _ctls_before(self) -> Iterator[FirstCtl]:
        known = dict.fromkeys(self._before.ctls.values())
        if self._served and not self._before.seen:
            known |= dict.fromkeys(ctls_since(self._served[-1], self._before.changes))
        yield from (each for each in known if each not in self._served)

    @cached_property
    def _lists_now(self) -> Mapping[str, Held]:
        found: dict[str, Held] = {}
        for node in self._snapshot.nodes:
            if node.has(TFTP_SERVICE) and isinstance(node.itl, Known):
                held = as_held(node.name, first_list(self._snapshot, self._facts, node, self._before.names))
                found |= dict.fromkeys(checksums(node.itl.value), held)
        return found

    @cached_property
    def _ctls_now(self) -> Mapping[str, FirstCtl]:
        found: dict[str, FirstCtl] = {}
        for one in self._secured:
            for node in self._snapshot.nodes:
                for served, ctl in one.ctls_of(node):
                    found |= dict.fromkeys(checksums(served), ctl)
        return found

    def _since(self, group: str) -> tuple[Held, ...]:
        if group not in self._by_group:
            members = self._members.get(group, ())
            full = tuple(lists_since(self._snapshot, self._facts, self._before.changes, members))
            emptied = (replace(each, tvs=(), emptied=True) for each in full if self._emptied)
            self._by_group[group] = tuple(dict.fromkeys((*full, *emptied)))
        return self._by_group[group]

    @cached_property
    def _emptied(self) -> bool:
        """Whether lists may have been empty in that time: the rollback parameter is True, or a list is empty still."""
        rollback = isinstance(self._snapshot.rollback, Known) and self._snapshot.rollback.value
        return rollback or any(held.emptied for held in self._lists_now.values())

    @cached_property
    def _unseen(self) -> bool:
        """Whether a node has a list that nobody could see: then phones may hold that."""
        return any(node.has(TFTP_SERVICE) and not isinstance(node.itl, Known) for node in self._snapshot.nodes)

    def of(self, phone: Phone, *, asks: bool) -> tuple[Held, ...]:
        """All that it may hold; each with the number of the CTL that it may hold beside it."""
        itls = tuple(dict.fromkeys(self._itls(phone))) if asks else (NOTHING,)
        numbers = tuple(dict.fromkeys(self._ctls(phone))) if self._secured else (NO_CTL,)
        return tuple(sorted(replace(itl, ctl=number) for itl in itls for number in numbers))

    def _itls(self, phone: Phone) -> Iterator[Held]:
        """One that does not tell holds what it held when it was seen last, or anything since, or what is served now.

        One that the last earlier snapshot has not seen either may have taken a list that nobody has seen at all.
        """
        if isinstance(phone.itl, Known):
            yield from self._told(phone.itl.value, phone.group)
            return
        if self._before.seen and phone.name not in self._before.lately:
            yield STRANGE
        yield from self._told(self._before.held[phone.name][0], phone.group) if phone.name in self._before.held else ()
        yield from self._since(phone.group)
        yield from self._lists_now.values()

    def _told(self, checksum: str, group: str) -> Iterator[Held]:
        if not checksum:
            yield NOTHING
        elif checksum in self._lists_now:
            yield self._lists_now[checksum]
        elif checksum in self._before.lists:
            yield self._before.lists[checksum]
        else:
            yield from self._since(group) if self._is_since(checksum) else (STRANGE,)

    def _is_since(self, checksum: str) -> bool:
        """Whether it can be a list of the time in which certificates changed: no phone held it before that time."""
        if self._before.seen:
            return checksum not in {itl for itl, _ in self._before.held.values()}
        return bool(self._before.changes) or self._unseen

    def _ctls(self, phone: Phone) -> Iterator[int]:
        if isinstance(phone.ctl, Known):
            yield from self._told_ctl(phone.ctl.value)
            return
        if phone.name in self._before.held:
            yield from self._told_ctl(self._before.held[phone.name][1])
        yield from range(len(self.ctls_before) + len(self._served))

    def _told_ctl(self, checksum: str) -> Iterator[int]:
        numbers = (*self.ctls_before, *self._served)
        if not checksum:
            yield NO_CTL
        elif (found := self._ctls_now.get(checksum) or self._before.ctls.get(checksum)) is not None:
            yield numbers.index(found)
        else:
            yield from range(len(numbers))
