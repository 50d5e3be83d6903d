"""`ringtrust verify`: look again, and judge."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import click

from ringtrust.catalog.load import load_catalog
from ringtrust.change.outcome import Failed, Passed, Unknown
from ringtrust.change.plan import Plan, read_plan
from ringtrust.cli.files import read_input
from ringtrust.cli.options import config_option, pin_option
from ringtrust.cli.output import say, say_json
from ringtrust.cli.reach import looked_at
from ringtrust.clock import SystemTimer
from ringtrust.cluster.release import Release
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.trust.names import counted, printable
from ringtrust.verify.judge import ClusterJudge
from ringtrust.verify.phones import there
from ringtrust.verify.whole import Checked, look

_PHONES_HOLD = "G-ITL0"
_WORDS = {Passed: "ok", Failed: "FAILED", Unknown: "UNKNOWN"}


@click.command(name="verify", short_help="Look again: certificates, lists, and every phone.")
@click.argument("cluster")
@click.option("--against", "plan_file", metavar="PLAN", help="Look also whether everything that PLAN renews is new.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@config_option
@pin_option
def command(cluster: str, plan_file: str | None, as_json: bool, config: Path | None, pin_keys: bool) -> int:
    """Look at CLUSTER again: what ports serve, what every TFTP node's list holds, what every phone holds.

    Exit status: 0 all is well; 1 something is not; 3 something could not be read.
    """
    plan = read_plan(read_input(plan_file).data) if plan_file is not None else None
    if plan is not None and plan.cluster != cluster:
        raise RefusedError(f"The plan is for {plan.cluster}, not for {cluster}.")
    checks, told = asyncio.run(_checks(cluster, plan, config, pin_keys=pin_keys))
    if as_json:
        say_json(_document(cluster, plan, checks))
    else:
        for line in map(printable, _lines(checks, told)):
            say(line)
    return status_of(checks)


async def _checks(
    cluster: str, plan: Plan | None, config: Path | None, *, pin_keys: bool
) -> tuple[tuple[Checked, ...], str]:
    """The checks; and without a plan, of which phones they tell."""
    async with looked_at(cluster, config, pin_keys=pin_keys) as found:
        signer = load_catalog().of(Release.of(await found.eyes.version(found.eyes.publisher.name))).itl_signer
        phones = plan.phones if plan is not None else there(found.snapshot)
        judge = ClusterJudge(found.eyes, signer, phones, SystemTimer())
        return await look(found.eyes, judge, plan), "" if plan is not None else _of_which(found.snapshot)


def _of_which(snapshot: Snapshot) -> str:
    here, known = len(snapshot.registered_phones()), counted(len(snapshot.all_phones()), "phone")
    return f"Of {known} {here:,} are registered, and only those were looked at."


def status_of(checks: tuple[Checked, ...]) -> int:
    """3 when something could not be read, else 1 when something is not as it should be (design.md §4.7)."""
    if any(isinstance(check.verdict, Unknown) for check in checks):
        return UnreadableError.exit_status
    return int(not all(isinstance(check.verdict, Passed) for check in checks))


def _lines(checks: tuple[Checked, ...], of_which: str) -> Iterator[str]:
    for check in checks:
        yield f"{_WORDS[type(check.verdict)]:<8} {check.what}"
        told = check.verdict.evidence
        if isinstance(check.verdict, Passed):  # of phones also by what that is known (§6b)
            told = told[1:] if check.code == _PHONES_HOLD else ()
        yield from (f"           {text}" for text in told)
    good = sum(isinstance(check.verdict, Passed) for check in checks)
    yield ""
    yield from (line for line in (of_which, f"{good} of {len(checks)} as they should be.") if line)


def _document(cluster: str, plan: Plan | None, checks: tuple[Checked, ...]) -> dict[str, object]:
    return {
        "format": "ringtrust.verification/1",
        "cluster": cluster,
        "plan": plan.digest if plan is not None else "",
        "checks": [
            {
                "code": check.code,
                "what": check.what,
                "verdict": type(check.verdict).__name__.lower(),
                "evidence": list(check.verdict.evidence),
            }
            for check in checks
        ],
    }
