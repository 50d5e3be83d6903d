"""Findings as documents: short enough to be read, whole enough for programs, and harmless wherever they are opened."""

import csv
import io
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from ringtrust.audit.audit import audit
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known, Unread
from ringtrust.cluster.snapshot import Snapshot
from ringtrust.report.findings import finding_lines, findings_csv, findings_document
from ringtrust.report.findings_page import findings_page
from tests.audit.found import catalog
from tests.support.snapshots import (
    NODES,
    TAKEN,
    UNITS,
    healthy,
    phone,
    with_certificate,
    with_failed_source,
    with_node,
    with_phones,
)

TWO_SCREENS = 120
HOSTILE = "\x1b[2J\r\n\u202e<script>alert(1)</script>"


def _all_expired() -> Snapshot:
    snapshot = healthy()
    for node in NODES:
        for unit in UNITS:
            snapshot = with_certificate(snapshot, node, unit, not_after=TAKEN - timedelta(days=3))
    return snapshot


def _lines(snapshot: Snapshot) -> list[str]:
    return list(finding_lines(audit(snapshot, catalog()), snapshot))


def _hostile() -> tuple[Snapshot, tuple[Finding, ...]]:
    snapshot = replace(healthy(), cluster=HOSTILE)
    finding = Finding(f"x.{HOSTILE}", Severity.MINOR, HOSTILE, HOSTILE, (HOSTILE,), (HOSTILE,), HOSTILE, (HOSTILE,))
    return with_node(snapshot, "pub", name=HOSTILE), (finding, replace(finding, severity=Severity.UNREAD))


# Text


def test_a_healthy_cluster_is_three_lines() -> None:
    assert _lines(healthy()) == [
        "Cluster campus, CUCM 9.1.2.12901-3, non-secure, scanned 2026-06-01 12:00 UTC.",
        "3 nodes, 4 phones. No findings.",
        "",
        "Everything that was asked could be read.",
    ]


def test_the_head_says_what_it_does_not_know() -> None:
    unread = Unread("no answer")
    snapshot = replace(healthy(), version=unread, security_mode=unread, phones=unread)
    assert _lines(snapshot)[:2] == [
        "Cluster campus, of an unread release, unread security mode, scanned 2026-06-01 12:00 UTC.",
        "3 nodes, phones unread. Findings: 3 unread.",
    ]
    assert "mixed mode" in _lines(replace(healthy(), security_mode=Known(1)))[0]
    assert "security mode 7" in _lines(replace(healthy(), security_mode=Known(7)))[0]


def test_a_cluster_with_everything_expired_fits_two_screens() -> None:
    lines = _lines(_all_expired())
    assert len(lines) <= TWO_SCREENS
    assert all(len(line) <= 100 for line in lines)
    assert lines[1] == "3 nodes, 4 phones. Findings: 15 critical, 1 minor, 2 info."


def test_what_breaks_is_said_once_a_unit_and_every_node_has_its_line() -> None:
    text = "\n".join(_lines(_all_expired()))
    assert text.count("Phones cannot be given an LSC.") == 1
    for node in NODES:
        assert (
            len(re.findall(rf"^  CAPF of {node}: expired on 2026-05-29, 3 days ago\. serial [0-9A-F]+$", text, re.M))
            == 1
        )
    assert "  Breaks: Phones cannot prove who they are" in text
    assert "  Do: Plan the renewal: `ringtrust plan campus --renew expiring`." in text
    assert "  [S21, S28, S29, S40, S41, S42]" in text


def test_findings_that_differ_in_what_to_do_stay_apart() -> None:
    snapshot = with_certificate(_all_expired(), "sub1", "CAPF", self_signed=False)
    assert sum("Phones cannot be given an LSC." in line for line in _lines(snapshot)) == 3


def test_sources_of_joined_findings_stand_together() -> None:
    finding = Finding("x.y", Severity.MINOR, "a", "b.", sources=("S1", "S2"))
    lines = list(finding_lines([finding, replace(finding, where="c", sources=("S2", "S3"))], healthy()))
    assert lines[3:7] == ["MINOR x.y", "  a: b.", "  c: b.", "  [S1, S2, S3]"]


def test_many_phones_are_counted_and_some_are_named() -> None:
    snapshot = with_phones(healthy(), *(phone(number, "A", "AB") for number in range(10, 18)))
    text = " ".join(" ".join(_lines(snapshot)).split())
    assert "8 phones: registered, with a list that no TFTP node serves." in text
    assert "SEP000000000015 (Desk 15)" in text
    assert "SEP000000000016" not in text
    assert "and 2 more" in text


def test_what_could_not_be_read_stands_at_the_end() -> None:
    lines = _lines(with_failed_source(replace(healthy(), security_mode=Known(1)), "cli", "pub", "things", "no answer"))
    at = lines.index("What could not be read, so that nobody can tell whether all is well there:")
    assert lines[at + 1 : at + 3] == [
        "UNREAD source.unread (MUST)",
        "  things of pub: could not be read (cli): no answer",
    ]
    assert lines.index("INFO mode.mixed (MAY)") < at


def test_text_has_no_character_that_a_terminal_obeys() -> None:
    snapshot, findings = _hostile()
    lines = list(finding_lines(findings, snapshot))
    assert all(line.isprintable() for line in lines)
    assert r"\x1b[2J" in lines[0]


# JSON


def test_the_document_holds_every_field_of_every_finding() -> None:
    snapshot = with_certificate(healthy(), "pub", "TVS", not_after=TAKEN)
    findings = audit(snapshot, catalog())
    document = findings_document(findings, snapshot)
    first = document.pop("findings")[0]
    assert document == {
        "format": "ringtrust.findings/2",
        "cluster": "campus",
        "version": "9.1.2.12901-3",
        "taken": "2026-06-01T12:00:00Z",
        "profile": "all",
        "counts": {"critical": 1, "major": 0, "minor": 0, "unread": 0, "info": 0},
        "suppressed": [],
        "since": None,
    }
    assert re.fullmatch("[0-9a-f]{32}", first.pop("fingerprint"))
    assert first == {
        "code": "certificate.expired",
        "severity": "critical",
        "where": "TVS of pub",
        "what": "expired on 2026-06-01, less than a day ago.",
        "evidence": findings[0].evidence,
        "breaks": findings[0].breaks,
        "advice": findings[0].advice,
        "sources": findings[0].sources,
        "level": "MUST",
        "state": None,
    }
    assert findings_document([], replace(snapshot, version=Unread("?")))["version"] is None


# CSV


def _cells(finding: Finding) -> list[str]:
    return list(csv.reader(io.StringIO(findings_csv([finding]), newline="")))[1]


def test_a_row_a_finding_after_rfc_4180() -> None:
    finding = Finding("x.y", Severity.MINOR, 'a "b", c', "what.", ("e1", "e2"), ("One.", "Two."), "Do.", ("S1", "S2"))
    assert findings_csv([finding]) == (
        "severity,code,where,what,evidence,breaks,advice,sources,level,state,suppressed,until\r\n"
        'minor,x.y,"a ""b"", c",what.,e1; e2,One. Two.,Do.,"S1, S2",,,,\r\n'
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\t="])
def test_no_cell_is_a_formula(start: str) -> None:
    cells = _cells(Finding("x.y", Severity.MINOR, f"{start}1+1", "what.", (f"{start}2",)))
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in cells)


def test_a_cell_is_one_line() -> None:
    _, findings = _hostile()
    assert all(cell.isprintable() for cell in _cells(findings[0]))


# HTML


def _page(snapshot: Snapshot) -> str:
    return findings_page(audit(snapshot, catalog()), snapshot)


def test_the_page_has_findings_and_what_could_not_be_read() -> None:
    page = _page(with_failed_source(_all_expired(), "cli", "pub", "things", "no answer"))
    assert page.startswith("<!DOCTYPE html>")
    assert "Findings: 15 critical, 1 minor, 1 unread, 2 info." in page
    assert page.count("Phones cannot be given an LSC.") == 1
    assert page.index("What could not be read") < page.index("things of pub")
    assert "<p>Everything that was asked could be read.</p>" in _page(healthy())
    assert "<p>None.</p>" in _page(healthy())


def test_the_page_is_self_contained_and_obeys_nobody() -> None:
    snapshot, findings = _hostile()
    page = findings_page(findings, snapshot)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"src=|href=|url\(|@import|http:", page)
    assert not {"\x1b", "\r", "\u202e"} & set(page)
    assert "default-src 'none'" in page


def _bars(page: str) -> dict[str, tuple[int, str]]:
    """Width and colour of every bar, by the certificate it stands for."""
    drawing = ET.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])  # noqa: S314 - our own page
    found = {}
    for bar in drawing.iter("rect"):
        label = bar.findtext("title", "").partition(":")[0]
        found[label] = int(bar.attrib["width"]), bar.attrib["fill"]
    return found


def test_a_bar_a_certificate_as_long_as_it_lasts() -> None:
    snapshot = with_certificate(healthy(), "pub", "TVS", not_after=TAKEN - timedelta(days=1))
    snapshot = with_certificate(snapshot, "pub", "CAPF", not_after=TAKEN + timedelta(days=29))
    snapshot = with_certificate(snapshot, "pub", "ipsec", not_after=TAKEN + timedelta(days=59))
    snapshot = with_certificate(snapshot, "pub", "tomcat", not_after=TAKEN + timedelta(days=2 * 365))
    page = _page(snapshot)
    bars = _bars(page)
    assert len(bars) == len(NODES) * len(UNITS)
    assert list(bars)[:4] == ["TVS of pub", "CAPF of pub", "ipsec of pub", "tomcat of pub"]
    assert bars["CallManager of pub"] == (600, "#3d8b57")
    assert bars["tomcat of pub"] == (300, "#3d8b57")
    assert [bars[f"{unit} of pub"][1] for unit in ("TVS", "CAPF", "ipsec")] == ["#b00020", "#d9730d", "#c9a400"]
    assert "2026-05-31, expired" in page
    assert "2026-06-30, 29 days" in page


def test_no_bars_without_certificates() -> None:
    snapshot = healthy()
    for name in NODES:
        snapshot = with_node(snapshot, name, identities=Unread("no answer"))
    assert "No identity certificate could be read." in _page(snapshot)
