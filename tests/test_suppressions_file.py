"""audit.toml: what a person writes into it, and what they are told when it is wrong."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringtrust.change.suppression import Suppression
from ringtrust.errors import RefusedError, RingtrustError, UnreadableError
from ringtrust.settings.suppressions import beside, read_suppressions

CODES = ("backup.old", "certificate.expired")
GOOD = """
[[suppress]]
code = "backup.old"
where = "*"
reason = "CHG-7: the tape robot comes back on Friday"
until = 2026-06-30
cluster = "berlin-*"

[[suppress]]
code = "certificate.expired"
where = "TVS of sub1"
reason = "retired"
until = "2026-06-30"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "audit.toml"
    path.write_text(text)
    return path


def test_what_stands_in_a_file(tmp_path: Path) -> None:
    first, second = read_suppressions(written(tmp_path, GOOD), CODES)
    assert first == Suppression(
        code="backup.old",
        where="*",
        reason="CHG-7: the tape robot comes back on Friday",
        until=date(2026, 6, 30),
        cluster="berlin-*",
    )
    assert (second.until, second.cluster) == (date(2026, 6, 30), "")
    assert read_suppressions(written(tmp_path, ""), CODES) == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("until = 2026-06-30\n", "", 'entry 1 of [[suppress]] ("backup.old"): Object missing required field `until`'),
        ('where = "*"\n', "", "missing required field `where`"),
        ('code = "backup.old"\n', "", "entry 1 of [[suppress]]: Object missing required field `code`"),
        ("CHG-7: the tape robot comes back on Friday", " ", "reason is empty"),
        ("2026-06-30\ncl", '"next year"\ncl', "date - at `$.until`"),
        ("2026-06-30\ncl", "2026-06-30T10:00:00\ncl", "Expected `date`"),
        ('where = "*"', "where = 3", "Expected `str`"),
        ('where = "*"', 'were = "*"', "unknown field `were`"),
        ("[[suppress]]", "[[supress]]", "unknown field `supress`"),
        ("[[suppress]]", "[[suppress]", "audit.toml: "),
    ],
)
def test_what_is_wrong_is_told_with_where_and_what_to_do(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(UnreadableError) as refused:
        read_suppressions(written(tmp_path, GOOD.replace(old, new, 1)), CODES)
    assert told in refused.value.what
    assert str(tmp_path / "audit.toml") in refused.value.what
    assert "docs/audit.md" in refused.value.advice


def test_a_code_that_no_rule_has_is_told_with_those_that_are_like_it(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        read_suppressions(written(tmp_path, GOOD.replace("backup.old", "backup.odl")), CODES)
    assert 'no rule has the code "backup.odl"' in refused.value.what
    assert "backup.old" in refused.value.advice
    assert "--rules" in refused.value.advice


def test_a_file_that_is_not_there_and_one_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_suppressions(tmp_path / "audit.toml", CODES)
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_suppressions(tmp_path, CODES)
    with pytest.raises(UnreadableError, match="too long"):
        read_suppressions(written(tmp_path, "#" * 5_000_000), CODES)


def test_it_stands_beside_ringtrust_toml(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path / "nowhere")}
    assert beside(tmp_path / "ringtrust.toml", environment) is None
    (tmp_path / "ringtrust.toml").write_text("")
    assert beside(tmp_path / "ringtrust.toml", environment) is None
    path = written(tmp_path, GOOD)
    assert beside(tmp_path / "ringtrust.toml", environment) == path
    assert beside(tmp_path, environment) == path
    assert beside(None, {**environment, "RINGTRUST_CONFIG": str(tmp_path)}) == path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), st.text(max_size=80).map(lambda text: f"[[suppress]]\ncode={text}".encode())))
def test_any_bytes_are_suppressions_or_one_typed_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "audit.toml"
    path.write_bytes(data)
    try:
        read_suppressions(path, CODES)
    except RingtrustError as error:
        assert error.advice
