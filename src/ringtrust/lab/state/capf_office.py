"""What CAPF of a cluster knows and writes: the row of every phone, its own key, and whose certificates it believes.

It signs with the identity that Cisco Certificate Authority Proxy Function has loaded, and believes the issuers that
were in CAPF-trust when that started.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ringtrust.lab.certificates.endpoint import Dates, Endpoint, new_lsc
from ringtrust.lab.state import admission
from ringtrust.lab.state.capf import Appointment, KeyOrder, Mode, Operation, Outcome, Session
from ringtrust.lab.state.database import key
from ringtrust.lab.state.directory import issuer_told
from ringtrust.lab.state.type_tables import CERTIFICATE_STATES, EC_KEY_SIZES, KEY_SIZES
from ringtrust.trust.certificates import validity_of

if TYPE_CHECKING:
    from ringtrust.lab.state.cluster import Cluster
    from ringtrust.trust.capf_proof import PublicKey

_ROW: Final = """
    select tkcertificateoperation, tkauthenticationmode, authenticationstring, tkkeysize, tkeckeysize, tkkeyorder,
        upgradefinishtime from device where pkid = ?
"""
_OPERATIONS: Final = (Operation.NONE, Operation.INSTALL, Operation.DELETE, Operation.FETCH)
_NO_OPERATION: Final = 1
_FINISH: Final = "%Y:%m:%d:%H:%M"


def new_session(cluster: "Cluster") -> Session:
    """A phone has connected to CAPF of the publisher."""
    return Session(next(cluster.capf_sessions), ClusterOffice(cluster))


class ClusterOffice:
    """CAPF's view of a cluster."""

    def __init__(self, cluster: "Cluster") -> None:
        self._cluster = cluster
        self._node = cluster.publisher
        self.version = cluster.release.capf.version

    def now(self) -> datetime:
        """By the clock of the publisher."""
        return self._cluster.clock(self._node)

    def appointment(self, device: str) -> Appointment | None:
        """What its row says; None where there is none."""
        rows = self._node.replica.rows(_ROW, key("device", device))
        if not rows:
            return None
        operation, mode, string, rsa, curve, order, finish = rows[0]
        return Appointment(
            device,
            _OPERATIONS[(operation or _NO_OPERATION) - 1],
            Mode(mode or Mode.NULL.value),
            string or "",
            int(KEY_SIZES[(rsa or 3) - 1]),
            int(EC_KEY_SIZES[(curve or 2) - 1]),
            KeyOrder(order or KeyOrder.RSA.value),
            _moment(finish),
        )

    def believes(self, certificate: bytes) -> bool:
        """Whether its issuer is in CAPF-trust as CAPF loaded it. That it has ended is no reason to refuse it (S121)."""
        believed = self._node.loaded_trust["CAPF-trust"].values()
        return not isinstance(admission.judge(certificate, believed, self.now()), admission.UnknownIssuer)

    def issue(self, device: str, public_key: "PublicKey") -> bytes:
        """A new LSC, of the days that the topology gives."""
        cluster = self._cluster
        dates = Dates.of_lsc(self.now(), cluster.topology.security.lsc_days, cluster.wall.now())
        endpoint = Endpoint(cluster.models.get(device, cluster.topology.phones.model), device)
        sha1 = cluster.release.capf.digest == "sha1"
        return new_lsc(self._node.loaded["CAPF"], endpoint, public_key, dates, sha1=sha1)

    def shown(self, device: str, certificate: bytes) -> None:
        """CUCM knows its certificate from now on."""
        self._write(device, {"publickey": base64.b64encode(certificate).decode()})

    def done(self, device: str, outcome: Outcome) -> None:
        """Its row tells how it went."""
        columns: dict[str, object] = {"tkcertificatestatus": CERTIFICATE_STATES.index(outcome.status) + 1}
        if outcome.over:
            columns["tkcertificateoperation"] = _NO_OPERATION
        if outcome.lsc:
            columns.update(self._installed(outcome.lsc))
        elif outcome.status == "Delete Success":
            columns.update(publickey=None, lscvaliduntil=0, lscissuername=None, lscissuervaliduntil=None)
        self._write(device, columns)

    def _installed(self, lsc: bytes) -> Iterator[tuple[str, object]]:
        yield "publickey", base64.b64encode(lsc).decode()
        if self._cluster.release.capf.lsc_told:
            name, until = issuer_told(self._node.loaded["CAPF"].certificate)
            yield "lscvaliduntil", int(validity_of(lsc).end.timestamp())
            yield "lscissuername", name
            yield "lscissuervaliduntil", until

    def _write(self, device: str, columns: dict[str, object]) -> None:
        changed = ", ".join(f"{column} = ?" for column in columns)
        statement = f"update device set {changed} where pkid = ?"  # noqa: S608 - our own words
        self._cluster.database.write(((statement, (*columns.values(), key("device", device))),))


def _moment(text: str | None) -> datetime | None:
    """The moment of `Operation Completes By`; None where none is said, or none that can be read."""
    try:
        return datetime.strptime(text, _FINISH).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None
