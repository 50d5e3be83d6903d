"""`ringtrust override`: let one gate of one step pass by one's word."""

from pathlib import Path

import click

from ringtrust.cli.runs.decide import About, about, decision_options
from ringtrust.cli.runs.gates import refuse_unless_open, refuse_unless_proved
from ringtrust.clock import Clock
from ringtrust.errors import RefusedError


@click.command(name="override", short_help="Let one gate of one step pass by your word.")
@click.option("--step", type=click.IntRange(min=1), required=True, metavar="N", help="The step.")
@click.option("--gate", required=True, metavar="G-XXX", help="The gate, such as G-ALM.")
@click.option("--void-proof", is_flag=True, help="Do it though the proof of the plan leans on this gate.")
@decision_options
@click.pass_obj
def command(
    clock: Clock, step: int, gate: str, void_proof: bool, run: int, because: str, as_json: bool,
    journal: Path | None, config: Path | None,
) -> None:  # fmt: skip
    """Let a gate of a step of RUN count as passed, whatever it shows. Your name and your reason are in the journal.

    It is still looked at, and passes by itself where it can. Where the proof of the plan leans on it, this is refused
    without --void-proof: then nobody can say any more that every phone stays.
    """
    if not because:
        raise RefusedError("Nobody lets a gate pass without a reason.", advice="Add --because TEXT.")
    with about(run, clock, journal, config, as_json=as_json) as named:
        gates = refuse_unless_open(named.journal, named.run, step, gate.upper())
        void = refuse_unless_proved(named.journal, named.run, (step, gates[0].code), void_proof=void_proof)
        decision = named.decide("override", because, step, gates[0].code)
        named.tell(
            decision,
            f"It counts as passed once it is looked at: {'; '.join(each.what for each in gates)}.",
            *void,
            _used(named),
        )


def _used(named: About) -> str:
    if named.works:
        return f"It takes hold at the next look of {named.works}."
    return f"Nobody works on it now. To go on: ringtrust resume {named.run.id}."
