"""`ringtrust audit`: what there is to know about a cluster, and what to do about it."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from ringtrust.audit.audit import audit
from ringtrust.catalog.load import load_catalog
from ringtrust.change.finding import Finding, Severity
from ringtrust.cli.files import writable, write_output
from ringtrust.cli.options import config_option, pin_option
from ringtrust.cli.output import say, say_bytes
from ringtrust.cli.snapshots import snapshot_of
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.errors import RefusedError
from ringtrust.report.findings import finding_lines, findings_csv, findings_document, summary

_FORMS = ("text", "json", "csv", "html")
_DAYS_AT_MOST = 36_500


@click.command(name="audit", short_help="Say what expires, what it breaks, and what else is wrong.")
@click.argument("target", metavar="SNAPSHOT|CLUSTER")
@click.option("--format", "form", type=click.Choice(_FORMS), help="How it is written; text is the default.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--days",
    type=click.IntRange(0, _DAYS_AT_MOST),
    default=SOON_DAYS,
    show_default=True,
    help="How soon a certificate expires soon.",
)
@click.option("-o", "--output", help="Write to this file instead of standard output.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@config_option
@pin_option
def command(
    target: str,
    form: str | None,
    as_json: bool,
    days: int,
    output: str | None,
    force: bool,
    config: Path | None,
    pin_keys: bool,
) -> int:
    """Judge a SNAPSHOT that `ringtrust scan` has written (- is standard input), or a CLUSTER, which is scanned now.

    Exit status: 0 nothing but information; 1 there are findings; 3 something could not be read.
    """
    if as_json and form not in {None, "json"}:
        raise RefusedError(f"--json and --format {form} exclude each other.", advice="Ask for one of them.")
    place = writable(output, force=force, inputs=(target,)) if output is not None else None
    snapshot = snapshot_of(target, config, pin_keys=pin_keys)
    findings = audit(snapshot, load_catalog(), soon_days=days)
    data = _written(findings, snapshot, "json" if as_json else form or "text")
    if place is None:
        say_bytes(data)
    else:
        write_output(place, data, force=force)
        say(f"Wrote {output}. {summary(findings)}")
    return status(findings)


def _written(findings: Sequence[Finding], snapshot: Snapshot, form: str) -> bytes:
    match form:
        case "json":
            text = json.dumps(findings_document(findings, snapshot), indent=2) + "\n"
        case "csv":
            text = findings_csv(findings)
        case "html":
            from ringtrust.report.findings_page import findings_page  # noqa: PLC0415 - a page is rare, and slow to load

            text = findings_page(findings, snapshot)
        case _:
            text = "".join(f"{line}\n" for line in finding_lines(findings, snapshot))
    return text.encode(errors="backslashreplace")


def status(findings: Sequence[Finding]) -> int:
    """The exit status that findings make (design.md §4.7): what could not be read weighs more than what was found."""
    found = {finding.severity for finding in findings}
    if Severity.UNREAD in found:
        return 3
    return 1 if found - {Severity.INFO} else 0
