"""Cisco Certificate Expiry Monitor: looks at every certificate of its node once a day, or every hour (§7.3).

It writes alarms into the syslog. What is not told, and is so here [U]: that it looks at trust stores as at identities;
that CertExpiryApproaching is said once, by the first look that finds a certificate inside the notification window,
beside the alarm for how long it still lasts; that an alarm is written at every look.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import msgspec
from cryptography import x509

from ringtrust.lab.labtime import LabTime, Timer
from ringtrust.lab.state import alarms
from ringtrust.lab.state.node import Node

SERVICE: Final = "Cisco Certificate Expiry Monitor"
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_OWN, _TRUST = "own-cert", "trust-certs"


class _Watched(msgspec.Struct, frozen=True):
    name: str
    unit: str
    kind: str
    certificate: bytes


class ExpiryMonitor:
    """The service of one node. `now` is what the node's clock says; `days` the notification window."""

    def __init__(self, node: Node, time: LabTime, now: Callable[[], datetime], days: int) -> None:
        self._node = node
        self._time = time
        self._now = now
        self._window = timedelta(days=days)
        self._next: Timer | None = None
        self._noticed: set[bytes] = set()
        node.services.started.append(self._started)
        node.services.stopped.append(self._stopped)
        if node.services.running(SERVICE):
            self._look_after(_DAY)

    def _started(self, service: str) -> None:
        if service == SERVICE:
            self._look_after(_DAY)

    def _stopped(self, service: str) -> None:
        if service == SERVICE and self._next is not None:
            self._next.cancel()
            self._next = None

    def _look_after(self, span: timedelta) -> None:
        self._next = self._time.call_later(span.total_seconds(), self._look, background=True)

    def _look(self) -> None:
        """Every hour from now on where something has less than a day, or none at all."""
        now = self._now()
        shortest = min((self._tell(each, now) for each in self._watched()), default=_DAY)
        self._look_after(_HOUR if shortest < _DAY else _DAY)

    def _watched(self) -> Iterator[_Watched]:
        for unit in self._node.units():
            yield _Watched(f"{unit.name}.der", unit.name, _OWN, self._node.identities[unit.name].certificate)
        for store, files in sorted(self._node.trusts.items()):
            for file, certificate in sorted(files.items()):
                yield _Watched(f"{file.removesuffix('.pem')}.der", store, _TRUST, certificate)

    def _tell(self, watched: _Watched, now: datetime) -> timedelta:
        """Writes what there is to say of a certificate, and gives how long it lasts."""
        end = _end(watched.certificate)
        message = alarms.expiration(watched.name, watched.unit, watched.kind, end)
        alarm = alarms.expiry(end - now, self._window)
        if alarm is None:
            return end - now
        if watched.certificate not in self._noticed:
            self._noticed.add(watched.certificate)
            alarms.write(self._node, alarms.APPROACHING, now, message)
        alarms.write(self._node, alarm, now, message)
        return end - now


@lru_cache(maxsize=4096)
def _end(certificate: bytes) -> datetime:
    return x509.load_der_x509_certificate(certificate).not_valid_after_utc
