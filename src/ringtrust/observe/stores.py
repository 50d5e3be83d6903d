"""Whether a certificate is in a trust store of a node: by its content, as a renewed one bears the old file name."""

import re
from typing import Final

from ringtrust.cluster.certificate import Certificate
from ringtrust.connect.certificates import certificate_of
from ringtrust.observe.eyes import Eyes

_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]")


def file_start(certificate: Certificate) -> str:
    """How its file is called, up to what may follow: the common name with other characters as `_` (210541)."""
    return _NOT_IN_NAMES.sub("_", certificate.common_name)


async def in_store(eyes: Eyes, node: str, store: str, wanted: Certificate) -> bool:
    """Whether the store of a node has this certificate on disk. Raises UnreadableError."""
    cli = eyes.wire.cli(eyes.site(node).address)
    start = file_start(wanted)
    for listed in await cli.trust_listing():
        if listed.folder == store and listed.file.startswith(start):
            found = await cli.trust_certificate(f"{listed.folder}/{listed.file}")
            same = certificate_of(found.pem).sha256 == wanted.sha256 if found.pem else found.serial == wanted.serial
            if same:
                return True
    return False
