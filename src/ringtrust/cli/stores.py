"""`ringtrust stores`: which trust certificates may go, which stay, and why."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
from msgspec.structs import replace

from ringtrust.audit.seen import Seen, release_of
from ringtrust.audit.verdicts.judge import verdicts
from ringtrust.catalog.catalog import Catalog
from ringtrust.catalog.load import load_catalog
from ringtrust.change.store_verdict import Fate, StoreVerdict
from ringtrust.cli.files import writable, write_output
from ringtrust.cli.options import config_option, pin_option
from ringtrust.cli.output import say, say_bytes
from ringtrust.cli.snapshots import snapshot_of
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot, write_snapshot
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.report.stores import store_lines, stores_csv, stores_document, summary

_FORMS: Final = ("text", "json", "csv")


@click.command(name="stores", short_help="Which trust certificates may go, and which stay.")
@click.argument("target", metavar="SNAPSHOT|CLUSTER")
@click.option("--store", default="", metavar="STORE", help="Of this trust store only, such as tomcat-trust.")
@click.option("--all", "everything", is_flag=True, help="Those that stay, too, one by one.")
@click.option(
    "--ask",
    is_flag=True,
    help="Ask foreign servers which certificate they use now: one TLS handshake each, from this machine.",
)
@click.option("--format", "form", type=click.Choice(_FORMS), default="text", show_default=True, help="How to write it.")
@click.option("-o", "--output", help="Write to this file instead of standard output.")
@click.option("--save", metavar="SNAPSHOT", help="With --ask: write the snapshot with the answers to this file.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@config_option
@pin_option
def command(
    target: str,
    store: str,
    everything: bool,
    ask: bool,
    form: str,
    output: str | None,
    save: str | None,
    force: bool,
    config: Path | None,
    pin_keys: bool,
) -> int:
    """Judge every certificate of every trust store of a SNAPSHOT, or of a CLUSTER, which is scanned now.

    Exit status: 0 all that is there is needed; 1 something may go, or wants a decision; 3 something could not be read.
    """
    if save is not None and not ask:
        raise RefusedError("--save is for what --ask finds out.", advice="Add --ask, or leave it out.")
    places = {path: writable(path, force=force, inputs=(target,)) for path in (output, save) if path is not None}
    catalog, snapshot = load_catalog(), snapshot_of(target, config, pin_keys=pin_keys)
    if ask:
        snapshot = _asked(snapshot, catalog, store, config)
    if save is not None:
        write_output(places[save], write_snapshot(snapshot) + b"\n", force=force)
    found = _of_store(_judged(snapshot, catalog), store)
    data = _written(found, snapshot, form, everything=everything)
    if output is None:
        say_bytes(data)
    else:
        write_output(places[output], data, force=force)
        say(f"Wrote {output}. {summary(found)}")
    return status(found, snapshot)


def _judged(snapshot: Snapshot, catalog: Catalog) -> tuple[StoreVerdict, ...]:
    return verdicts(Seen(snapshot, catalog, release_of(snapshot, catalog), SOON_DAYS))


def _of_store(found: tuple[StoreVerdict, ...], store: str) -> tuple[StoreVerdict, ...]:
    if not store:
        return found
    those = tuple(each for each in found if each.store.lower() == store.lower())
    if not those:
        stores = ", ".join(dict.fromkeys(each.store for each in found))
        raise RefusedError(f"No node has anything in {store!r}.", advice=f"There are {stores or 'no stores'}.")
    return those


def _asked(snapshot: Snapshot, catalog: Catalog, store: str, config: Path | None) -> Snapshot:
    """With what foreign servers show that this store knows; what others have answered earlier stays."""
    from ringtrust.cli.elsewhere import asked  # noqa: PLC0415 - a file needs no network

    answers = asked(_of_store(_judged(snapshot, catalog), store), snapshot.cluster, catalog, config)
    now = {each.name.lower(): each for each in (*snapshot.elsewhere, *answers)}
    return replace(snapshot, elsewhere=tuple(now.values()))


def _written(found: Sequence[StoreVerdict], snapshot: Snapshot, form: str, *, everything: bool) -> bytes:
    match form:
        case "json":
            text = json.dumps(stores_document(found, snapshot), indent=2) + "\n"
        case "csv":
            text = stores_csv(found)
        case _:
            text = "".join(f"{line}\n" for line in store_lines(found, snapshot, everything=everything))
    return text.encode(errors="backslashreplace")


def status(found: Sequence[StoreVerdict], snapshot: Snapshot) -> int:
    """What could not be read weighs more than what was found (design.md §4.7)."""
    whole = all(isinstance(node.trusted, Known) for node in snapshot.nodes)
    if not whole or any(not isinstance(each.certificate, Known) for each in found):
        return UnreadableError.exit_status
    return 1 if any(each.fate in {Fate.FREE, Fate.ASK} for each in found) else 0
