"""What a cluster can be reached by, as text for people and as JSON for programs."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from ringtrust.observe.check.tried import Missing, NotAsked, Report, Tried, Works
from ringtrust.trust.names import counted, printable

FORMAT: Final = "ringtrust.cluster-check/1"
_WORDS: Final = {Works: "works", Missing: "MISSING", NotAsked: "-"}


def check_lines(name: str, report: Report) -> Iterator[str]:
    """All of it: a line an interface, and at the end what is missing for what."""
    version = f", CUCM {report.version}" if report.version else ""
    yield printable(f"{name}: {counted(len(report.sites), 'node')}{version}")
    for site in report.sites:
        yield ""
        yield printable(f"{site.name} ({site.role.value}, {site.address})")
        for each in report.tried:
            if each.node == site.name:
                yield from map(printable, _lines(each))
    yield ""
    for lack in report.lacking:
        yield printable(f"Without {lack.door.value}: {lack.consequence}.")
    if not report.lacking:
        yield "Everything that ringtrust needs works."


def _lines(tried: Tried) -> Iterator[str]:
    start = f"  {tried.door.value:<15}"
    if isinstance(tried, Works):
        yield f"{start}{_WORDS[Works]:<9}{tried.right}{f'; {tried.short}' if tried.short else ''}"
    elif isinstance(tried, NotAsked):
        yield f"{start}{_WORDS[NotAsked]:<9}{tried.reason}"
    else:
        yield f"{start}{_WORDS[Missing] if tried.needed else 'no':<9}{tried.reason}"
        if tried.needed and tried.advice:
            yield f"{'':<26}Do: {tried.advice}"


def check_document(name: str, report: Report) -> dict[str, Any]:
    """The same for a program."""
    return {
        "format": FORMAT,
        "cluster": name,
        "version": report.version,
        "whole": report.whole,
        "nodes": [
            {"name": site.name, "address": site.address, "role": site.role.value, "doors": _entries(report, site.name)}
            for site in report.sites
        ],
        "lacking": [msgspec.to_builtins(lack) for lack in report.lacking],
    }


def _entries(report: Report, node: str) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(each) for each in report.tried if each.node == node]
