"""Whether a certificate is in a trust store of a node: by its content, as a renewed one bears the old file name."""

import re
from typing import Final, Protocol

from ringtrust.cluster.certificate import Certificate
from ringtrust.connect.certificates import certificate_of
from ringtrust.connect.platform.certificates import DecodedText, Listed

_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]")


class TrustLooks(Protocol):
    """Who shows the trust stores of a node: its CLI, or its REST interface."""

    async def trust_listing(self) -> tuple[Listed, ...]:
        """The files. Raises UnreadableError."""

    async def trust_certificate(self, path: str) -> DecodedText:
        """One of them, by STORE/FILE. Raises UnreadableError."""


def file_start(certificate: Certificate) -> str:
    """How its file is called, up to what may follow: the common name with other characters as `_` (210541)."""
    return name_in_file(certificate.common_name)


def name_in_file(common_name: str) -> str:
    """A common name as the file of its certificate begins."""
    return _NOT_IN_NAMES.sub("_", common_name)


async def in_store(looks: TrustLooks, store: str, wanted: Certificate) -> bool:
    """Whether the store of a node has this certificate on disk. Raises UnreadableError."""
    start = file_start(wanted)
    for listed in await looks.trust_listing():
        if listed.folder == store and listed.file.startswith(start):
            found = await looks.trust_certificate(f"{listed.folder}/{listed.file}")
            same = certificate_of(found.pem).sha256 == wanted.sha256 if found.pem else found.serial == wanted.serial
            if same:
                return True
    return False
