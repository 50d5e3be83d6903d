"""docs/years.md names every date that the catalog has, and every finding that tells of one."""

import re
from datetime import date

from ringtrust.catalog.load import load_catalog
from tests.support.shared import ROOT

PAGE = (ROOT / "docs/years.md").read_text()
YEARS = load_catalog().years


def test_every_date_of_the_catalog_is_on_the_page() -> None:
    dates = {limit.since for limit in YEARS.limits} | {YEARS.chrome.ends} | {weak.since for weak in YEARS.weak}
    dates |= {authority.ends for authority in YEARS.authorities if authority.ends is not None}
    dates |= {
        authority.asked_since for authority in YEARS.authorities if authority.name in {"DigiCert", "Let's Encrypt"}
    }
    told = {date.fromisoformat(each) for each in re.findall(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", PAGE)}
    assert dates <= told
    assert all(f"at most {limit.days} days" in PAGE for limit in YEARS.limits)


def test_every_finding_of_the_coming_years_is_on_the_page_and_no_other() -> None:
    sources = "".join(each.read_text() for each in (ROOT / "src/ringtrust/audit/years").glob("*.py"))
    codes = set(re.findall(r'code="(years\.[a-z0-9-]+)"', sources)) | {f"years.{weak.kind}" for weak in YEARS.weak}
    assert codes == set(re.findall(r"^\| `(years\.[a-z0-9-]+)`", PAGE, re.MULTILINE))
    assert len(codes) == 9
