"""`ringtrust prove`: whether a night strands a phone, whatever happens in it; and whether a proof is right."""

import hashlib
from pathlib import Path
from typing import Final

import click

from ringtrust.catalog.load import load_catalog
from ringtrust.change.plan import Basis, read_plan
from ringtrust.change.proof import Holds, Proof, read_proof, write_proof
from ringtrust.cli.files import Input, read_input, refuse_standard_input_twice, text_of, writable, write_output
from ringtrust.cli.options import config_option, pin_option
from ringtrust.cli.output import say, say_bytes
from ringtrust.cli.snapshots import snapshot_of
from ringtrust.clock import Clock
from ringtrust.cluster.formats import format_of, kind_of
from ringtrust.cluster.snapshot import FORMAT as SNAPSHOT
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.plan.fit import facts_for, services_known
from ringtrust.prove.check import flaws
from ringtrust.prove.ground import ground_of
from ringtrust.prove.prove import Subject, prove
from ringtrust.prove.runbook import read_runbook
from ringtrust.prove.steps import night_of
from ringtrust.report.proofs import proof_lines

_DOCUMENTED: Final = "documented"


@click.command(name="prove", short_help="Prove that no interruption of a night strands a phone, or tell how.")
@click.argument("target", metavar="PLAN|SNAPSHOT|CLUSTER|PROOF")
@click.option("--runbook", metavar="FILE", help="A night of your own: one act a line (docs/proof.md).")
@click.option("--check", is_flag=True, help="Verify a PROOF that was written with -o, without the search.")
@click.option(
    "--basis",
    type=click.Choice(("documented", "mechanism")),
    help="What any document of Cisco forbids is forbidden (the default, but for a plan its own), or only what strands.",
)
@click.option("--explain", is_flag=True, help="Say what is claimed and what is assumed.")
@click.option("-o", "--output", help="Write the proof to this file.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the proof as JSON.")
@config_option
@pin_option
@click.pass_obj
def command(
    clock: Clock,
    target: str,
    runbook: str | None,
    check: bool,
    basis: Basis | None,
    explain: bool,
    output: str | None,
    force: bool,
    as_json: bool,
    config: Path | None,
    pin_keys: bool,
) -> int:
    """Prove a PLAN; or a --runbook, as it is, on the cluster of a SNAPSHOT; or --check a PROOF.

    Exit status: 0 it holds; 1 it is refuted, and how it would happen is told; 2 a line cannot be read.
    """
    if check:
        return _check(target, runbook)
    inputs = (target,) if runbook is None else (target, runbook)
    refuse_standard_input_twice(inputs)
    place = writable(output, force=force, inputs=inputs) if output is not None else None
    if runbook is None:
        proof = _plan_proved(read_input(target), basis, clock)
    else:
        written = read_input(runbook)
        proof = _proved(written, snapshot_of(target, config, pin_keys=pin_keys), basis or _DOCUMENTED, clock)
    if place is not None:
        write_output(place, write_proof(proof) + b"\n", force=force)
    if as_json:
        say_bytes(write_proof(proof) + b"\n")
    else:
        for line in proof_lines(proof, explain=explain):
            say(line)
    return 0 if isinstance(proof.verdict, Holds) else 1


def _plan_proved(given: Input, basis: Basis | None, clock: Clock) -> Proof:
    if kind_of(format_of(given.data)) == kind_of(SNAPSHOT):
        raise RefusedError(
            f"{given.name} is a snapshot, and what is to be proved on it is missing.",
            advice="Add --runbook FILE (docs/proof.md), or make a plan with `ringtrust plan`.",
        )
    plan = given.parsed(read_plan)
    return prove(plan.ground, night_of(plan), basis or plan.basis, Subject(given.name, plan.digest), clock.now())


def _proved(written: Input, snapshot: Snapshot, basis: Basis, clock: Clock) -> Proof:
    catalog = load_catalog()
    facts = facts_for(snapshot, catalog)
    ground = ground_of(snapshot, facts)
    night = read_runbook(text_of(written), ground, services_known(snapshot, facts))
    subject = Subject(written.name, hashlib.sha256(written.data).hexdigest())
    return prove(ground, night, basis, subject, clock.now())


def _check(target: str, runbook: str | None) -> int:
    proof = read_input(target).parsed(read_proof)
    wrong = list(flaws(proof))
    if runbook is not None and hashlib.sha256(read_input(runbook).data).hexdigest() != proof.digest_of:
        wrong.append(f"It is not about {runbook}, but about another file.")
    for flaw in wrong:
        say(f"WRONG: {flaw}")
    if not wrong:
        kind = "holds" if isinstance(proof.verdict, Holds) else "is refuted"
        say(f"The proof is right: {proof.subject} on {proof.ground.cluster} {kind}, basis {proof.basis}.")
        say(
            f"It is about the cluster and the night that stand in it; what was proved has the digest {proof.digest_of}."
        )
    return 1 if wrong else 0
