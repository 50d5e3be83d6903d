"""Findings as text for people, as JSON and CSV for programs. The page in HTML is in findings_page.

Names come from foreign machines: in text and CSV they are printable, in the JSON they are as found.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

import msgspec

from ringtrust.audit.audit import ranked
from ringtrust.audit.compare import GONE, fingerprints
from ringtrust.audit.review import Beside
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.report.beside import changes_document, heading, heads, suppressed_document, tails
from ringtrust.report.spreadsheet import csv_text
from ringtrust.trust.names import counted, printable

Document = dict[str, Any]

FORMAT: Final = "ringtrust.findings/2"
_WIDTH: Final = 100
_EVIDENCE_AT_MOST: Final = 6
NOTHING: Final = Beside()
"""Beside findings of which nothing else is told."""
_COLUMNS: Final = (
    *("severity", "code", "where", "what", "evidence", "breaks", "advice", "sources"),
    *("level", "state", "suppressed", "until"),
)
_MODES: Final = {0: "non-secure", 1: "mixed mode"}


class Block(msgspec.Struct, frozen=True):
    """Findings that differ in where and by what evidence only: what breaks and what to do is said once."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The one that speaks for all."""
        return self.findings[0]

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of all, each once."""
        return tuple(dict.fromkeys(source for finding in self.findings for source in finding.sources))


def blocks(findings: Sequence[Finding]) -> Iterator[Block]:
    """The findings, in their order, joined where they say the same."""
    for _, group in groupby(findings, key=_same):
        yield Block(tuple(group))


def _same(finding: Finding) -> tuple[object, ...]:
    return finding.severity, finding.code, finding.breaks, finding.advice


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """How many there are of each severity, the worst first."""
    return {each.value: sum(finding.severity is each for finding in findings) for each in Severity}


def title(snapshot: Snapshot) -> str:
    """Which cluster it is, and when it was looked at."""
    version = f"CUCM {snapshot.version.value}" if isinstance(snapshot.version, Known) else "of an unread release"
    mode = snapshot.security_mode
    said = _MODES.get(mode.value, f"security mode {mode.value}") if isinstance(mode, Known) else "unread security mode"
    return f"Cluster {snapshot.cluster}, {version}, {said}, scanned {snapshot.taken:%Y-%m-%d %H:%M} UTC"


def summary(findings: Sequence[Finding]) -> str:
    """The counts in a sentence."""
    told = ", ".join(f"{count:,} {name}" for name, count in counts(findings).items() if count)
    return f"Findings: {told}." if told else "No findings."


def finding_lines(findings: Sequence[Finding], snapshot: Snapshot, beside: Beside = NOTHING) -> Iterator[str]:
    """All of it for people, at most 100 columns wide; what could not be read stands at the end of the findings."""
    states = beside.changes.states() if beside.changes is not None else {}
    yield from wrapped(f"{title(snapshot)}.", "")
    yield from wrapped(f"{_size(snapshot)} {summary(findings)}", "")
    for line in heads(beside):
        yield from wrapped(line, "")
    for block in blocks([each for each in findings if each.severity is not Severity.UNREAD]):
        yield ""
        yield from _block(block, states)
    yield ""
    yield from _unread([each for each in findings if each.severity is Severity.UNREAD], states)
    for line, start in tails(beside):
        yield from wrapped(line, start) if line else ("",)


def _unread(unread: Sequence[Finding], states: Mapping[Finding, str]) -> Iterator[str]:
    if not unread:
        yield "Everything that was asked could be read."
        return
    yield "What could not be read, so that nobody can tell whether all is well there:"
    for block in blocks(unread):
        yield from _block(block, states)


def _size(snapshot: Snapshot) -> str:
    phones = counted(len(snapshot.all_phones()), "phone") if isinstance(snapshot.phones, Known) else "phones unread"
    return f"{counted(len(snapshot.nodes), 'node')}, {phones}."


def _block(block: Block, states: Mapping[Finding, str]) -> Iterator[str]:
    first = block.first
    yield from wrapped(heading(first), "")
    for finding in block.findings:
        state = f"[{states[finding]}] " if finding in states else ""
        yield from wrapped(f"{state}{finding.where}: {finding.what} {'; '.join(some(finding.evidence))}", "  ")
    for place, text in enumerate(first.breaks):
        yield from wrapped(text, "  Breaks: " if place == 0 else " " * 10)
    yield from wrapped(first.advice, "  Do: ")
    if block.sources:
        yield from wrapped(f"[{', '.join(block.sources)}]", "  ")


def some(evidence: Sequence[str]) -> tuple[str, ...]:
    """As much of the evidence as people read; the JSON has all."""
    more = len(evidence) - _EVIDENCE_AT_MOST
    return (*evidence[:_EVIDENCE_AT_MOST], f"and {more:,} more") if more > 0 else tuple(evidence)


def wrapped(text: str, start: str) -> Iterator[str]:
    """The text, printable, over as many lines as it needs; nothing for an empty one."""
    rest = " " * max(len(start), 4)
    lines = textwrap.wrap(printable(text), _WIDTH, initial_indent=start, subsequent_indent=rest, break_on_hyphens=False)
    yield from lines


def findings_document(findings: Sequence[Finding], snapshot: Snapshot, beside: Beside = NOTHING) -> Document:
    """The findings for a program. `version` is null where it was not read; `taken` is ISO 8601, in UTC.

    `state` of a finding is null where no older snapshot was compared. `fingerprint` stays the same from audit to audit.
    """
    states = beside.changes.states() if beside.changes is not None else {}
    prints = prints_of(findings, snapshot, beside)
    return {
        "format": FORMAT,
        "cluster": snapshot.cluster,
        "version": snapshot.version.value if isinstance(snapshot.version, Known) else None,
        "taken": msgspec.to_builtins(snapshot.taken),
        "profile": beside.profile,
        "counts": counts(findings),
        "findings": [_entry(finding, prints, states) for finding in findings],
        "suppressed": [
            {**_entry(each.finding, prints, states), "suppression": suppressed_document(each)}
            for each in beside.suppressed
        ],
        "since": changes_document(beside.changes),
    }


def prints_of(findings: Sequence[Finding], snapshot: Snapshot, beside: Beside) -> Mapping[Finding, str]:
    """The fingerprint of every finding of now, be it suppressed or not."""
    every = ranked((*findings, *(each.finding for each in beside.suppressed)))
    return {finding: print_ for print_, finding in fingerprints(every, snapshot.cluster)}


def _entry(finding: Finding, prints: Mapping[Finding, str], states: Mapping[Finding, str]) -> Document:
    return {
        **msgspec.to_builtins(finding),
        "fingerprint": prints[finding],
        "state": states.get(finding),
    }


def findings_csv(findings: Sequence[Finding], beside: Beside = NOTHING) -> str:
    """One row a finding; those that are suppressed, and those that are gone, stand at the end and say so."""
    changes = beside.changes
    states = changes.states() if changes is not None else {}
    rows = [_row(each, states.get(each, "")) for each in findings]
    rows += [
        _row(each.finding, states.get(each.finding, ""), each.by.reason, each.by.until.isoformat())
        for each in beside.suppressed
    ]
    rows += [_row(each, GONE) for each in (changes.gone.values() if changes is not None else ())]
    return csv_text(_COLUMNS, rows)


def _row(finding: Finding, state: str, reason: str = "", until: str = "") -> tuple[str, ...]:
    return (
        *(finding.severity.value, finding.code, finding.where, finding.what),
        *("; ".join(finding.evidence), " ".join(finding.breaks), finding.advice, ", ".join(finding.sources)),
        *(finding.level, state, reason, until),
    )
