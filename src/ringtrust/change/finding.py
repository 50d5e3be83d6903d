"""What an audit says of a cluster."""

from enum import Enum

import msgspec


class Severity(Enum):
    """How bad it is. UNREAD: nobody can tell, because a source could not be read."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    UNREAD = "unread"
    INFO = "info"


class Finding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to know. `code` is stable and dotted; `breaks` says what stops working, a sentence each.

    `sources` are S-, H-numbers and Cisco document numbers (docs/sources.md). `level` is that of the rule with this
    code, MUST, SHOULD or MAY; an audit puts it in, and it is empty for a code that no table has. `where` names a place
    and no date: it is the same at the next audit, and tells this finding from others of its code.
    """

    code: str
    severity: Severity
    where: str
    what: str
    evidence: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    advice: str = ""
    sources: tuple[str, ...] = ()
    level: str = ""
