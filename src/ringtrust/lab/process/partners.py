"""What somebody tells the partners of a lab that runs: which authorities they believe from now on (H18)."""

from ringtrust.errors import FormatError, RefusedError
from ringtrust.lab.certificates.text import file_name
from ringtrust.lab.process.lab import Lab
from ringtrust.trust.certificates import CertificateFacts, certificates_in


def partners_trust(lab: Lab, text: str) -> list[str]:
    """The RADIUS server believes these authorities (PEM) too. Gives their names. Raises RefusedError."""
    try:
        found = certificates_in(text.encode())
        for certificate in found:
            CertificateFacts.of(certificate)
        names = [file_name(certificate).removesuffix(".pem") for certificate in found]
    except (FormatError, ValueError) as error:
        raise RefusedError("This is no certificate that the partners could trust.", advice="Give it as PEM.") from error
    lab.cluster.partners.trust(*found)
    return names
