"""Findings as SARIF 2.1.0 (OASIS), for whatever gathers the results of many tools.

A finding is a result of its rule, at a place of the cluster: there are no files, so all locations are logical ones.
What is suppressed is a result with its justification; what is gone is one that is absent.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from ringtrust import __version__
from ringtrust.audit.audit import ranked
from ringtrust.audit.compare import NEW, STILL, fingerprints
from ringtrust.audit.review import Beside
from ringtrust.audit.suppressions import Suppressed
from ringtrust.catalog.rules import AuditRule
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.report.findings import some, title
from ringtrust.report.rule_pages import page_name

Document = dict[str, Any]

VERSION: Final = "2.1.0"
SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_PAGES: Final = "ringtrust:"
"""SARIF wants an absolute URI (§3.49.12): before the name of a page relative to the root of the project."""
_PRINT: Final = "codePlaceCluster/v1"
_RESULT: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "error",
    Severity.MAJOR: "error",
    Severity.UNREAD: "error",
    Severity.MINOR: "warning",
    Severity.INFO: "note",
}
_RULE: Final[Mapping[str, str]] = {"MUST": "error", "SHOULD": "warning", "MAY": "note"}
_BASELINE: Final[Mapping[str, str]] = {NEW: "new", STILL: "unchanged"}


class _Results(msgspec.Struct, frozen=True):
    """What every result needs to know."""

    cluster: str
    places: Mapping[str, int]
    prints: Mapping[Finding, str]
    states: Mapping[Finding, str]

    def of(self, finding: Finding) -> Document:
        """A finding of now."""
        found = self.bare(finding, self.prints[finding])
        if finding in self.states:
            found["baselineState"] = _BASELINE[self.states[finding]]
        return found

    def suppressed(self, each: Suppressed) -> Document:
        """One that does not count. A person has decided it, outside of the tool: external."""
        justification = f"{each.by.reason} (until {each.by.until})"
        suppression = {"kind": "external", "status": "accepted", "justification": justification}
        return {**self.of(each.finding), "suppressions": [suppression]}

    def bare(self, finding: Finding, print_: str) -> Document:
        """What every result has. `suppressions` stands in all or in none (§3.27.23)."""
        place = {"fullyQualifiedName": f"{self.cluster}/{finding.where}", "name": finding.where, "kind": "resource"}
        found: Document = {
            "ruleId": finding.code,
            "level": _RESULT[finding.severity],
            "message": {"text": _message(finding)},
            "locations": [{"logicalLocations": [place]}],
            "partialFingerprints": {_PRINT: print_},
            "suppressions": [],
            "properties": {"severity": finding.severity.value, "level": finding.level, "sources": finding.sources},
        }
        if finding.code in self.places:
            found["ruleIndex"] = self.places[finding.code]
        return found


def sarif_document(
    findings: Sequence[Finding], snapshot: Snapshot, rules: Sequence[AuditRule], beside: Beside
) -> Document:
    """The log of one run."""
    every = ranked((*findings, *(each.finding for each in beside.suppressed)))
    results = _Results(
        cluster=snapshot.cluster,
        places={rule.code: number for number, rule in enumerate(rules)},
        prints={finding: print_ for print_, finding in fingerprints(every, snapshot.cluster)},
        states=beside.changes.states() if beside.changes is not None else {},
    )
    run = {
        "tool": {"driver": _driver(rules)},
        "automationDetails": {"id": f"audit/{snapshot.cluster}/", "description": {"text": title(snapshot)}},
        "invocations": [_invocation(findings)],
        "columnKind": "unicodeCodePoints",
        "results": [*_all(findings, beside, results)],
        "properties": {"profile": beside.profile, "taken": msgspec.to_builtins(snapshot.taken)},
    }
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _all(findings: Sequence[Finding], beside: Beside, results: _Results) -> Iterator[Document]:
    yield from map(results.of, findings)
    yield from map(results.suppressed, beside.suppressed)
    for print_, finding in beside.changes.gone.items() if beside.changes is not None else ():
        yield {**results.bare(finding, print_), "baselineState": "absent"}


def _driver(rules: Sequence[AuditRule]) -> Document:
    return {
        "name": "ringtrust",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in rules],
    }


def _rule(rule: AuditRule) -> Document:
    return {
        "id": rule.code,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why} {rule.do} See {page_name(rule.code)}."},
        "helpUri": f"{_PAGES}{page_name(rule.code)}",
        "defaultConfiguration": {"level": _RULE[rule.level]},
        "properties": {
            "level": rule.level,
            "releases": rule.releases,
            "tags": rule.profiles,
            "sources": rule.sources,
        },
    }


def _invocation(findings: Sequence[Finding]) -> Document:
    """Whether every rule was judged to its end."""
    return {"executionSuccessful": all(finding.code != "audit.rule-crashed" for finding in findings)}


def _message(finding: Finding) -> str:
    """What the finding says, in plain text."""
    parts = [f"{finding.where}: {finding.what}"]
    if finding.evidence:
        parts.append(f"Evidence: {'; '.join(some(finding.evidence))}.")
    if finding.breaks:
        parts.append(f"Breaks: {' '.join(finding.breaks)}")
    if finding.advice:
        parts.append(f"Do: {finding.advice}")
    return _plain(" ".join(parts))


def _plain(text: str) -> str:
    """Without what a reader of SARIF would take for a placeholder or a link (§3.11.5, §3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")
