"""Verdicts on trust certificates: a table for people, a document and rows for programs.

Names come from foreign machines: in text and CSV they are printable, in the JSON they are as found.
"""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from ringtrust.change.store_verdict import Fate, StoreVerdict
from ringtrust.cluster.facts import Known
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.report.spreadsheet import csv_text
from ringtrust.trust.names import counted, printable

Document = dict[str, Any]

FORMAT: Final = "ringtrust.stores/1"
_WIDTH: Final = 100
_COLUMNS: Final = (
    *("fate", "kind", "store", "file", "nodes", "whose", "subject", "serial", "expires", "sha256"),
    *("evidence", "leaning", "doubts", "breaks", "sources"),
)
_HEADS: Final = {
    Fate.FREE: "May go: nothing leans on it.",
    Fate.ASK: "A person decides: nobody else can tell.",
    Fate.HELD: "Stays for now: something leans on it still.",
    Fate.KEEP: "Stays.",
}
_SAID: Final = {
    Fate.FREE: ("may go", "may go"),
    Fate.ASK: ("waits for a person", "wait for a person"),
    Fate.HELD: ("stays for now", "stay for now"),
    Fate.KEEP: ("stays", "stay"),
}
"""Of one, and of several."""
_DO: Final = {
    Fate.FREE: "Delete them with a plan: `ringtrust plan {cluster} --clean all`.",
    Fate.ASK: "Find out what each is for; then name it: `ringtrust plan {cluster} --clean STORE/FILE`.",
    Fate.HELD: "See to what leans on it, scan again, and look here again.",
    Fate.KEEP: "",
}


def store_lines(found: Sequence[StoreVerdict], snapshot: Snapshot, *, everything: bool) -> Iterator[str]:
    """All for people; those that stay are counted only, unless `everything` is asked for."""
    yield from _wrapped(f"{snapshot.cluster}, scanned {snapshot.taken:%Y-%m-%d %H:%M} UTC: {summary(found)}", "")
    for node in snapshot.nodes:
        if not isinstance(node.trusted, Known):
            yield from _wrapped(f"The trust stores of {node.name} could not be read: {node.trusted.reason}", "")
    for fate in Fate:
        yield from _of_fate(fate, [each for each in found if each.fate is fate], snapshot, everything=everything)


def summary(found: Sequence[StoreVerdict]) -> str:
    """How many there are of each fate, in a sentence."""
    fates = Counter(each.fate for each in found)
    told = ", ".join(f"{fates[fate]:,} {_SAID[fate][fates[fate] > 1]}" for fate in _HEADS if fates[fate])
    return f"{counted(len(found), 'certificate')} in trust stores{f': {told}' if told else ''}."


def _of_fate(fate: Fate, found: Sequence[StoreVerdict], snapshot: Snapshot, *, everything: bool) -> Iterator[str]:
    if not found:
        return
    yield ""
    if fate is Fate.KEEP and not everything:
        kinds = Counter(each.kind for each in found)
        told = ", ".join(f"{count:,} {kind.value}" for kind, count in kinds.most_common())
        yield from _wrapped(f"{_HEADS[fate]} {told}. --all shows them one by one.", "")
        return
    yield _HEADS[fate]
    for each in found:
        yield from _verdict(each)
    yield from _wrapped(_DO[fate].format(cluster=snapshot.cluster), "Do: ")


def _verdict(verdict: StoreVerdict) -> Iterator[str]:
    until = ""
    if isinstance(verdict.certificate, Known):
        until = f", until {verdict.certificate.value.not_after:%Y-%m-%d}"
    whose = f" of {verdict.whose}" if verdict.whose else ""
    head = f"{verdict.store}/{verdict.files[0]} on {', '.join(verdict.nodes)}: {verdict.kind.value}{whose}{until}"
    yield from _wrapped(head, "  ")
    yield from _each(verdict.evidence, "      ")
    yield from _each(verdict.leaning, "      Leans on it: ")
    yield from _each(verdict.doubts, "      Not known: ")
    yield from _each(verdict.breaks, "      Breaks: ")
    yield from _wrapped(f"[{', '.join(verdict.sources)}]" if verdict.sources else "", "      ")


def _each(texts: Sequence[str], start: str) -> Iterator[str]:
    for text in texts:
        yield from _wrapped(text, start)


def _wrapped(text: str, start: str) -> Iterator[str]:
    rest = " " * max(len(start) - len(start.lstrip()), 4)
    yield from textwrap.wrap(
        printable(text), _WIDTH, initial_indent=start, subsequent_indent=rest, break_on_hyphens=False
    )


def stores_document(found: Sequence[StoreVerdict], snapshot: Snapshot) -> Document:
    """All for a program. `taken` is ISO 8601, in UTC; the certificates are there in PEM."""
    return {
        "format": FORMAT,
        "cluster": snapshot.cluster,
        "taken": msgspec.to_builtins(snapshot.taken),
        "counts": {fate.value: sum(each.fate is fate for each in found) for fate in Fate},
        "unread": {node.name: node.trusted.reason for node in snapshot.nodes if not isinstance(node.trusted, Known)},
        "verdicts": msgspec.to_builtins(found),
    }


def stores_csv(found: Sequence[StoreVerdict]) -> str:
    """One row a certificate and store."""
    return csv_text(_COLUMNS, map(_row, found))


def _row(verdict: StoreVerdict) -> tuple[str, ...]:
    fact = verdict.certificate
    told = ("", "", "", "")
    if isinstance(fact, Known):
        told = (fact.value.subject, fact.value.serial, f"{fact.value.not_after:%Y-%m-%d}", fact.value.sha256)
    texts = (verdict.evidence, verdict.leaning, verdict.doubts, verdict.breaks)
    return (
        *(verdict.fate.value, verdict.kind.value, verdict.store, ", ".join(verdict.files), ", ".join(verdict.nodes)),
        *(verdict.whose, *told, *(" ".join(each) for each in texts), ", ".join(verdict.sources)),
    )
