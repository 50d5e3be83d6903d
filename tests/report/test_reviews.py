"""What stands beside findings, in every format: the level, what is suppressed and why, what has changed."""

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ringtrust.audit.review import Beside, Review, Scope, review
from ringtrust.audit.suppressions import Suppressed
from ringtrust.change.finding import Finding, Severity
from ringtrust.change.suppression import Suppression
from ringtrust.report.findings import finding_lines, findings_csv, findings_document
from ringtrust.report.findings_page import findings_page
from ringtrust.report.sarif import sarif_document
from tests.audit.found import catalog
from tests.support.shared import ROOT
from tests.support.snapshots import TAKEN, healthy, with_certificate, with_failed_source, with_service

HOSTILE = "\x1b[2J\r\n\u202e<script>alert(1)</script> {0} [a](b)"
RULES = catalog().rules
NOW = with_certificate(healthy(), "sub1", "TVS", not_after=TAKEN)
NOW = with_service(NOW, "sub1", "Cisco Tftp", "STOPPED")
NOW = with_failed_source(NOW, "cli", "pub", "things", "no answer")
OLD = replace(with_certificate(healthy(), "sub2", "CAPF", bits=1024), taken=TAKEN - timedelta(days=5))
OLD = with_service(OLD, "sub1", "Cisco Tftp", "STOPPED")
BY = Suppression(code="service.down", where="*", reason="CHG-7: until Friday", until=TAKEN.date())
REVIEW = review(NOW, catalog(), Scope(suppressions=(BY,), before=OLD))
PLAIN = review(NOW, catalog(), Scope())


def _hostile() -> tuple[tuple[Finding, ...], Beside]:
    finding = Finding(f"x.{HOSTILE}", Severity.MINOR, HOSTILE, HOSTILE, (HOSTILE,), (HOSTILE,), HOSTILE, (HOSTILE,))
    by = Suppression(code="x.y", where=HOSTILE, reason=HOSTILE, until=TAKEN.date(), cluster=HOSTILE)
    changes = REVIEW.beside.changes
    assert changes is not None
    gone = replace(changes, gone={"0": finding})
    return (finding,), Beside(suppressed=(Suppressed(replace(finding, what="other"), by),), changes=gone)


# Text


def test_text_says_how_much_is_suppressed_and_what_has_changed() -> None:
    lines = list(finding_lines(REVIEW.findings, NOW, REVIEW.beside))
    assert lines[1:4] == [
        "3 nodes, 4 phones. Findings: 1 critical, 1 unread.",
        "Suppressed: 1 finding, told at the end.",
        "Since 2026-05-27 12:00 UTC: 2 new, 1 gone, 1 still there.",
    ]
    assert "CRITICAL certificate.expired (MUST)" in lines
    assert any(line.startswith("  [new] TVS of sub1: expired on") for line in lines)
    end = " ".join(" ".join(lines[lines.index("Gone since 2026-05-27 12:00 UTC:") :]).split())
    assert end == (
        "Gone since 2026-05-27 12:00 UTC: MINOR certificate.weak (SHOULD), CAPF: weak on 1 node. "
        "Suppressed, so that they do not count for the exit status: [still there] MAJOR service.down (MUST), "
        "Cisco Tftp of sub1: is STOPPED, though it is activated. Until 2026-06-01, because: CHG-7: until Friday"
    )
    assert all(len(line) <= 100 for line in lines)


def test_a_profile_says_that_it_is_one() -> None:
    made = review(NOW, catalog(), Scope(profile="expiry"))
    lines = list(finding_lines(made.findings, NOW, made.beside))
    assert lines[2] == "Profile expiry: What has expired, or does so soon. What other rules find is not shown."
    assert "<p>Profile expiry:" in findings_page(made.findings, NOW, made.beside)


# JSON and CSV


def test_the_document_has_levels_states_suppressions_and_what_is_gone() -> None:
    document = json.loads(json.dumps(findings_document(REVIEW.findings, NOW, REVIEW.beside)))
    states = {each["code"]: (each["level"], each["state"]) for each in document["findings"]}
    assert states == {"certificate.expired": ("MUST", "new"), "source.unread": ("MUST", "new")}
    (suppressed,) = document["suppressed"]
    assert (suppressed["code"], suppressed["state"]) == ("service.down", "still there")
    assert suppressed["suppression"]["reason"] == "CHG-7: until Friday"
    assert suppressed["suppression"]["until"] == "2026-06-01"
    assert document["counts"]["major"] == 0
    since = document["since"]
    assert since["counts"] == {"new": 2, "still there": 1, "gone": 1}
    assert since["taken"] == "2026-05-27T12:00:00Z"
    assert [(each["code"], each["state"]) for each in since["gone"]] == [("certificate.weak", "gone")]


def test_a_finding_has_the_same_fingerprint_whether_it_is_suppressed_or_compared() -> None:
    bare = findings_document(PLAIN.findings, NOW, PLAIN.beside)
    full = findings_document(REVIEW.findings, NOW, REVIEW.beside)
    prints = {each["code"]: each["fingerprint"] for each in bare["findings"]}
    assert prints == {each["code"]: each["fingerprint"] for each in (*full["findings"], *full["suppressed"])}


def test_rows_say_what_is_suppressed_and_what_is_gone() -> None:
    rows = list(csv.DictReader(io.StringIO(findings_csv(REVIEW.findings, REVIEW.beside), newline="")))
    told = [(row["code"], row["level"], row["state"], row["suppressed"], row["until"]) for row in rows]
    assert told == [
        ("certificate.expired", "MUST", "new", "", ""),
        ("source.unread", "MUST", "new", "", ""),
        ("service.down", "MUST", "still there", "CHG-7: until Friday", "2026-06-01"),
        ("certificate.weak", "SHOULD", "gone", "", ""),
    ]


# HTML


def test_the_page_leads_to_the_page_of_every_code_and_tells_the_rest() -> None:
    page = findings_page(REVIEW.findings, NOW, REVIEW.beside)
    links = re.findall(r'href="([^"]+)"', page)
    assert links == ["docs/rules/certificate.expired.md", "docs/rules/source.unread.md"]
    assert all((ROOT / link).is_file() for link in links)
    assert "</a> (MUST)</h3>" in page
    assert "Since 2026-05-27 12:00 UTC: 2 new, 1 gone, 1 still there." in page
    assert page.index("<h2>Gone</h2>") < page.index("certificate.weak") < page.index("<h2>Suppressed</h2>")
    assert "because: CHG-7: until Friday" in page


def test_foreign_text_beside_findings_is_obeyed_by_nobody() -> None:
    findings, beside = _hostile()
    page = findings_page(findings, healthy(), beside)
    assert "<script" not in page
    assert "href=" not in page
    assert not {"\x1b", "\r", "\u202e"} & set(page)
    assert all(line.isprintable() for line in finding_lines(findings, healthy(), beside))
    cells = [cell for row in csv.reader(io.StringIO(findings_csv(findings, beside), newline="")) for cell in row]
    assert all(cell.isprintable() for cell in cells)
    document = json.dumps(sarif_document(findings, healthy(), RULES, beside))
    assert document.isascii()
    assert document.isprintable()


# SARIF 2.1.0


def _run(made: Review = REVIEW) -> dict[str, Any]:
    document = json.loads(json.dumps(sarif_document(made.findings, NOW, RULES, made.beside)))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    return dict(run)


def test_every_rule_of_the_table_is_described() -> None:
    driver = _run()["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in RULES]
    for described, rule in zip(driver["rules"], RULES, strict=True):
        assert described["helpUri"] == f"ringtrust:docs/rules/{rule.code}.md"
        assert (ROOT / described["helpUri"].partition(":")[2]).is_file()
        assert described["shortDescription"]["text"] == f"{rule.title}."
        level = {"MUST": "error", "SHOULD": "warning", "MAY": "note"}[rule.level]
        assert described["defaultConfiguration"] == {"level": level}


def test_results_have_their_rule_their_level_their_place_and_what_stays_the_same() -> None:
    results = _run()["results"]
    assert len(results) == 4
    for result in results:
        assert RULES[result["ruleIndex"]].code == result["ruleId"]
        assert result["message"]["text"]
        assert list(result["partialFingerprints"]) == ["codePlaceCluster/v1"]
    first = results[0]
    assert (first["ruleId"], first["level"]) == ("certificate.expired", "error")
    (location,) = first["locations"]
    (place,) = location["logicalLocations"]
    assert place == {"name": "TVS of sub1", "fullyQualifiedName": "campus/TVS of sub1", "kind": "resource"}


def test_suppressions_stand_in_every_result_and_the_state_in_all_or_in_none() -> None:
    """§3.27.23 and §3.27.24 of the standard."""
    results = {result["ruleId"]: result for result in _run()["results"]}
    assert [code for code, result in results.items() if result["suppressions"]] == ["service.down"]
    assert results["service.down"]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "CHG-7: until Friday (until 2026-06-01)"}
    ]
    assert {code: result["baselineState"] for code, result in results.items()} == {
        "certificate.expired": "new",
        "source.unread": "new",
        "service.down": "unchanged",
        "certificate.weak": "absent",
    }
    plain = _run(PLAIN)["results"]
    assert all(result["suppressions"] == [] and "baselineState" not in result for result in plain)
    prints = {result["ruleId"]: result["partialFingerprints"] for result in plain}
    assert prints == {code: results[code]["partialFingerprints"] for code in prints}


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.CRITICAL, "error"),
        (Severity.MAJOR, "error"),
        (Severity.UNREAD, "error"),
        (Severity.MINOR, "warning"),
        (Severity.INFO, "note"),
    ],
)
def test_every_severity_has_its_level(severity: Severity, level: str) -> None:
    finding = Finding("x.y", severity, "where", "what.")
    made = Review((finding,), Beside())
    (result,) = _run(made)["results"]
    assert result["level"] == level
    assert "ruleIndex" not in result


def test_a_message_has_no_placeholder_and_no_link_of_a_stranger() -> None:
    """§3.11.5 and §3.11.6."""
    findings, beside = _hostile()
    (run,) = sarif_document(findings, healthy(), RULES, beside)["runs"]
    for result in run["results"]:
        text = result["message"]["text"]
        assert "{{0}}" in text
        assert "{0}" not in text.replace("{{", "").replace("}}", "")
        assert "](" not in text


def test_a_run_in_which_a_rule_crashed_was_no_success() -> None:
    assert _run()["invocations"] == [{"executionSuccessful": True}]
    crash = Finding("audit.rule-crashed", Severity.UNREAD, "rule x", "crashed.")
    assert _run(Review((crash,), Beside()))["invocations"] == [{"executionSuccessful": False}]
