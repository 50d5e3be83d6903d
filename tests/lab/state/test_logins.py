"""Platform accounts: three wrong passwords lock one out for 300 seconds of the lab, and nobody else."""

from datetime import UTC, datetime, timedelta

from ringtrust.lab.state.logins import INSTALLED_LEVEL, READ_LEVEL, Logins
from ringtrust.lab.state.platform import Platform, PlatformAccount

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def _accounts(platform: Platform | None = None) -> Logins:
    found = platform or Platform()
    accounts = Logins(found)
    accounts.install("admin", "right")
    found.accounts["viewer"] = PlatformAccount("viewer", READ_LEVEL, "other")
    return accounts


def _fail(accounts: Logins, times: int, now: datetime = NOW) -> None:
    for _ in range(times):
        assert not accounts.admits("admin", "wrong", now)


def test_who_has_the_right_password_comes_in_and_nobody_else() -> None:
    accounts = _accounts()
    assert accounts.admits("admin", "right", NOW)
    assert accounts.admits("viewer", "other", NOW)
    for name, password in (("admin", ""), ("admin", "other"), ("root", ""), ("root", "right"), ("admin", "\udcff")):
        assert not accounts.admits(name, password, NOW)
    levels = [account.level for name in ("admin", "viewer") if (account := accounts.account(name))]
    assert levels == [INSTALLED_LEVEL, READ_LEVEL]


def test_the_third_wrong_password_locks_for_300_seconds_to_the_second() -> None:
    accounts = _accounts()
    _fail(accounts, 3)
    assert accounts.locked(NOW) == ("admin",)
    assert not accounts.admits("admin", "right", NOW + 299 * SECOND)
    assert accounts.admits("admin", "right", NOW + 300 * SECOND)
    assert accounts.locked(NOW + 300 * SECOND) == ()


def test_the_other_account_is_not_locked() -> None:
    accounts = _accounts()
    _fail(accounts, 3)
    assert accounts.admits("viewer", "other", NOW)


def test_tries_count_from_the_last_time_that_it_was_right() -> None:
    accounts = _accounts()
    for _ in range(3):
        _fail(accounts, 2)
        assert accounts.admits("admin", "right", NOW)
    _fail(accounts, 2)
    assert accounts.locked(NOW) == ()


def test_after_the_lock_there_are_three_tries_again() -> None:
    accounts, later = _accounts(), NOW + 300 * SECOND
    _fail(accounts, 3)
    _fail(accounts, 5, NOW + SECOND)
    _fail(accounts, 2, later)
    assert accounts.admits("admin", "right", later)


def test_locking_follows_what_is_set_at_the_cli() -> None:
    platform = Platform()
    accounts = _accounts(platform)
    platform.lock_attempts, platform.unlock_seconds = 2, 30
    _fail(accounts, 2)
    assert accounts.locked(NOW + 29 * SECOND) == ("admin",)
    assert accounts.admits("admin", "right", NOW + 30 * SECOND)
    platform.locking = False
    _fail(accounts, 10, NOW + 60 * SECOND)
    assert accounts.admits("admin", "right", NOW + 60 * SECOND)
