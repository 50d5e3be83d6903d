"""`ringtrust phones list`: name, model, group, profile, where it is registered, and how its lists stand."""

from pathlib import Path

import click

from ringtrust.cli.phones.forms import phone_options, phones_of, status, write
from ringtrust.cluster.facts import Unread
from ringtrust.report.phones import list_csv, list_document, list_lines


@click.command(name="list", short_help="Which phones there are, and where they are registered.")
@phone_options
def list_(target: str, as_json: bool, as_csv: bool, config: Path | None, pin_keys: bool) -> int:
    """List the phones of CLUSTER now, or of a SNAPSHOT, with their models, groups, profiles and lists.

    Exit status: 0; 3 the phones, or where one of them is registered, could not be read.
    """
    snapshot = phones_of(target, config, pin_keys=pin_keys)
    write(
        lambda: list_lines(snapshot),
        lambda: list_document(snapshot),
        lambda: list_csv(snapshot),
        as_json=as_json,
        as_csv=as_csv,
    )
    return status(unread=any(isinstance(each.registration, Unread) for each in snapshot.all_phones()), findings=False)
