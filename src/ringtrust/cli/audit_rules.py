"""`ringtrust audit --rules` and `--explain CODE`: the table of rules, without any cluster."""

from typing import Final

from ringtrust.audit.profiles import outside
from ringtrust.catalog.catalog import Catalog
from ringtrust.cli.output import say, say_json
from ringtrust.errors import RefusedError
from ringtrust.report.rule_pages import rule_lines, rule_page, rules_document

_FORMS: Final = ("text", "json")


def listed(catalog: Catalog, profile: str, form: str) -> None:
    """Writes the rules of a profile. Raises RefusedError for a format that a table has not."""
    if form not in _FORMS:
        raise RefusedError(f"The table of rules is not written as {form}.", advice="It is text, or --format json.")
    others = outside(profile, catalog)
    rules = [rule for rule in catalog.rules if rule.code not in others]
    if form == "json":
        say_json(rules_document(rules))
    else:
        for line in rule_lines(rules):
            say(line)


def explained(catalog: Catalog, code: str) -> None:
    """Writes the page of a code. Raises RefusedError, naming codes that are like it."""
    say(rule_page(catalog.rule(code)).removesuffix("\n"))
