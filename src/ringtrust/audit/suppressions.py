"""Findings that somebody lives with: set apart with the reason, and never silently. What was not read never goes.

A suppression that has ended suppresses nothing, and is a finding; so is one that nothing here is like. "Today" is the
day on which the snapshot was taken, by UTC.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase, translate
from typing import Final

import msgspec

from ringtrust.audit.compare import place
from ringtrust.change.finding import Finding, Severity
from ringtrust.change.suppression import Suppression
from ringtrust.cluster.snapshot import Snapshot

_GLOB: Final = re.compile(r"[*?\[]")


class Suppressed(msgspec.Struct, frozen=True):
    """A finding that does not count, and who says so."""

    finding: Finding
    by: Suppression


class Sifted(msgspec.Struct, frozen=True):
    """What counts, what does not, and what there is to say about the suppressions themselves."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    remarks: tuple[Finding, ...]


class _OfCode(msgspec.Struct, frozen=True):
    """The suppressions of one code: whole places, which are looked up, and globs, which are tried."""

    whole: dict[str, list[Suppression]]
    globs: list[tuple[re.Pattern[str], Suppression]]

    def fitting(self, where: str) -> Iterator[Suppression]:
        """Those for a place. `phones` is one, however many there are."""
        names = dict.fromkeys((where, place(where)))
        for name in names:
            yield from self.whole.get(name, ())
        for pattern, suppression in self.globs:
            if any(pattern.match(name) for name in names):
                yield suppression


def sift(findings: Iterable[Finding], suppressions: Sequence[Suppression], snapshot: Snapshot) -> Sifted:
    """The findings of a snapshot through the suppressions that hold for its cluster on its day."""
    here = [each for each in suppressions if not each.cluster or fnmatchcase(snapshot.cluster, each.cluster)]
    today = snapshot.taken.date()
    table = _by_code(each for each in here if each.until >= today)
    kept: list[Finding] = []
    suppressed: list[Suppressed] = []
    used: set[Suppression] = set()
    in_vain: set[Suppression] = set()
    for finding in findings:
        fitting = [*table[finding.code].fitting(finding.where)] if finding.code in table else []
        unread = finding.severity is Severity.UNREAD
        (in_vain if unread else used).update(fitting)
        if fitting and not unread:
            suppressed.append(Suppressed(finding, fitting[0]))
        else:
            kept.append(finding)
    remarks = (
        *(_ended(each) for each in here if each.until < today),
        *(_unused(each, in_vain=each in in_vain) for each in here if each.until >= today and each not in used),
    )
    return Sifted(tuple(kept), tuple(suppressed), remarks)


def _by_code(suppressions: Iterable[Suppression]) -> Mapping[str, _OfCode]:
    found: dict[str, _OfCode] = {}
    for each in suppressions:
        of_code = found.setdefault(each.code, _OfCode({}, []))
        if _GLOB.search(each.where):
            of_code.globs.append((re.compile(translate(each.where)), each))
        else:
            of_code.whole.setdefault(each.where, []).append(each)
    return found


def _where(each: Suppression) -> str:
    return f"suppression of {each.code} at {each.where}"


def _ended(each: Suppression) -> Finding:
    return Finding(
        code="suppression.ended",
        severity=Severity.MINOR,
        where=_where(each),
        what=f"ended on {each.until}: what it suppressed counts again.",
        evidence=(f"reason: {each.reason}",),
        advice="Mend what it is about, or agree on a new date and write that down; then take the old one out.",
        sources=("design",),
    )


def _unused(each: Suppression, *, in_vain: bool) -> Finding:
    why = "it fits only what could not be read, and that is never suppressed" if in_vain else "nothing here is like it"
    return Finding(
        code="suppression.unused",
        severity=Severity.INFO,
        where=_where(each),
        what=f"suppresses nothing: {why}.",
        evidence=(f"reason: {each.reason}",),
        advice="Take it out of the file, or correct it: left there, it hides the next finding that it fits.",
        sources=("design",),
    )
