"""What a run has made so far, which no plan can know beforehand: serial numbers, put into its gates."""

from collections.abc import Iterator, Sequence

import msgspec

from ringtrust.change.act import Regenerate
from ringtrust.change.gate import CertificateIs, Gate, Vouched, Voucher
from ringtrust.change.outcome import Done
from ringtrust.cluster.names import TVS
from ringtrust.journal.records import Carried


def as_made(gate: Gate, carried: Sequence[Carried]) -> Gate:
    """A gate with the serial numbers of the TVS that this run has made."""
    if not isinstance(gate.condition, Vouched):
        return gate
    made = {each.node: each.serial for each in _made(carried) if each.unit == TVS}
    known = tuple(Voucher(each.node, each.serial or made.get(each.node, "")) for each in gate.condition.known)
    return msgspec.structs.replace(gate, condition=Vouched(known))


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
