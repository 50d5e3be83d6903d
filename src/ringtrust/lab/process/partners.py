"""What somebody tells the partners of a lab that runs: which authorities they believe from now on (H18)."""

from typing import Any

import msgspec
from cryptography import x509

from ringtrust.errors import FormatError, RefusedError
from ringtrust.lab.certificates.text import common_name, name_text, serial_text
from ringtrust.lab.process.lab import Lab
from ringtrust.trust.certificates import CertificateFacts, certificates_in


class Authority(msgspec.Struct, frozen=True):
    """An authority that the partners believe. `not_after` is ISO 8601, `serial` lower-case hexadecimal."""

    name: str
    issuer: str
    serial: str
    not_after: str


def answer(lab: Lab, asked: dict[str, Any]) -> list[Authority]:
    """Told `certificates` (PEM), the partners believe them, and those are the answer; else all that they believe.

    Raises RefusedError.
    """
    if "certificates" in asked:
        return partners_trust(lab, str(asked["certificates"]))
    return [_authority(each) for each in lab.cluster.partners.known]


def partners_trust(lab: Lab, text: str) -> list[Authority]:
    """The RADIUS server believes these authorities (PEM) too, all or none. Raises RefusedError."""
    try:
        found = certificates_in(text.encode())
        for certificate in found:
            CertificateFacts.of(certificate)
        told = [_authority(each) for each in found]
    except (FormatError, ValueError) as error:
        raise RefusedError("This is no certificate that the partners could trust.", advice="Give it as PEM.") from error
    lab.cluster.partners.trust(*found)
    return told


def _authority(certificate: bytes) -> Authority:
    """May raise ValueError for one that cannot be read."""
    found = x509.load_der_x509_certificate(certificate)
    return Authority(
        name=common_name(found.subject),
        issuer=name_text(found.issuer),
        serial=serial_text(certificate),
        not_after=found.not_valid_after_utc.isoformat(timespec="seconds"),
    )
