"""docs/rules is what the table says: a page a code, and their list; `python scripts/rules.py` writes them."""

import re

from ringtrust.catalog.load import load_catalog
from ringtrust.report.rule_pages import page_name, pages
from tests.support.shared import ROOT

FOLDER = ROOT / "docs/rules"
RULES = load_catalog().rules


def test_the_pages_are_those_of_the_table() -> None:
    assert {path.name: path.read_text() for path in FOLDER.iterdir()} == pages(RULES)


def test_every_page_says_all_that_the_table_says() -> None:
    index = (FOLDER / "README.md").read_text()
    for rule in RULES:
        page = (ROOT / page_name(rule.code)).read_text()
        assert page.startswith(f"# {rule.code}\n")
        for text in (rule.title, rule.why, rule.do, rule.releases, f"level | {rule.level}:", *rule.sources):
            assert text in page
        assert f"[{rule.code}]({rule.code}.md)" in index
        assert set(rule.profiles) <= set(re.split(r"\W+", page))


def test_every_link_of_a_page_leads_somewhere() -> None:
    for path in FOLDER.iterdir():
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text()):
            assert (FOLDER / target).exists(), (path.name, target)
