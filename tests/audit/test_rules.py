"""The table of rules: every code in it, every row shown by a fixture, and a crash hides nothing."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import get_args

import pytest
from msgspec.structs import replace

from ringtrust.audit.audit import audit
from ringtrust.audit.isolation import isolated
from ringtrust.audit.profiles import ALL, PROFILES, outside
from ringtrust.audit.review import review
from ringtrust.audit.seen import Seen, release_of
from ringtrust.catalog.rules import AuditRule, Profile
from ringtrust.change.finding import Finding, Severity
from ringtrust.cluster.facts import Known, Unread
from tests.audit.fixtures import FIXTURES
from tests.audit.fixtures.fixture import Scene, scene
from tests.audit.fixtures.judging import WITHOUT_A_ZONE
from tests.audit.found import catalog, codes, found, one, text
from tests.support.shared import ROOT
from tests.support.snapshots import TAKEN, healthy, with_certificate, with_node

TABLE = {row.code: row for row in catalog().rules}
RANGED = [row for row in catalog().rules if not row.everywhere]
EMITTED = re.compile(r'"([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)"')


def _found(made: Scene) -> set[str]:
    return {finding.code for finding in review(made.snapshot, catalog(), made.scope).findings}


def _emitted() -> set[str]:
    """Every text in the rules that looks like a code, and those that the catalog makes codes of."""
    rules = (*(ROOT / "src/ringtrust/audit").rglob("*.py"), ROOT / "src/ringtrust/plan/recover/silent.py")
    literal = {code for path in rules for code in EMITTED.findall(path.read_text())}
    events = {f"silent.{event.id}" for event in catalog().events}
    return literal | events | {f"years.{weakness.kind}" for weakness in catalog().years.weak}


def test_the_table_has_the_codes_of_the_rules_and_no_other() -> None:
    assert _emitted() == TABLE.keys()


def test_every_row_is_claimed_by_a_fixture_and_every_fixture_has_a_row() -> None:
    assert FIXTURES.keys() == TABLE.keys()


@pytest.mark.parametrize("code", sorted(FIXTURES))
def test_a_rule_fires_where_it_should_and_nowhere_else(code: str) -> None:
    fires, silent = _found(scene(FIXTURES[code].fires())), _found(scene(FIXTURES[code].silent()))
    assert code in fires
    assert code not in silent
    assert fires | silent <= TABLE.keys()
    assert "audit.rule-crashed" not in (fires | silent) - {code}


@pytest.mark.parametrize("code", sorted(FIXTURES))
def test_a_finding_has_the_level_of_its_rule(code: str) -> None:
    made = scene(FIXTURES[code].fires())
    findings = review(made.snapshot, catalog(), made.scope).findings
    assert all(finding.level == TABLE[finding.code].level for finding in findings)


# Releases


def test_a_rule_of_certain_releases_is_enforced_by_the_table_alone() -> None:
    """As if the table said that services are judged from 14.0 on."""
    rows = tuple(replace(row, since="14.0") if row.code == "service.down" else row for row in catalog().rules)
    changed = replace(catalog(), rules=rows)
    stopped = scene(FIXTURES["service.down"].fires()).snapshot
    assert "service.down" in {finding.code for finding in audit(stopped, catalog())}
    assert audit(stopped, changed) == ()
    unread = replace(
        stopped,
        version=Unread("no answer"),
        nodes=tuple(replace(node, version=Unread("no answer")) for node in stopped.nodes),
    )
    assert {finding.code for finding in audit(unread, changed)} == {"release.unread", "source.unread"}
    assert "what else differs between releases was not judged" in one(unread, "release.unread").what
    later = replace(
        stopped, version=Known("14.0.1"), nodes=tuple(replace(node, version=Known("14.0.1")) for node in stopped.nodes)
    )
    assert "service.down" in {finding.code for finding in audit(later, changed)}


@pytest.mark.parametrize("row", RANGED, ids=[row.code for row in RANGED])
def test_a_ranged_rule_holds_for_the_release_of_its_fixture(row: AuditRule) -> None:
    snapshot = scene(FIXTURES[row.code].fires()).snapshot
    facts = release_of(snapshot, catalog())
    assert isinstance(facts, Known)
    assert row.covers(facts.value.release)


def test_a_finding_that_no_table_has_is_not_hidden() -> None:
    without = replace(catalog(), rules=())
    (finding,) = audit(scene(FIXTURES["service.down"].fires()).snapshot, without)
    assert (finding.code, finding.level) == ("service.down", "")


# Profiles


def test_every_profile_of_the_table_has_a_sentence() -> None:
    assert set(PROFILES) == {ALL, *get_args(Profile)}


def test_what_was_not_read_or_not_judged_is_in_every_profile() -> None:
    everywhere = {row.code for row in catalog().rules if set(row.profiles) == set(get_args(Profile))}
    for family in ("source", "release", "audit", "suppression"):
        assert {code for code in TABLE if code.partition(".")[0] == family} <= everywhere


def test_every_profile_but_all_has_rules_of_its_own_and_leaves_others_out() -> None:
    assert outside(ALL, catalog()) == frozenset()
    for profile in get_args(Profile):
        assert 0 < len(outside(profile, catalog())) < len(TABLE)
    assert all(row.profiles for row in catalog().rules)


# A rule that crashes


SECRET = "10.9.8.7"  # noqa: S105 - what stands in a snapshot


def _crashing(seen: Seen) -> Iterator[Finding]:
    yield Finding("certificate.weak", Severity.MINOR, "tomcat", "weak.")
    raise KeyError(SECRET)


def test_what_a_rule_found_before_it_crashed_stands() -> None:
    seen = Seen(healthy(), catalog(), release_of(healthy(), catalog()), 60)
    first, crash = isolated(_crashing, seen)
    assert first.where == "tomcat"
    assert (crash.code, crash.severity) == ("audit.rule-crashed", Severity.UNREAD)
    assert crash.where == f"rule _crashing of {__name__}"
    assert crash.evidence[0].startswith("KeyError in line ")
    assert SECRET not in text(crash)
    assert "Report it" in crash.advice


def test_a_rule_over_two_snapshots_is_given_the_older_one_first_and_is_isolated_too() -> None:
    facts = release_of(healthy(), catalog())
    then = Seen(replace(healthy(), taken=TAKEN - timedelta(days=5)), catalog(), facts, 60)

    def rule(before: Seen, after: Seen) -> Iterator[Finding]:
        yield Finding(
            "certificate.weak", Severity.MINOR, "clock", f"{(after.snapshot.taken - before.snapshot.taken).days}"
        )
        raise ValueError(SECRET)

    first, crash = isolated(rule, then, Seen(healthy(), catalog(), facts, 60))
    assert (first.what, crash.code) == ("5", "audit.rule-crashed")


def test_a_crash_hides_nothing_of_its_own_rule_nor_of_others() -> None:
    """The certificate of sub1 has a moment that nothing can be compared with; the one of pub before it has expired."""
    snapshot = with_certificate(healthy(), "sub1", "TVS", not_after=WITHOUT_A_ZONE)
    snapshot = with_certificate(snapshot, "pub", "CallManager", not_after=TAKEN)
    snapshot = with_node(snapshot, "sub2", itl=Unread("timed out"))
    assert [finding.where for finding in found(snapshot, "certificate.expired")] == ["CallManager of pub"]
    assert {"trust.expired", "source.unread"} <= set(codes(snapshot))
    crash = one(snapshot, "audit.rule-crashed")
    assert crash.where == "rule expiry of ringtrust.audit.expiry"
    assert re.fullmatch(r"TypeError in line \d+ of ringtrust\.audit\.seen", crash.evidence[0])


@pytest.mark.parametrize("error", [RecursionError(), MemoryError(), AssertionError("x"), ZeroDivisionError()])
def test_any_kind_of_error_is_named(error: Exception) -> None:
    def rule(_: Seen) -> Iterator[Finding]:
        raise error
        yield

    seen = Seen(healthy(), catalog(), release_of(healthy(), catalog()), 60)
    (crash,) = isolated(rule, seen)
    assert type(error).__name__ in crash.evidence[0]


@pytest.mark.parametrize("end", [KeyboardInterrupt(), SystemExit()])
def test_whoever_wants_to_end_ends(end: BaseException) -> None:
    def rule(_: Seen) -> Iterator[Finding]:
        raise end
        yield

    seen = Seen(healthy(), catalog(), release_of(healthy(), catalog()), 60)
    with pytest.raises(type(end)):
        list(isolated(rule, seen))
