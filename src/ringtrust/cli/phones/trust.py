"""`ringtrust phones trust`: who holds which list, by what evidence."""

from pathlib import Path

import click

from ringtrust.cli.phones.forms import phone_options, phones_of, status, write
from ringtrust.report.phones import holdings, trust_csv, trust_document, trust_lines


@click.command(short_help="Who holds a list that is served now, an other one, or none.")
@phone_options
@click.option("--all", "all_names", is_flag=True, help="All names, not a few of each.")
def trust(target: str, as_json: bool, as_csv: bool, config: Path | None, pin_keys: bool, all_names: bool) -> int:
    """Say which ITL, and in mixed mode which CTL, the phones of CLUSTER or of a SNAPSHOT hold, and who says so.

    Phones that are not registered cannot be asked; that is no failure, but their trust is known to nobody (H07).

    Exit status: 0; 1 a phone holds another list than any that is served; 3 one that is registered does not tell.
    """
    snapshot = phones_of(target, config, pin_keys=pin_keys)
    write(
        lambda: trust_lines(snapshot, all_names=all_names),
        lambda: trust_document(snapshot),
        lambda: trust_csv(snapshot),
        as_json=as_json,
        as_csv=as_csv,
    )
    kinds = {"ITL", "CTL"} if snapshot.mixed else {"ITL"}
    states = {each.state for each in holdings(snapshot) if each.kind in kinds}
    return status(unread="unknown" in states, findings="other" in states)
