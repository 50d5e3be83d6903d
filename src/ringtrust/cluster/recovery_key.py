"""The recovery key away from its cluster: an ITLRecovery.p12 that somebody has fetched (R2; SG15)."""

import msgspec

from ringtrust.cluster.facts import Moment


class KeptKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One that is kept: the SHA-256 of the file, its size in bytes, when it was kept, and by whom.

    `serial` and `certificate` (SHA-256) are of the ITLRecovery that the publisher had at that moment. Whether the key
    in the file is that one's nobody can tell without its password, which nobody asks for.
    """

    sha256: str
    size: int
    kept: Moment
    by: str
    serial: str
    certificate: str
