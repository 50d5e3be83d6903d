"""Accounts, their privilege, what locks them, and what is set for sessions (interfaces.md §1.1, §1.2)."""

import pytest

from ringtrust.lab.platform.shell import COMMANDS
from tests.support.clusters import Bench, bench, small
from tests.support.console import Console
from tests.support.live import live

FAILED = "Executed command unsuccessfully\n"


def _bench(release: str = "campus-14") -> Bench:
    return bench(small(release, phones=0))


@live
async def test_an_account_is_made_with_a_privilege_and_a_password_that_nobody_sees() -> None:
    made = _bench()
    console = Console(made)
    shown = await console.runs("set account name reader")
    assert "   Ordinary - Level 0\n\n   Advanced - Level 1\n" in shown
    assert shown.endswith("Please enter the privilege level :")
    await console.types("0\r")
    shown = await console.types("s3cretword\rs3cretword\r")
    assert "s3cretword" not in console.shown
    assert "**********" in shown
    assert shown.endswith("Account successfully created\nadmin:")
    assert await console.runs("show account") == (
        "Account              Privilege Level\nadmin                4\nreader               0\n"
    )
    kept = made.cluster.publisher.platform.accounts["reader"]
    assert (kept.level, kept.password) == (0, "s3cretword")
    assert not made.cluster.node("sub1").platform.accounts
    log = made.cluster.publisher.logbook.files.values()
    assert all("s3cret" not in line for file in log for line in file.lines)


@pytest.mark.parametrize("answers", ["2\r", "1\rlong enough\rsomething else\r", "1\rabc\rabc\r", "x\r"])
@live
async def test_a_wrong_level_or_two_passwords_make_no_account(answers: str) -> None:
    made = _bench()
    console = Console(made)
    await console.runs("set account name reader")
    assert (await console.types(answers)).endswith(f"{FAILED}admin:")
    assert not made.cluster.publisher.platform.accounts


@pytest.mark.parametrize("name", ["admin", "9lives", "semi;colon", "x" * 33])
@live
async def test_such_a_name_is_no_name_of_an_account(name: str) -> None:
    assert (await Console(_bench()).runs(f"set account name {name}")).endswith(FAILED)


@live
async def test_locking_is_shown_as_it_is_set() -> None:
    made = _bench()
    console, kept = Console(made), made.cluster.publisher.platform
    assert await console.runs("show accountlocking") == (
        "Account Lockout is enabled\nUnlock Time : 300 seconds\nRetry Count : 3 attempts\n"
    )
    await console.runs("set accountlocking count 5")
    await console.runs("set accountlocking unlocktime 60")
    assert (kept.locking, kept.lock_attempts, kept.unlock_seconds) == (True, 5, 60)
    for wrong in ("count 6", "count 1", "count x", "unlocktime 29", "unlocktime 3601", "maybe"):
        assert (await console.runs(f"set accountlocking {wrong}")).endswith(FAILED)
    await console.runs("set accountlocking disable")
    assert (await console.runs("set accountlocking unlocktime 60")).endswith(FAILED)
    await console.runs("set accountlocking enable")
    assert (kept.locking, kept.unlock_seconds) == (True, 300)


@live
async def test_the_time_of_idle_sessions_is_set_for_the_node() -> None:
    made = _bench()
    console = Console(made)
    await console.runs("set cli session timeout 45")
    assert made.cluster.publisher.platform.session_minutes == 45
    assert "45 minutes" in await console.runs("show cli session timeout")
    for wrong in ("4", "100000", "-5", "٣٠", "many"):
        assert (await console.runs(f"set cli session timeout {wrong}")).endswith(FAILED)


@live
async def test_the_prompt_counts_commands_while_it_is_told_to() -> None:
    console = Console(_bench())
    assert (await console.types("set commandcount enable\r")).endswith("\n1 admin:")
    assert (await console.types("show ctl\r")).endswith("\n2 admin:")
    assert (await console.types("set commandcount disable\r")).endswith("\nadmin:")
    assert (await console.types("set commandcount maybe\r")).endswith(f"{FAILED}admin:")


@pytest.mark.parametrize("level", [0, 1, 4])
@live
async def test_a_command_that_needs_more_privilege_is_refused_and_does_nothing(level: int) -> None:
    made = _bench()
    before = made.cluster.identities()
    console = Console(made, level=level)
    for command in COMMANDS.values():
        refused = f"This command needs privilege level {command.level}.\n{FAILED}"
        if command.level > level and command.known_in("14.0"):
            assert await _typed(console, f"{command.name} x x x x") == refused
    assert made.cluster.identities() == before


async def _typed(console: Console, command: str) -> str:
    await console.types("")
    shown = await console.types(f"{command}\r")
    return shown.removeprefix(f"{command}\n").removesuffix("admin:")


@live
async def test_who_only_reads_reads_tables_and_changes_none() -> None:
    made = _bench()
    update = "run sql update processconfig set paramvalue = 'T' where paramname = 'RollBackToPreGrayback'"
    assert (await _typed(Console(made, level=0), update)).endswith(f"by this command.\n{FAILED}")
    assert "EnterpriseWideData" in await _typed(Console(made, level=0), "run sql select name from processnode")
    assert await _typed(Console(made, level=1), update) == "Rows: 1\n"
