"""`ringtrust alarm`: what an alert says, where, what breaks, and what to do."""

from collections.abc import Sequence

import click

from ringtrust.audit.alarm_groups import grouped
from ringtrust.audit.alarms import Explained, explain
from ringtrust.catalog.asked import ReleaseFacts
from ringtrust.catalog.catalog import Catalog
from ringtrust.catalog.load import load_catalog
from ringtrust.change.finding import Severity
from ringtrust.cli.files import read_input
from ringtrust.cli.output import say, say_json
from ringtrust.clock import Clock
from ringtrust.cluster.facts import Known, Skipped
from ringtrust.cluster.release import Release
from ringtrust.connect.alarms.read import read_alarms
from ringtrust.errors import RefusedError, UnreadableError
from ringtrust.report.alarms import alarm_lines, alarms_document, each_alarm


@click.command(name="alarm", short_help="What an alert says, where, what breaks, and what to do.")
@click.argument("file", metavar="FILE|-")
@click.option("--release", help="The release of CUCM, such as 12.5: some advice depends on it.")
@click.option("--each", is_flag=True, help="Every alarm by itself, not one paragraph for each certificate or kind.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.pass_obj
def command(clock: Clock, file: str, release: str | None, each: bool, as_json: bool) -> int:
    """Explain the alarms in FILE (- is standard input): an RTMT alert, a mail, syslog, or a CiscoSyslog file.

    Exit status: 0 nothing but notices; 1 something has to be done; 3 there is no alarm in it, or one, or the date
    in one, cannot be read.
    """
    catalog = load_catalog()
    facts = _facts(catalog, release)
    given = read_input(file)
    found = explain(given.parsed(read_alarms), catalog, facts, clock.now().date())
    if as_json:
        say_json(alarms_document(found, given.name))
    else:
        for line in each_alarm(found) if each else alarm_lines(grouped(found, catalog)):
            say(line)
    return status(found)


def _facts(catalog: Catalog, release: str | None) -> Known[ReleaseFacts] | Skipped:
    if release is None:
        return Skipped("Nobody said which release it is.")
    try:
        return Known(catalog.of(Release.of(release)))
    except UnreadableError as error:
        raise RefusedError(error.what, advice=error.advice) from error


def status(found: Sequence[Explained]) -> int:
    """The exit status that alarms make (design.md §4.7): what could not be read weighs more than what was found."""
    severities = {each.severity for each in found}
    if Severity.UNREAD in severities or any(each.unread_date for each in found):
        return UnreadableError.exit_status
    return 1 if severities - {Severity.INFO} else 0
