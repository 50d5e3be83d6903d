"""`ringtrust phones lsc`: issuer, expiry, operation and status of every LSC, and what to do about them (S169)."""

from datetime import timedelta
from pathlib import Path
from typing import Final, get_args

import click

from ringtrust.cli.phones.forms import phone_options, phones_of, status, write
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.report.phone_lscs import Only, lsc_csv, lsc_document, lsc_lines, lscs_of

_DAYS_AT_MOST: Final = 36_500


@click.command(short_help="The certificates of phones: whose, until when, and what CAPF is about.")
@phone_options
@click.option("--only", type=click.Choice(get_args(Only)), help="Those phones only; the summary counts all.")
@click.option(
    "--days",
    type=click.IntRange(0, _DAYS_AT_MOST),
    default=SOON_DAYS,
    show_default=True,
    help="How soon an LSC expires soon.",
)
def lsc(
    target: str, as_json: bool, as_csv: bool, config: Path | None, pin_keys: bool, only: Only | None, days: int
) -> int:
    """Say how the LSCs of the phones of CLUSTER or of a SNAPSHOT stand: by issuer, then phone by phone.

    Due are those that the CAPF of now has not signed, and those that have expired or whose issuer has. What failed is
    told in Cisco's words, with the way out of it. Wireless phones have certificates of a third party, and are left
    alone.

    Exit status: 0 nothing to do; 1 one is due, expires soon, or has failed; 3 one could not be read.
    """
    snapshot = phones_of(target, config, pin_keys=pin_keys)
    found = lscs_of(snapshot, timedelta(days=days))
    next_step = f"ringtrust plan {target} --renew {found.goal}"
    write(
        lambda: lsc_lines(found, only, next_step),
        lambda: lsc_document(snapshot, found, only),
        lambda: lsc_csv(found, only),
        as_json=as_json,
        as_csv=as_csv,
    )
    bad = any(row.due or row.expiring or row.failed for row in found.rows)
    return status(unread=not found.complete, findings=bad)
