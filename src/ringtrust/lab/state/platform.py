"""What a node's platform is set to by its CLI: who may log in, for how long, and what HAProxy asks of clients."""

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from ringtrust.lab.topology import Subject


class PlatformAccount(msgspec.Struct, frozen=True):
    """An account made with `set account name`, with privilege 0 or 1."""

    name: str
    level: int
    password: str


class Platform:
    """The settings of one node, as plain fields with Cisco's defaults (CLI guide 15).

    `locking`: an account is locked for `unlock_seconds` after `lock_attempts` wrong passwords in a row.
    `session_minutes`: an idle session ends after so long; a new value holds for new sessions.
    `accounts`: those made after the installation, by name.
    `haproxy`: what each port asks of the certificate of a client (14 and later).
    `subject` and `alternate_name`: what `set web-security` has set for the certificates made from then on.
    `host_name`: what `set network hostname` has set; empty while it is the name in the server table.
    """

    def __init__(self) -> None:
        self.locking = True
        self.lock_attempts = 3
        self.unlock_seconds = 300
        self.session_minutes = 30
        self.accounts: dict[str, PlatformAccount] = {}
        self.haproxy = {6971: "optional", 6972: "optional", 9443: "required"}
        self.subject: Subject | None = None
        self.alternate_name = ""
        self.host_name = ""
