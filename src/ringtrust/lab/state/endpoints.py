"""What phones of a new cluster have: a MIC of their maker, and an LSC of the CAPF of then, as their kind says.

They are made when a phone first shows them: of most phones nobody ever asks. What the database says of an LSC follows
from its dates, and needs none.
"""

from datetime import datetime, timedelta
from functools import partial

import msgspec

from ringtrust.lab.certificates.endpoint import Dates, Endpoint, new_lsc, new_mic
from ringtrust.lab.certificates.pki import Identity, new_key_of_others
from ringtrust.lab.phone.keys import Credential, KeyWanted, Papers, phone_key
from ringtrust.lab.topology import Topology

_KEY = KeyWanted(2048)


class Origin(msgspec.Struct, frozen=True, eq=False):
    """Who made the first certificates: CAPF of the publisher, and the maker of the phones; and when."""

    capf: Identity
    maker: Identity
    founded: datetime
    capf_since: datetime


class Endpoints:
    """The phones' certificates of the beginning."""

    def __init__(self, topology: Topology) -> None:
        self._days = topology.security.lsc_days
        self._sha1 = topology.facts.capf.digest == "sha1"
        self._papers: dict[str, Papers] = {}
        self.makers_key = new_key_of_others()
        self.origin: Origin | None = None

    def papers(self, endpoint: Endpoint, *, lsc: bool, mic: bool) -> Papers:
        """What a phone comes out of its box with, and what it has been given since."""
        origin = self.origin
        assert origin is not None  # noqa: S101 - founding says it before anybody asks
        if endpoint.device not in self._papers:
            self._papers[endpoint.device] = Papers(
                partial(self._first_lsc, origin, endpoint) if lsc else None,
                partial(self._mic, origin, endpoint) if mic else None,
            )
        return self._papers[endpoint.device]

    def first_dates(self) -> Dates:
        """When the first LSCs begin and end: they are in the midst of their life, or as old as CAPF [U]."""
        assert self.origin is not None  # noqa: S101 - founding says it before anybody asks
        begin = self.origin.founded - timedelta(days=self._days // 2)
        return Dates.of_lsc(max(begin, self.origin.capf_since), self._days)

    def _first_lsc(self, origin: Origin, endpoint: Endpoint) -> Credential:
        key = phone_key(_KEY)
        made = new_lsc(origin.capf, endpoint, key.public_key(), self.first_dates(), sha1=self._sha1)
        return Credential(made, key)

    @staticmethod
    def _mic(origin: Origin, endpoint: Endpoint) -> Credential:
        key = phone_key(_KEY)
        return Credential(new_mic(origin.maker, endpoint, key.public_key(), origin.founded), key)
