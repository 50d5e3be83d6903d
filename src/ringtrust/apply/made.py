"""What a run has made so far, which no plan can know beforehand: serial numbers, put into its gates."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from ringtrust.change.act import Regenerate, TakeBackup
from ringtrust.change.gate import BackedUp, CertificateIs, Gate, Vouched, Voucher
from ringtrust.change.outcome import Done, Passed
from ringtrust.change.plan import Step
from ringtrust.cluster.names import TVS
from ringtrust.journal.records import Carried, Looked

_TAR: Final = re.compile(r"[0-9A-Za-z_.-]{1,100}\.tar\b")


def as_made(gate: Gate, carried: Sequence[Carried]) -> Gate:
    """A gate with the serial numbers of the TVS that this run has made, or with the backup that it has begun."""
    if isinstance(gate.condition, BackedUp) and gate.condition.whole:
        made = [file for _, file in _backups(carried)]
        return msgspec.structs.replace(
            gate, condition=msgspec.structs.replace(gate.condition, file=made[-1] if made else "")
        )
    if not isinstance(gate.condition, Vouched):
        return gate
    serials = {each.node: each.serial for each in _made(carried) if each.unit == TVS}
    known = tuple(Voucher(each.node, each.serial or serials.get(each.node, "")) for each in gate.condition.known)
    return msgspec.structs.replace(gate, condition=Vouched(known))


def keeping(step: Step, carried: Sequence[Carried]) -> Step:
    """A step; a backup after the change with the name of the one from before, which it may not push out (S189)."""
    if not (isinstance(step.act, TakeBackup) and step.act.again):
        return step
    return msgspec.structs.replace(step, act=msgspec.structs.replace(step.act, keep=backup_before(carried)))


def backup_before(carried: Sequence[Carried]) -> str:
    """The file of the backup from before the change; empty where a person took it, or where none was taken."""
    return next((file for act, file in _backups(carried) if not act.again), "")


def backup_seen(looked: Sequence[Looked]) -> str:
    """The file of the backup that a person had taken, as the gate of the first step saw it; empty where none did."""
    passed = (each for each in looked if isinstance(each.condition, BackedUp) and isinstance(each.verdict, Passed))
    first = next((each.verdict.evidence for each in passed), ())
    found = (_TAR.search(text) for text in first)
    return next((each[0] for each in found if each is not None), "")


def _backups(carried: Sequence[Carried]) -> Iterator[tuple[TakeBackup, str]]:
    """Those that this run has begun. One that was begun twice, as the first had failed, counts by its last file."""
    found: dict[int, tuple[TakeBackup, str]] = {}
    for each in carried:
        if isinstance(each.intended.act, TakeBackup) and isinstance(each.outcome, Done):
            found[each.intended.step] = (each.intended.act, each.outcome.made)
    yield from found.values()


def kept(carried: Sequence[Carried]) -> tuple[Gate, ...]:
    """That nobody has renewed once more what this run has renewed: its restarts would be due once more too.

    Of TVS G-TVS tells, by what phones know; a restart too early would harm them.
    """
    return tuple(
        Gate(each, f"{each.unit} of {each.node} is the one that this plan has made", sources=("G-CERT",))
        for each in _made(carried)
        if each.unit != TVS
    )


def _made(carried: Sequence[Carried]) -> Iterator[CertificateIs]:
    for act, outcome in ((each.intended.act, each.outcome) for each in carried):
        if isinstance(act, Regenerate) and isinstance(outcome, Done) and outcome.made:
            yield CertificateIs(act.unit, act.node, outcome.made)
