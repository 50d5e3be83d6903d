"""What an administrator has said of a cluster, and what servers outside of it show: trust certificates hang on both."""

import msgspec

from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.facts import Fact


class Declared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What no interface tells, and `ringtrust.toml` says.

    `former` are host names and domains that this cluster does not use any more (S165, S166). `cisco_cas` are SHA-256 of
    certificates that somebody knows to be Cisco's, beside those that ringtrust knows itself.
    """

    former: tuple[str, ...] = ()
    cisco_cas: tuple[str, ...] = ()


class Elsewhere(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a server outside of the cluster shows under a name that a trust store knows (S167).

    `name` is the common name in the store, `asked` the host and port that were asked.
    """

    name: str
    asked: str
    certificate: Fact[Certificate]


NOTHING_DECLARED = Declared()
