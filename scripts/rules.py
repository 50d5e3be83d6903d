"""Writes docs/rules from the table of rules: a page a code, and their list. A test compares."""

from pathlib import Path

from ringtrust.catalog.load import load_catalog
from ringtrust.report.rule_pages import FOLDER, pages

TARGET = Path(__file__).resolve().parents[1] / FOLDER


def write(folder: Path) -> None:
    """Writes every page, and takes away those of codes that are gone."""
    wanted = pages(load_catalog().rules)
    folder.mkdir(exist_ok=True)
    for name, text in wanted.items():
        (folder / name).write_text(text)
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()


if __name__ == "__main__":
    write(TARGET)
