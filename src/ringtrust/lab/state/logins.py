"""Who may log in at the platform of a node, and who is locked out (interfaces.md §1.1)."""

import hmac
from datetime import datetime, timedelta
from typing import Final

from ringtrust.lab.state.platform import Platform, PlatformAccount

INSTALLED_LEVEL: Final = 4
"""Of the account that the installation makes; `set account name` makes others, with 1 (read/write) or 0 (read)."""
READ_LEVEL: Final = 0


class Logins:
    """The account of the installation and those of `set account`; wrong passwords are counted, as `platform` says.

    Whether a try during the lock begins it anew is not told: here it does not [U].
    """

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._installed: dict[str, PlatformAccount] = {}
        self._failed: dict[str, int] = {}
        self._locked: dict[str, datetime] = {}

    def install(self, name: str, password: str) -> None:
        """The account that the installation makes."""
        self._installed[name] = PlatformAccount(name, INSTALLED_LEVEL, password)

    def account(self, name: str) -> PlatformAccount | None:
        """The account of this name; None where there is no such account."""
        return self._installed.get(name) or self._platform.accounts.get(name)

    def admits(self, name: str, password: str, now: datetime) -> bool:
        """Whether this is the right password of an account that is not locked; a wrong one is counted."""
        account = self.account(name)
        right = hmac.compare_digest(password.encode(errors="replace"), account.password.encode() if account else b"")
        if account is None or name in self.locked(now):
            return False
        if right:
            self._failed.pop(name, None)
        else:
            self._count(name, now)
        return right

    def _count(self, name: str, now: datetime) -> None:
        self._failed[name] = self._failed.get(name, 0) + 1
        if self._platform.locking and self._failed[name] >= self._platform.lock_attempts:
            self._locked[name] = now + timedelta(seconds=self._platform.unlock_seconds)
            self._failed[name] = 0

    def locked(self, now: datetime) -> tuple[str, ...]:
        """Who cannot log in at this instant, whatever the password."""
        return tuple(name for name, until in self._locked.items() if now < until)
