"""`ringtrust lab coverage`: what of a cluster's interfaces a lab serves, as text, as JSON, and as a page."""

from collections import Counter
from typing import Any, Final

from ringtrust.lab.coverage import EXTENTS, Interface, Row, coverage
from ringtrust.trust.names import printable

_HEAD: Final = """# What the lab serves

Every command, operation and file of the interfaces that a tool for certificates meets on a real cluster, and whether
`ringtrust lab` serves it. § is the section of the project's reference of interfaces. Written by
`ringtrust lab coverage --markdown`, from the tables in `src/ringtrust/lab/coverage`: change those, not this page.
`ringtrust lab coverage --release 12.5` shows one release alone, and `--dir DIR` what a lab that runs was asked for
and does not know.
"""


def wanted(release: str) -> tuple[Interface, ...]:
    """The interfaces with the rows that a release has; all of them where none is named."""
    found = coverage()
    return tuple(interface.of(release) for interface in found) if release else found


def document(found: tuple[Interface, ...], release: str) -> dict[str, Any]:
    """For programs."""
    return {
        "format": "ringtrust.lab.coverage/1",
        "release": release,
        "interfaces": [
            {"name": interface.name, "title": interface.title, "rows": [_fields(row) for row in interface.rows]}
            for interface in found
        ],
    }


def _fields(row: Row) -> dict[str, str]:
    return {field: getattr(row, field) for field in row.__struct_fields__}


def lines(found: tuple[Interface, ...]) -> list[str]:
    """For people."""
    shown = []
    for interface in found:
        shown += [f"{interface.title}: {_counted(interface)}"]
        shown += [_line(row) for row in interface.rows]
        shown += [""]
    return shown[:-1]


def _line(row: Row) -> str:
    beside = "; ".join(filter(None, (releases(row), row.note)))
    return f"  {row.extent:<11} §{row.section:<5} {row.name}{f' ({beside})' if beside else ''}"


def _counted(interface: Interface) -> str:
    counts = Counter[str](row.extent for row in interface.rows)
    return ", ".join(f"{counts[extent]} {extent}" for extent in EXTENTS)


def releases(row: Row) -> str:
    """From which release to which one it is there; empty for all."""
    if row.since and row.until:
        return f"{row.since} to {row.until}"
    return f"from {row.since}" if row.since else f"to {row.until}" if row.until else ""


def page() -> str:
    """docs/lab-coverage.md."""
    return "\n".join((_HEAD, *(_part(interface) for interface in coverage())))


def _part(interface: Interface) -> str:
    rows = [
        f"| {_cell(row.name)} | {row.section} | {row.extent} | {releases(row) or 'all'} | {_cell(row.note)} |"
        for row in interface.rows
    ]
    head = (f"## {interface.title}", "", f"{_counted(interface)}.", "", "| what | § | extent | releases | note |")
    return "\n".join((*head, "|---|---|---|---|---|", *rows, ""))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def unknown_lines(found: list[dict[str, Any]]) -> list[str]:
    """What a lab was asked for and does not know."""
    if not found:
        return ["It was asked for nothing that it does not know."]
    asked = [f"  {each['count']:>6}  {printable(each['interface'])}  {printable(each['what'])}" for each in found]
    return ["It was asked for, and does not know:", *asked]
