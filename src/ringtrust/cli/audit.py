"""`ringtrust audit`: what there is to know about a cluster, and what to do about it."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from ringtrust.audit.profiles import ALL, PROFILES
from ringtrust.audit.review import Review, Scope, review
from ringtrust.audit.seen import NOT_ASKED, Seen
from ringtrust.catalog.catalog import Catalog
from ringtrust.catalog.load import load_catalog
from ringtrust.change.finding import Finding, Severity
from ringtrust.cli.files import STDIN, read_input, refuse_standard_input_twice, writable, write_output
from ringtrust.cli.options import config_option, pin_option
from ringtrust.cli.output import say, say_bytes
from ringtrust.cli.snapshots import snapshot_of
from ringtrust.cli.suppressing import suppressions
from ringtrust.cluster.certificate import SOON_DAYS
from ringtrust.cluster.facts import Fact
from ringtrust.cluster.recovery_key import KeptKey
from ringtrust.cluster.snapshot import Snapshot, read_snapshot
from ringtrust.errors import RefusedError
from ringtrust.report.beside import heads
from ringtrust.report.findings import finding_lines, findings_csv, findings_document, summary

_FORMS = ("text", "json", "csv", "html", "sarif")
_DAYS_AT_MOST = 36_500


@click.command(name="audit", short_help="Say what expires, what it breaks, and what else is wrong.")
@click.argument("target", metavar="SNAPSHOT|CLUSTER", required=False)
@click.option("--format", "form", type=click.Choice(_FORMS), help="How it is written; text is the default.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--days",
    type=click.IntRange(0, _DAYS_AT_MOST),
    default=SOON_DAYS,
    show_default=True,
    help="How soon a certificate expires soon.",
)
@click.option(
    "--profile", type=click.Choice([*PROFILES]), default=ALL, show_default=True, help="Only what these rules find."
)
@click.option(
    "--suppress",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Findings to live with; otherwise audit.toml beside ringtrust.toml, if it is there.",
)
@click.option("--since", metavar="OLD", help="An older snapshot of the same cluster: what is new, gone, still there.")
@click.option("--rules", is_flag=True, help="List the rules instead.")
@click.option("--explain", metavar="CODE", help="Say what one code means instead.")
@click.option("-o", "--output", help="Write to this file instead of standard output.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@config_option
@pin_option
def command(
    target: str | None,
    form: str | None,
    as_json: bool,
    days: int,
    profile: str,
    suppress: Path | None,
    since: str | None,
    rules: bool,
    explain: str | None,
    output: str | None,
    force: bool,
    config: Path | None,
    pin_keys: bool,
) -> int:
    """Judge a SNAPSHOT that `ringtrust scan` has written (- is standard input), or a CLUSTER, which is scanned now.

    Exit status: 0 nothing but information; 1 there are findings; 3 something could not be read. What is suppressed does
    not count, but for what could not be read.
    """
    form, catalog = _form(form, as_json=as_json), load_catalog()
    if rules or explain is not None:
        return _table(catalog, target, explain, profile, form)
    if target is None:
        raise click.UsageError("Missing argument 'SNAPSHOT|CLUSTER'.")
    inputs = [target, *([since] if since is not None else [])]
    refuse_standard_input_twice(inputs)
    place = writable(output, force=force, inputs=inputs) if output is not None else None
    live_with = suppressions(suppress, config, os.environ, [row.code for row in catalog.rules])
    before = read_input(since).parsed(read_snapshot) if since is not None else None
    snapshot = snapshot_of(target, config, pin_keys=pin_keys)
    scope = Scope(
        soon_days=days,
        profile=profile,
        suppressions=live_with,
        before=before,
        kept=_kept(target, snapshot, config),
        made=_made(config) if before is not None else frozenset(),
        of_two=_of_two() if before is not None else (),
    )
    found = review(snapshot, catalog, scope)
    _put(_written(found, snapshot, catalog, form), found, place, output, force=force)
    return status(found.findings)


def _kept(target: str, snapshot: Snapshot, config: Path | None) -> Fact[tuple[KeptKey, ...]]:
    """Those of a cluster in ringtrust.toml; a file does not say where its keys would be."""
    if target == STDIN or Path(target).is_file():
        return NOT_ASKED
    from ringtrust.cli.kept import kept_of  # noqa: PLC0415 - a file needs no settings

    return kept_of(target, snapshot, config)


def _made(config: Path | None) -> frozenset[str]:
    """What plans have made is no change that nobody meant to make: the journal beside ringtrust.toml tells."""
    from ringtrust.cli.planned import made_by_plans  # noqa: PLC0415 - asked for rarely, and slow to load

    return made_by_plans(config)


def _of_two() -> tuple[Callable[[Seen, Seen], Iterator[Finding]], ...]:
    """What an unplanned change has cost phones only a proof tells."""
    from ringtrust.plan.recover.silent import phones_since  # noqa: PLC0415 - asked for rarely, and slow to load

    return (phones_since,)


def _form(form: str | None, *, as_json: bool) -> str:
    """How it is written. Raises RefusedError for two ways at once."""
    if as_json and form not in {None, "json"}:
        raise RefusedError(f"--json and --format {form} exclude each other.", advice="Ask for one of them.")
    return "json" if as_json else form or "text"


def _put(data: bytes, found: Review, place: Path | None, output: str | None, *, force: bool) -> None:
    """On standard output; or into a file, with a summary in its stead."""
    if place is None:
        say_bytes(data)
        return
    write_output(place, data, force=force)
    say(" ".join((f"Wrote {output}.", summary(found.findings), *heads(found.beside))))


def _table(catalog: Catalog, target: str | None, explain: str | None, profile: str, form: str) -> int:
    """The table itself, or one page of it."""
    from ringtrust.cli.audit_rules import explained, listed  # noqa: PLC0415 - asked for rarely

    if target is not None:
        raise RefusedError("--rules and --explain are about no cluster.", advice=f"Leave out {target}.")
    if explain is None:
        listed(catalog, profile, form)
    else:
        explained(catalog, explain)
    return 0


def _written(found: Review, snapshot: Snapshot, catalog: Catalog, form: str) -> bytes:
    findings, beside = found.findings, found.beside
    match form:
        case "json":
            text = json.dumps(findings_document(findings, snapshot, beside), indent=2) + "\n"
        case "csv":
            text = findings_csv(findings, beside)
        case "html":
            from ringtrust.report.findings_page import findings_page  # noqa: PLC0415 - a page is rare, and slow to load

            text = findings_page(findings, snapshot, beside)
        case "sarif":
            from ringtrust.report.sarif import sarif_document  # noqa: PLC0415 - as above

            text = json.dumps(sarif_document(findings, snapshot, catalog.rules, beside), indent=2) + "\n"
        case _:
            text = "".join(f"{line}\n" for line in finding_lines(findings, snapshot, beside))
    return text.encode(errors="backslashreplace")


def status(findings: Sequence[Finding]) -> int:
    """The exit status that findings make (design.md §4.7): what could not be read weighs more than what was found."""
    found = {finding.severity for finding in findings}
    if Severity.UNREAD in found:
        return 3
    return 1 if found - {Severity.INFO} else 0
