"""Phones that an expired certificate keeps from registering (S120; domain.md P10): they are no stragglers.

Their way back is the plan itself. One whose LSC, or whose CAPF, has expired starts anew, fetches its lists and its
configuration, gets a new LSC from CAPF, and registers (S121, S122). One whose CallManagers have all expired registers
when they show new certificates, and its CTL holds them.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER, CAPF
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Snapshot

By = Literal["LSC", "CallManager"]


Key = tuple[str, str]
"""A certificate by its unit and node."""


class Locked(msgspec.Struct, frozen=True):
    """A phone that is locked out, and by what. A renewal of any of `keys` lets it in again."""

    name: str
    by: By
    keys: tuple[Key, ...]


def locked_out(snapshot: Snapshot) -> tuple[Locked, ...]:
    """The secure phones that are not registered, and cannot be, as far as certificates tell."""
    return tuple(_locked(snapshot))


def _locked(snapshot: Snapshot) -> Iterator[Locked]:
    if not snapshot.mixed:  # then no phone registers over TLS
        return
    groups = snapshot.groups.value if isinstance(snapshot.groups, Known) else ()
    expired = {group.name: group.members for group in groups if _have_expired(snapshot, group.members)}
    for phone in snapshot.all_phones():
        if not phone.secure or phone.registered:
            continue
        if phone.group in expired:
            yield Locked(phone.name, "CallManager", tuple((CALLMANAGER, node) for node in expired[phone.group]))
        elif _lsc_expired(snapshot, phone):
            yield Locked(phone.name, "LSC", ((CAPF, snapshot.publisher.name),))


def _have_expired(snapshot: Snapshot, members: tuple[str, ...]) -> bool:
    found = [node.identity(CALLMANAGER) for node in snapshot.nodes if node.name in members]
    return bool(found) and all(each is not None and each.not_after <= snapshot.taken for each in found)


def capf_has_expired(snapshot: Snapshot) -> bool:
    """Whether the CAPF of the publisher has: whatever it signs is refused."""
    found = snapshot.publisher.identity(CAPF)
    return found is not None and found.not_after <= snapshot.taken


def _lsc_expired(snapshot: Snapshot, phone: Phone) -> bool:
    """Its own end, or that of whoever signed it: CUCM refuses both (S120). Before 11.5 only the CAPF of now tells."""
    if not isinstance(phone.lsc, Known) or not phone.lsc.value.there:
        return False
    ends = [end for end in (phone.lsc.value.expires, phone.lsc.value.issuer_expires) if end is not None]
    return any(end <= snapshot.taken for end in ends) if ends else capf_has_expired(snapshot)
