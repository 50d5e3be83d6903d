"""Phones that an expired certificate keeps from registering (S120; domain.md P10): they are no stragglers.

Their way back is the plan itself. One whose LSC, or whose CAPF, has expired starts anew, fetches its lists and its
configuration, gets a new LSC from CAPF, and registers (S121, S122). One whose CallManagers have all expired registers
when they show new certificates, and its CTL holds them.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

from ringtrust.cluster.facts import Known
from ringtrust.cluster.names import CALLMANAGER
from ringtrust.cluster.phone import Phone
from ringtrust.cluster.snapshot import Snapshot

By = Literal["LSC", "CallManager"]


class Locked(msgspec.Struct, frozen=True):
    """A phone that is locked out, and by what."""

    name: str
    by: By


def locked_out(snapshot: Snapshot) -> tuple[Locked, ...]:
    """The secure phones that are not registered, and cannot be, as far as certificates tell."""
    return tuple(_locked(snapshot))


def _locked(snapshot: Snapshot) -> Iterator[Locked]:
    if not snapshot.mixed:  # then no phone registers over TLS
        return
    groups = snapshot.groups.value if isinstance(snapshot.groups, Known) else ()
    expired = {group.name for group in groups if group.members and all(_expired(snapshot, n) for n in group.members)}
    for phone in snapshot.all_phones():
        if not phone.secure or phone.registered:
            continue
        if phone.group in expired:
            yield Locked(phone.name, "CallManager")
        elif _lsc_expired(snapshot, phone):
            yield Locked(phone.name, "LSC")


def _expired(snapshot: Snapshot, node: str) -> bool:
    found = snapshot.node(node)
    certificate = found.identity(CALLMANAGER) if found is not None else None
    return certificate is not None and certificate.not_after <= snapshot.taken


def _lsc_expired(snapshot: Snapshot, phone: Phone) -> bool:
    """Its own end, or that of whoever signed it: CUCM refuses both (S120)."""
    if not isinstance(phone.lsc, Known) or not phone.lsc.value.there:
        return False
    ends = (phone.lsc.value.expires, phone.lsc.value.issuer_expires)
    return any(end is not None and end <= snapshot.taken for end in ends)
