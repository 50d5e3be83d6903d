"""Enterprise parameters, as rows of processconfig."""

from collections.abc import Mapping
from typing import Final

from ringtrust.errors import RefusedError
from ringtrust.lab.state.database import Replica, Statement

SECURITY_MODE: Final = "ClusterSecurityMode"
ROLLBACK: Final = "RollBackToPreGrayback"
RESETS: Final = "PhoneInteractionOnCertificateUpdate"
"""Whether phones reset by themselves when a certificate changes (SG15). The name and values in the database are [U]."""
AUTOMATIC, MANUAL = "automatic", "manual"
MIXED: Final = "1"  # S63
NON_SECURE: Final = "0"
INITIAL: Final[Mapping[str, str]] = {SECURITY_MODE: NON_SECURE, ROLLBACK: "F"}
# What may be set; the security mode is changed by `utils ctl`, not here (118893).
_SETTABLE: Final[Mapping[str, frozenset[str]]] = {
    ROLLBACK: frozenset({"T", "F"}),
    RESETS: frozenset({AUTOMATIC, MANUAL}),
}


def value(replica: Replica, name: str) -> str:
    """The value that a replica knows; empty when there is no such parameter."""
    found = replica.rows("select paramvalue from processconfig where paramname = ?", name)
    return str(found[0][0]) if found else ""


def resets(*, manual: bool) -> str:
    """The value of the parameter that says whether phones wait for somebody to reset them."""
    return MANUAL if manual else AUTOMATIC


def mode(*, mixed: bool) -> str:
    """The value of Cluster Security Mode: 1 is mixed mode (S63)."""
    return MIXED if mixed else NON_SECURE


def refuse_unless_settable(name: str, new: str) -> None:
    """Raises RefusedError for a parameter that is not to be set, and for a value that it cannot have [U]."""
    if new not in _SETTABLE.get(name, frozenset()):
        raise RefusedError(f"{name} cannot be set to {new}.")


def changed(name: str, new: str) -> Statement:
    """The change, as a statement."""
    return "update processconfig set paramvalue = ? where paramname = ?", (new, name)
