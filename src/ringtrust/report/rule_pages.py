"""The rules of an audit as pages: docs/rules, and `ringtrust audit --explain`. One page a code, and a list of all."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from ringtrust.audit.profiles import PROFILES
from ringtrust.catalog.rules import AuditRule

FOLDER: Final = "docs/rules"
INDEX: Final = "README.md"
_LEVELS: Final[Mapping[str, str]] = {
    "MUST": "act, or something breaks",
    "SHOULD": "act in the next window",
    "MAY": "good to know",
}
_WRITTEN: Final = (
    "Written by `python scripts/rules.py` from `src/ringtrust/catalog/data/rules.toml`: change that, not this page."
)


def page_name(code: str) -> str:
    """The page of a code, relative to the root of the project."""
    return f"{FOLDER}/{code}.md"


def rule_page(rule: AuditRule) -> str:
    """What there is to know about one code, in Markdown."""
    profiles = ", ".join(("all", *rule.profiles))
    return (
        f"# {rule.code}\n\n"
        f"**{rule.title}.**\n\n"
        f"| | |\n|---|---|\n"
        f"| level | {rule.level}: {_LEVELS[rule.level]} |\n"
        f"| releases | {rule.releases} |\n"
        f"| profiles | {profiles} |\n"
        f"| sources | {', '.join(rule.sources)} ([what they are](../sources.md)) |\n\n"
        f"## Why\n\n{rule.why}\n\n"
        f"## What ringtrust says to do\n\n{rule.do}\n\n"
        "The finding itself says where, by what evidence, and what to do there. Whoever has decided to live with it "
        "for a time writes that down with a reason ([how](../audit.md#suppressions); what could not be read is never "
        "suppressed):\n\n"
        f'    [[suppress]]\n    code = "{rule.code}"\n    where = "*"\n    reason = "why, and who agreed"\n'
        "    until = 2027-03-31\n\n"
        f"{_WRITTEN}\n"
    )


def index_page(rules: Sequence[AuditRule]) -> str:
    """All of them, by family."""
    families: dict[str, list[AuditRule]] = defaultdict(list)
    for rule in rules:
        families[rule.code.partition(".")[0]].append(rule)
    parts = (f"## {family}\n\n{_table(found)}" for family, found in sorted(families.items()))
    return (
        "# The rules of an audit\n\n"
        "The codes that a finding of `ringtrust audit` may have ([how to use it](../audit.md)). "
        f"{_WRITTEN}\n\n"
        f"{_meanings()}\n\n" + "\n".join(parts)
    )


def _meanings() -> str:
    levels = "\n".join(f"* **{level}**: {text}" for level, text in _LEVELS.items())
    profiles = "\n".join(f"* `--profile {name}`: {text}" for name, text in PROFILES.items())
    return f"{levels}\n\n{profiles}"


def _table(rules: Sequence[AuditRule]) -> str:
    return f"| code | level | what | releases | profiles |\n|---|---|---|---|---|\n{''.join(map(_row, rules))}"


def _row(rule: AuditRule) -> str:
    link = f"[{rule.code}]({rule.code}.md)"
    return f"| {link} | {rule.level} | {rule.title} | {rule.releases} | {', '.join(rule.profiles)} |\n"


def pages(rules: Sequence[AuditRule]) -> dict[str, str]:
    """Every file of docs/rules by its name."""
    return {INDEX: index_page(rules), **{f"{rule.code}.md": rule_page(rule) for rule in rules}}


def rule_lines(rules: Sequence[AuditRule]) -> Iterator[str]:
    """The table for people, a line a code."""
    code = max((len(rule.code) for rule in rules), default=0)
    for rule in rules:
        releases = "" if rule.everywhere else f" ({rule.releases})"
        yield f"{rule.level:<6}  {rule.code:<{code}}  {rule.title}{releases}"


def rules_document(rules: Sequence[AuditRule]) -> dict[str, Any]:
    """The table for programs."""
    return {
        "format": "ringtrust.rules/1",
        "rules": [{**msgspec.to_builtins(rule), "page": page_name(rule.code)} for rule in rules],
    }
