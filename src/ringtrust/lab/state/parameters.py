"""Enterprise parameters, as rows of processconfig."""

from typing import Final

from ringtrust.lab.state.database import Replica, Statement

SECURITY_MODE: Final = "ClusterSecurityMode"
ROLLBACK: Final = "RollBackToPreGrayback"
INITIAL: Final = {SECURITY_MODE: "0", ROLLBACK: "F"}


def value(replica: Replica, name: str) -> str:
    """The value that a replica knows; empty when there is no such parameter."""
    found = replica.rows("select paramvalue from processconfig where paramname = ? collate nocase", name)
    return str(found[0][0]) if found else ""


def known(replica: Replica, name: str) -> bool:
    """Whether there is a parameter of this name."""
    return bool(replica.rows("select 1 from processconfig where paramname = ? collate nocase", name))


def changed(name: str, new: str) -> Statement:
    """The change, as a statement."""
    return "update processconfig set paramvalue = ? where paramname = ? collate nocase", (new, name)
