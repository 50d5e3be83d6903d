"""Partners of a cluster: here the RADIUS server that lets phones into the network by their certificates (802.1X).

It knows a set of CA certificates of its own, and nobody tells it of a new CAPF but a person (H18, P10).
"""

from collections.abc import Iterable
from datetime import datetime

from ringtrust.lab.state import admission


class Partners:
    """Those that check the certificates of phones."""

    def __init__(self) -> None:
        self.known: dict[bytes, None] = {}

    def trust(self, *certificates: bytes) -> None:
        """From now on the partners believe these authorities (DER) too."""
        self.known.update(dict.fromkeys(certificates))

    def distrust(self, certificates: Iterable[bytes]) -> None:
        """They believe these no longer."""
        for certificate in certificates:
            self.known.pop(certificate, None)

    def judge(self, certificate: bytes, now: datetime) -> admission.Answer:
        """Whether a phone that shows this certificate (DER) gets into the network."""
        return admission.judge(certificate, self.known, now)
