"""The doors that only a node on the network has: whoever stands for a cluster without one refuses them."""

from collections.abc import Mapping, Sequence
from typing import NoReturn

from ringtrust.cluster.release import Release
from ringtrust.connect.ports import CertificateDesk, ControlCenter, Perf
from ringtrust.errors import RefusedError


class Unopened:
    """A part of a Wire. `_why` is what is looked at instead of a cluster, `_instead` what would help."""

    _why: str
    _instead: str
    ssh_port = 22
    https_port = 8443
    tvs_port = 2445
    phone_web_port = 80

    def _refuse(self, what: str) -> NoReturn:
        raise RefusedError(f"{self._why}: {what} is not done.", advice=self._instead)

    def rest(self, address: str) -> CertificateDesk:
        """Raises RefusedError."""
        self._refuse(f"a question to {address} over REST")

    @property
    def control_center(self) -> ControlCenter:
        """Raises RefusedError."""
        self._refuse("a question to Control Center")

    @property
    def perf(self) -> Perf:
        """Raises RefusedError."""
        self._refuse("a question to PerfMon")

    def named(self, nodes: Mapping[str, Sequence[str]]) -> None:
        """Nobody logs in anywhere."""

    def join(self, publisher: str, addresses: Sequence[str], release: Release) -> None:
        """Nothing is missing: everything there is, is here."""

    def allow(self, address: str, sha256: str) -> None:
        """Nothing is forbidden: nobody else can answer."""
