"""`ringtrust runs deleted`: the trust certificates that a run has deleted, and how each comes back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import click
import msgspec

from ringtrust.apply.store_hands import NOT_THERE
from ringtrust.change.act import Delete
from ringtrust.cli.files import writable, write_output
from ringtrust.cli.options import config_option, journal_option, run_number
from ringtrust.cli.output import say, say_json
from ringtrust.cli.runs.place import opened_journal
from ringtrust.cluster.names import TRUST_SUFFIX
from ringtrust.errors import RefusedError
from ringtrust.journal.journal import Journal
from ringtrust.trust.names import counted, printable

FORMAT: Final = "ringtrust.deleted/1"


class Deleted(NamedTuple):
    """A deletion, and the certificate as the journal keeps it, in PEM."""

    act: Delete
    step: int
    pem: str

    @property
    def file(self) -> str:
        """The name under which it is written: no two of a run have the same."""
        return f"{self.act.node}_{self.act.store}_{self.act.serial[-16:]}.pem"


@click.command(name="deleted", short_help="The trust certificates that a run has deleted.")
@click.argument("run", type=run_number, metavar="RUN")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write them, in PEM, into this folder.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@journal_option
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@config_option
def deleted(
    run: int, output: Path | None, force: bool, journal: Path | None, as_json: bool, config: Path | None
) -> None:
    """What RUN has deleted, as the journal keeps it, and the command that brings each back."""
    with opened_journal(config, journal) as found:
        cluster, those = found.run(run).cluster, tuple(_deleted(found, run))
    if not those:
        raise RefusedError(f"Run {run} has deleted nothing.", advice="`ringtrust runs` lists what was done.")
    if output is not None:
        _write(those, output, force=force)
    if as_json:
        rows = [{"step": each.step, **msgspec.to_builtins(each.act), "pem": each.pem} for each in those]
        say_json({"format": FORMAT, "run": run, "cluster": cluster, "deleted": rows})
        return
    for line in _lines(those, cluster, output or Path()):
        say(printable(line))


def _deleted(journal: Journal, number: int) -> Iterator[Deleted]:
    run = journal.run(number)
    intents = (*(each.intended for each in journal.carried(run)), *journal.open_intents(run))
    for each in intents:
        if isinstance(each.act, Delete) and each.before != NOT_THERE:
            yield Deleted(each.act, each.step, each.before)


def _write(those: tuple[Deleted, ...], folder: Path, *, force: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for each in those:
        place = writable(str(folder / each.file), force=force)
        write_output(place, each.pem.encode(), force=force)


def _lines(those: tuple[Deleted, ...], cluster: str, folder: Path) -> Iterator[str]:
    yield f"{counted(len(those), 'deletion')}. What brings one back stands below it; restarts as after the deletion."
    for each in those:
        act = each.act
        yield f"step {each.step}: {act.file} from {act.store} of {act.node}, serial {act.serial}"
        unit = act.store.removesuffix(TRUST_SUFFIX)
        yield f"  ringtrust cert import {cluster} {act.node} trust {unit} {folder / each.file}"
