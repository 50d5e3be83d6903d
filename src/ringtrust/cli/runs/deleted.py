"""`ringtrust runs deleted`: the trust certificates that a run has deleted, and how each comes back."""

import shlex
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import click
import msgspec

from ringtrust.apply.store_hands import NOT_THERE
from ringtrust.change.act import Delete
from ringtrust.change.outcome import Refused
from ringtrust.cli.files import writable, write_output
from ringtrust.cli.options import config_option, journal_option, run_number
from ringtrust.cli.output import say, say_json
from ringtrust.cli.runs.place import opened_journal
from ringtrust.clock import Clock
from ringtrust.cluster.certificate import Certificate
from ringtrust.cluster.names import TRUST_SUFFIX
from ringtrust.connect.certificates import certificate_of
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.trust.names import brief, counted, printable

FORMAT: Final = "ringtrust.deleted/1"


class Deleted(NamedTuple):
    """A deletion, and the certificate as the journal keeps it."""

    act: Delete
    step: int
    certificate: Certificate

    @property
    def file(self) -> str:
        """The name under which it is written. Serial numbers are no name: every CA has begun with 1 some day."""
        return f"{self.act.node}_{self.act.store}_{self.act.sha256[:16]}.pem"


@click.command(name="deleted", short_help="The trust certificates that a run has deleted.")
@click.argument("run", type=run_number, metavar="RUN")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write them, in PEM, into this folder.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@journal_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@config_option
@click.pass_obj
def deleted(
    clock: Clock,
    /,
    run: int,
    output: Path | None,
    force: bool,
    journal: Path | None,
    as_json: bool,
    config: Path | None,
) -> None:
    """What RUN has deleted, as the journal keeps it, and the command that brings each back."""
    with opened_journal(config, journal) as found:
        cluster, those = found.run(run).plan.cluster, tuple(_deleted(found, run))
    if not those:
        raise RefusedError(f"Run {run} has deleted nothing.", advice="`ringtrust runs` lists what was done.")
    if output is not None:
        _write(those, output, force=force)
    if as_json:
        rows = [{"step": each.step, **msgspec.to_builtins(each.act), "pem": each.certificate.pem} for each in those]
        say_json({"format": FORMAT, "run": run, "cluster": cluster, "deleted": rows})
        return
    for line in _lines(those, cluster, output, clock.now()):
        say(printable(line))


def _deleted(journal: Journal, number: int) -> Iterator[Deleted]:
    """Each once, in their order. Of a run that ended in between the last may have happened, or not."""
    run = journal.run(number)
    done = (each.intended for each in journal.carried(run) if not isinstance(each.outcome, Refused))
    found: dict[Delete, Deleted] = {}
    for each in (*done, *journal.open_intents(run)):
        if isinstance(each.act, Delete) and each.before != NOT_THERE:
            kept = certificate_of(each.before)
            if kept.sha256 == each.act.sha256:
                found.setdefault(each.act, Deleted(each.act, each.step, kept))
    yield from found.values()


def _write(those: tuple[Deleted, ...], folder: Path, *, force: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    places = [(writable(str(folder / each.file), force=force), each.certificate.pem) for each in those]
    for place, pem in places:
        write_output(place, pem.encode(), force=force)


def _lines(those: tuple[Deleted, ...], cluster: str, folder: Path | None, now: datetime) -> Iterator[str]:
    yield f"{counted(len(those), 'deletion')}. What brings one back stands below it; restarts as after the deletion."
    for each in those:
        act = each.act
        yield f"step {each.step}: {brief(act.file)} from {act.store} of {act.node}, serial {act.serial}"
        yield f"  {_way_back(each, cluster, folder or Path(), now)}"
    if folder is None:
        yield "The files are written with -o FOLDER."


def _way_back(deleted: Deleted, cluster: str, folder: Path, now: datetime) -> str:
    """A node takes no expired certificate: of such a one the copy only shows what it was."""
    ended = deleted.certificate.not_after
    if ended <= now:
        return f"It expired on {ended:%Y-%m-%d}, and nodes take no expired one: only the backup of before has it."
    act = deleted.act
    words = (cluster, act.node, "trust", act.store.removesuffix(TRUST_SUFFIX), str(folder / deleted.file))
    return f"ringtrust cert import {shlex.join(words)}"
