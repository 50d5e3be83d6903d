"""docs/coverage.md is true: every requirement has its row, and every row and every marked test know of each other."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from tests.support.coverage_table import TOTAL, Row, read_table
from tests.support.shared import ROOT, shared_path


def _marked_tests() -> dict[str, set[str]]:
    """Every test of the suite, as file::name, with the requirements in its marker."""
    found = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found[f"{path.relative_to(ROOT)}::{node.name}"] = set(_numbers(node.decorator_list))
    return found


def _numbers(decorators: list[ast.expr]) -> Iterator[str]:
    for decorator in decorators:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.shows":
            yield from (ast.literal_eval(argument) for argument in decorator.args)


def _problems(rows: Sequence[Row], marked: Mapping[str, set[str]]) -> list[str]:
    """Whatever is not true of the table."""
    expected = [f"S{number}" for number in range(1, TOTAL + 1)]
    found = [] if [row.number for row in rows] == expected else ["the rows are not S1 to S189 in their order"]
    for row in rows:
        found += _row_problems(row, marked)
    in_table = {(test, row.number) for row in rows for test in row.tests}
    for test, numbers in marked.items():
        found += [
            f"{test} shows {number}, but its row does not say so"
            for number in numbers
            if (test, number) not in in_table
        ]
    return found


def _row_problems(row: Row, marked: Mapping[str, set[str]]) -> Iterator[str]:
    if row.shown and not (row.tests and re.search(r"`[^`]+`", row.lives)):
        yield f"{row.number} is shown, but nobody says where it lives or by which test"
    if not row.shown and (row.tests or row.note in {"", "-"}):
        yield f"{row.number} is not shown yet, and gives no reason, or names a test"
    for test in row.tests:
        if test not in marked:
            yield f"{row.number} names {test}, which does not exist"
        elif row.number not in marked[test]:
            yield f"{row.number} names {test}, which is not marked with it"


def test_the_table_is_true() -> None:
    assert _problems(read_table(), _marked_tests()) == []


def test_the_table_has_the_kinds_of_the_requirements() -> None:
    text = shared_path("reference/requirements.md").read_text()
    kinds = re.findall(r"^- (S\d+) \(([A-Z])\)", text, re.MULTILINE)
    assert len(kinds) == TOTAL
    assert [(row.number, row.kind) for row in read_table()] == kinds


def test_where_a_requirement_lives_exists() -> None:
    for row in read_table():
        for path in re.findall(r"`([^`]+)`", row.lives):
            assert (ROOT / "src/ringtrust" / path).is_file(), row.number


def test_an_untrue_table_is_found_out() -> None:
    good = list(read_table())
    marked = _marked_tests()
    shown = next(row for row in good if row.shown)
    at = good.index(shown)
    waits = shown._replace(lives="not yet", tests=(), note="something")
    assert not any("not shown yet" in found for found in _problems([*good[:at], waits, *good[at + 1 :]], {}))
    for spoilt, problem in (
        (good[1:], "not S1 to S189"),
        ([*good[:at], shown._replace(tests=()), *good[at + 1 :]], "by which test"),
        ([*good[:at], shown._replace(lives="somewhere"), *good[at + 1 :]], "where it lives"),
        ([*good[:at], shown._replace(tests=("tests/x.py::test_x",)), *good[at + 1 :]], "does not exist"),
        ([*good[:at], shown._replace(lives="not yet", tests=(), note="-"), *good[at + 1 :]], "gives no reason"),
        ([*good[:at], waits._replace(tests=shown.tests), *good[at + 1 :]], "names a test"),
    ):
        assert any(problem in found for found in _problems(spoilt, marked)), problem
    assert any("is not marked with it" in found for found in _problems(good, {**marked, shown.tests[0]: set()}))
    assert any("does not say so" in found for found in _problems(good, {**marked, "tests/x.py::test_x": {"S1"}}))
